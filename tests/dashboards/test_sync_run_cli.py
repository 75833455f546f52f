"""`hiregate sync run`: what it prints, its exit codes, and what Ctrl-C and a kill leave of a process of its own."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from dashboards.cli import app
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
        command = [sys.executable, "-c", COMMAND, "sync", "run", *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, text=True, stdout=pipe, stderr=pipe, cwd=Path(__file__).parents[2])

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(app, ["sync", "run", *words])

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
def shell(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.setenv("HIREGATE_HOME", str(records.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", records.database_url)
    monkeypatch.setenv("HARVEST_TOKEN", TOKEN)
    stand_in = Greenhouse(people=6)
    with running(stand_in) as url:
        source = V1.format(url=url).replace("timeout_seconds: 0.5", "timeout_seconds: 60")
        yield Shell(with_source(records, source + "mapping: greenhouse\n"), stand_in)


def test_a_run_prints_one_json_document_with_its_intake(shell: Shell) -> None:
    done = shell.run("acme", "--json")

    document = json.loads(done.stdout)
    assert done.exit_code == 0
    assert document["runs"][0]["state"] == "succeeded"
    assert document["intake"]["failures"] == {}


def test_a_run_that_fails_in_part_ends_with_code_one(shell: Shell) -> None:
    shell.stand_in.faults.inject("403", path="offers")

    done = shell.run("acme")

    assert done.exit_code == 1
    assert "acme: partial" in done.stdout


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

    done = shell.run("acme", "--json")

    assert done.exit_code == 0
    assert {one["entity"]: one["rows_new"] for one in json.loads(done.stdout)["runs"][0]["entities"]}["Candidate"] == 0
    assert shell.states().count("failed") == 1
    assert "running" not in shell.states()
