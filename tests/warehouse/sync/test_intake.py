"""Events that wait in the inbox become records: in order, apart by source, and each either whole or in quarantine."""

import datetime as dt

import psycopg
import pytest
from psycopg import sql

from tests.warehouse.sync.intake_source import Source, application, interview
from warehouse import postgres
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.sync.inbox import Arrival, put_all
from warehouse.sync.intake import INTAKE, held_up


@pytest.fixture
def acme(records: Settings) -> Source:
    """A source with a mapping."""
    return Source(records)


INTERVIEWS = "SELECT source_record_id, revision, is_current, score FROM hr.ai_interview ORDER BY 1, 2"
QUARANTINE = "SELECT reason_code, column_name, owner, status FROM landing.quarantine ORDER BY quarantine_id"


def test_events_of_several_entities_become_records(acme: Source) -> None:
    acme.send_all([application(), interview()])

    report = acme.take()

    assert (report.rows_read, report.rows_rejected) == (2, 0)
    assert acme.rows(INTERVIEWS) == [("I1", 1, True, 70.0)]
    assert acme.rows("SELECT skill, score FROM hr.skill_score") == [("logic", 80.0)]


def test_a_handled_event_names_the_load_that_brought_it(acme: Source) -> None:
    acme.send(*application())

    acme.take()

    joined = "SELECT l.kind, l.rows_read, l.rows_new FROM landing.inbox i JOIN landing.load l USING (load_id)"
    assert acme.rows(joined) == [("events", 1, 1)]


def test_an_intake_without_anything_waiting_leaves_no_load(acme: Source) -> None:
    report = acme.take()

    assert report.batches == ()
    assert acme.rows("SELECT count(*) FROM landing.load") == [(0,)]


@pytest.mark.parametrize(
    ("payload", "code"),
    [(b"{", "not_json"), (b"[1]", "not_an_object"), (b'{"app": "A1", "dept": "\xff"}', "not_json")],
)
def test_what_is_no_json_object_goes_to_quarantine_and_blocks_nothing(acme: Source, payload: bytes, code: str) -> None:
    acme.send("application", payload)
    acme.send(*application())

    acme.take()

    assert acme.rows(QUARANTINE) == [(code, None, "hr_integration", "open")]
    assert acme.rows("SELECT count(*) FROM hr.application") == [(1,)]


def test_an_event_that_breaks_the_mapping_is_refused_alone_with_its_values_masked(acme: Source) -> None:
    acme.send_all([application(1), application(2, applied="soon"), interview()])

    acme.take()

    assert acme.rows(QUARANTINE) == [("not_a_date", "applied", "hr_integration", "open")]
    ((masked,),) = acme.rows("SELECT masked_values FROM landing.quarantine")
    assert (masked["_entity"], masked["applied"], masked["person.email"]) == ("application", "s…(4)", "#…(15)")


def test_a_batch_whose_every_event_is_refused_is_handled(acme: Source) -> None:
    acme.send(*application(applied="soon"))

    report = acme.take()

    assert (report.rows_read, report.rows_rejected) == (1, 1)
    assert acme.rows("SELECT count(*) FROM landing.inbox WHERE handled_at IS NULL") == [(0,)]


def test_an_event_that_breaks_a_data_contract_is_refused(acme: Source) -> None:
    acme.send(*application(applied="1901-01-05"))

    acme.take()

    assert acme.rows(QUARANTINE) == [("contract:between", "applied", "hr_integration", "open")]


def test_a_source_without_a_mapping_waits_and_holds_up_nobody(acme: Source, records: Settings) -> None:
    nobody = Source(records, "nobody")
    (nobody.folder / "nobody.yaml").unlink()
    nobody.send(*application())
    acme.send(*application())

    report = acme.take()

    assert report.failures == {"nobody": "source 'nobody' has no file and no mapping; its events wait"}
    assert acme.rows("SELECT source FROM landing.inbox WHERE handled_at IS NULL") == [("nobody",)]


