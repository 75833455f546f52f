"""Orders of a system that treats Hiregate as its assessment vendor, and what was scored for them.

An order says only which application it is about and where its completion is told; name, mail and résumé of the
candidate that come with it are not kept. Its result is the score that the outbox holds for the same application, so
that what is shown is what was decided to be sent.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.access import Permission, Principal
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.sync.inbox import Arrival, put_all

ENTITY = "AssessmentOrder"
MOST_ORDERS = 50
"""Orders of one application and source."""

_ORDER = text("SELECT payload FROM landing.inbox WHERE source = :source AND idempotency_key = :key")
_SCORE = text(
    "SELECT payload FROM landing.outbox WHERE target = :source AND kind = 'score' AND payload->>'external_id' = :id"
    " AND (state <> 'dead' OR error_code IS DISTINCT FROM 'given_up') AND NOT is_dry_run"
    " AND (NOT needs_person OR released_by IS NOT NULL)"
    " ORDER BY outbox_id DESC LIMIT 1"
)


class TooManyOrders(RuntimeError):
    """An application was ordered more often than anybody could mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order: the `test` that was asked for, the application's id at the system, and its addresses there.

    `done_url` is told when there is a result; `profile_url` shows the application at the system.
    """

    test: str
    application: str
    done_url: str
    profile_url: str


def place(settings: Settings, principal: Principal, source: str, order: Order) -> str:
    """Keeps an order and answers its id; the same order again answers the same id. Needs SEND_INTERVIEWS.

    Raises TooManyOrders.
    """
    principal.require(Permission.SEND_INTERVIEWS)
    with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        for number in range(1, MOST_ORDERS + 1):
            identity = f"{order.application}-{number}"
            put_all(session, [_arrival(source, identity, order)])
            if _kept(session, source, identity) == order:
                return identity
    raise TooManyOrders(f"{source}: application {order.application} was ordered more than {MOST_ORDERS} times")


def order(settings: Settings, principal: Principal, source: str, identity: str) -> Order | None:
    """The order of this id; None where there is none. Needs SEND_INTERVIEWS."""
    principal.require(Permission.SEND_INTERVIEWS)
    with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        return _kept(session, source, identity)


def orders(session: Session, source: str, application: str) -> list[Order]:
    """All orders of an application, the oldest first."""
    found: list[Order] = []
    for number in range(1, MOST_ORDERS + 1):
        kept = _kept(session, source, f"{application}-{number}")
        if kept is None:
            return found
        found.append(kept)
    return found


def score(settings: Settings, principal: Principal, source: str, application: str) -> Mapping[str, object] | None:
    """The newest score that was decided to go to the system for this application. Needs SEND_INTERVIEWS.

    Whether the system could be told of it does not matter, for it asks itself; what a person gave up is not shown.
    """
    principal.require(Permission.SEND_INTERVIEWS)
    with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        found = session.scalar(_SCORE, {"source": source, "id": application})
    return cast("Mapping[str, object] | None", found)


def _arrival(source: str, identity: str, placed: Order) -> Arrival:
    body = {
        "partner_test_id": placed.test,
        "application_id": placed.application,
        "done_url": placed.done_url,
        "profile_url": placed.profile_url,
    }
    return Arrival(
        source=source,
        idempotency_key=f"{ENTITY}:{identity}",
        payload=json.dumps(body, sort_keys=True).encode(),
        content_type="application/json",
        entity=ENTITY,
    )


def _kept(session: Session, source: str, identity: str) -> Order | None:
    payload = session.scalar(_ORDER, {"source": source, "key": f"{ENTITY}:{identity}"})
    if payload is None:
        return None
    body = json.loads(bytes(payload))
    return Order(
        test=body["partner_test_id"],
        application=body["application_id"],
        done_url=body["done_url"],
        profile_url=body["profile_url"],
    )
