"""The files are the same for the same plan, whatever the blocks, and the manifest names them all."""

import csv
import datetime as dt
import hashlib
import json

import pytest

from warehouse.generate import company


def _hashes(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    for name in ("first", "second"):
        company.write(tmp_path / name, applications=700)

    assert _hashes(tmp_path / "first") == _hashes(tmp_path / "second")


@pytest.mark.parametrize("rows_at_once", [7, 97, 349])
def test_blocks_change_no_byte(tmp_path, rows_at_once):
    """Streaming bounds the memory only; a person who comes back may lie in any block."""
    company.write(tmp_path / "whole", applications=350)

    company.write(tmp_path / "blocks", applications=350, rows_at_once=rows_at_once)

    assert _hashes(tmp_path / "blocks") == _hashes(tmp_path / "whole")


def test_blocks_change_no_byte_of_a_large_company_parquet(tmp_path, monkeypatch):
    """Row groups of Parquet files have one size, whatever the blocks."""
    monkeypatch.setattr(company, "_MOST_APPLICATIONS_FOR_A_WORKBOOK", 10)
    monkeypatch.setattr("warehouse.generate.files._ROW_GROUP", 64)
    company.write(tmp_path / "whole", applications=2_000)

    company.write(tmp_path / "blocks", applications=2_000, rows_at_once=333)

    assert _hashes(tmp_path / "blocks") == _hashes(tmp_path / "whole")


def test_another_seed_writes_other_people(tmp_path):
    company.write(tmp_path / "first", applications=50)

    company.write(tmp_path / "second", applications=50, seed=1)

    first, second = _hashes(tmp_path / "first"), _hashes(tmp_path / "second")
    assert first["ats_candidates.csv"] != second["ats_candidates.csv"]


def test_one_application_is_a_company(tmp_path):
    truth = company.write(tmp_path, applications=1)

    assert truth.rows["ats_applications.csv"] == 1
    assert set(_hashes(tmp_path)) == {entry.file for entry in company.FILES} | {"manifest.json", "truth.json"}


def test_no_applications_are_refused(tmp_path):
    with pytest.raises(ValueError, match="at least one application, not 0"):
        company.write(tmp_path, applications=0)


def test_the_manifest_names_every_file_in_load_order_with_its_rows(tmp_path):
    truth = company.write(tmp_path, applications=400)

    entries = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["files"]

    assert [entry["file"] for entry in entries] == [entry.file for entry in company.files(400)]
    assert {entry["file"]: entry["rows"] for entry in entries} == truth.rows


def test_counted_rows_are_written_rows(tmp_path):
    truth = company.write(tmp_path, applications=400)

    for path in tmp_path.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            assert sum(1 for _ in csv.reader(file)) - 1 == truth.rows[path.name]


def test_a_large_company_has_no_workbook():
    names = [entry.file for entry in company.files(1_000_000)]

    assert "performance_reviews.parquet" in names
    assert not any(name.endswith(".xlsx") for name in names)


def test_progress_counts_applications_to_their_end(tmp_path):
    seen = []

    company.write(tmp_path, applications=25, rows_at_once=10, progress=lambda done, total: seen.append((done, total)))

    assert seen == [(10, 25), (20, 25), (25, 25)]


def test_a_history_may_end_on_any_day(tmp_path):
    company.write(tmp_path, applications=30, end=dt.date(2024, 2, 29))

    with (tmp_path / "ats_applications.csv").open(encoding="utf-8", newline="") as file:
        applied = [row["applied_at"] for row in csv.DictReader(file)]
    assert min(applied) >= "2021-03-02"
    assert max(applied) < "2024-03-01"
