"""Events: their content and their keys go, waiting messages end, decisions lose their person and keep their numbers."""

import json
import uuid

import psycopg
import pytest
import sqlalchemy as sa

from tests.models.release_builder import MAKER
from tests.warehouse.retention.conftest import ERASER, TELLING, Eraser, Rows, files_holding, tables_holding
from tests.warehouse.sync.intake_source import MAPPING, Source, application, interview
from validation.contracts import check_batch
from warehouse import postgres, shadow_scores
from warehouse.keys import key
from warehouse.lake import pseudonyms
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.rebuild import rebuild
from warehouse.settings import Settings
from warehouse.shadow_scores import NewShadowScore
from warehouse.sync.intake import INTAKE
from warehouse.sync.quarantine import resubmit

APPLICATION = str(key("application", "acme", "A1"))
STATE = "SELECT to_jsonb(t) - 'changed_xid' FROM hr.{} t ORDER BY 1"


@pytest.fixture
def source(records: Settings) -> Source:
    """Two people by events, one interview of a third that nobody knows, and an event that no table takes."""
    source = Source(records)
    grace = {"id": "P2", "name": "Grace Hopper", "email": "grace@example.com"}
    source.send_all([application(1), application(2, person=grace), interview(1), interview(2), interview(3)])
    source.send("note", {"about": "ADA@example.com", "text": "called"})
    source.send("interview", b"not json: ada@example.com")
    source.take()
    return source


def test_no_event_tells_of_the_erased_person(source: Source, records: Settings, eraser: Eraser) -> None:
    eraser()

    assert tables_holding(records, TELLING) == []
    assert files_holding(records.home, TELLING) == []
    assert source.rows("SELECT count(*) FROM landing.inbox WHERE erased_at IS NOT NULL") == [(4,)]


def test_events_of_others_stay(source: Source, eraser: Eraser) -> None:
    eraser()

    assert source.rows("SELECT count(*) FROM landing.inbox WHERE payload <> '{}'") == [(3,)]
    assert source.rows("SELECT full_name FROM hr.candidate") == [("Grace Hopper",)]


def test_a_rebuild_from_events_gives_the_same_rows(source: Source, records: Settings, eraser: Eraser) -> None:
    eraser()
    before = [source.rows(STATE.format(table)) for table in ("candidate", "application", "ai_interview")]

    rebuild(records, ERASER, check=check_batch)

    assert [source.rows(STATE.format(table)) for table in ("candidate", "application", "ai_interview")] == before


@pytest.mark.parametrize("event", [application(1), interview(1, score=9), interview(7, app="A1")])
def test_a_later_event_is_refused_and_not_kept(
    source: Source, records: Settings, eraser: Eraser, event: tuple[str, dict[str, object]]
) -> None:
    eraser()
    source.send_all([event], key="later:A1:1")

    report = source.take()

    assert report.rows_rejected == 1
    assert source.rows("SELECT DISTINCT reason_code FROM landing.quarantine WHERE reason_code = 'erased'") == [
        ("erased",)
    ]
    assert tables_holding(records, TELLING) == []


def test_a_later_sweep_that_misses_the_person_keeps_no_id(records: Settings, eraser: Eraser) -> None:
    source = Source(records, mapping=MAPPING.replace("    id: interview\n", "    id: interview\n    gone: delete\n"))
    source.send_all([application(1), interview(1)])
    source.take()
    eraser()
    source.send("interview.gone", {}, key="interview.gone:I1:9")

    report = source.take()

    assert report.rows_rejected == 1
    assert tables_holding(records, (*TELLING, "I1")) == []


def test_an_event_that_waits_goes_too(source: Source, records: Settings, eraser: Eraser) -> None:
    source.send_all([interview(1, score=3)])

    eraser()

    assert source.take().rows_read == 0
    assert tables_holding(records, TELLING) == []


def test_refused_events_are_tried_again_past_the_erased(source: Source, records: Settings, eraser: Eraser) -> None:
    eraser()
    source.send_all([application(1)])
    source.take()

    done = resubmit(records, ERASER, "acme", check=check_batch)

    assert (done.tried, done.refused) == (1, 1)


def test_a_pending_message_ends(source: Source, records: Settings, eraser: Eraser, rows: Rows) -> None:
    with unit_of_work(records, INTAKE, DatabaseRole.INTAKE) as session:
        session.execute(
            sa.text(
                "INSERT INTO landing.outbox (target, kind, subject, idempotency_key, payload, created_by) VALUES"
                " ('hris', 'note', :subject, :subject, CAST(:payload AS jsonb), 'x')"
            ),
            {"subject": f"application:{APPLICATION}", "payload": json.dumps({"application_id": APPLICATION})},
        )

    eraser()

    assert rows("SELECT state, error_code, subject, payload FROM landing.outbox") == [("dead", "erased", None, {})]


