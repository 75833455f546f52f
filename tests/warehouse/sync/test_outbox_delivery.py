"""Sending: claimed, pushed, recorded; what fails climbs the ladder, what dies in between is sent again."""

import dataclasses

import pytest
import sqlalchemy as sa

from tests.warehouse.sync.messages import HR_ADMIN, INTEGRATION, Clock, Told, draft, live_source, queue, rows, told
from warehouse import postgres
from warehouse.access import NOBODY
from warehouse.settings import Settings
from warehouse.sync import outbox
from warehouse.sync.outbox_claims import CLAIM_S
from warehouse.sync.outbox_delivery import send_due
from warehouse.sync.outbox_ladder import LADDER_S, wait_s
from warehouse.sync.outbox_receipts import confirm
from warehouse.sync.push import GONE, SLOW_DOWN, Message, MessageKind, Receipt, ReceiptState
from warehouse.tables.landing import SyncRun


def _state(settings: Settings) -> list[str]:
    return [row.state for row in rows(settings)]


@pytest.mark.parametrize("state", ["sent", "confirmed"])
def test_a_message_that_was_taken_is_not_sent_again(records: Settings, state: str) -> None:
    pusher = told(state, receipt="row 7")
    queue(records, draft(live_source(records)))

    first = send_due(records, lookup=pusher.lookup, clock=Clock())
    again = send_due(records, lookup=pusher.lookup, clock=Clock())

    assert (first.tried, again.tried, _state(records)) == (1, 0, [state])
    assert rows(records)[0].receipt == "row 7"


def test_only_the_targets_own_word_confirms(records: Settings) -> None:
    queue(records, draft(live_source(records)))
    send_due(records, lookup=told("sent").lookup, clock=(clock := Clock()))
    sent = rows(records)[0]

    is_known = confirm(records, "acme", "k1", "row 7", now=clock())

    assert (sent.state, sent.confirmed_at) == ("sent", None)
    assert is_known
    assert _state(records) == ["confirmed"]


def test_a_failing_message_climbs_the_ladder_and_dies_after_ten_attempts(records: Settings) -> None:
    pusher, clock = told("failed", error_code="http_500", error="the endpoint answered 500"), Clock()
    queue(records, draft(live_source(records)))

    waits = []
    while _state(records) != ["dead"]:
        send_due(records, lookup=pusher.lookup, clock=clock)
        due = rows(records)[0].next_attempt_at
        waits.append((due - clock()).total_seconds() if due else None)
        clock.now = due or clock.now

    assert len(pusher.pushed) == 10
    assert all(rung <= wait <= rung * 1.2 for rung, wait in zip(LADDER_S[1:], waits[:-1], strict=True))


def test_the_key_and_number_of_earlier_attempts_come_with_every_attempt(records: Settings) -> None:
    pusher, clock = told("failed"), Clock()
    queue(records, draft(live_source(records)))

    for _ in range(3):
        send_due(records, lookup=pusher.lookup, clock=clock)
        clock.pass_(hours=1)

    assert [(one.idempotency_key, one.attempts) for one in pusher.pushed] == [("k1", 0), ("k1", 1), ("k1", 2)]


def test_what_was_sent_but_not_recorded_is_sent_again_with_the_same_key(records: Settings) -> None:
    """A killed sender leaves its claim; nobody else takes the message before the claim ends."""

    def killed(message: Message) -> Receipt:
        raise KeyboardInterrupt

    clock, dying, pusher = Clock(), Told(answer=killed), told("confirmed")
    queue(records, draft(live_source(records)))
    with pytest.raises(KeyboardInterrupt):
        send_due(records, lookup=dying.lookup, clock=clock)

    early = send_due(records, lookup=pusher.lookup, clock=clock).tried
    clock.pass_(seconds=CLAIM_S + 1)
    late = send_due(records, lookup=pusher.lookup, clock=clock).confirmed

    assert (early, late) == (0, 1)
    assert pusher.pushed[0].idempotency_key == dying.pushed[0].idempotency_key


def test_a_person_s_retry_still_tells_the_pusher_to_look_before_it_writes(records: Settings) -> None:
    """The attempt that timed out may have arrived; sent as a first one it would be written twice."""
    pusher, clock = told("failed", error_code="timed_out"), Clock()
    queue(records, draft(live_source(records)))
    send_due(records, lookup=pusher.lookup, clock=clock)

    outbox.retry(records, INTEGRATION, rows(records)[0].outbox_id)
    clock.pass_(seconds=2)
    send_due(records, lookup=pusher.lookup, clock=clock)

    assert [message.attempts for message in pusher.pushed] == [0, 1]


def test_a_late_failure_does_not_take_a_confirmation_back(records: Settings) -> None:
    """Two senders after one claim ran out: the slow one's failure comes after the other's success."""
    clock, fast = Clock(), told("confirmed")

    def overtaken(message: Message) -> Receipt:
        clock.pass_(seconds=CLAIM_S + 1)
        send_due(records, lookup=fast.lookup, clock=clock)
        return Receipt(outbox_id=message.outbox_id, state=ReceiptState.FAILED)

    queue(records, draft(live_source(records)))

    send_due(records, lookup=Told(answer=overtaken).lookup, clock=clock)

    assert _state(records) == ["confirmed"]


