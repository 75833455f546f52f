"""What the database itself refuses, whoever asks: as the application's own role, by plain SQL."""

import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.models.release_builder import CHECKER, MAKER, MODEL, approved, promoted, proposed
from warehouse import ledger
from warehouse.access import plain_name
from warehouse.ledger_values import StoredRelease
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings


def _execute(settings: Settings, statement: str, **values: object) -> None:
    with unit_of_work(settings, MAKER, DatabaseRole.APP) as session:
        session.execute(text(statement), values)


APPROVE = (
    "INSERT INTO governance.approval (approval_id, release_id, proposed_by, decided_by, answer, reason)"
    " VALUES (:id, :release, :maker, :checker, 'approved', 'because')"
)


@pytest.mark.parametrize("spelling", [MAKER.id, MAKER.id.upper(), f" {MAKER.id}", f"{MAKER.id[0]}\u200b{MAKER.id[1:]}"])
def test_the_maker_cannot_approve_by_sql_under_any_spelling(records: Settings, spelling: str) -> None:
    release = proposed(records)

    with pytest.raises(IntegrityError, match="maker_is_not_checker"):
        _execute(records, APPROVE, id=uuid.uuid4(), release=release.release_id, maker=MAKER.id, checker=spelling)


NAMES = [
    "Mia",
    " mia ",
    "mia\u00a0",
    "ｍｉａ",
    "mi\u200ba",
    "mi\u00ada",
    "\ufeffmia",
    "MIA\t",
    "李 明",
    "m\u00eda",
    "mi\u0301a",
    "x9",
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_the_database_reads_a_name_as_the_code_does(records: Settings, name: str) -> None:
    with unit_of_work(records, MAKER, DatabaseRole.APP) as session:
        read = session.execute(text("SELECT governance.plain_name(:name)"), {"name": name}).scalar_one()

    assert read == plain_name(name)


def test_the_maker_cannot_be_renamed_in_an_approval(records: Settings) -> None:
    """The proposer in the approval is tied to the release's own by a foreign key."""
    release = proposed(records)

    with pytest.raises(IntegrityError, match="fk_approval_release_id_proposed_by"):
        _execute(records, APPROVE, id=uuid.uuid4(), release=release.release_id, maker="somebody", checker=MAKER.id)


def test_the_maker_cannot_waive_by_sql(records: Settings) -> None:
    release = proposed(records)
    statement = (
        "INSERT INTO governance.waiver"
        " (waiver_id, release_id, proposed_by, check_name, signed_by, owner, reason, expires_at)"
        " VALUES (:id, :release, :maker, 'leakage', :maker, 'me', 'because', now() + interval '1 day')"
    )

    with pytest.raises(IntegrityError, match="maker_is_not_checker"):
        _execute(records, statement, id=uuid.uuid4(), release=release.release_id, maker=MAKER.id)


@pytest.mark.parametrize(
    "table", ["policy_version", "gate_result", "release", "approval", "release_event", "audit_log"]
)
@pytest.mark.parametrize(
    "verb", ["UPDATE governance.{table} SET {column} = {column}", "DELETE FROM governance.{table}"]
)
def test_the_ledger_only_grows(records: Settings, table: str, verb: str) -> None:
    promoted(records)
    column = {"audit_log": "actor", "policy_version": "name", "gate_result": "verdict"}.get(table, "release_id")

    with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
        _execute(records, verb.format(table=table, column=column))


def test_the_champion_cannot_be_removed(records: Settings) -> None:
    promoted(records)

    with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
        _execute(records, "DELETE FROM governance.champion")


def test_a_second_champion_of_one_name_is_impossible(records: Settings) -> None:
    promoted(records)
    statement = "INSERT INTO governance.champion SELECT * FROM governance.champion"

    with pytest.raises(IntegrityError):
        _execute(records, statement)


def test_the_champion_cannot_move_without_its_event(records: Settings) -> None:
    promoted(records, "run-a")
    other = approved(records, "run-b")

    with pytest.raises(DBAPIError, match="moves only with its ledger event"):
        _execute(records, "UPDATE governance.champion SET release_id = :release", release=other.release_id)


def test_the_lease_cannot_be_lengthened_by_hand(records: Settings) -> None:
    promoted(records)

    with pytest.raises(DBAPIError, match="moves only with its ledger event"):
        _execute(records, "UPDATE governance.champion SET lease_until = lease_until + interval '10 years'")


def _serve_by_hand(settings: Settings, release: StoredRelease, *, sent_back: bool) -> None:
    with unit_of_work(settings, MAKER, DatabaseRole.APP) as session:
        if sent_back:
            ledger.add_answer(session, release, answer="sent_back", by=CHECKER.id, reason="no")
        until = ledger.clock(session)
        event = ledger.add_event(session, release, kind="promoted", actor=MAKER.id, lease_until=until)
        ledger.move_champion(session, event)


def test_an_unapproved_release_cannot_be_made_champion_by_sql(records: Settings) -> None:
    release = proposed(records)

    with pytest.raises(DBAPIError, match="needs an approval"):
        _serve_by_hand(records, release, sent_back=False)


def test_a_sent_back_release_cannot_be_made_champion_by_sql(records: Settings) -> None:
    release = approved(records)

    with pytest.raises(DBAPIError, match="must not be sent back"):
        _serve_by_hand(records, release, sent_back=True)


def test_an_event_that_begins_service_needs_a_lease(records: Settings) -> None:
    release = approved(records)

    with pytest.raises(IntegrityError, match="serving_has_a_lease"), unit_of_work(records, MAKER) as session:
        ledger.add_event(session, release, kind="promoted", actor=MAKER.id)


def test_the_lake_and_the_vault_roles_read_no_release(records: Settings) -> None:
    promoted(records)

    for role in (DatabaseRole.LAKE, DatabaseRole.VAULT, DatabaseRole.INTAKE):
        with pytest.raises(DBAPIError, match="permission denied"), unit_of_work(records, MAKER, role) as session:
            session.execute(text("SELECT * FROM governance.release"))


def test_the_same_policy_is_registered_once(records: Settings) -> None:
    with unit_of_work(records, MAKER) as session:
        first = ledger.register_policy(session, name="p", version="2026-01-01", sha256="aa", document={})
        again = ledger.register_policy(session, name="p", version="2026-01-01", sha256="aa", document={})

    assert first == again


def test_a_release_reads_without_its_file_and_the_file_alone(records: Settings) -> None:
    release = promoted(records)

    with unit_of_work(records, MAKER) as session:
        (listed,) = ledger.releases(session, model_name=MODEL)
        content = ledger.artifact(session, release.release_id)

    assert listed == release
    assert content == b"run-a"
