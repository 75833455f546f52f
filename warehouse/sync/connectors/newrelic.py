"""New Relic's Event API: what happened in the pipeline as flat events. Metrics and traces go by `warehouse.telemetry`.

An event is what a rule for webhooks queues: `{"type": "hiregate.alert.raised.v1", "at": …, "data": {…}}`, here an
`eventType` HiregateAlertRaised. Its attributes pass the same list of names as a metric's; a message about one person or
one application is refused. New Relic answers one word for a whole call and tells of bad events later, so that an event
is `sent`, never `confirmed`.
"""

import datetime as dt
import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import httpx

from warehouse.sync.kit.client import Client
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import ConnectorError, Misconfigured, RateLimited, Refused
from warehouse.sync.push import SLOW_DOWN, Message, MessageKind, Receipt, ReceiptState
from warehouse.sync.sources import Source
from warehouse.telemetry_words import allowed

BASE_URL = "https://insights-collector.newrelic.com"
"""The collector of the US region; `push.base_url` names the EU's."""

LARGEST_BYTES = 900_000
"""Compressed bytes of one call; New Relic takes 1 MB."""

OLDEST = dt.timedelta(hours=24)
"""Older events are taken by New Relic and thrown away."""

_TYPE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,8}")
_VERSION = re.compile(r"\.v\d+$")
_RENAMED = {"alert_kind": "kind", "verdict": "state"}
_ACCOUNT = re.compile(r"\d{1,12}")

Event = tuple[Message, dict[str, object]]


def pusher(source: Source, *, transport: httpx.BaseTransport | None = None, clock: Clock = SYSTEM) -> "EventPusher":
    """The pusher of a source; it needs `push.account_id` and the licence key as `push.auth` (header `Api-Key`)."""
    account = str(source.push.get("account_id", ""))
    if not _ACCOUNT.fullmatch(account):
        raise Misconfigured(f"{source.name}: push.account_id is the number of the New Relic account")
    client = Client.of(source, part="push", transport=transport, clock=clock, base_url=BASE_URL)
    return EventPusher(client=client, account=account, clock=clock)


class EventPusher:
    """Sends events of one account."""

    def __init__(self, *, client: Client, account: str, clock: Clock) -> None:
        """`account` is the account's number."""
        self._client, self._path, self._clock = client, f"v1/accounts/{account}/events", clock

    def push(self, messages: Sequence[Message]) -> Sequence[Receipt]:
        """One receipt for each message; a part that is refused is halved until the bad event stands alone."""
        receipts: list[Receipt] = []
        events: list[Event] = []
        for message in messages:
            refused, event = self._event(message)
            if refused is not None:
                receipts.append(refused)
            else:
                events.append((message, event))
        return receipts + list(self._sent(events))

    def _event(self, message: Message) -> tuple[Receipt | None, dict[str, object]]:
        kind, at = message.payload.get("type"), _moment(message.payload.get("at"))
        if message.kind is not MessageKind.WEBHOOK or message.subject is not None:
            return _dead(message, "not_aggregate", "only what is about no single record goes to New Relic"), {}
        if not isinstance(kind, str) or not _TYPE.fullmatch(kind) or at is None:
            return _dead(
                message, "not_an_event", "an event has a name of letters and digits, and a time with a zone"
            ), {}
        if self._clock.now() - at > OLDEST:
            return _dead(message, "too_old", "New Relic keeps nothing that is older than 24 hours"), {}
        return None, {"eventType": _event_type(kind), "timestamp": int(at.timestamp() * 1000), **_attributes(message)}

    def _sent(self, events: Sequence[Event]) -> Iterator[Receipt]:
        if not events:
            return
        body = gzip.compress(json.dumps([event for _, event in events], separators=(",", ":")).encode())
        if len(body) > LARGEST_BYTES and len(events) > 1:
            yield from self._halved(events)
            return
        try:
            yield from self._taken(events, body)
        except Refused as error:
            if len(events) > 1 and error.status in {400, 413}:
                yield from self._halved(events)
            else:
                yield from (_dead(message, error.code, str(error)) for message, _ in events)
        except ConnectorError as error:
            yield from (_failed(message, error) for message, _ in events)

    def _halved(self, events: Sequence[Event]) -> Iterator[Receipt]:
        middle = len(events) // 2
        yield from self._sent(events[:middle])
        yield from self._sent(events[middle:])

    def _taken(self, events: Sequence[Event], body: bytes) -> list[Receipt]:
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        answer = self._client.request("POST", self._path, content=body, headers=headers)
        receipt = answer.at("uuid")
        return [
            Receipt(
                outbox_id=message.outbox_id,
                state=ReceiptState.SENT,
                receipt=receipt if isinstance(receipt, str) else None,
            )
            for message, _ in events
        ]


def _event_type(kind: str) -> str:
    """`hiregate.alert.raised.v1` as HiregateAlertRaised."""
    words = re.split(r"[._]", _VERSION.sub("", kind).removeprefix("hiregate."))
    return "Hiregate" + "".join(word.capitalize() for word in words)


def _attributes(message: Message) -> dict[str, str | int]:
    given = message.payload.get("data")
    facts = cast("Mapping[str, object]", given) if isinstance(given, Mapping) else {}
    return allowed({_RENAMED.get(name, name): value for name, value in facts.items()})


def _moment(given: object) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _dead(message: Message, code: str, error: str) -> Receipt:
    return Receipt(outbox_id=message.outbox_id, state=ReceiptState.DEAD, error_code=code, error=error)


def _failed(message: Message, error: ConnectorError) -> Receipt:
    return Receipt(
        outbox_id=message.outbox_id,
        state=ReceiptState.FAILED,
        error_code=SLOW_DOWN if isinstance(error, RateLimited) else error.code,
        error=str(error),
        retry_after_s=error.retry_after_s,
    )
