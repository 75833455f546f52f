"""Files too may say which version of a record a row holds, and bring records in parts."""

from pathlib import Path

import pytest

from tests.warehouse.files.conftest import ROWS, Load, Rows

VERSIONED = """
source: acme
tables:
  - {table: department, id: dept, version: changed, columns: {name: name}}
"""
PARTS = """
source: acme
tables:
  - table: employee
    id: id
    merge: true
    columns: {full_name: name, email: mail, started_on: start, left_on: left}
"""


@pytest.fixture
def versioned(tmp_path: Path) -> Path:
    """A mapping of departments that carry the time of their last change."""
    path = tmp_path / "versioned.yaml"
    path.write_text(VERSIONED, encoding="utf-8")
    return path


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """A mapping of employees whose rows each hold only what is new."""
    path = tmp_path / "parts.yaml"
    path.write_text(PARTS, encoding="utf-8")
    return path


def test_an_older_file_that_is_loaded_late_changes_nothing(load: Load, rows: Rows, versioned: Path) -> None:
    load(content=b"dept,name,changed\nD1,New,2026-02-01\nD2,Same,2026-02-01\n", name="new.csv", by=versioned)

    report = load(content=b"dept,name,changed\nD1,Old,2026-01-01\nD3,Third,2026-01-01\n", name="old.csv", by=versioned)

    assert (report.rows_new, report.rows_changed, report.rows_unchanged) == (1, 0, 1)
    assert rows("SELECT name FROM hr.department ORDER BY 1") == [("New",), ("Same",), ("Third",)]


def test_of_two_rows_of_a_file_the_newer_version_counts_wherever_it_stands(
    load: Load, rows: Rows, versioned: Path
) -> None:
    load(content=b"dept,name,changed\nD1,New,2026-02-01\nD1,Old,2026-01-01\n", name="a.csv", by=versioned)

    assert rows("SELECT name FROM hr.department") == [("New",)]


def test_rows_in_parts_fill_each_other_in_one_file_and_over_several(load: Load, rows: Rows, parts: Path) -> None:
    load(content=b"id,name,mail,start,left\nE1,Ada,,2026-01-01,\nE1,,ada@example.com,,\n", name="a.csv", by=parts)

    load(content=b"id,name,mail,start,left\nE1,,,,2026-03-01\n", name="b.csv", by=parts)

    (found,) = rows("SELECT full_name, email, started_on::text, left_on::text FROM hr.employee")
    assert found == ("Ada", "ada@example.com", "2026-01-01", "2026-03-01")


def test_parts_that_break_a_rule_of_the_records_only_together_are_rejected(load: Load, rows: Rows, parts: Path) -> None:
    load(content=b"id,name,mail,start,left\nE1,Ada,,2026-02-01,\nE2,Alan,,2026-01-01,\n", name="a.csv", by=parts)

    load(content=b"id,name,mail,start,left\nE1,,,,2026-01-15\nE2,,,,2026-01-15\n", name="b.csv", by=parts)

    assert rows("SELECT row_number, reason_code FROM landing.quarantine") == [(2, "left_after_started")]
    assert rows("SELECT source_record_id FROM hr.employee WHERE left_on IS NOT NULL") == [("E2",)]


def test_a_file_without_versions_still_changes_what_it_brings(load: Load, rows: Rows) -> None:
    load(*ROWS)
    load(ROWS[0].replace("Ada Lovelace", "Ada King"))

    assert rows("SELECT full_name FROM hr.candidate ORDER BY 1")[0] == ("Ada King",)
