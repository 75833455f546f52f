"""What a load writes, what it leaves alone, and what it says before."""

import datetime as dt
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.warehouse.files.conftest import AT, LOADER, ROWS, Load, Rows, csv_text
from validation.contracts import check_batch
from warehouse import keys
from warehouse.access import NOBODY, AccessDenied
from warehouse.files.errors import FileRefused
from warehouse.files.load import load_file
from warehouse.settings import Settings


def test_one_row_feeds_several_tables(load: Load, rows: Rows) -> None:
    report = load(*ROWS)

    assert {table: counts.new for table, counts in report.tables.items()} == {
        "department": 2, "requisition": 2, "candidate": 3, "application": 3, "ai_interview": 2,
    }  # fmt: skip
    assert (report.rows_read, report.rows_new, report.rows_rejected) == (3, 3, 0)
    assert rows("SELECT count(*) FROM hr.skill_score") == [(4,)]


def test_keys_are_those_of_the_key_function(load: Load, rows: Rows) -> None:
    load(ROWS[0])

    assert rows("SELECT application_id, candidate_id, requisition_id, department_id FROM hr.application") == [
        tuple(
            keys.key(table, "acme", id_)
            for table, id_ in (("application", "A1"), ("candidate", "P1"), ("requisition", "R1"), ("department", "IT"))
        )
    ]


def test_a_score_is_brought_to_a_hundred_and_keeps_its_raw_value_and_scale(load: Load, rows: Rows) -> None:
    load(ROWS[0])

    assert rows("SELECT raw_score, scale_min, scale_max, score FROM hr.ai_interview") == [(7.0, 0.0, 10.0, 70.0)]
    assert rows("SELECT skill, score FROM hr.skill_score ORDER BY 1") == [("clarity", 60.0), ("logic", 80.0)]


def test_the_same_file_again_changes_nothing(load: Load, rows: Rows) -> None:
    load(*ROWS)
    before = rows("SELECT application_id, changed_xid::text, loaded_at FROM hr.application ORDER BY 1")

    report = load(*ROWS, at=AT + dt.timedelta(days=1))

    assert (report.rows_new, report.rows_changed, report.rows_unchanged) == (0, 0, 3)
    assert report.is_repeat
    assert rows("SELECT application_id, changed_xid::text, loaded_at FROM hr.application ORDER BY 1") == before


def test_a_changed_row_is_updated_in_place(load: Load, rows: Rows) -> None:
    load(*ROWS)
    before = rows("SELECT payload_hash FROM hr.candidate WHERE source_record_id = 'P1'")

    report = load(ROWS[0].replace("Ada Lovelace", "Ada King"), *ROWS[1:])

    assert report.tables["candidate"].changed == 1
    assert rows("SELECT full_name FROM hr.candidate WHERE source_record_id = 'P1'") == [("Ada King",)]
    assert rows("SELECT payload_hash FROM hr.candidate WHERE source_record_id = 'P1'") != before


def test_a_changed_interview_result_is_a_new_revision(load: Load, rows: Rows) -> None:
    load(*ROWS)

    load(ROWS[0].replace(",7,8,60", ",5,8,60"), *ROWS[1:])

    assert rows(
        "SELECT revision, is_current, score FROM hr.ai_interview WHERE source_record_id = 'A1' ORDER BY revision"
    ) == [(1, False, 70.0), (2, True, 50.0)]


def test_a_changed_skill_alone_is_a_new_revision_with_all_skills(load: Load, rows: Rows) -> None:
    load(*ROWS)

    load(ROWS[0].replace(",7,8,60", ",7,8,61"), *ROWS[1:])

    assert rows(
        "SELECT revision, skill, s.score FROM hr.skill_score s JOIN hr.ai_interview USING (ai_interview_id)"
        " WHERE source_record_id = 'A1' ORDER BY 1, 2"
    ) == [(1, "clarity", 60.0), (1, "logic", 80.0), (2, "clarity", 61.0), (2, "logic", 80.0)]


