"""Refused rows are tried again with a changed mapping, set aside or handed on; a dry run leaves no trace."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import cloned
from tests.warehouse.sync.intake_source import MAPPING, Source, application, interview
from validation.contracts import check_batch
from warehouse.access import AccessDenied, Role, principal
from warehouse.files.load import load_file
from warehouse.settings import Settings
from warehouse.sync.quarantine import NothingToSettle, assign, dismiss, resubmit

CLERK = principal("clerk", [Role.HR_ADMIN])
STATUS = "SELECT reason_code, status, settled_by, settled_at IS NOT NULL, note FROM landing.quarantine ORDER BY 1"
WIDER = MAPPING.replace("applied_at: applied}", "applied_at: {column: applied, format: '%d %b %Y'}}")
FILE_MAPPING = (
    "source: acme\ntables:\n  - {table: course, id: id, columns: {hire_id: hire, name: name, result: points}}\n"
)
TRACES = (
    "SELECT (SELECT count(*) FROM hr.application), (SELECT count(*) FROM landing.load),"
    " (SELECT count(*) FROM landing.quarantine WHERE status <> 'open'), (SELECT count(*) FROM landing.mapping),"
    " (SELECT count(*) FROM governance.audit_log)"
)


@pytest.fixture(scope="module")
def begun(module_records: Settings) -> Source:
    """A source with a sound application and one whose date its mapping cannot read, to be copied only."""
    source = Source(module_records)
    source.send_all([application(1), application(2, applied="7 Jan 2026")])
    source.take()
    return source


@pytest.fixture
def acme(server: Settings, begun: Source, tmp_path: Path) -> Iterator[Source]:
    """A source with a sound application and one whose date its mapping cannot read."""
    with cloned(server, tmp_path, of=begun.settings) as settings:
        yield begun.at(settings)


def test_with_a_mapping_that_reads_it_the_event_comes_in(acme: Source) -> None:
    acme.write_mapping(WIDER)

    done = resubmit(acme.settings, CLERK, "acme", check=check_batch, note="date format")

    assert (done.tried, done.refused) == (1, 0)
    assert acme.rows("SELECT count(*) FROM hr.application") == [(2,)]
    assert acme.rows(STATUS) == [("not_a_date", "resubmitted", "clerk", True, "date format")]


def test_a_dry_run_shows_masked_records_and_leaves_no_trace(acme: Source, tmp_path: Path) -> None:
    wider = tmp_path / "wider.yaml"
    wider.write_text(WIDER, encoding="utf-8")
    before = acme.rows(TRACES)

    done = resubmit(acme.settings, CLERK, "acme", check=check_batch, mapping=wider, dry_run=True)

    assert (done.tried, done.refused) == (1, 0)
    assert done.records["candidate"] == [{"record_id": "#…(2)", "full_name": "A…(12)", "email": "#…(15)"}]
    assert acme.rows(TRACES) == before


def test_what_is_still_refused_stays_open_once_however_often_it_is_tried(acme: Source) -> None:
    for _ in range(2):
        done = resubmit(acme.settings, CLERK, "acme", check=check_batch)

    assert [(item.code, item.column) for item in done.refusals] == [("not_a_date", "applied")]
    assert acme.rows("SELECT status FROM landing.quarantine") == [("open",)]


def test_trying_again_what_came_in_does_nothing(acme: Source) -> None:
    acme.write_mapping(WIDER)
    resubmit(acme.settings, CLERK, "acme", check=check_batch)
    before = acme.rows(TRACES)

    done = resubmit(acme.settings, CLERK, "acme", check=check_batch)

    assert done.tried == 0
    assert acme.rows(TRACES) == before


def test_a_resubmitted_event_undoes_nothing_that_came_after_it(acme: Source) -> None:
    acme.send(*application(2, family="sales"))
    acme.take()
    acme.write_mapping(WIDER)

    resubmit(acme.settings, CLERK, "acme", check=check_batch)

    assert acme.rows("SELECT job_family FROM hr.requisition") == [("sales",)]
    assert acme.rows("SELECT extract(day FROM applied_at) FROM hr.application WHERE source_record_id = 'A2'") == [(5,)]


def test_only_the_named_rows_are_tried(acme: Source) -> None:
    acme.send(*application(3, applied="8 Jan 2026"))
    acme.take()
    acme.write_mapping(WIDER)
    ((second,),) = acme.rows("SELECT max(quarantine_id) FROM landing.quarantine")

    resubmit(acme.settings, CLERK, "acme", check=check_batch, ids=[second])

    assert acme.rows("SELECT source_record_id FROM hr.application ORDER BY 1") == [("A1",), ("A3",)]


def test_refused_rows_of_a_file_come_in_from_the_raw_copy_alone(acme: Source, tmp_path: Path) -> None:
    mapping, file = tmp_path / "courses.yaml", tmp_path / "courses.csv"
    mapping.write_text(FILE_MAPPING, encoding="utf-8")
    file.write_text("id,hire,name,points\nC1,H1,Safety,7\nC2,H1,Law,seven\n", encoding="utf-8")
    acme.send_all([("hire", {"hire": "H1", "app": "A1", "started": "2026-02-01"})])
    acme.take()
    load_file(acme.settings, CLERK, file, source="acme", mapping=mapping)
    file.write_text("id,hire,name,points\nC1,H1,Safety,9\n", encoding="utf-8")
    load_file(acme.settings, CLERK, file, source="acme", mapping=mapping)
    mapping.write_text(
        FILE_MAPPING.replace("result: points", "result: {column: points, values: {seven: 7}, otherwise: keep}")
    )

    done = resubmit(acme.settings, CLERK, "acme", check=check_batch, mapping=mapping, ids=_of_file(acme))

    assert (done.tried, done.refused) == (1, 0)
    assert acme.rows("SELECT source_record_id, result FROM hr.course ORDER BY 1") == [("C1", 9.0), ("C2", 7.0)]


def _of_file(acme: Source) -> list[int]:
    return [row for (row,) in acme.rows("SELECT quarantine_id FROM landing.quarantine WHERE inbox_id IS NULL")]


def test_a_dismissed_row_says_who_and_why_and_is_tried_no_more(acme: Source) -> None:
    ((row,),) = acme.rows("SELECT quarantine_id FROM landing.quarantine")

    dismiss(acme.settings, CLERK, [row], note="a test event")

    assert acme.rows(STATUS) == [("not_a_date", "dismissed", "clerk", True, "a test event")]
    assert resubmit(acme.settings, CLERK, "acme", check=check_batch).tried == 0
    with pytest.raises(NothingToSettle):
        dismiss(acme.settings, CLERK, [row], note="again")


def test_a_row_can_be_handed_to_another_owner(acme: Source) -> None:
    ((row,),) = acme.rows("SELECT quarantine_id FROM landing.quarantine")

    assign(acme.settings, CLERK, [row], owner="ats_team")

    assert acme.rows("SELECT owner FROM landing.quarantine") == [("ats_team",)]


def test_every_act_leaves_its_line_in_the_audit_log(acme: Source) -> None:
    ((row,),) = acme.rows("SELECT quarantine_id FROM landing.quarantine")

    assign(acme.settings, CLERK, [row], owner="ats_team")
    resubmit(acme.settings, CLERK, "acme", check=check_batch)
    dismiss(acme.settings, CLERK, [row], note="a test event")

    actions = [action for (action,) in acme.rows("SELECT action FROM governance.audit_log ORDER BY position")]
    assert actions == ["assign_quarantine", "resubmit_quarantine", "dismiss_quarantine"]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DEPARTMENT_MANAGER, Role.DATA_SCIENTIST])
def test_who_may_not_settle_the_quarantine_cannot(acme: Source, role: Role) -> None:
    with pytest.raises(AccessDenied):
        resubmit(acme.settings, principal("p", [role]), "acme", check=None)
    with pytest.raises(AccessDenied):
        dismiss(acme.settings, principal("p", [role]), [1], note="no")


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b'{"app": "A\\u00009"}', "nul_character"),
        (b'{"person": {"notes": ["a", {"b\\u0000": 1}]}}', "nul_character"),
        (b'{"app": "\\ud83d"}', "not_json"),
        (b'{"score": NaN}', "not_json"),
        (b'{"score": -Infinity}', "not_json"),
        (b'{"a":' * 3000 + b"1" + b"}" * 3000, "not_json"),
        (b"\xef\xbb\xbf{}", "not_json"),
        (b'{"app": "\xff"}', "not_json"),
        (b"[1]", "not_an_object"),
    ],
    ids=["nul", "nul-in-a-name", "half-emoji", "nan", "infinity", "deep", "bom", "not-utf8", "list"],
)
def test_what_no_record_can_hold_is_quarantined_and_the_rest_goes_on(
    records: Settings, payload: bytes, code: str
) -> None:
    source = Source(records)
    source.send_all([("application", payload), application(1)])

    report = source.take()

    assert (report.failures, source.rows("SELECT count(*) FROM hr.application")) == ({}, [(1,)])
    assert source.rows("SELECT reason_code FROM landing.quarantine") == [(code,)]


@pytest.mark.parametrize("change", [{"score": "1e400"}, {"score": "9" * 400}, {"interview": "I" * 9000}])
def test_numbers_and_ids_beyond_all_measure_stop_no_source(records: Settings, change: dict[str, str]) -> None:
    source = Source(records)
    kind, body = interview(1)
    text = json.dumps(body | change).replace(f'"{change.get("score")}"', change.get("score", ""))
    source.send_all([application(1), (kind, text.encode()), application(2)])

    report = source.take()

    assert (report.failures, source.rows("SELECT count(*) FROM hr.application")) == ({}, [(2,)])


def test_two_backslashes_before_zeros_are_no_nul(records: Settings) -> None:
    source = Source(records)

    source.send_all([application(1, notes=r"C:\u0000")])

    assert source.take().rows_rejected == 0
