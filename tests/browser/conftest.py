"""The pages as people see them: the app in a process of its own over a generated company, and a real browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

import dashboards
from tests.builders import build
from tests.dashboards.conftest import database, loaded
from tests.models import release_builder
from tests.warehouse.identity_resolution.records import HR_ADMIN, applied, candidate, employee
from tests.warehouse.queries.people import built, people
from tests.warehouse.sync.messages import draft, live_source, queue
from validation.decision_rule import State
from warehouse import identity
from warehouse.access import Role
from warehouse.identity_resolution.suggest import suggest
from warehouse.lake.refresh import refresh
from warehouse.settings import Settings
from warehouse.sync.push import MessageKind

READER, ADMIN = "demo-compliance", "demo-hr-admin"
START_S = 120.0
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The running pages: their address, and the file that they log to."""

    url: str
    log: Path


@pytest.fixture(scope="session")
def app(server: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The pages of a generated company, served on loopback."""
    home = tmp_path_factory.mktemp("browser")
    with database(server, home, "browser") as settings:
        build(settings, lambda builder: built(builder, people()))
        build(settings, lambda builder: loaded(builder, is_generated=True))
        refresh(settings)
        release_builder.gated(settings, "stopped-run", states={"adverse_impact.sex": State.FAIL})
        release_builder.promoted(settings)
        operator = identity.acting(settings)
        identity.grant(settings, operator, READER, Role.COMPLIANCE)
        identity.grant(settings, operator, ADMIN, Role.HR_ADMIN)
        identity.mark_generated(settings, operator, [READER, ADMIN])
        waiting_for_a_person(settings)
        yield from _served(settings, home / "pages.log")


def waiting_for_a_person(settings: Settings) -> None:
    """A pair of records that may be one person, and a stage move that is to be let out."""
    applied(settings, candidate(settings, email=None, phone=None))
    employee(settings, email=None, phone=None)
    suggest(settings, HR_ADMIN)
    queue(settings, draft(live_source(settings), kind=MessageKind.STAGE_MOVE, payload={"external_id": "a1", "to": "b"}))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; CI installs it, so its absence fails.

    It ends with its module: while it is open its event loop counts as running, and no other test could run one.
    """
    path = shutil.which("chromium")
    assert path, "chromium is not installed: apt-get install chromium fonts-noto-cjk"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


def _served(settings: Settings, log: Path) -> Iterator[App]:
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(Path(dashboards.__file__).with_name("app.py"))]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true"],
            cwd=settings.home,
            env={**os.environ, "HIREGATE_HOME": str(settings.home), "HIREGATE_DATABASE_URL": settings.database_url},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield App(url=f"http://127.0.0.1:{port}", log=log)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(address, timeout=5):  # noqa: S310 - loopback
            return
        time.sleep(0.2)
    raise RuntimeError("the pages did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
