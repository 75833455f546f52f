"""The commands that bring files in, as a person types them: words, JSON, one line for what is refused."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboards.cli import app
from tests.warehouse.files.conftest import MAPPING, ROWS, csv_text
from warehouse import postgres
from warehouse.settings import Settings


@pytest.fixture
def file(records: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A file of the source acme beside its mapping, in a home of its own."""
    monkeypatch.setenv("HIREGATE_HOME", str(records.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", records.database_url)
    (tmp_path / "acme.yaml").write_text(MAPPING, encoding="utf-8")
    path = tmp_path / "acme.csv"
    path.write_text(csv_text(*ROWS), encoding="utf-8")
    yield path
    postgres.engine(Settings(home=records.home, database_url=records.database_url)).dispose()


def _arguments(file: Path, *more: str) -> list[str]:
    return ["load", str(file), "--source", "acme", "--mapping", str(file.with_name("acme.yaml")), *more]


def test_a_load_tells_what_it_does_before_and_after(file: Path) -> None:
    result = CliRunner().invoke(app, _arguments(file))

    assert result.exit_code == 0
    assert "Loaded: acme.csv of acme, 3 rows: 3 new, 0 changed, 0 unchanged, 0 rejected." in result.stdout
    assert "application                    3           0           0           0" in result.stderr


def test_json_is_one_document_on_stdout(file: Path) -> None:
    result = CliRunner().invoke(app, _arguments(file, "--json"))

    report = json.loads(result.stdout)
    assert report["rows"] == {"read": 3, "new": 3, "changed": 0, "unchanged": 0, "rejected": 0}
    assert report["tables"]["candidate"]["new"] == 3


def test_a_dry_run_says_so_and_lists_no_load(file: Path) -> None:
    result = CliRunner().invoke(app, _arguments(file, "--dry-run"))

    assert result.stdout.startswith("Nothing written (dry run)")
    assert json.loads(CliRunner().invoke(app, ["loads", "--json"]).stdout) == []


def test_a_load_is_listed_with_its_rows(file: Path) -> None:
    CliRunner().invoke(app, _arguments(file))

    (row,) = json.loads(CliRunner().invoke(app, ["loads", "--json"]).stdout)

    assert (row["file"], row["generated"]) == (file.name, False)
    assert row["rows"] == {"read": 3, "new": 3, "changed": 0, "unchanged": 0, "rejected": 0}


def test_a_rebuild_counts_the_records_it_made_again(file: Path) -> None:
    CliRunner().invoke(app, _arguments(file))

    result = CliRunner().invoke(app, ["rebuild", "--json"])

    assert json.loads(result.stdout)["application"] == 3


def test_a_refused_file_is_one_line_and_exit_code_two(file: Path) -> None:
    file.write_text(csv_text(ROWS[0], "A2,P2"), encoding="utf-8")
    command = [sys.executable, "-c", "from dashboards.cli import main; main()", *_arguments(file)]

    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.returncode == 2
    assert result.stderr == "hiregate: acme.csv: row 3, 2 values where the header names 12 columns\n"
    assert result.stdout == ""
