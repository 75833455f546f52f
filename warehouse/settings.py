"""Every setting: its environment name, default and one sentence.

Nothing is read at import; `load()` reads the environment.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("HIREGATE_HOME", "var", "The folder that holds all that Hiregate writes."),
    ("HIREGATE_DATABASE_URL", "", "A PostgreSQL 15+ address; empty means the embedded PostgreSQL under HIREGATE_HOME."),
    ("HIREGATE_LAKE_URL", "", "The folder or object-store address of the lake; empty means HIREGATE_HOME/lake."),
    ("HIREGATE_SOURCES", "", "The folder of the source files of sync; empty means HIREGATE_HOME/sources."),
    ("HIREGATE_ENGINE", "duckdb", "The engine that reads the lake."),
    ("HIREGATE_PRINCIPAL", "", "The identity that commands act as; empty means the name of the operating-system user."),
    ("HIREGATE_API_PORT", "0", "The port of the scoring API on loopback; 0 means a free one, kept for the home."),
    ("HIREGATE_DASHBOARD_PORT", "0", "The port of the pages on loopback; 0 means a free one, kept for the home."),
    ("HIREGATE_MLFLOW_PORT", "0", "The port of the MLflow pages on loopback; 0 means a free one, kept for the home."),
    (
        "HIREGATE_PSEUDONYM_KEY",
        "",
        "The key of the lake's pseudonyms, 64 hex digits, for several machines; empty means HIREGATE_HOME/keys.",
    ),
    (
        "HIREGATE_TIMEZONE",
        "UTC",
        "The zone of dates and times that people type without one, such as Asia/Shanghai.",
    ),
    ("HIREGATE_JOB_DAYS", "90", "Days that the row and log of an ended background job are kept; at least 1."),
    ("HIREGATE_LANGUAGE", "en", "The language that pages and commands start in: en or zh."),
)
"""Name, default and meaning of each setting, in the order the documentation lists them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings in force. `home` is absolute; empty addresses mean the embedded default."""

    home: Path
    database_url: str = ""
    lake_url: str = ""
    sources_folder: str = ""
    engine: str = "duckdb"
    principal: str = ""
    api_port: int = 0
    dashboard_port: int = 0
    mlflow_port: int = 0
    language: str = "en"
    timezone: str = "UTC"
    job_days: int = 90
    pseudonym_key: str = field(default="", repr=False)

    @property
    def lake(self) -> str:
        """The root of the lake's tables: a folder or an object-store address."""
        return self.lake_url or str(self.home / "lake")

    @property
    def sources(self) -> Path:
        """The folder of the source files of sync, one YAML file a source."""
        return Path(self.sources_folder) if self.sources_folder else self.home / "sources"

    @property
    def raw(self) -> Path:
        """The folder that keeps each loaded file as it came, named by its sha256."""
        return self.home / "raw"

    @property
    def logs(self) -> Path:
        """The folder of the services' logs."""
        return self.home / "logs"


class SettingsError(ValueError):
    """A setting has a value that cannot be used; the message names the setting."""


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this environment (default: the process's own).

    Raises SettingsError when a value cannot be read.
    """
    environment = os.environ if environment is None else environment
    values = {name: environment.get(name, "").strip() or default for name, default, _ in SETTINGS}
    return Settings(
        home=Path(values["HIREGATE_HOME"]).expanduser().absolute(),
        database_url=values["HIREGATE_DATABASE_URL"],
        lake_url=values["HIREGATE_LAKE_URL"],
        sources_folder=_folder(values["HIREGATE_SOURCES"]),
        engine=values["HIREGATE_ENGINE"],
        principal=values["HIREGATE_PRINCIPAL"],
        api_port=_port("HIREGATE_API_PORT", values),
        dashboard_port=_port("HIREGATE_DASHBOARD_PORT", values),
        mlflow_port=_port("HIREGATE_MLFLOW_PORT", values),
        language=_language(values["HIREGATE_LANGUAGE"]),
        timezone=_timezone(values["HIREGATE_TIMEZONE"]),
        job_days=_days("HIREGATE_JOB_DAYS", values),
        pseudonym_key=values["HIREGATE_PSEUDONYM_KEY"],
    )


def _folder(text: str) -> str:
    return str(Path(text).expanduser().absolute()) if text else ""


def _port(name: str, values: Mapping[str, str]) -> int:
    text = values[name]
    if not text.isdecimal() or int(text) > 65_535:
        raise SettingsError(f"{name} is {text!r}; it must be a port number, or 0 for a free one")
    return int(text)


def _days(name: str, values: Mapping[str, str]) -> int:
    text = values[name]
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= 36_500):
        raise SettingsError(f"{name} is {text!r}; it must be a number of days from 1 to 36500")
    return int(text)


def _timezone(text: str) -> str:
    try:
        return str(ZoneInfo(text))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(f"HIREGATE_TIMEZONE is {text!r}; it must be a zone such as UTC or Asia/Shanghai") from error


def _language(text: str) -> str:
    if text not in {"en", "zh"}:
        raise SettingsError(f"HIREGATE_LANGUAGE is {text!r}; it must be en or zh")
    return text
