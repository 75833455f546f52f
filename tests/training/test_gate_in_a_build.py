"""The gate in a build: the shipped example's own commands in a real home, its summary and its exit codes."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from dashboards.cli import app
from tests.training.company import SCIENTIST
from validation.policy import FOLDER
from warehouse import identity
from warehouse.access import Principal, Role
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "github-actions-gate.yml"
JOB: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text("utf-8"))["jobs"]["gate"]
OPERATOR = Principal(id="op", roles=frozenset({Role.OPERATOR}))


def step(name: str) -> str:
    """The shell commands of a step."""
    return str(next(one["run"] for one in JOB["steps"] if one.get("name") == name))


def build(settings: Settings, folder: Path, commands: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Runs a step as the runner does, with the product's own command on the path."""
    identity.grant(settings, OPERATOR, SCIENTIST.id, Role.DATA_SCIENTIST)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HIREGATE_")}
    environment = {
        **clean,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HIREGATE_HOME": str(settings.home),
        "HIREGATE_DATABASE_URL": str(settings.database_url),
        "HIREGATE_PRINCIPAL": SCIENTIST.id,
        "GITHUB_ENV": str(folder / "env"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        **given,
    }
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", commands]
    return subprocess.run(shell, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def built(planted: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The folder in which the example's steps ran, and what the gate's step answered."""
    folder = tmp_path_factory.mktemp("build")
    trained = build(planted, folder, step("Train"), CONFIGURATION="demo_job_related")
    assert trained.returncode == 0, trained.stderr
    name, _, run = (folder / "env").read_text("utf-8").strip().partition("=")
    return folder, build(planted, folder, step("Gate"), **{name: run})


Built = tuple[Path, subprocess.CompletedProcess[str]]
Gate = Callable[..., Result]


def test_the_examples_gate_blocks_with_one_when_the_verdict_is_block(built: Built) -> None:
    folder, done = built

    report = json.loads((folder / "gate.json").read_text("utf-8"))

    assert done.returncode == (1 if report["verdict"] == "block" else 0), done.stderr
    assert report["run_id"] == json.loads((folder / "run.json").read_text("utf-8"))["run_id"]


def test_the_examples_page_names_every_check(built: Built) -> None:
    folder, _ = built
    report = json.loads((folder / "gate.json").read_text("utf-8"))

    page = (folder / "summary.md").read_text("utf-8")

    assert page.startswith("## Release gate: ")
    assert all(f"| {check['check']} |" in page for check in report["checks"])


def test_the_examples_annotations_name_what_does_not_pass(built: Built) -> None:
    folder, done = built
    report = json.loads((folder / "gate.json").read_text("utf-8"))

    named = set(re.findall(r"^::(?:error|warning|notice) title=([^:]+)::", done.stderr, re.MULTILINE))

    assert named == {check["check"] for check in report["checks"] if check["verdict"] != "pass"}


@pytest.fixture
def gate(planted: Settings, built: Built, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """The gate's command once more for the run of the build, in this process: only its options differ."""
    folder, _ = built
    run = json.loads((folder / "run.json").read_text("utf-8"))["run_id"]
    monkeypatch.setenv("HIREGATE_HOME", str(planted.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", str(planted.database_url))
    monkeypatch.setenv("HIREGATE_PRINCIPAL", SCIENTIST.id)
    return lambda *words: CliRunner().invoke(app, ["gate", run, "--dry-run", *words])


def test_require_pass_exits_one_for_whatever_is_no_pass(gate: Gate) -> None:
    done = gate("--json", "--require-pass")

    assert json.loads(done.stdout)["verdict"] != "pass"
    assert done.exit_code == 1


def test_a_summary_that_cannot_be_written_is_named(gate: Gate) -> None:
    done = gate("--summary", "none/here.md")

    assert "here.md: cannot be written" in str(done.exception)


def test_the_examples_actions_are_pinned_to_commits() -> None:
    used = [one["uses"] for one in JOB["steps"] if "uses" in one]

    assert len(used) == 3
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", one) for one in used)


def test_the_gates_page_describes_every_check_that_a_policy_can_name() -> None:
    schema = json.loads((FOLDER / "policy.schema.json").read_text("utf-8"))
    page = (ROOT / "docs" / "gate.md").read_text("utf-8")

    described = set(re.findall(r"^\| `([a-z_]+)` \|", page.partition("## Policies")[0], re.MULTILINE))

    assert described == set(schema["properties"]["checks"]["properties"])
