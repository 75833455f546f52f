"""The comparison's report and command: the same figures in both languages, in HTML and on the terminal."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from dashboards import train_cli
from dashboards.reports.comparison_pen import ComparisonPen
from dashboards.reports.comparison_report import comparison_document
from dashboards.reports.comparison_words import WORDS
from dashboards.reports.document import Document
from dashboards.reports.html_document import html
from tests.training.company import SCIENTIST
from training.compare import compare
from training.pipeline import TrainedRun
from warehouse import identity
from warehouse.access import Principal, Role
from warehouse.settings import Settings


@pytest.fixture(scope="module")
def found(planted: Settings, run: TrainedRun) -> Any:
    """A run against its baselines."""
    return compare(planted, SCIENTIST, [run.run_id], draws=100)


def _texts(document: Document) -> str:
    grids = [grid for section in document.sections for grid in section.grids]
    grids += [chart.grid for section in document.sections for chart in section.charts]
    return "\n".join(cell for grid in grids for row in (grid.headers, *grid.rows) for cell in row)


def test_every_side_measure_and_slice_is_in_the_report(found: Any) -> None:
    text = _texts(comparison_document(found, "en"))

    for words in (
        "vendor's score",
        "logistic regression",
        "Brier score",
        "lift at the cut",
        "2025-Q",
        "not told apart",
    ):
        assert words in text


def test_the_chinese_report_has_the_same_tables(found: Any) -> None:
    english, chinese = (comparison_document(found, language) for language in ("en", "zh"))

    sizes = [
        [(len(grid.headers), len(grid.rows)) for section in one.sections for grid in section.grids]
        for one in (english, chinese)
    ]
    assert sizes[0] == sizes[1]
    assert chinese.title == WORDS["title"].zh
    assert "供应商得分" in _texts(chinese)


def test_groups_go_by_their_names_in_both_languages(found: Any) -> None:
    english, chinese = (ComparisonPen.of(found, language) for language in ("en", "zh"))

    assert english.group("F, 40 and over") == "female, 40 and over"
    assert chinese.group("F") == "女"


def test_undefined_figures_are_dashes_with_their_reason(found: Any) -> None:
    text = _texts(comparison_document(found, "en"))

    assert "The score is no chance between 0 and 1" in text
    assert "None" not in text
    assert "nan" not in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_stands_alone(found: Any, language: str) -> None:
    page = html(comparison_document(found, language))

    assert page.count("<svg") >= 2
    assert not any(word in page for word in ("<script", "http://", "https://", "src="))


@pytest.fixture
def command(planted: Settings, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """The command as a data scientist."""
    identity.grant(planted, Principal(id="op", roles=frozenset({Role.OPERATOR})), "sam", Role.DATA_SCIENTIST)
    monkeypatch.setenv("HIREGATE_HOME", str(planted.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", planted.database_url)
    monkeypatch.setenv("HIREGATE_PRINCIPAL", "sam")
    app = typer.Typer()
    app.command("train")(train_cli.train)
    app.command("compare")(train_cli.compare)
    return app


def test_the_command_writes_the_page_and_prints_one_json_document(
    command: typer.Typer,
    run: TrainedRun,
    tmp_path: Path,
) -> None:
    page = tmp_path / "comparison.html"

    result = CliRunner().invoke(
        command, ["compare", run.run_id, "--draws", "100", "--json", "--html", str(page), "--keep"]
    )

    printed = json.loads(result.stdout)
    assert (result.exit_code, printed["first"]) == (0, run.run_id)
    assert page.read_text().startswith("<!doctype html>")
    assert printed["stored_run_id"].isalnum()


def test_the_command_prints_tables_in_chinese(command: typer.Typer, run: TrainedRun) -> None:
    result = CliRunner().invoke(command, ["compare", run.run_id, "--draws", "100", "--language", "zh"])

    assert "相对首个运行有何变化" in result.stdout
    assert "校准斜率" in result.stdout
