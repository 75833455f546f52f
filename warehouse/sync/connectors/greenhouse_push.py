"""Tells Greenhouse that an assessment is done: a PATCH to the address that came with its order.

Greenhouse then asks for the result itself, so the message carries none. Only the hosts that the source's file names are
called; by default Greenhouse's own.
"""

from collections.abc import Sequence
from typing import cast
from urllib.parse import urlsplit

import httpx

from warehouse.access import Principal, Role
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings, load
from warehouse.sync import assessments
from warehouse.sync.assessments import Order
from warehouse.sync.kit.auth import auth_from
from warehouse.sync.kit.client import Client
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import (
    ConnectorError,
    Expired,
    Forbidden,
    Malformed,
    RateLimited,
    TimedOut,
    Unauthorized,
    Unavailable,
)
from warehouse.sync.push import Message, MessageKind, Receipt, ReceiptState
from warehouse.sync.secrets import hide
from warehouse.sync.sources import Source

HOSTS = ("app.greenhouse.io", "app2.greenhouse.io", "app3.greenhouse.io", "app.eu.greenhouse.io")
"""Where orders of Greenhouse are told done, unless `push.hosts` says otherwise."""

PUSHER = Principal(id="service:outbox", roles=frozenset({Role.INTERVIEW_SOURCE}))
_PASSING = (RateLimited, TimedOut, Unavailable, Unauthorized, Forbidden, Expired)
"""What may pass: a token that ran out or lost a right is renewed by a person, and results wait for that."""


class GreenhousePusher:
    """Tells one Greenhouse account; repeating a message does no harm there."""

    def __init__(self, settings: Settings, source: Source, transport: httpx.BaseTransport | None, clock: Clock) -> None:
        """Reads orders from the records of `settings`."""
        self._settings, self._source = settings, source
        self._transport, self._clock = transport, clock
        self._hosts = frozenset(cast("Sequence[str]", source.push.get("hosts", HOSTS)))

    def push(self, messages: Sequence[Message]) -> Sequence[Receipt]:
        """One receipt for each message; a score of an application that Greenhouse did not order has nowhere to go."""
        return [self._push(message) for message in messages]

    def _push(self, message: Message) -> Receipt:
        if message.kind is not MessageKind.SCORE:
            return _dead(message, "not_supported", "Greenhouse takes scores of ordered assessments only")
        application = str(message.payload.get("external_id", ""))
        with unit_of_work(self._settings, PUSHER, DatabaseRole.INTAKE) as session:
            ordered = assessments.orders(session, self._source.name, application)
        if not ordered:
            return _dead(message, "not_ordered", "Greenhouse did not order an assessment of this application")
        return self._tell(message, ordered)

    def _tell(self, message: Message, ordered: Sequence[Order]) -> Receipt:
        try:
            statuses = [self._patch(order) for order in ordered]
        except _PASSING as error:
            return Receipt(
                outbox_id=message.outbox_id,
                state=ReceiptState.FAILED,
                error_code=error.code,
                error=hide(str(error)),
                retry_after_s=error.retry_after_s,
            )
        except ConnectorError as error:
            return _dead(message, error.code, hide(str(error)))
        return Receipt(outbox_id=message.outbox_id, state=ReceiptState.CONFIRMED, receipt=str(statuses[-1]))

    def _patch(self, order: Order) -> int:
        parts = urlsplit(order.done_url)
        if parts.hostname not in self._hosts:
            raise Malformed(f"{self._source.name}: the order's address is of a host that is not on the source's list")
        base = f"{parts.scheme}://{parts.netloc}"
        auth = auth_from(cast("dict[str, object] | None", self._source.push.get("auth")), clock=self._clock)
        with Client(
            source=self._source.name, base_url=base, auth=auth, transport=self._transport, clock=self._clock
        ) as client:
            return client.request("PATCH", order.done_url, json={}, is_idempotent=True).status


def pusher(
    source: Source,
    *,
    transport: httpx.BaseTransport | None = None,
    clock: Clock = SYSTEM,
    settings: Settings | None = None,
) -> GreenhousePusher:
    """The pusher of a Greenhouse source (default: of the environment's records)."""
    return GreenhousePusher(settings or load(), source, transport, clock)


def _dead(message: Message, code: str, error: str) -> Receipt:
    return Receipt(outbox_id=message.outbox_id, state=ReceiptState.DEAD, error_code=code, error=error)
