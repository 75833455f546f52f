"""Events to New Relic: flat, allow-listed, young, in parts it takes; one bad event never takes others with it."""

import datetime as dt
from collections.abc import Iterator

import pytest

from tests.standins import newrelic
from tests.standins.newrelic import NewRelic
from tests.standins.standin import running
from warehouse.sync.connectors import newrelic as connector
from warehouse.sync.connectors import registry
from warehouse.sync.kit.clock import JumpingClock
from warehouse.sync.kit.errors import Misconfigured
from warehouse.sync.push import SLOW_DOWN, Message, MessageKind, Pusher, Receipt, ReceiptState
from warehouse.sync.sources import Source

NOW = dt.datetime.now(dt.UTC)


def _source(url: str, **push: object) -> Source:
    auth = {"kind": "header", "header": "Api-Key", "value": "env:NR_KEY"}
    given = {"mode": "live", "base_url": url, "account_id": newrelic.ACCOUNT, "auth": auth, **push}
    return Source(name="acme_nr", connector="newrelic", mapping="newrelic", push=given)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[NewRelic, Pusher]]:
    """The stand-in, and a pusher that reaches it."""
    monkeypatch.setenv("NR_KEY", newrelic.KEY)
    server = newrelic.create()
    with running(server) as url:
        yield server, registry.pusher(_source(url), clock=JumpingClock(NOW))


def _message(
    number: int = 1, *, event: object = "hiregate.sync.run.v1", age_h: float = 0.0, **attributes: object
) -> Message:
    at = NOW - dt.timedelta(hours=age_h)
    payload = {"type": event, "at": at.isoformat(), "data": attributes or {"source": "acme", "rows": 7}}
    return Message(outbox_id=number, target="acme_nr", kind=MessageKind.WEBHOOK, subject=None, payload=payload)


def _outcomes(receipts: list[Receipt]) -> dict[int, tuple[str, str | None]]:
    return {receipt.outbox_id: (receipt.state.value, receipt.error_code) for receipt in receipts}


def test_an_event_is_flat_and_typed(stand_in: tuple[NewRelic, Pusher]) -> None:
    server, pusher = stand_in

    [receipt] = pusher.push([_message()])

    at = int(NOW.timestamp() * 1000)
    assert server.events == [{"eventType": "HiregateSyncRun", "timestamp": at, "source": "acme", "rows": 7}]
    assert (receipt.state, bool(receipt.receipt)) == (ReceiptState.SENT, True)


def test_an_alert_is_told_by_its_kind_and_verdict_and_not_by_its_sentence(stand_in: tuple[NewRelic, Pusher]) -> None:
    server, pusher = stand_in
    data = {"alert": {"en": "late", "zh": "迟到"}, "alert_kind": "stale", "verdict": "block", "about": "acme/Candidate"}

    pusher.push([_message(1, event="hiregate.alert.raised.v1", **data)])

    [event] = server.events
    assert {**event, "timestamp": 0} == {
        "eventType": "HiregateAlertRaised",
        "timestamp": 0,
        "kind": "stale",
        "state": "block",
    }


def test_many_events_are_one_compressed_call(stand_in: tuple[NewRelic, Pusher]) -> None:
    server, pusher = stand_in

    pusher.push([_message(number) for number in range(50)])

    assert len(server.events) == 50
    assert [one.headers.get("content-encoding") for one in server.seen] == ["gzip"]


