"""The main job as a newcomer runs it: one command, real parts, and the story that the README tells."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HIREGATE = str(Path(sys.executable).with_name("hiregate"))
APPLICATIONS = "4000"
ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"

pytestmark = pytest.mark.journey


def hiregate(home: Path, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Runs the command on its own home, with its own embedded PostgreSQL."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HIREGATE_")}
    done = subprocess.run(
        [HIREGATE, *words], capture_output=True, text=True, env={**clean, "HIREGATE_HOME": str(home)}, check=False
    )
    assert done.returncode == code, done.stderr[-2000:]
    return done


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home for the whole journey; its PostgreSQL is stopped at the end."""
    folder = tmp_path_factory.mktemp("home")
    yield folder
    hiregate(folder, "down")


@pytest.fixture(scope="module")
def summary(home: Path) -> dict[str, Any]:
    """What the demo printed."""
    return dict(json.loads(hiregate(home, "demo", "--no-serve", "--applications", APPLICATIONS, "--json").stdout))


def test_the_first_model_is_blocked_for_its_impact_on_women(summary: dict[str, Any]) -> None:
    first = summary["verdicts"][0]

    assert first["verdict"] == "block"
    assert first["checks"]["adverse_impact.sex"] == "block"


def test_the_silent_change_of_the_vendor_asks_about_the_first_model_and_not_about_the_second(
    summary: dict[str, Any],
) -> None:
    """The first is fitted across the planted change, the second on people from after it."""
    assert [one["checks"]["vendor_change"] for one in summary["verdicts"]] == ["review", "pass"]


def test_the_second_model_is_not_blocked_and_promoted_by_two_people(summary: dict[str, Any]) -> None:
    second, champion = summary["verdicts"][1], summary["champion"]

    assert second["verdict"] in {"pass", "review", "not_enough_evidence"}
    assert champion["run"] == second["run"]
    assert champion["proposed_by"] != champion["approved_by"]


def test_the_summary_names_version_hash_snapshot_funnel_and_seconds(summary: dict[str, Any]) -> None:
    assert summary["champion"]["version"] == 1
    assert len(summary["champion"]["sha256"]) == 64
    assert summary["funnel"][0]["stage"] == "applied"
    assert summary["seconds"]["total"] > 0


def test_running_it_again_changes_neither_records_nor_champion(home: Path, summary: dict[str, Any]) -> None:
    again = json.loads(hiregate(home, "demo", "--no-serve", "--applications", APPLICATIONS, "--json").stdout)

    assert again["champion"]["version"] == 1
    assert again["champion"]["sha256"] == summary["champion"]["sha256"]
    assert again["funnel"] == summary["funnel"]


def test_the_history_and_the_chained_log_tell_who_did_what(home: Path, summary: dict[str, Any]) -> None:
    history = hiregate(home, "history", "--json", "--as", "demo-auditor").stdout
    verified = hiregate(home, "audit-log", "verify", "--as", "demo-auditor").stdout

    assert summary["champion"]["sha256"] in history
    assert verified


def test_the_maker_cannot_approve_the_own_release(home: Path, summary: dict[str, Any]) -> None:
    release = f"{summary['champion']['model']}@1"

    refused = hiregate(home, "approve", release, "--reason", "mine", "--as", "demo-data-scientist", code=2)

    assert len(refused.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("notebook", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(
    home: Path, summary: dict[str, Any], tmp_path: Path, notebook: Path
) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HIREGATE_")}
    command = [sys.executable, "-W", "ignore", "-m", "tests.journey.execute_notebook", str(notebook), str(tmp_path)]

    done = subprocess.run(
        command, capture_output=True, text=True, env={**clean, "HIREGATE_HOME": str(home)}, cwd=ROOT, check=False
    )

    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) >= 4


def test_notebooks_hold_no_results_and_no_logic_of_their_own() -> None:
    """Results would go stale in the repository, and a function of a notebook is tested by nobody."""
    cells = [
        cell
        for path in NOTEBOOKS.glob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]

    assert len(cells) > 20
    assert not any(cell["outputs"] or cell["execution_count"] for cell in cells)
    assert not any(line.startswith(("def ", "class ")) for cell in cells for line in cell["source"])
