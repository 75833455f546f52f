"""All records can be made again from the raw files, and are the same."""

import datetime as dt

import pytest

from tests.warehouse.files.conftest import AT, LOADER, ROWS, Load, Rows
from warehouse.files.errors import FileRefused
from warehouse.rebuild import rebuild
from warehouse.settings import Settings

STATE = "SELECT to_jsonb(t) - 'changed_xid' FROM {table} t ORDER BY 1"
TABLES = ("hr.department", "hr.requisition", "hr.candidate", "hr.application", "hr.ai_interview", "hr.skill_score")


def _state(rows: Rows) -> list[object]:
    return [rows(STATE.format(table=table)) for table in TABLES]


def test_a_rebuild_gives_the_same_rows_with_revisions_and_dates(load: Load, rows: Rows, records: Settings) -> None:
    load(*ROWS)
    load(ROWS[0].replace(",7,8,60", ",5,8,60"), *ROWS[1:], at=AT + dt.timedelta(days=1))
    load(ROWS[2].replace("Grace Hopper", "Grace Murray Hopper"), at=AT + dt.timedelta(days=2))
    before = _state(rows)

    counts = rebuild(records, LOADER)

    assert _state(rows) == before
    assert counts["ai_interview"] == 3


def test_a_rebuild_adds_no_load_and_one_audit_line(load: Load, rows: Rows, records: Settings) -> None:
    load(*ROWS)

    rebuild(records, LOADER)

    assert rows("SELECT count(*) FROM landing.load") == [(1,)]
    assert rows("SELECT action FROM governance.audit_log ORDER BY position") == [("load_file",), ("rebuild_records",)]


def test_a_rebuild_without_a_raw_file_changes_nothing(load: Load, rows: Rows, records: Settings) -> None:
    report = load(*ROWS)
    (records.raw / report.sha256).unlink()

    with pytest.raises(FileRefused, match="is missing; restore it from the backup"):
        rebuild(records, LOADER)

    assert rows("SELECT count(*) FROM hr.application") == [(3,)]