def test_it_can_be_asked_whose_events_wait_for_a_mapping(acme: Source) -> None:
    acme.send(*application())
    before = held_up(acme.settings)
    (acme.folder / "acme.yaml").unlink()

    assert before == {}
    assert held_up(acme.settings) == {"acme": "source 'acme' has no file and no mapping; its events wait"}


def test_a_broken_mapping_holds_back_its_source_alone_and_blames_no_event(acme: Source, records: Settings) -> None:
    other = Source(records, "other")
    acme.write_mapping(
        "source: acme\ntables:\n  - {table: department, id: {column: dept, extract: '('}, columns: {name: dept}}\n"
    )
    acme.send(*application())
    other.send(*application())

    report = acme.take()

    assert list(report.failures) == ["acme"]
    assert acme.rows("SELECT source FROM landing.inbox WHERE handled_at IS NULL") == [("acme",)]


def test_a_value_that_the_database_cannot_hold_is_refused_alone(acme: Source) -> None:
    acme.send_all([application(1), application(2, applied="290000-01-05T00:00:00"), application(3)])

    acme.take()

    assert acme.rows("SELECT source_record_id FROM hr.application ORDER BY 1") == [("A1",), ("A3",)]


def test_scores_of_one_interview_in_one_batch_are_revisions_in_their_order(acme: Source) -> None:
    acme.send_all([application(), interview(score=7), interview(score=8), interview(score=8), interview(score=9)])

    report = acme.take()

    assert acme.rows(INTERVIEWS) == [("I1", 1, False, 70.0), ("I1", 2, False, 80.0), ("I1", 3, True, 90.0)]
    assert len(report.batches) == 3


def test_a_record_that_changes_between_two_scores_ends_as_the_last_event_says(acme: Source) -> None:
    acme.send_all([application(), interview(score=7), interview(score=8), application(family="sales")])

    acme.take()

    assert acme.rows("SELECT job_family FROM hr.requisition") == [("sales",)]


def test_a_second_interview_of_an_application_is_another_interview(acme: Source) -> None:
    acme.send_all([application(), interview(), interview(interview="I2", score=9)])

    acme.take()

    assert acme.rows(INTERVIEWS) == [("I1", 1, True, 70.0), ("I2", 1, True, 90.0)]


def test_batches_are_bounded_and_all_is_taken(acme: Source) -> None:
    acme.send_all([application(number) for number in range(10)])

    report = acme.take(limit=4)

    assert [batch.rows_read for batch in report.batches] == [4, 4, 2]
    assert acme.rows("SELECT count(*) FROM hr.application") == [(10,)]


def test_the_same_event_again_adds_nothing(acme: Source) -> None:
    acme.send(*application())
    acme.take()
    acme.send(*application())

    report = acme.take()

    assert report.batches[0].rows_unchanged == 1
    assert not report.brought_something


@pytest.mark.parametrize(("zone", "year"), [("Asia/Shanghai", 9999), ("America/New_York", 1)])
def test_a_time_at_the_calendars_end_holds_up_nothing(acme: Source, zone: str, year: int) -> None:
    """On the server's own wall clock it lies in a year that cannot be read back."""
    at = dt.datetime(9999, 12, 31, 23, tzinfo=dt.UTC) if year == 9999 else dt.datetime(1, 1, 1, tzinfo=dt.UTC)
    with psycopg.connect(postgres.address(acme.settings), autocommit=True) as connection:
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET TimeZone = {}").format(
                sql.Identifier(connection.info.dbname), sql.Literal(zone)
            )
        )
    far = Arrival(source="acme", idempotency_key="far", payload=b"{}", happened_at=at)
    with unit_of_work(acme.settings, INTAKE, DatabaseRole.INTAKE) as session:
        put_all(session, [far])
    acme.send(*application())

    report = acme.take()

    assert (report.failures, report.rows_read) == ({}, 2)