def test_what_is_too_large_for_one_call_goes_in_several(
    stand_in: tuple[NewRelic, Pusher], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, pusher = stand_in
    monkeypatch.setattr(connector, "LARGEST_BYTES", 200)

    receipts = pusher.push([_message(number, source="s" + "abcdefghij"[number % 10] * number) for number in range(40)])

    assert len(server.events) == len(receipts) == 40
    assert max(server.sizes) <= 200


def test_a_413_halves_the_call(stand_in: tuple[NewRelic, Pusher], monkeypatch: pytest.MonkeyPatch) -> None:
    server, pusher = stand_in
    monkeypatch.setattr(newrelic, "LARGEST_BYTES", 150)

    receipts = pusher.push([_message(number, source="s" + "abcdefghij"[number % 10] * number) for number in range(40)])

    assert {receipt.state for receipt in receipts} == {ReceiptState.SENT}
    assert 413 in [one.status for one in server.seen]


def test_one_event_that_new_relic_refuses_takes_no_other_with_it(
    stand_in: tuple[NewRelic, Pusher], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, pusher = stand_in
    monkeypatch.setattr(newrelic, "_RESERVED", frozenset({"entity"}))

    receipts = pusher.push([_message(1), _message(2, entity="Candidate"), _message(3)])

    assert _outcomes(receipts) == {1: ("sent", None), 2: ("dead", "refused"), 3: ("sent", None)}
    assert len(server.events) == 2


def test_a_wrong_key_is_a_failure_that_may_pass(
    stand_in: tuple[NewRelic, Pusher], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, pusher = stand_in
    monkeypatch.setenv("NR_KEY", "another-licence")

    receipts = pusher.push([_message()])

    assert _outcomes(receipts) == {1: ("failed", "forbidden")}
    assert "another-licence" not in str(receipts)
    assert server.events == []


def test_too_many_calls_slow_the_whole_target_down(stand_in: tuple[NewRelic, Pusher]) -> None:
    server, pusher = stand_in
    server.faults.inject("429", retry_after="3600")

    [receipt] = pusher.push([_message()])

    assert (receipt.state, receipt.error_code, receipt.retry_after_s) == (ReceiptState.FAILED, SLOW_DOWN, 3600)


def test_a_short_429_is_waited_for(stand_in: tuple[NewRelic, Pusher]) -> None:
    server, pusher = stand_in
    server.faults.inject("429", retry_after="2", times=2)

    assert _outcomes(pusher.push([_message()])) == {1: ("sent", None)}
    assert [one.status for one in server.seen] == [429, 429, 200]


def test_after_a_failure_that_may_have_been_taken_it_is_not_sent_twice_in_one_push(
    stand_in: tuple[NewRelic, Pusher],
) -> None:
    server, pusher = stand_in
    server.faults.inject("500")

    assert _outcomes(pusher.push([_message()])) == {1: ("failed", "unavailable")}
    assert len(server.seen) == 1


def test_what_new_relic_would_throw_away_is_not_sent(stand_in: tuple[NewRelic, Pusher]) -> None:
    server, pusher = stand_in

    receipts = pusher.push([_message(1, age_h=25), _message(2, age_h=23)])

    assert _outcomes(receipts) == {1: ("dead", "too_old"), 2: ("sent", None)}
    assert server.integration_errors == []


@pytest.mark.parametrize("kind", [MessageKind.SCORE, MessageKind.STATUS, MessageKind.STAGE_MOVE, MessageKind.NOTE])
def test_what_is_about_one_application_never_goes_there(stand_in: tuple[NewRelic, Pusher], kind: MessageKind) -> None:
    server, pusher = stand_in
    payload = {"external_id": "A-1", "score": 0.7}
    message = Message(outbox_id=1, target="acme_nr", kind=kind, subject="application:A-1", payload=payload)

    assert _outcomes(pusher.push([message])) == {1: ("dead", "not_aggregate")}
    assert server.seen == []


def test_an_attribute_that_is_not_on_the_list_is_left_out(stand_in: tuple[NewRelic, Pusher]) -> None:
    server, pusher = stand_in

    pusher.push([_message(1, source="acme", candidate="C-1", email="ada@example.org", score=0.7)])

    assert set(server.events[0]) == {"eventType", "timestamp", "source"}


@pytest.mark.parametrize("event", ["", "Sync Run", "ada@example.org", "x" * 3 + ".", 7, None])
def test_a_message_that_is_no_event_is_said_to_be_none(stand_in: tuple[NewRelic, Pusher], event: object) -> None:
    assert _outcomes(stand_in[1].push([_message(1, event=event)])) == {1: ("dead", "not_an_event")}


def test_a_source_without_its_account_is_refused() -> None:
    with pytest.raises(Misconfigured, match="account_id"):
        registry.pusher(_source("http://127.0.0.1:9", account_id="acme"))


def test_the_stand_in_throws_old_events_away_as_new_relic_does(stand_in: tuple[NewRelic, Pusher]) -> None:
    server, pusher = stand_in
    server.faults.inject("clock_skew", seconds=100_000)

    pusher.push([_message()])

    assert (server.events, len(server.integration_errors)) == ([], 1)
