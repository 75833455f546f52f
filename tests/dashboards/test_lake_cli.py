"""`hiregate refresh` from the command line."""

import json

import pytest
import typer
from typer.testing import CliRunner

from dashboards import lake_cli
from tests.builders import build
from tests.warehouse.lake.companies import company
from warehouse.settings import Settings

RUNNER = CliRunner()


@pytest.fixture
def command(records: Settings, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """The command in the environment of a small company."""
    monkeypatch.setenv("HIREGATE_HOME", str(records.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", records.database_url)
    build(records, company)
    app = typer.Typer()
    app.command()(lake_cli.refresh)
    return app


def test_refresh_prints_one_json_document_on_stdout(command: typer.Typer) -> None:
    result = RUNNER.invoke(command, ["--json"])

    taken = json.loads(result.stdout)
    assert (taken["is_full"], taken["rows_written"], set(taken["versions"])) == (
        True, 8, {"applications", "skill_scores", "performance", "stage_events", "decisions", "demographics"},
    )  # fmt: skip


def test_a_second_refresh_says_that_nothing_is_new(command: typer.Typer) -> None:
    first = json.loads(RUNNER.invoke(command, ["--json"]).stdout)

    second = json.loads(RUNNER.invoke(command, ["--json"]).stdout)

    assert (second["snapshot"], second["rows_written"]) == (first["snapshot"], 0)


def test_full_rebuilds(command: typer.Typer) -> None:
    RUNNER.invoke(command, [])

    result = RUNNER.invoke(command, ["--full"])

    assert (result.exit_code, result.stdout) == (0, "The lake is at snapshot 2; 8 rows were written.\n")
