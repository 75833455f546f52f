"""A small company that came in by file, and the person who is erased from it: Ada, candidate P1, application A1."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.warehouse.files.conftest import AT, ROWS, Load, Rows, load, mapping, rows
from warehouse import postgres
from warehouse.access import Principal, Role, principal
from warehouse.keys import key
from warehouse.lake.refresh import refresh
from warehouse.retention import Forgotten, Report, erase
from warehouse.settings import Settings

__all__ = ["AT", "ROWS", "Load", "Rows", "load", "mapping", "rows"]

ERASER = principal("li", [Role.HR_ADMIN])
ADA = key("candidate", "acme", "P1")
TELLING = ("Ada Lovelace", "ada@example.com", "P1", "A1", str(ADA), str(key("application", "acme", "A1")))
"""What tells of Ada: names, contact, ids and keys. Ids are matched as whole words."""

Eraser = Callable[..., Report]


def nothing_elsewhere(_settings: Settings, _principal: Principal, _forgotten: Forgotten) -> dict[str, int]:
    """No training run holds anybody."""
    return {}


@pytest.fixture
def eraser(records: Settings) -> Eraser:
    """Erases Ada, or whom the test says."""

    def run(candidate: str = "P1", *, reason: str = "asked for it", by: Principal = ERASER) -> Report:
        return erase(records, by, candidate, reason=reason, elsewhere=nothing_elsewhere)

    return run


@pytest.fixture
def company(load: Load, records: Settings) -> Settings:
    """Three people loaded from one file, in records and lake."""
    load(*ROWS)
    refresh(records)
    return records


def tables_holding(settings: Settings, telling: tuple[str, ...]) -> list[str]:
    """Every table of the records' database in whose rows one of the texts stands as a word."""
    with psycopg.connect(postgres.address(settings)) as connection:
        names = connection.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        pattern = "|".join(rf"\m{one}\M" for one in telling)
        return [name for (name,) in names if _holds(connection, name, pattern)]


def _holds(connection: psycopg.Connection[tuple[object, ...]], name: str, pattern: str) -> bool:
    columns = connection.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        [name],
    ).fetchall()
    texts = [f"encode({column}, 'escape')" if kind == "bytea" else f"{column}::text" for column, kind in columns]
    whole = f"concat_ws(' ', {', '.join(texts)})"
    found = connection.execute(f"SELECT EXISTS (SELECT 1 FROM {name} WHERE {whole} ~* %s)", [pattern]).fetchone()
    return found == (True,)


def files_holding(folder: Path, telling: tuple[str, ...]) -> list[str]:
    """Every file under the folder that holds one of the texts, names of files included; PostgreSQL's own left out."""
    return sorted(
        str(path.relative_to(folder))
        for path in _files(folder)
        for content in [path.read_bytes() + str(path.relative_to(folder)).encode()]
        if any(_stands(one.encode(), content) for one in telling)
    )


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and "postgres" not in path.parts and path.suffix != ".yaml":
            yield path


def _stands(one: bytes, content: bytes) -> bool:
    """Long texts anywhere; short ids as words of a text file, for two letters stand in any compressed one."""
    if len(one) > 4:
        return one in content
    return content.isascii() and one in content.replace(b",", b" ").split()


def new_key() -> str:
    """A key of nobody."""
    return str(uuid.uuid4())