def test_what_arrived_while_somebody_gave_it_up_is_said_to_have_arrived(records: Settings) -> None:
    def overtaken(message: Message) -> Receipt:
        outbox.give_up(records, HR_ADMIN, message.outbox_id)
        return Receipt(outbox_id=message.outbox_id, state=ReceiptState.CONFIRMED)

    queue(records, draft(live_source(records)))

    send_due(records, lookup=Told(answer=overtaken).lookup, clock=Clock())

    (row,) = rows(records)
    assert (row.state, row.error_code) == ("confirmed", None)


def test_a_dry_run_and_an_unreleased_stage_move_are_never_pushed(records: Settings) -> None:
    pusher = told("sent")
    queue(
        records,
        draft(live_source(records, "dry", "dry_run")),
        draft(live_source(records), kind=MessageKind.STAGE_MOVE),
    )

    report = send_due(records, lookup=pusher.lookup, clock=Clock())

    assert (report.tried, pusher.pushed) == (0, [])


def test_a_target_that_was_switched_back_to_dry_run_holds_its_messages(records: Settings) -> None:
    queue(records, draft(live_source(records)))
    live_source(records, mode="dry_run")

    report = send_due(records, clock=Clock())

    assert (report.tried, _state(records)) == (0, ["pending"])


def test_a_released_stage_move_is_sent_and_leaves_a_line(records: Settings) -> None:
    queue(records, draft(live_source(records), kind=MessageKind.STAGE_MOVE))
    outbox.release(records, HR_ADMIN, rows(records)[0].outbox_id)

    send_due(records, lookup=told("confirmed").lookup, clock=Clock())

    with postgres.unit_of_work(records, NOBODY) as session:
        lines = session.execute(sa.text("SELECT action FROM governance.audit_log ORDER BY position")).scalars().all()
    assert lines == ["message_released", "stage_move_sent"]


def test_statuses_of_one_application_keep_their_order(records: Settings) -> None:
    pusher = told("failed")
    target = live_source(records)
    queue(records, draft(target, "old"), draft(target, "new"), draft(target, "other", subject="application:2"))

    send_due(records, lookup=pusher.lookup, clock=Clock())

    assert [one.idempotency_key for one in pusher.pushed] == ["old", "other"]


def test_a_target_that_is_gone_gets_nothing_more_until_it_is_enabled(records: Settings) -> None:
    target, clock = live_source(records), Clock()
    gone, pusher = told("dead", error_code=GONE), told("sent")
    gone.at_once = 1
    queue(records, draft(target, "a", subject=None), draft(target, "b", subject=None))

    send_due(records, lookup=gone.lookup, clock=clock)
    held = send_due(records, lookup=pusher.lookup, clock=clock).tried
    was_disabled = outbox.enable(records, INTEGRATION, target)
    after = send_due(records, lookup=pusher.lookup, clock=clock).sent

    assert (len(gone.pushed), held, was_disabled, after) == (1, 0, True, 1)


def test_a_target_that_asks_for_less_is_left_alone_as_long_as_it_says(records: Settings) -> None:
    target, clock = live_source(records), Clock()
    busy = told("failed", error_code=SLOW_DOWN, retry_after_s=600.0)
    busy.at_once = 1
    queue(records, draft(target, "a", subject=None), draft(target, "b", subject=None))

    send_due(records, lookup=busy.lookup, clock=clock)
    clock.pass_(seconds=599)
    early = send_due(records, lookup=busy.lookup, clock=clock).tried
    clock.pass_(seconds=2)
    late = send_due(records, lookup=told("sent").lookup, clock=clock).sent

    assert (len(busy.pushed), early, late) == (1, 0, 2)


def test_a_pusher_that_raises_repeats_nothing_of_its_error(records: Settings) -> None:
    def raises(message: Message) -> Receipt:
        raise RuntimeError("wei@example.com was refused")

    queue(records, draft(live_source(records)))

    send_due(records, lookup=Told(answer=raises).lookup, clock=Clock())

    (row,) = rows(records)
    assert (row.state, row.error_code) == ("failed", "RuntimeError")
    assert "wei" not in str(row.error)


def test_a_message_without_a_receipt_failed(records: Settings) -> None:
    pusher = Told(answer=lambda _: Receipt(outbox_id=-1, state=ReceiptState.SENT))
    queue(records, draft(live_source(records)))

    send_due(records, lookup=pusher.lookup, clock=Clock())

    assert (rows(records)[0].state, rows(records)[0].error_code) == ("failed", "no_receipt")


def test_each_batch_leaves_a_run_for_sync_health(records: Settings) -> None:
    queue(records, draft(live_source(records)))

    send_due(records, lookup=told("failed", error_code="http_500").lookup, clock=Clock())

    with postgres.unit_of_work(records, NOBODY) as session:
        run = session.scalars(sa.select(SyncRun)).one()
    assert (run.source, run.direction, run.state, run.rows_read, run.error_code) == (
        "acme", "push", "failed", 1, "http_500",
    )  # fmt: skip


@pytest.mark.parametrize(("attempts", "expected"), [(1, 5.0), (2, 300.0), (9, 86_400.0), (10, None)])
def test_the_ladder_is_that_of_the_standard(attempts: int, expected: float | None) -> None:
    assert wait_s(attempts, 0.0) == expected


def test_jitter_only_adds_and_a_longer_asked_wait_is_kept() -> None:
    assert wait_s(2, 1.0) == pytest.approx(360.0)
    assert wait_s(1, 0.5, asked_s=90.0) == 90.0


def test_messages_can_be_shown_as_plain_values(records: Settings) -> None:
    queue(records, draft(live_source(records)))

    line = outbox.lines(records, INTEGRATION)[0]

    assert dataclasses.asdict(line)["payload"] == {"external_id": "a1"}
