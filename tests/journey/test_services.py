"""The services of a home: started, watched, restarted after a kill, and stopped without a trace."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from dashboards import services
from dashboards.services import Status
from tests.journey.test_main_job import hiregate
from warehouse.settings import Settings

pytestmark = pytest.mark.journey
PATIENCE_S = 90
EVERY = ("postgres", "api", "worker", "dashboards")
KILLED = ("api", "worker", "postgres")
RECORDS_ANSWER = {"name": "records", "is_ready": True, "detail": "the database answers"}


def _told(home: Path) -> dict[str, dict[str, Any]]:
    """What the command says."""
    return {one["name"]: one for one in json.loads(hiregate(home, "status", "--json").stdout)}


def _status(home: Path) -> dict[str, Status]:
    """What the command would say, without the seconds that its start takes: for whoever asks again and again."""
    return {one.name: one for one in services.statuses(Settings(home=home))}


def _until_up(home: Path, name: str, not_pid: int | None) -> Status:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        one = _status(home)[name]
        if one.state == "up" and one.pid != not_pid:
            return one
        time.sleep(0.5)
    raise AssertionError(f"{name} did not come back: {_status(home)}")


def _pids(found: dict[str, Status]) -> dict[str, int | None]:
    """All but the worker's: it ends by itself some seconds after a test before has killed its PostgreSQL."""
    return {name: one.pid for name, one in found.items() if name != "worker"}


def _kill(one: Status) -> None:
    assert one.pid
    os.kill(one.pid, signal.SIGKILL)


def _up(home: Path) -> dict[str, Status]:
    """The services once all are up: whichever test ran before may have killed some."""
    return {name: _until_up(home, name, None) for name in EVERY}


def _until_ready(url: str | None) -> list[dict[str, Any]]:
    """The causes that the API names, once its records answer or patience ends."""
    deadline = time.monotonic() + PATIENCE_S
    causes: list[dict[str, Any]] = []
    while RECORDS_ANSWER not in causes and time.monotonic() < deadline:
        with suppress(httpx2.TransportError):
            causes = httpx2.get(f"{url}/ready").json()["causes"]
        time.sleep(0.2)
    return causes


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose services run."""
    folder = tmp_path_factory.mktemp("home")
    hiregate(folder, "up")
    yield folder
    hiregate(folder, "down")


def test_everything_listens_on_loopback_only(home: Path) -> None:
    pids = {one["pid"] for one in _told(home).values() if one["pid"]}

    listening = [
        connection.laddr.ip
        for pid in pids
        for connection in psutil.Process(pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]

    assert set(listening) == {"127.0.0.1"}


def test_killed_services_come_back_and_the_api_finds_its_records_again(home: Path) -> None:
    before = _up(home)

    for name in KILLED:
        _kill(before[name])
    after = {name: _until_up(home, name, before[name].pid) for name in KILLED}

    assert all(after[name].pid != before[name].pid for name in KILLED)
    assert RECORDS_ANSWER in _until_ready(after["api"].url)


def test_the_api_outlives_its_postgresql(home: Path) -> None:
    """The server alone is killed: the API's process stays and its connections are made anew."""
    before = _up(home)

    _kill(before["postgres"])
    _until_up(home, "postgres", before["postgres"].pid)

    assert RECORDS_ANSWER in _until_ready(before["api"].url)
    assert _status(home)["api"].pid == before["api"].pid


def test_a_second_home_runs_beside_the_first_and_leaves_no_process(home: Path, tmp_path: Path) -> None:
    first = _up(home)
    hiregate(tmp_path, "up")
    second = _status(tmp_path)
    processes = [psutil.Process(one.pid) for one in second.values() if one.pid]

    hiregate(tmp_path, "down")

    assert {second[name].state for name in EVERY} == {"up"}
    assert second["api"].url != first["api"].url
    assert [process for process in processes if process.is_running()] == []
    assert _pids(_up(home)) == _pids(first)
