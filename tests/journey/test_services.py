"""The services of a home: started, watched, restarted after a kill, and stopped without a trace."""

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from tests.journey.test_main_job import hiregate

pytestmark = pytest.mark.journey
PATIENCE_S = 90


def _status(home: Path) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in json.loads(hiregate(home, "status", "--json").stdout)}


def _until_up(home: Path, name: str, not_pid: int) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        one = _status(home)[name]
        if one["state"] == "up" and one["pid"] != not_pid:
            return one
        time.sleep(0.5)
    raise AssertionError(f"{name} did not come back: {_status(home)}")


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two homes whose services run at the same time."""
    folders = [tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")]
    for folder in folders:
        hiregate(folder, "up")
    yield folders
    for folder in folders:
        hiregate(folder, "down")


def test_two_homes_run_beside_each_other(homes: list[Path]) -> None:
    first, second = (_status(folder) for folder in homes)

    assert {first[name]["state"] for name in ("postgres", "api", "worker", "dashboards")} == {"up"}
    assert not {one["pid"] for one in first.values()} & {one["pid"] for one in second.values()}
    assert first["api"]["url"] != second["api"]["url"]


def test_everything_listens_on_loopback_only(homes: list[Path]) -> None:
    pids = {one["pid"] for one in _status(homes[0]).values() if one["pid"]}

    listening = [
        connection.laddr.ip
        for pid in pids
        for connection in psutil.Process(pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]

    assert set(listening) == {"127.0.0.1"}


@pytest.mark.parametrize("name", ["api", "worker", "postgres"])
def test_a_killed_service_comes_back(homes: list[Path], name: str) -> None:
    before = _status(homes[0])[name]["pid"]

    os.kill(before, signal.SIGKILL)

    assert _until_up(homes[0], name, before)["pid"] != before


def test_the_api_answers_again_after_postgresql_was_killed(homes: list[Path]) -> None:
    _until_up(homes[0], "postgres", 0)
    url = _until_up(homes[0], "api", 0)["url"]

    answer = httpx2.get(f"{url}/ready")

    assert {"name": "records", "is_ready": True, "detail": "the database answers"} in answer.json()["causes"]


def test_down_leaves_no_process(tmp_path: Path) -> None:
    hiregate(tmp_path, "up")
    before = [psutil.Process(one["pid"]) for one in _status(tmp_path).values() if one["pid"]]

    hiregate(tmp_path, "down")

    assert [process for process in before if process.is_running()] == []