def test_a_decision_keeps_its_numbers_and_loses_its_person(
    source: Source, records: Settings, eraser: Eraser, rows: Rows
) -> None:
    subject = pseudonyms.pseudonym(pseudonyms.key_of(records), "candidate", "P1")
    _decide(records, subject)
    _decide(records, "somebody else")

    report = eraser()

    kept = rows("SELECT subject, inputs, answer, score, request_sha256 FROM governance.decision ORDER BY subject")
    other, own = kept
    assert other[1] == {"skill": 1}
    assert own == (None, {}, {"score": 0.7, "reasons": [], "request_id": ""}, 0.7, "")
    assert report.counts["governance.decision"] == 1


def test_the_erased_persons_shadow_scores_go_and_the_others_stay(
    source: Source, records: Settings, eraser: Eraser, rows: Rows
) -> None:
    subject = pseudonyms.pseudonym(pseudonyms.key_of(records), "candidate", "P1")
    _decide(records, subject)
    _decide(records, "somebody else")
    _shadow(records)

    report = eraser()

    kept = rows("SELECT d.subject FROM governance.shadow_score s JOIN governance.decision d USING (decision_id)")
    assert kept == [("somebody else",)]
    assert report.counts["governance.shadow_score"] == 1


def test_a_shadow_that_comes_after_the_erasure_scores_nobody(
    source: Source, records: Settings, eraser: Eraser, rows: Rows
) -> None:
    """The decision was committed, the shadow scores it a moment later; in between the person was erased."""
    _decide(records, pseudonyms.pseudonym(pseudonyms.key_of(records), "candidate", "P1"))
    eraser()

    with unit_of_work(records, MAKER) as session:
        (decision,) = session.execute(sa.text("SELECT decision_id FROM governance.decision")).one()
        score = NewShadowScore(
            decision_id=decision, release_id=uuid.uuid4(), score=0.1, band="low", recommendation="hold"
        )
        written = shadow_scores.record(session, [score])

    assert written == 0
    assert rows("SELECT * FROM governance.shadow_score") == []


def test_a_named_erasure_takes_no_shadow_score_of_somebody_else(records: Settings) -> None:
    _decide(records, "somebody")
    _shadow(records)
    with psycopg.connect(postgres.address(records)) as owner:
        owner.execute(
            "INSERT INTO hr.erasure (erasure_id, people, reason, requested_by, key_fingerprint, counts)"
            " VALUES ('00000000-0000-4000-8000-000000000001', 1, 'r', 'x', 'k', '{}')"
        )
        owner.execute("SELECT set_config('hiregate.erasure', '00000000-0000-4000-8000-000000000001', true)")

        with pytest.raises(psycopg.errors.RestrictViolation, match="of nobody else"):
            owner.execute("DELETE FROM governance.shadow_score")


@pytest.mark.parametrize(
    "change", ["score = 0", "inputs = '{}'", "subject = NULL", "request_sha256 = 'x'", "decided_at = now()"]
)
def test_decisions_refuse_every_other_change(records: Settings, change: str) -> None:
    _decide(records, "somebody")

    with psycopg.connect(postgres.address(records)) as owner, pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute(f"UPDATE governance.decision SET {change}")


@pytest.mark.parametrize("change", ["score = 0", "subject = 'other'", "request_sha256 = 'x'"])
def test_a_named_erasure_lets_nothing_else_through(records: Settings, change: str) -> None:
    _decide(records, "somebody")
    with psycopg.connect(postgres.address(records)) as owner:
        owner.execute(
            "INSERT INTO hr.erasure (erasure_id, people, reason, requested_by, key_fingerprint, counts)"
            " VALUES ('00000000-0000-4000-8000-000000000001', 1, 'r', 'x', 'k', '{}')"
        )
        owner.execute("SELECT set_config('hiregate.erasure', '00000000-0000-4000-8000-000000000001', true)")

        with pytest.raises(psycopg.errors.RestrictViolation, match="and nothing else"):
            owner.execute(f"UPDATE governance.decision SET {change}")


def test_only_the_retention_role_blanks_decisions(records: Settings) -> None:
    with unit_of_work(records, ERASER) as session, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        session.execute(sa.text("SELECT governance.blank_decisions(gen_random_uuid(), ARRAY['x'])"))


ANSWER = '{"score": 0.7, "reasons": [{"code": "r"}], "request_id": "interview of P1"}'


def _decide(settings: Settings, subject: str) -> None:
    """A decision of a release that the owner puts there, for the tests of the ledger make real ones."""
    with psycopg.connect(postgres.address(settings)) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(
            "INSERT INTO governance.decision (decision_id, client, idempotency_key, request_sha256, subject,"
            " release_id, policy_version, score, cut_score, recommendation, inputs, answer)"
            " VALUES (%s, %s, %s, 'fp', %s, %s, 'p',"
            " 0.7, 0.5, 'advance', '{\"skill\": 1}', %s)",
            [uuid.uuid4(), MAKER.id, f"key {subject}", subject, uuid.uuid4(), ANSWER],
        )


def _shadow(settings: Settings) -> None:
    """A shadow's score of every decision, put there by the owner."""
    with psycopg.connect(postgres.address(settings)) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(
            "INSERT INTO governance.shadow_score (decision_id, release_id, score, band, recommendation)"
            " SELECT decision_id, gen_random_uuid(), 0.4, 'low', 'hold' FROM governance.decision"
        )