def test_a_dry_run_tells_the_same_and_writes_nothing(load: Load, rows: Rows, records: Settings) -> None:
    report = load(*ROWS, dry_run=True)

    assert report.rows_new == 3
    assert rows("SELECT (SELECT count(*) FROM hr.application) + (SELECT count(*) FROM landing.load)") == [(0,)]
    assert not records.raw.exists()


def test_the_raw_file_is_kept_once_for_its_owner_alone(load: Load, records: Settings) -> None:
    report = load(*ROWS)
    load(*ROWS)

    kept = list(records.raw.iterdir())
    assert [path.name for path in kept] == [report.sha256]
    assert stat.S_IMODE(kept[0].stat().st_mode) == 0o600
    assert kept[0].read_text(encoding="utf-8") == csv_text(*ROWS)


def test_the_mapping_is_stored_with_its_version(load: Load, rows: Rows) -> None:
    load(*ROWS)

    assert rows("SELECT version, document->>'source' FROM landing.mapping") == [(1, "acme")]
    assert rows("SELECT DISTINCT mapping_version FROM hr.application") == [(1,)]


def test_a_load_leaves_one_line_in_the_audit_log(load: Load, rows: Rows) -> None:
    report = load(*ROWS)

    assert rows("SELECT actor, action, subject FROM governance.audit_log") == [
        ("loader", "load_file", str(report.load_id))
    ]


def test_a_load_needs_the_permission(records: Settings) -> None:
    with pytest.raises(AccessDenied):
        load_file(records, NOBODY, "any.csv", source="acme")


def test_a_missing_file_is_named(records: Settings, mapping: object) -> None:
    with pytest.raises(FileRefused, match=r"gone\.csv: there is no such file"):
        load_file(records, LOADER, "/nowhere/gone.csv", source="acme", mapping=str(mapping))


def test_the_later_of_two_rows_with_one_id_counts(load: Load, rows: Rows) -> None:
    report = load(ROWS[0], ROWS[0].replace("Ada Lovelace", "Ada King"))

    assert rows("SELECT full_name FROM hr.candidate") == [("Ada King",)]
    assert [(f.table, f.unexpected_n) for f in report.findings if f.expectation == "conflicting_records"] == [
        ("candidate", 1)
    ]


def test_an_application_takes_the_department_of_a_requisition_that_an_earlier_file_brought(
    load: Load, rows: Rows, tmp_path: Path
) -> None:
    load(*ROWS)
    alone = tmp_path / "alone.yaml"
    alone.write_text(
        "source: acme\ntables:\n  - table: application\n    id: app\n"
        "    columns: {candidate_id: person, requisition_id: req, applied_at: applied}\n",
        encoding="utf-8",
    )

    load(content=b"app,person,req,applied\nA9,P3,R2,2026-01-09\n", by=alone)

    assert rows("SELECT department_id FROM hr.application WHERE source_record_id = 'A9'") == [
        (keys.key("department", "acme", "Sales"),)
    ]


def test_two_first_loads_of_one_source_at_once_take_turns(load: Load, rows: Rows) -> None:
    """Both find the mapping unknown; the second one waits and finds it registered."""
    with ThreadPoolExecutor() as pool:
        both = [pool.submit(load, row, name=f"{position}.csv") for position, row in enumerate(ROWS[:2])]

    assert [load.result().mapping_version for load in both] == [1, 1]
    assert rows("SELECT count(*) FROM hr.candidate") == [(2,)]


def test_a_load_without_contracts_says_that_it_lacks_them(load: Load, rows: Rows) -> None:
    """The gate finds no evidence in such a load."""
    load(*ROWS)

    assert rows("SELECT verdict, n, unexpected_n FROM landing.finding WHERE expectation = 'contracts_not_run'") == [
        ("not_enough_evidence", 0, 0)
    ]


def test_a_load_with_contracts_does_not_lack_them(load: Load, rows: Rows) -> None:
    load(*ROWS, check=check_batch)

    assert rows("SELECT count(*) FROM landing.finding WHERE expectation = 'contracts_not_run'") == [(0,)]
