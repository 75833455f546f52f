"""All records can be made again from raw files and raw events, in whatever order and by whatever detours they came."""

from pathlib import Path

import pytest

from tests.warehouse.sync.intake_source import MAPPING, Source, application, interview
from validation.contracts import check_batch
from warehouse.access import Role, principal
from warehouse.files.load import load_file
from warehouse.files.targets import TABLES, target
from warehouse.rebuild import rebuild
from warehouse.settings import Settings
from warehouse.sync.quarantine import resubmit

pytestmark = pytest.mark.slow

CLERK = principal("clerk", [Role.HR_ADMIN])
MORE = (
    MAPPING.replace("    id: hire\n", "    id: hire\n    merge: true\n").replace(
        "columns: {application_id: app, started_on: started}",
        "columns: {application_id: app, started_on: started, left_on: left}",
    )
    + """
  - table: ai_interview
    id: interview
    when: {column: _entity, is: [interview.deleted]}
    gone: delete
  - table: employee
    id: hire
    when: {column: _entity, is: [hire]}
    columns: {full_name: name, started_on: started}
"""
)
FILE_MAPPING = (
    "source: acme\ntables:\n  - {table: course, id: id, columns: {hire_id: hire, name: name, result: points}}\n"
)
LANDING = (
    "SELECT (SELECT json_agg(q ORDER BY q.quarantine_id) FROM landing.quarantine q),"
    " (SELECT json_agg(i.load_id ORDER BY i.inbox_id) FROM landing.inbox i)"
)
VERSIONS = "SELECT to_jsonb(t) FROM landing.record_version t ORDER BY table_name, record_key"


def _state(source: Source) -> dict[str, object]:
    found = {
        name: source.rows(f"SELECT to_jsonb(t) - 'changed_xid' FROM {name} t ORDER BY 1")
        for name in (*(target(table).name for table in TABLES), "hr.skill_score")
    }
    return found | {"versions": source.rows(VERSIONS)}


def _history(source: Source, folder: Path) -> None:
    """Files and events in turns: revisions, late and partial ones, refused, resubmitted and deleted ones."""
    mapping, file = folder / "courses.yaml", folder / "courses.csv"
    mapping.write_text(FILE_MAPPING, encoding="utf-8")
    source.send("review", {"review": "V1", "hire": "H1", "rating": 4, "on": "2026-06-01"})
    source.send("hire", {"hire": "H1", "left": "2026-05-01", "name": "Ada"}, version=2)
    source.take()
    source.send_all([application(1), application(2, applied="7 Jan 2026"), interview(1, 5), interview(1, 6)])
    source.take()
    source.send("hire", {"hire": "H1", "app": "A1", "started": "2026-02-01"}, version=1)
    source.take()
    file.write_text("id,hire,name,points\nC1,H1,Safety,7\nC2,H1,Law,seven\n", encoding="utf-8")
    load_file(source.settings, CLERK, file, source="acme", mapping=mapping)
    source.send_all([interview(1, 8, interview="I9"), ("interview.deleted", {"interview": "I9"})])
    source.send(*interview(1, 9), version=20)
    source.send(*interview(1, 3), version=10)
    source.send("interview", b"{")
    source.take()
    source.write_mapping(MORE.replace("applied_at: applied}", "applied_at: {column: applied, format: '%d %b %Y'}}"))
    resubmit(source.settings, CLERK, "acme", check=check_batch)
    mapping.write_text(
        FILE_MAPPING.replace("result: points", "result: {column: points, values: {seven: 7}, otherwise: keep}")
    )
    resubmit(source.settings, CLERK, "acme", check=check_batch, mapping=mapping, ids=_of_file(source))
    source.send(*application(2, applied="8 Jan 2026", family="sales"))
    source.take()


def _of_file(source: Source) -> list[int]:
    return [row for (row,) in source.rows("SELECT quarantine_id FROM landing.quarantine WHERE inbox_id IS NULL")]


def test_a_rebuild_of_files_and_events_gives_the_same_rows_and_leaves_inbox_and_quarantine(
    records: Settings, tmp_path: Path
) -> None:
    source = Source(records, mapping=MORE)
    _history(source, tmp_path)
    before, landed = _state(source), source.rows(LANDING)

    counts = rebuild(records, CLERK, check=check_batch)

    assert _state(source) == before
    assert source.rows(LANDING) == landed
    expected = {"application": 2, "ai_interview": 3, "hire": 1, "employee": 1, "performance_review": 1, "course": 2}
    assert {table: counts[table] for table in expected} == expected
