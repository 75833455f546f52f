"""Events that wait for others, and records that are gone at their source."""

import pytest

from tests.warehouse.sync.intake_source import MAPPING, Source, application, interview
from warehouse.settings import Settings

OPEN = "SELECT reason_code, waits_in, waits_for IS NOT NULL FROM landing.quarantine WHERE status = 'open'"
REVIEW = ("review", {"review": "V1", "hire": "H1", "rating": 4, "on": "2026-06-01"})
HIRE = ("hire", {"hire": "H1", "app": "A1", "started": "2026-02-01"})
DELETING = MAPPING.replace("columns: {name: dept}", "columns: {name: dept}\n    gone: delete").replace(
    "    id: interview\n", "    id: interview\n    gone: delete\n"
)
WITHDRAWN = """
  - table: ai_interview
    id: interview
    when: {column: _entity, is: [interview.deleted]}
    gone: delete
"""


@pytest.fixture
def acme(records: Settings) -> Source:
    """A source with a mapping."""
    return Source(records)


def test_a_record_that_refers_to_one_that_is_not_there_waits_for_it(acme: Source) -> None:
    acme.send(*REVIEW)

    acme.take()

    assert acme.rows(OPEN) == [("missing_reference", "hire", True)]


def test_it_is_tried_again_once_what_it_waits_for_is_there(acme: Source) -> None:
    acme.send(*REVIEW)
    acme.take()
    acme.send_all([application(), HIRE])

    acme.take()

    assert acme.rows("SELECT source_record_id FROM hr.performance_review") == [("V1",)]
    assert acme.rows("SELECT status, settled_by FROM landing.quarantine") == [("resubmitted", "service:intake")]


def test_a_chain_of_records_in_the_wrong_order_comes_in_whole(acme: Source) -> None:
    for event in (REVIEW, HIRE, application()):
        acme.send(*event)
        acme.take()

    acme.take()

    assert acme.rows("SELECT count(*) FROM hr.performance_review") == [(1,)]
    assert acme.rows(OPEN) == []


def test_a_record_of_another_source_ends_the_wait_too(acme: Source, records: Settings) -> None:
    hris = Source(
        records,
        "hris",
        "source: acme\ntables:\n  - table: hire\n    id: hire\n"
        "    columns: {application_id: {column: app, source: 'acme'}, started_on: started}\n",
    )
    hris.send(*HIRE)
    hris.take()
    acme.send(*application())

    acme.take()

    assert acme.rows("SELECT source, source_record_id FROM hr.hire") == [("hris", "H1")]


def test_waiting_events_are_not_tried_while_nothing_arrives(acme: Source) -> None:
    acme.send(*REVIEW)
    acme.take()
    acme.send(*application())

    report = acme.take()

    assert [batch.rows_read for batch in report.batches] == [1]


def test_a_swept_record_stays_unless_the_mapping_says_otherwise(acme: Source) -> None:
    acme.send_all([application(), interview()])
    acme.take()
    acme.send("interview.gone", {}, key="interview.gone:I1:9")

    report = acme.take()

    assert acme.rows("SELECT count(*) FROM hr.ai_interview") == [(1,)]
    assert (report.batches[0].rows_unchanged, report.batches[0].findings) == (1, ())


def test_a_swept_record_is_deleted_with_all_revisions_where_the_mapping_says_so(acme: Source) -> None:
    acme.write_mapping(DELETING)
    acme.send_all([application(), interview(score=3), interview(score=4)])
    acme.take()
    acme.send("interview.gone", {}, key="interview.gone:I1:9")

    report = acme.take()

    assert acme.rows("SELECT (SELECT count(*) FROM hr.ai_interview), (SELECT count(*) FROM hr.skill_score)") == [(0, 0)]
    assert report.batches[0].rows_changed == 1


def test_what_others_refer_to_is_not_deleted(acme: Source) -> None:
    acme.write_mapping(DELETING)
    acme.send(*application())
    acme.take()
    acme.send("application.gone", {}, key="application.gone:IT:9")

    acme.take()

    assert acme.rows("SELECT reason_code, table_name FROM landing.quarantine") == [("still_referenced", "department")]
    assert acme.rows("SELECT count(*) FROM hr.department") == [(1,)]


def test_a_source_may_tell_of_a_deletion_itself(acme: Source) -> None:
    acme.write_mapping(MAPPING + WITHDRAWN)
    acme.send_all([application(), interview(), ("interview.deleted", {"interview": "I1"})])

    acme.take()

    assert acme.rows("SELECT count(*) FROM hr.ai_interview") == [(0,)]


def test_an_event_after_the_deletion_brings_the_record_back(acme: Source) -> None:
    acme.write_mapping(MAPPING + WITHDRAWN)
    acme.send_all([application(), interview(), ("interview.deleted", {"interview": "I1"}), interview(score=9)])

    acme.take()

    assert acme.rows("SELECT score FROM hr.ai_interview") == [(90.0,)]


def test_a_version_from_before_the_deletion_does_not_bring_it_back(acme: Source) -> None:
    acme.write_mapping(MAPPING + WITHDRAWN)
    acme.send_all([application(), interview()], version=1000)
    acme.send("interview.deleted", {"interview": "I1"}, version=3000)
    acme.take()
    acme.send(*interview(score=9), version=2000)

    acme.take()

    assert acme.rows("SELECT count(*) FROM hr.ai_interview") == [(0,)]


def test_events_that_no_table_takes_are_handled_and_said(acme: Source) -> None:
    acme.send("newsletter", {"text": "hello"})

    acme.take()

    assert acme.rows("SELECT expectation, sentence_en FROM landing.finding") == [
        ("unmapped", "1 of 1 events are of a kind that no table of the mapping takes: newsletter.")
    ]
