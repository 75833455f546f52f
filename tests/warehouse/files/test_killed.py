"""A load that is killed leaves nothing; the same command again gives what an undisturbed load gives."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.warehouse.files.conftest import HEADER, MAPPING, Load, Rows
from warehouse import postgres
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

ROWS = 4000
COUNTS = (
    "SELECT (SELECT count(*) FROM hr.candidate), (SELECT count(*) FROM hr.application),"
    " (SELECT count(*) FROM hr.skill_score), (SELECT count(*) FROM landing.quarantine),"
    " (SELECT count(*) FROM landing.load), (SELECT count(*) FROM governance.audit_log)"
)
PROGRAM = """
import sys
from pathlib import Path
from warehouse.access import Role, principal
from warehouse.files.load import load_file
from warehouse.settings import Settings
settings = Settings(home=Path(sys.argv[1]), database_url=sys.argv[2])
print("started", flush=True)
load_file(settings, principal("loader", [Role.HR_ADMIN]), sys.argv[3], source="acme", mapping=sys.argv[4])
"""


def _file(folder: Path) -> Path:
    path = folder / "many.csv"
    lines = [
        f"A{i},P{i},Name {i},p{i}@example.com,R{i % 9},D{i % 3},engineering,"
        f"{'soon' if i % 100 == 0 else '2026-01-05'},Indeed,{i % 10},{i % 10},{i % 100}"
        for i in range(ROWS)
    ]
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def _start(settings: Settings, file: Path, mapping: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PROGRAM, str(settings.home), postgres.address(settings), str(file), str(mapping)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_load_killed_at_any_moment_leaves_nothing_and_can_be_repeated(
    seed: int, records: Settings, rows: Rows, tmp_path: Path
) -> None:
    file, mapping = _file(tmp_path), tmp_path / "acme.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    waits = random.Random(seed)  # noqa: S311 - a moment, not a secret

    for _ in range(3):
        load = _start(records, file, mapping)
        assert load.stdout is not None
        load.stdout.readline()
        time.sleep(waits.uniform(0.0, 1.5))
        load.send_signal(signal.SIGKILL)
        load.communicate()
    last = _start(records, file, mapping)
    last.communicate()

    candidates, applications, skills, quarantined, loads, lines = rows(COUNTS)[0]
    assert (candidates, applications, skills, quarantined) == (3960, 3960, 7920, 40)
    assert loads == lines


def test_leftovers_of_killed_loads_are_swept_away(load: Load, records: Settings) -> None:
    orphan = records.home / "staging" / "load-killed"
    orphan.mkdir(parents=True)
    (orphan / "spill").write_text("personal", encoding="utf-8")
    records.raw.mkdir()
    (records.raw / ".incoming-killed").write_text("personal", encoding="utf-8")

    load("A1,P1,Ada,a@example.com,R1,IT,engineering,2026-01-05,Referral,7,8,60")

    assert not orphan.exists()
    assert not (records.raw / ".incoming-killed").exists()
