"""Moves at Beisen against its stand-in: an answer for each application, and no move twice."""

from collections.abc import Iterator

import pytest

from tests.standins import beisen
from tests.standins.beisen import Beisen
from tests.standins.beisen_company import Company, guid
from tests.standins.standin import running
from warehouse.sync.connectors import registry
from warehouse.sync.kit.clock import JumpingClock
from warehouse.sync.kit.errors import Misconfigured
from warehouse.sync.push import SLOW_DOWN, Message, MessageKind, Pusher, Receipt
from warehouse.sync.sources import Source

MOVE = "Apply/TransferPhase"


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Beisen:
    monkeypatch.setenv("BEISEN_SECRET", beisen.SECRET)
    return Beisen(Company.of(5))


@pytest.fixture
def pusher(vendor: Beisen) -> Iterator[Pusher]:
    with running(vendor) as url:
        yield registry.pusher(source(url), clock=JumpingClock())


def source(url: str, **push: object) -> Source:
    pull = {
        "base_url": url,
        "app_id": beisen.APP,
        "app_secret": "env:BEISEN_SECRET",
        "tenant_id": beisen.TENANT,
        "timeout_seconds": 0.5,
    }
    stages = {"offer": {"phase": "offer", "status": "open"}}
    return Source(name="acme", connector="beisen", mapping="beisen", pull=pull, push={"stages": stages} | push)


def move(number: int, *, to: str = "offer", attempts: int = 0, kind: MessageKind = MessageKind.STAGE_MOVE) -> Message:
    payload = {"external_id": guid("apply", number), "to": to}
    return Message(
        outbox_id=number, target="acme", kind=kind, subject=f"application:{number}", payload=payload, attempts=attempts
    )


def states(receipts: list[Receipt]) -> dict[int, tuple[str, str | None]]:
    return {one.outbox_id: (one.state.value, one.error_code) for one in receipts}


def test_each_refused_application_has_its_own_reason(pusher: Pusher, vendor: Beisen) -> None:
    vendor.locked.add(guid("apply", 2))

    receipts = pusher.push([move(1), move(2), move(9)])

    assert states(receipts) == {
        1: ("confirmed", None),
        2: ("dead", "lockedApplyIds"),
        9: ("dead", "notExistApplyIds"),
    }
    assert vendor.company.applications[guid("apply", 1)]["processPhaseId"] == "offer"


def test_a_transfer_that_timed_out_after_it_was_done_is_not_repeated(pusher: Pusher, vendor: Beisen) -> None:
    vendor.faults.inject("timeout_after_commit", MOVE)
    first = pusher.push([move(1)])

    second = pusher.push([move(1, attempts=1)])

    assert states(first) == {1: ("failed", "timed_out")}
    assert states(second) == {1: ("confirmed", None)}
    assert len(vendor.transfers) == 1


def test_a_transfer_that_never_arrived_is_made_at_the_next_attempt(pusher: Pusher, vendor: Beisen) -> None:
    receipts = pusher.push([move(1, attempts=1), move(2)])

    assert states(receipts) == {1: ("confirmed", None), 2: ("confirmed", None)}
    assert len(vendor.transfers) == 1


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("AllSuccess", ("confirmed", None)),
        ("PartialSuccess", ("confirmed", None)),
        ("Fail", ("failed", "transfer_failed")),
        ("Running", ("sent", None)),
        ("Overtime", ("sent", None)),
    ],
)
def test_a_transfer_that_runs_by_itself_is_waited_for(
    pusher: Pusher, vendor: Beisen, state: str, expected: tuple[str, str | None]
) -> None:
    vendor.job_states = ["Running", state]

    assert states(pusher.push([move(1)])) == {1: expected}


@pytest.mark.parametrize("kind", [MessageKind.SCORE, MessageKind.STATUS, MessageKind.NOTE])
def test_what_has_no_documented_place_is_refused_and_nothing_is_called(
    pusher: Pusher, vendor: Beisen, kind: MessageKind
) -> None:
    receipts = pusher.push([move(1, kind=kind)])

    assert states(receipts) == {1: ("dead", "not_supported")}
    assert vendor.seen == []


def test_a_stage_without_a_phase_is_refused(pusher: Pusher) -> None:
    assert states(pusher.push([move(1, to="hire")])) == {1: ("dead", "unmapped_stage")}


def test_too_many_requests_slow_the_target_down(pusher: Pusher, vendor: Beisen) -> None:
    vendor.faults.inject("429", MOVE, retry_after="7200")

    receipts = pusher.push([move(1)])

    assert states(receipts) == {1: ("failed", SLOW_DOWN)}
    assert receipts[0].retry_after_s == 7200


@pytest.mark.parametrize(("kind", "code"), [("403", "forbidden"), ("500", "unavailable")])
def test_a_failing_call_leaves_the_messages_to_be_tried_again(
    pusher: Pusher, vendor: Beisen, kind: str, code: str
) -> None:
    vendor.faults.inject(kind, MOVE, times=9)

    assert states(pusher.push([move(1), move(2)])) == {1: ("failed", code), 2: ("failed", code)}


def test_a_call_that_fails_says_nothing_of_the_other_calls(pusher: Pusher, vendor: Beisen) -> None:
    vendor.company = Company.of(150)
    vendor.faults.inject("403", MOVE)

    receipts = pusher.push([move(number) for number in range(1, 151)])

    found = [one.state.value for one in receipts]
    assert (found.count("failed"), found.count("confirmed")) == (100, 50)


def test_an_expired_token_is_renewed(pusher: Pusher, vendor: Beisen) -> None:
    pusher.push([move(1)])
    vendor.expire_tokens()

    assert states(pusher.push([move(2)])) == {2: ("confirmed", None)}


def test_two_hundred_and_fifty_moves_are_three_calls(pusher: Pusher, vendor: Beisen) -> None:
    vendor.company = Company.of(250)

    receipts = pusher.push([move(number) for number in range(1, 251)])

    assert {one.state.value for one in receipts} == {"confirmed"}
    assert len(vendor.transfers) == 3


def test_stages_without_a_phase_are_refused_at_once() -> None:
    with pytest.raises(Misconfigured, match=r"push.stages.offer: phase is missing"):
        registry.pusher(source("https://openapi.italent.cn", stages={"offer": {"status": "x"}}))
