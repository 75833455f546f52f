"""The worker with jobs of people: a training to its end, one cancelled in the middle, and a worker killed with one."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import psycopg
import pytest

from dashboards import job_desk
from models import registry
from tests.training.company import SCIENTIST, plant
from warehouse import identity, jobs, postgres
from warehouse.access import Role, principal
from warehouse.job_values import JobLine, JobState
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

PATIENCE_S = 240.0
FEATURES = [{"name": skill, "source": f"skill:{skill}"} for skill in ("content_logic", "problem_solving")]
ENDLESS: dict[str, object] = {
    "name": "endless",
    "model_name": "endless",
    "target": {"name": "re_interview_pass", "matured_after_days": 7},
    "cut": {"share": 0.4},
    "features": FEATURES,
    "candidates": [{"name": "slow", "parameters": {"eta": 0.001, "max_depth": 12}, "rounds": [1_000_000]}],
}
"""One step of it alone, its first fold, would take an hour."""


@pytest.fixture
def home(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The planted company, a queue, and an identity that may train."""
    monkeypatch.setenv("HIREGATE_HOME", str(records.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", records.database_url)
    plant(records, 300)
    jobs.prepare(records)
    identity.grant(records, principal("root", [Role.OPERATOR]), SCIENTIST.id, Role.DATA_SCIENTIST)
    yield records
    with psycopg.connect(postgres.address(records, "postgres"), autocommit=True) as connection:
        connection.execute(
            f"DROP DATABASE IF EXISTS {records.database_url.split('/')[3].split('?')[0]}_mlflow WITH (FORCE)"
        )


@contextmanager
def working(settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker in a process of its own."""
    with (settings.home / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboards.worker"], stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def until(settings: Settings, job_id: uuid.UUID, holds: Callable[[JobLine], bool]) -> JobLine:
    """The job once it is as asked."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = job_desk.job(settings, SCIENTIST, job_id)
        if holds(found):
            return found
        time.sleep(0.2)
    raise AssertionError(f"{found}\n{(settings.home / 'worker.log').read_text()}")


def trained(settings: Settings) -> int:
    """How many trainings the audit log knows."""
    with psycopg.connect(postgres.address(settings)) as connection:
        row = connection.execute("SELECT count(*) FROM governance.audit_log WHERE action = 'model_trained'").fetchone()
    assert row is not None
    return int(row[0])


def is_tuning(found: JobLine) -> bool:
    """Whether it is inside its long step."""
    return found.state is JobState.RUNNING and found.step >= 2


def test_a_training_runs_to_its_end_and_its_result_names_the_run(home: Settings) -> None:
    job_id = job_desk.start(home, SCIENTIST, "train", {"configuration": "demo_job_related"})

    with working(home):
        found = until(home, job_id, lambda one: not one.is_open)

    assert found.state is JobState.DONE, found.error
    assert found.result == {"run_id": registry.runs(home)[0].run_id, "model_name": "re-interview-pass"}
    assert "storing the run" in [line.text for line in found.log]


def test_a_cancel_ends_a_training_inside_its_longest_step_and_leaves_nothing(home: Settings) -> None:
    job_id = job_desk.start(home, SCIENTIST, "train", {"document": ENDLESS})

    with working(home) as worker:
        until(home, job_id, is_tuning)
        job_desk.cancel(home, SCIENTIST, job_id)
        found = until(home, job_id, lambda one: not one.is_open)
        ours = [one for one in psutil.Process(worker.pid).children() if "job_process" in " ".join(one.cmdline())]

    assert found.state is JobState.CANCELLED
    assert registry.runs(home) == []
    assert (trained(home), ours) == (0, [])


def test_a_killed_worker_leaves_no_job_running(home: Settings) -> None:
    job_id = job_desk.start(home, SCIENTIST, "train", {"document": ENDLESS})

    with working(home) as worker:
        until(home, job_id, is_tuning)
        os.kill(worker.pid, signal.SIGKILL)
        found = until(home, job_id, lambda one: not one.is_open)

    assert found.state is JobState.FAILED
    assert "start it again" in (found.error or "")
    assert registry.runs(home) == []


def test_a_stopped_worker_takes_its_job_along_and_says_so(home: Settings) -> None:
    job_id = job_desk.start(home, SCIENTIST, "train", {"document": ENDLESS})

    with working(home):
        until(home, job_id, is_tuning)

    assert job_desk.job(home, SCIENTIST, job_id).state is JobState.FAILED
