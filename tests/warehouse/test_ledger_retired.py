"""What the database refuses by itself of retirement and shadow, to plain SQL in the application's own role."""

import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models import releases
from tests.models.release_builder import CHECKER, MAKER, MODEL, approved, gated, promoted, proposed
from validation.decision_rule import State
from warehouse.ledger_values import STANDING, StoredRelease
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings

EVENT = (
    "INSERT INTO governance.release_event (model_name, release_id, kind, actor, reason, lease_until)"
    " VALUES (:model, :release, :kind, :actor, :reason, CASE WHEN :kind IN ('promoted', 'rolled_back')"
    " THEN now() + interval '1 day' END) RETURNING release_event_id"
)


def _line(
    settings: Settings, release: StoredRelease, kind: str, *, by: str = CHECKER.id, reason: str = "by hand"
) -> int:
    with unit_of_work(settings, MAKER, DatabaseRole.APP) as session:
        given = {"model": release.model_name, "release": release.release_id, "kind": kind, "actor": by}
        return int(session.execute(text(EVENT), given | {"reason": reason}).scalar_one())


def _execute(settings: Settings, statement: str, **values: object) -> None:
    with unit_of_work(settings, MAKER, DatabaseRole.APP) as session:
        session.execute(text(statement), values)


@pytest.mark.parametrize("kind", [*STANDING, "approved", "shadowed", "unshadowed", "proposed"])
def test_no_line_follows_a_retirement(records: Settings, kind: str) -> None:
    release = approved(records)
    releases.retire(records, CHECKER, release.label, reason="old")

    with pytest.raises(DBAPIError, match="a retired release stays retired"):
        _line(records, release, kind)


def test_a_retired_release_cannot_be_made_champion_from_its_old_event(records: Settings) -> None:
    release = promoted(records)
    releases.retire(records, CHECKER, release.label, reason="unsafe", and_stop_serving=True)
    statement = (
        "INSERT INTO governance.champion SELECT model_name, release_id, release_event_id, lease_until, happened_at"
        " FROM governance.release_event WHERE kind = 'promoted'"
    )

    with pytest.raises(DBAPIError, match="a retired release stays retired"):
        _execute(records, statement)


def test_an_earlier_champion_comes_back_only_by_a_new_line(records: Settings) -> None:
    promoted(records, "run-a")
    promoted(records, "run-b")
    releases.retire(records, CHECKER, f"{MODEL}@2", reason="unsafe", and_stop_serving=True)
    statement = (
        "INSERT INTO governance.champion SELECT model_name, release_id, release_event_id, lease_until, happened_at"
        " FROM governance.release_event WHERE kind = 'promoted' ORDER BY release_event_id LIMIT 1"
    )

    with pytest.raises(DBAPIError, match="the last release that began to serve"):
        _execute(records, statement)


@pytest.mark.parametrize("kind", ["retired", "shadowed", "unshadowed", "approved", "waived", "sent_back"])
def test_the_maker_checks_nothing_by_sql(records: Settings, kind: str) -> None:
    release = proposed(records)

    with pytest.raises(DBAPIError, match="maker_is_not_checker"):
        _line(records, release, kind, by=MAKER.id)


def test_a_checkers_line_needs_a_reason(records: Settings) -> None:
    release = proposed(records)

    with pytest.raises(DBAPIError, match="reason_is_given"):
        _line(records, release, "retired", reason=" ")


def test_a_line_bears_its_releases_own_model(records: Settings) -> None:
    release = proposed(records)

    with pytest.raises(DBAPIError, match="own model name"):
        _execute(records, EVENT, model="another", release=release.release_id, kind="retired", actor="x", reason="y")


def test_a_promotion_by_hand_that_moves_no_champion_is_refused_at_its_commit(records: Settings) -> None:
    """Otherwise the history would name a champion that never served."""
    promoted(records, "run-a")
    other = approved(records, "run-b")

    with pytest.raises(DBAPIError, match="becomes the champion"):
        _line(records, other, "promoted")


def test_a_retirement_by_hand_that_leaves_the_champion_is_refused_at_its_commit(records: Settings) -> None:
    release = promoted(records)

    with pytest.raises(DBAPIError, match="serves no longer"):
        _line(records, release, "retired")


def test_the_champion_leaves_only_with_its_retirement(records: Settings) -> None:
    promoted(records)

    with pytest.raises(DBAPIError, match="append-only until its release is retired"):
        _execute(records, "DELETE FROM governance.champion")


def test_the_table_of_champions_cannot_be_emptied(records: Settings) -> None:
    promoted(records)

    with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
        _execute(records, "TRUNCATE governance.champion")


def test_a_third_shadow_is_refused_by_sql(records: Settings) -> None:
    made = [proposed(records, run) for run in ("run-a", "run-b", "run-c")]
    for release in made[:2]:
        _line(records, release, "shadowed")

    with pytest.raises(DBAPIError, match="at most 2 releases"):
        _line(records, made[2], "shadowed")


def test_the_champion_the_sent_back_and_the_blocked_go_into_no_shadow(records: Settings) -> None:
    champion, refused, blocked = promoted(records, "run-a"), proposed(records, "run-b"), proposed(records, "run-c")
    releases.send_back(records, CHECKER, refused.label, reason="no")
    gated(records, "run-c", states={"leakage": State.FAIL})

    for release, why in ((champion, "own shadow"), (refused, "sent back"), (blocked, "gate blocks")):
        with pytest.raises(DBAPIError, match=why):
            _line(records, release, "shadowed")


def test_only_what_is_in_shadow_leaves_it_by_sql(records: Settings) -> None:
    release = proposed(records)

    with pytest.raises(DBAPIError, match="only a release in shadow"):
        _line(records, release, "unshadowed")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE governance.shadow_score SET score = 1",
        "DELETE FROM governance.shadow_score",
        "TRUNCATE governance.shadow_score",
    ],
)
def test_shadow_scores_only_grow(records: Settings, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
        _execute(records, statement)


@pytest.mark.parametrize("role", [DatabaseRole.LAKE, DatabaseRole.VAULT, DatabaseRole.INTAKE, DatabaseRole.RETENTION])
def test_no_other_role_reads_a_shadows_scores(records: Settings, role: DatabaseRole) -> None:
    with pytest.raises(DBAPIError, match="permission denied"), unit_of_work(records, MAKER, role) as session:
        session.execute(text("SELECT score FROM governance.shadow_score"))


def test_a_decision_that_is_not_there_gets_no_score(records: Settings) -> None:
    release = proposed(records)
    _line(records, release, "shadowed")
    statement = (
        "INSERT INTO governance.shadow_score (decision_id, release_id, recommendation) VALUES (:id, :release, 'hold')"
    )

    _execute(records, statement, id=uuid.uuid4(), release=release.release_id)

    with unit_of_work(records, MAKER) as session:
        assert session.execute(text("SELECT count(*) FROM governance.shadow_score")).scalar_one() == 0
