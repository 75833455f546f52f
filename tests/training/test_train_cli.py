"""`hiregate train` and `compare` as a user meets them: one JSON document, a readable table, one line for bad input."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from dashboards import train_cli
from training.configuration import ConfigurationError
from training.pipeline import TrainedRun
from warehouse import identity
from warehouse.access import Principal, Role
from warehouse.settings import Settings

OPERATOR = Principal(id="op", roles=frozenset({Role.OPERATOR}))


@pytest.fixture
def command(planted: Settings, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """The commands against the planted company, as a data scientist."""
    identity.grant(planted, OPERATOR, "sam", Role.DATA_SCIENTIST)
    for name, value in {
        "HIREGATE_HOME": str(planted.home),
        "HIREGATE_DATABASE_URL": planted.database_url,
        "HIREGATE_PRINCIPAL": "sam",
    }.items():
        monkeypatch.setenv(name, value)
    app = typer.Typer()
    app.command("train")(train_cli.train)
    app.command("compare")(train_cli.compare)
    return app


def test_train_prints_one_json_document_and_nothing_else_on_stdout(command: typer.Typer) -> None:
    result = CliRunner().invoke(command, ["train", "--json"])

    printed = json.loads(result.stdout)
    assert (result.exit_code, printed["trained_by"]) == (0, "sam")
    assert printed["configuration"]["configuration"] == "demo_job_related"


def test_train_without_json_shows_the_model_beside_its_baselines_and_notes(command: typer.Typer) -> None:
    result = CliRunner().invoke(command, ["train", "--config", "demo_all_skills"])

    assert result.stdout.startswith("run        ")
    for words in ("this model", "vendor_score", "logistic", "Labels exist only for"):
        assert words in result.stdout


def test_compare_sets_runs_side_by_side(command: typer.Typer, run: TrainedRun) -> None:
    table = CliRunner().invoke(command, ["compare", run.run_id])
    document = CliRunner().invoke(command, ["compare", run.run_id, "--json"])

    assert "What changes against the first?" in table.stdout
    assert json.loads(document.stdout)["sides"][run.run_id]["auc"] > 0.5


def test_a_wrong_configuration_is_an_error_of_ours_that_names_the_file(command: typer.Typer, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("name: x\n")

    result = CliRunner().invoke(command, ["train", "--config", str(path)])

    assert isinstance(result.exception, ConfigurationError)
    assert "own.yaml" in str(result.exception)


def test_train_says_which_fit_it_is_and_what_counts_in_it(command: typer.Typer) -> None:
    result = CliRunner().invoke(command, ["train"])

    lines = result.stdout.splitlines()
    assert any(line.startswith("fit        ") for line in lines)
    assert any(line.startswith("weights    To predict who passes the re-interview, ") for line in lines)
    assert any("New weights → outcome of" in line for line in lines)
