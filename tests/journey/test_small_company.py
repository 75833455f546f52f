"""The main job on a company of 150 applications: it ends by saying that this is too little, and releases nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HIREGATE = str(Path(sys.executable).with_name("hiregate"))

pytestmark = pytest.mark.journey


def hiregate(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs the command on its own home, with its own embedded PostgreSQL."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HIREGATE_")}
    environment = {**clean, "HIREGATE_HOME": str(home)}
    return subprocess.run([HIREGATE, *words], capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """The demo of 150 applications; its PostgreSQL ends with the command."""
    return hiregate(tmp_path_factory.mktemp("home"), "demo", "--applications", "150", "--no-serve", "--json")


def test_the_demo_of_150_applications_says_not_enough_evidence_of_both_models(
    done: subprocess.CompletedProcess[str],
) -> None:
    verdicts = json.loads(done.stdout)["verdicts"]

    assert done.returncode == 0, done.stderr[-2000:]
    assert [one["verdict"] for one in verdicts] == ["not_enough_evidence"] * 2
    assert all(one["reason"].startswith("Too few rows: ") for one in verdicts)


def test_it_releases_nothing_and_says_so(done: subprocess.CompletedProcess[str]) -> None:
    assert json.loads(done.stdout)["champion"] is None
    assert "nothing is proposed" in done.stderr


def test_fewer_applications_are_refused_in_one_line(tmp_path: Path) -> None:
    refused = hiregate(tmp_path, "demo", "--applications", "149", "--no-serve")

    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1
    assert "150" in refused.stderr
