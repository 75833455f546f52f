"""`hiregate sync run` as a command of its own process: what it prints, its exit codes, and what Ctrl-C leaves."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.standins.greenhouse import TOKEN, Greenhouse
from tests.standins.standin import running
from tests.standins.test_greenhouse import V1
from tests.warehouse.sync.lists import with_source
from warehouse.settings import Settings

pytestmark = pytest.mark.slow
COMMAND = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever begins the tests in the background ignores it
from dashboards.cli import main
main()
"""


@dataclass
class Shell:
    """A home with one Greenhouse source, and the command in it."""

    settings: Settings
    stand_in: Greenhouse

    def start(self, *words: str) -> subprocess.Popen[str]:
        given = {"HIREGATE_HOME": str(self.settings.home), "HIREGATE_DATABASE_URL": self.settings.database_url}
        environment = {**os.environ, **given, "HARVEST_TOKEN": TOKEN}
        command = [sys.executable, "-c", COMMAND, "sync", "run", *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, env=environment, text=True, stdout=pipe, stderr=pipe, cwd=Path(__file__).parents[2]
        )

    def run(self, *words: str) -> tuple[int, str, str]:
        process = self.start(*words)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def waiting_for_an_answer(self) -> subprocess.Popen[str]:
        """A run in the middle: the source took its question and is silent."""
        self.stand_in.faults.inject("timeout_after_commit", path="applications", seconds=60)
        process = self.start("acme", "--json")
        deadline = time.monotonic() + 60
        while "timeout_after_commit" not in self.stand_in.faults.taken:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, process.kill()
            time.sleep(0.05)
        return process

    def states(self) -> list[str]:
        with psycopg.connect(self.settings.database_url) as connection:
            return [row[0] for row in connection.execute("SELECT state FROM landing.sync_run ORDER BY 1").fetchall()]


@pytest.fixture
def shell(records: Settings) -> Iterator[Shell]:
    stand_in = Greenhouse(people=6)
    with running(stand_in) as url:
        source = V1.format(url=url).replace("timeout_seconds: 0.5", "timeout_seconds: 60")
        yield Shell(with_source(records, source + "mapping: greenhouse\n"), stand_in)


def test_a_run_prints_one_json_document_with_its_intake(shell: Shell) -> None:
    code, out, _ = shell.run("acme", "--json")

    document = json.loads(out)
    assert code == 0
    assert document["runs"][0]["state"] == "succeeded"
    assert document["intake"]["failures"] == {}


def test_a_run_that_fails_in_part_ends_with_code_one(shell: Shell) -> None:
    shell.stand_in.faults.inject("403", path="offers")

    code, out, _ = shell.run("acme")

    assert code == 1
    assert "acme: partial" in out


def test_ctrl_c_ends_the_run_as_cancelled(shell: Shell) -> None:
    process = shell.waiting_for_an_answer()

    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)

    assert process.returncode == 130
    assert json.loads(out)["runs"][0]["state"] == "cancelled"
    assert "cancelled" in shell.states()
    assert "running" not in shell.states()


def test_a_killed_run_loses_nothing_and_the_next_goes_on(shell: Shell) -> None:
    process = shell.waiting_for_an_answer()
    process.kill()
    process.communicate(timeout=60)

    code, out, _ = shell.run("acme", "--json")

    assert code == 0
    assert {one["entity"]: one["rows_new"] for one in json.loads(out)["runs"][0]["entities"]}["Candidate"] == 0
    assert shell.states().count("failed") == 1
    assert "running" not in shell.states()
