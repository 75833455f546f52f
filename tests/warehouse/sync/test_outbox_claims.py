"""A message that is being sent belongs to its sender alone: nobody else takes it, makes it due or settles it."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.warehouse.sync.messages import HR_ADMIN, INTEGRATION, Clock, Told, draft, live_source, queue, rows, told
from warehouse.settings import Settings
from warehouse.sync import outbox, outbox_claims, outbox_delivery
from warehouse.sync.outbox_claims import CLAIM_S, claimed, kept, renew
from warehouse.sync.outbox_delivery import send_due
from warehouse.sync.outbox_errors import NotSettled
from warehouse.sync.outbox_receipts import record
from warehouse.sync.push import Message, Receipt, ReceiptState


@dataclass(slots=True, kw_only=True)
class Holding:
    """A target that keeps a request until the test lets it answer."""

    state: str = "failed"
    has_it: threading.Event = field(default_factory=threading.Event)
    may_answer: threading.Event = field(default_factory=threading.Event)

    def answer(self, message: Message) -> Receipt:
        """The receipt, once the test says so."""
        self.has_it.set()
        assert self.may_answer.wait(30)
        return Receipt(outbox_id=message.outbox_id, state=ReceiptState(self.state))


@contextlib.contextmanager
def sending(records: Settings, target: Holding, clock: Clock) -> Iterator[Told]:
    """A sender in a thread of its own whose request the target holds; it has ended after the block."""
    pusher = Told(answer=target.answer)
    sender = threading.Thread(target=send_due, args=(records,), kwargs={"lookup": pusher.lookup, "clock": clock})
    sender.start()
    try:
        assert target.has_it.wait(30)
        yield pusher
    finally:
        target.may_answer.set()
        sender.join()


def _failed_once(records: Settings) -> Clock:
    queue(records, draft(live_source(records)))
    send_due(records, lookup=told("failed").lookup, clock=(clock := Clock()))
    clock.pass_(seconds=10)
    return clock


def test_a_retry_of_what_is_being_sent_is_refused_and_it_is_sent_once(records: Settings) -> None:
    clock, target, second = _failed_once(records), Holding(state="confirmed"), told("confirmed")

    with sending(records, target, clock) as first:
        with pytest.raises(NotSettled, match="being sent at this moment"):
            outbox.retry(records, INTEGRATION, rows(records)[0].outbox_id)
        send_due(records, lookup=second.lookup, clock=clock)

    assert (len(first.pushed), second.pushed, rows(records)[0].state) == (1, [], "confirmed")


def test_what_was_given_up_while_it_was_sent_is_not_retried_before_its_sender_is_done(records: Settings) -> None:
    clock, target = _failed_once(records), Holding()
    number = rows(records)[0].outbox_id

    with sending(records, target, clock):
        outbox.give_up(records, HR_ADMIN, number)
        with pytest.raises(NotSettled, match="being sent"):
            outbox.retry(records, INTEGRATION, number)
    outbox.retry(records, INTEGRATION, number)

    assert (rows(records)[0].state, rows(records)[0].claim) == ("pending", None)


def test_a_claim_ends_with_the_result(records: Settings) -> None:
    clock = _failed_once(records)

    outbox.retry(records, INTEGRATION, rows(records)[0].outbox_id)
    send_due(records, lookup=told("failed").lookup, clock=clock)

    (row,) = rows(records)
    assert (row.state, row.claim, row.claimed_until) == ("failed", None, None)


def test_a_batch_that_outlasts_its_claim_is_sent_by_nobody_else(records: Settings) -> None:
    queue(records, draft(live_source(records)))
    clock = Clock()
    claim = claimed(records, "acme", 10, clock())

    clock.pass_(seconds=CLAIM_S - 1)
    renew(records, claim, clock())
    clock.pass_(seconds=CLAIM_S - 1)

    assert claimed(records, "acme", 10, clock()).messages == []


def test_a_sender_renews_its_claim_for_as_long_as_it_works(records: Settings) -> None:
    queue(records, draft(live_source(records)))
    claim = claimed(records, "acme", 10, (clock := Clock())())
    first_end = rows(records)[0].claimed_until
    is_renewed = threading.Event()

    def later() -> object:
        clock.pass_(seconds=1)
        if clock.now > first_end:
            is_renewed.set()
        return clock.now

    with kept(records, claim, later, every_s=0.001):
        while rows(records)[0].claimed_until == first_end:
            is_renewed.wait(0.01)

    assert rows(records)[0].claimed_until > first_end


def test_a_failure_of_a_sender_that_lost_its_claim_changes_nothing(records: Settings) -> None:
    queue(records, draft(live_source(records)))
    clock = Clock()
    slow = claimed(records, "acme", 10, clock())
    clock.pass_(seconds=CLAIM_S + 1)
    owner = claimed(records, "acme", 10, clock())

    record(records, slow, [], now=clock(), chance=lambda: 0.0)

    (row,) = rows(records)
    assert (row.state, row.claim) == ("pending", owner.key)


def test_a_success_of_a_sender_that_lost_its_claim_is_believed(records: Settings) -> None:
    """It arrived; the other sender's failure, a moment later, must not have it sent a third time."""
    queue(records, draft(live_source(records)))
    clock = Clock()
    slow = claimed(records, "acme", 10, clock())
    clock.pass_(seconds=CLAIM_S + 1)
    owner = claimed(records, "acme", 10, clock())
    arrived = Receipt(outbox_id=slow.messages[0].outbox_id, state=ReceiptState.CONFIRMED)

    record(records, slow, [arrived], now=clock(), chance=lambda: 0.0)
    record(records, owner, [], now=clock(), chance=lambda: 0.0)

    assert (rows(records)[0].state, rows(records)[0].claim) == ("confirmed", None)


def test_a_slow_target_does_not_hold_up_another(records: Settings) -> None:
    slow = Holding(state="confirmed")
    held, fast = Told(answer=slow.answer), told("confirmed")
    both = {live_source(records, "aaa"): held, live_source(records, "zzz"): fast}
    queue(records, *(draft(name) for name in both))
    is_sent = threading.Event()
    fast.answer = lambda message: (
        is_sent.set(),
        Receipt(outbox_id=message.outbox_id, state=ReceiptState.CONFIRMED),
    )[1]
    arguments = {"lookup": lambda of, name: both[name].lookup(of, name), "clock": Clock()}
    sender = threading.Thread(target=send_due, args=(records,), kwargs=arguments)

    sender.start()
    others_went_out = slow.has_it.wait(30) and is_sent.wait(30)
    slow.may_answer.set()
    sender.join()

    assert others_went_out


def test_one_pass_takes_no_more_of_a_target_after_a_while(records: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_delivery, "LONGEST_PASS_S", 0.0)
    queue(records, draft(live_source(records)))

    report = send_due(records, lookup=told("sent").lookup, clock=Clock())

    assert report.tried == 0


def test_claims_are_renewed_well_before_they_end() -> None:
    assert outbox_claims.RENEW_S * 3 < CLAIM_S
