"""What runs for a home: the list of services, their ports, and the state file that `up`, `down` and `status` share.

All listen on loopback only. Ports are chosen free once and kept with the home, so that two homes run beside each other
and an address in a bookmark stays right.
"""

import json
import os
import socket
import sys
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil

from models import registry
from warehouse import postgres
from warehouse.settings import Settings

HOST = "127.0.0.1"
SUPERVISED = ("api", "worker", "dashboards", "mlflow")
PATHS = {"api": "/health", "dashboards": "/_stcore/health", "mlflow": "/health"}
"""Where each HTTP service says that it lives."""


class ServicesError(RuntimeError):
    """The services cannot be started or stopped as asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A process of ours: its id and when it was made, which together name it even after ids are used again."""

    pid: int
    created: float

    def process(self) -> psutil.Process | None:
        """The live process, or None when it is gone."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < 1.0
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How one service does: `up`, `starting` or `down`, its address and process."""

    name: str
    state: str
    url: str | None
    pid: int | None
    restarts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The supervisor and its children, as the state file keeps them."""

    supervisor: Running
    children: dict[str, Running]
    restarts: dict[str, int]


def state_file(settings: Settings) -> Path:
    """Where the state of this home's services is kept."""
    return settings.home / "services.json"


def write_state(settings: Settings, state: State) -> None:
    """Replaces the state file at once, so that no reader sees half of it."""
    part = state_file(settings).with_suffix(".part")
    part.write_text(json.dumps(asdict(state)), encoding="utf-8")
    part.replace(state_file(settings))


def read_state(settings: Settings) -> State | None:
    """The state, or None where nothing was started."""
    try:
        kept = json.loads(state_file(settings).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return State(
        supervisor=Running(**kept["supervisor"]),
        children={name: Running(**child) for name, child in kept["children"].items()},
        restarts=kept["restarts"],
    )


def with_ports(settings: Settings) -> Settings:
    """The settings with every port filled in: given, else kept with the home, else a free one, then kept."""
    chosen = {name: port or _free_port() for name, port in kept_ports(settings).items()}
    settings.home.mkdir(parents=True, exist_ok=True)
    part = settings.home / "ports.part"
    part.write_text(json.dumps(chosen), encoding="utf-8")
    part.replace(settings.home / "ports.json")
    return _with(settings, chosen)


def kept_ports(settings: Settings) -> dict[str, int]:
    """The ports by the setting's name: given, else kept with the home, else 0."""
    file = settings.home / "ports.json"
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    names = ("api_port", "dashboard_port", "mlflow_port")
    return {name: getattr(settings, name) or kept.get(name, 0) for name in names}


def _with(settings: Settings, chosen: dict[str, int]) -> Settings:
    return replace(
        settings,
        api_port=chosen["api_port"],
        dashboard_port=chosen["dashboard_port"],
        mlflow_port=chosen["mlflow_port"],
    )


def ports(settings: Settings) -> dict[str, int]:
    """The port of each HTTP service of settings that have their ports filled in."""
    return {"api": settings.api_port, "dashboards": settings.dashboard_port, "mlflow": settings.mlflow_port}


def command(name: str, settings: Settings) -> list[str]:
    """The command line of a service; secrets travel in the environment, never here."""
    python = [sys.executable, "-m"]
    app = Path(__file__).with_name("app.py")
    commands = {
        "api": [*python, "models.serve"],
        "worker": [*python, "dashboards.worker"],
        "dashboards": [
            *python, "streamlit", "run", str(app), "--server.address", HOST,
            "--server.port", str(settings.dashboard_port), "--server.headless", "true",
            "--browser.gatherUsageStats", "false", "--server.fileWatcherType", "none",
        ],
        "mlflow": [
            *python, "mlflow", "server", "--host", HOST, "--port", str(settings.mlflow_port), "--workers", "1",
        ],
    }  # fmt: skip
    return commands[name]


def environment(name: str, settings: Settings) -> dict[str, str]:
    """What a service is told, on top of this process's own environment."""
    return {
        **os.environ,
        **(registry.server_environment(settings) if name == "mlflow" else {}),
        "HIREGATE_HOME": str(settings.home),
        "HIREGATE_DATABASE_URL": settings.database_url,
        "HIREGATE_LAKE_URL": settings.lake_url,
        "HIREGATE_API_PORT": str(settings.api_port),
        "HIREGATE_DASHBOARD_PORT": str(settings.dashboard_port),
        "HIREGATE_MLFLOW_PORT": str(settings.mlflow_port),
        "PYTHONUNBUFFERED": "1",
    }


def statuses(settings: Settings) -> list[Status]:
    """How every service of this home does now."""
    settings = _with(settings, kept_ports(settings))
    state = read_state(settings)
    return [postgres_status(settings), *(_status(name, settings, state) for name in SUPERVISED)]


def supervisor(settings: Settings) -> psutil.Process | None:
    """The live supervisor of this home, if any."""
    state = read_state(settings)
    return state.supervisor.process() if state else None


def _status(name: str, settings: Settings, state: State | None) -> Status:
    child = state.children.get(name) if state else None
    process = child.process() if child else None
    port = ports(settings).get(name)
    url = f"http://{HOST}:{port}" if port else None
    if process is None:
        found = "down"
    elif url is None:
        found = "up"
    else:
        found = "up" if answers(url + PATHS[name]) else "starting"
    restarts = state.restarts.get(name, 0) if state else 0
    return Status(name=name, state=found, url=url, pid=process.pid if process else None, restarts=restarts)


def postgres_status(settings: Settings) -> Status:
    if settings.database_url:
        return Status(name="postgres", state="given", url=None, pid=None, restarts=0)
    pid = postgres.pid(settings)
    return Status(name="postgres", state="down" if pid is None else "up", url=None, pid=pid, restarts=0)


def answers(url: str, timeout_s: float = 2.0) -> bool:
    """Whether a loopback address answers with success."""
    try:
        with urllib.request.urlopen(url, timeout=timeout_s) as response:  # noqa: S310 - our own loopback address
            return bool(200 <= response.status < 300)
    except (urllib.error.URLError, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
