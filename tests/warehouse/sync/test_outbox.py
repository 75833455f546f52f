"""Messages out: queued once, in the transaction of their cause, and let out by a person where they must be."""

import pytest
import sqlalchemy as sa

from tests.warehouse.sync.messages import HR_ADMIN, INTEGRATION, configure, draft, live_source, queue, rows
from warehouse import postgres
from warehouse.access import NOBODY, AccessDenied, Principal, Role
from warehouse.settings import Settings
from warehouse.sync import outbox
from warehouse.sync.outbox_errors import NotReleasable, NotSettled, UnknownMessage, UnknownTarget
from warehouse.sync.push import MessageKind
from warehouse.tables.governance import AuditLog

_MOVE = MessageKind.STAGE_MOVE


def _actions(settings: Settings) -> list[str]:
    with postgres.unit_of_work(settings, NOBODY) as session:
        return list(session.scalars(sa.select(AuditLog.action).order_by(AuditLog.position)))


def test_the_same_key_for_the_same_target_is_queued_once(records: Settings) -> None:
    target = live_source(records)

    first, again = queue(records, draft(target)), queue(records, draft(target), draft(target, "k2"))

    assert (first, again, len(rows(records))) == (1, 1, 2)


def test_a_message_goes_with_the_transaction_that_caused_it(records: Settings) -> None:
    target = live_source(records)

    def fails_after_queueing() -> None:
        with postgres.unit_of_work(records, NOBODY) as session:
            outbox.enqueue(session, records, [draft(target)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_after_queueing()

    assert rows(records) == []


def test_a_target_runs_dry_unless_its_file_says_live(records: Settings) -> None:
    queue(records, draft(live_source(records, "dry", mode="dry_run")), draft(live_source(records, "wet")))

    assert [(row.target, row.is_dry_run) for row in rows(records)] == [("dry", True), ("wet", False)]


def test_messages_about_generated_records_are_never_sent(records: Settings) -> None:
    queue(records, draft(live_source(records), is_generated=True))

    assert rows(records)[0].is_dry_run


def test_a_target_that_nobody_knows_is_refused(records: Settings) -> None:
    with pytest.raises(UnknownTarget, match="channel:nowhere"):
        queue(records, draft("channel:nowhere"))


def test_a_stage_move_waits_for_a_person(records: Settings) -> None:
    queue(records, draft(live_source(records), kind=_MOVE))

    (row,) = rows(records)

    assert row.needs_person
    assert row.next_attempt_at is None


def test_releasing_makes_a_stage_move_due_and_leaves_a_line(records: Settings) -> None:
    queue(records, draft(live_source(records), kind=_MOVE, created_by="li"))

    outbox.release(records, HR_ADMIN, rows(records)[0].outbox_id)

    assert (rows(records)[0].released_by, rows(records)[0].next_attempt_at is not None) == ("mei", True)
    assert _actions(records) == ["message_released"]


def test_who_made_a_stage_move_cannot_let_it_out(records: Settings) -> None:
    queue(records, draft(live_source(records), kind=_MOVE, created_by="mei"))

    with pytest.raises(NotReleasable, match="another person"):
        outbox.release(records, HR_ADMIN, rows(records)[0].outbox_id)

    assert rows(records)[0].released_by is None


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.HR_ADMIN, Role.CANDIDATE}])
def test_only_hr_administration_lets_messages_out(records: Settings, role: Role) -> None:
    queue(records, draft(live_source(records), kind=_MOVE))

    with pytest.raises(AccessDenied):
        outbox.release(records, Principal(id="x", roles=frozenset({role})), rows(records)[0].outbox_id)


def test_a_dry_run_cannot_be_released(records: Settings) -> None:
    queue(records, draft(live_source(records, mode="dry_run"), kind=_MOVE))

    with pytest.raises(NotReleasable, match="dry run"):
        outbox.release(records, HR_ADMIN, rows(records)[0].outbox_id)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("state = 'sent'", "sent_only_when_let_out"),
        ("released_by = created_by", "maker_is_not_releaser"),
        ("needs_person = false", "stage_moves_need_a_person"),
    ],
)
def test_the_database_itself_keeps_stage_moves_with_a_person(records: Settings, change: str, rule: str) -> None:
    queue(records, draft(live_source(records), kind=_MOVE))

    with postgres.engine(records).connect() as connection, pytest.raises(sa.exc.IntegrityError, match=rule):
        connection.execute(sa.text(f"UPDATE landing.outbox SET {change}"))


def test_a_message_that_was_given_up_stays_and_can_be_tried_again(records: Settings) -> None:
    queue(records, draft(live_source(records)))
    number = rows(records)[0].outbox_id

    outbox.give_up(records, HR_ADMIN, number)
    dead = rows(records)[0].state
    outbox.retry(records, INTEGRATION, number)

    assert (dead, rows(records)[0].state) == ("dead", "pending")
    assert _actions(records) == ["message_given_up", "message_retried"]


def test_what_waits_is_not_retried(records: Settings) -> None:
    queue(records, draft(live_source(records)))

    with pytest.raises(NotSettled, match="pending"):
        outbox.retry(records, INTEGRATION, rows(records)[0].outbox_id)


def test_the_list_of_what_waits_for_a_person_holds_nothing_else(records: Settings) -> None:
    target = live_source(records)
    queue(
        records,
        draft(target),
        draft(target, "move", kind=_MOVE),
        draft(live_source(records, "dry", "dry_run"), kind=_MOVE),
    )

    waiting = outbox.lines(records, HR_ADMIN, waiting=True)

    assert [one.idempotency_key for one in waiting] == ["move"]


@pytest.mark.parametrize("role", [Role.HR_LEADER, Role.DEPARTMENT_MANAGER, Role.SCORING_CLIENT, Role.CANDIDATE])
def test_roles_without_the_loads_see_no_message(records: Settings, role: Role) -> None:
    with pytest.raises(AccessDenied):
        outbox.lines(records, Principal(id="x", roles=frozenset({role})))


def test_an_unknown_number_is_said_so(records: Settings) -> None:
    with pytest.raises(UnknownMessage, match="message 7"):
        outbox.line(records, HR_ADMIN, 7)


def test_a_webhook_of_the_file_is_a_target(records: Settings) -> None:
    configure(records, webhooks={"payroll": {"url": "https://example.com/in", "secrets": ["env:S"], "mode": "live"}})

    queue(records, draft("webhook:payroll", kind=MessageKind.WEBHOOK))

    assert not rows(records)[0].is_dry_run
