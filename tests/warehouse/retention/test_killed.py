"""An erasure that is killed anywhere: nobody comes back meanwhile, and the same command again completes it."""

import signal
import subprocess
import sys

import pytest

from tests.warehouse.retention.conftest import ROWS, TELLING, Eraser, Load, Rows, files_holding, tables_holding
from tests.warehouse.retention.erase_and_die import STEPS
from warehouse.settings import Settings

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("step", STEPS)
def test_the_same_command_completes_a_killed_erasure(company: Settings, eraser: Eraser, rows: Rows, step: str) -> None:
    (company.home / "acme.csv").unlink()
    _killed(company, step)

    report = eraser()

    assert report.state == "erased"
    assert (tables_holding(company, TELLING), files_holding(company.home, TELLING)) == ([], [])
    assert rows("SELECT count(*), count(finished_at), count(work) FROM hr.erasure") == [(1, 1, 0)]


def test_a_killed_erasure_already_keeps_the_person_out(company: Settings, load: Load, rows: Rows) -> None:
    _killed(company, "before the search")

    report = load(ROWS[0].replace("60", "61"), *ROWS[1:])

    assert report.rows_rejected == 1
    assert rows("SELECT reason_code FROM landing.quarantine") == [("erased",)]


def _killed(settings: Settings, step: str) -> None:
    program = [sys.executable, "-m", "tests.warehouse.retention.erase_and_die"]
    done = subprocess.run(
        [*program, str(settings.home), settings.database_url, step], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
