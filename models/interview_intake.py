"""The plain shape as arrivals: each item of a request becomes a row for the inbox, or faults that name no value."""

import datetime as dt
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from models.inbox_schemas import InterviewResult, SkillResult
from models.problems import Problem
from warehouse.access import Principal
from warehouse.settings import Settings
from warehouse.sync import sources
from warehouse.sync.envelopes import (
    INTERVIEW,
    Fault,
    MediaTypeUnknown,
    elements,
    interview_key,
    json_of,
    media_type,
)
from warehouse.sync.event_values import moment
from warehouse.sync.inbox import Arrival
from warehouse.sync.signatures import Delivery

DEFAULT_SOURCE = "plain_interviews"
"""The source of systems that have none of their own name."""

LOOK_AGAIN_S = 5.0
_MOST_KNOWN = 1_000
LOG = logging.getLogger("hiregate.inbox")
_FIELDS = frozenset({*InterviewResult.model_fields, *SkillResult.model_fields})
"""Names that may be repeated in an error; a caller's own field name could itself be a personal value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The system that sends, the source its rows stand under, and the zone of its wall clock."""

    id: str
    source: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A request's items in its order, each an arrival or its faults."""

    is_list: bool
    items: Sequence[Arrival | tuple[Fault, ...]]

    @property
    def arrivals(self) -> list[Arrival]:
        """Those that are right."""
        return [item for item in self.items if isinstance(item, Arrival)]


class Senders:
    """Which source each system sends as; source files are looked at again every few seconds."""

    def __init__(self, settings: Settings) -> None:
        """Reads nothing yet."""
        self._settings = settings
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Sender]] = {}

    def sender(self, principal: Principal) -> Sender:
        """The source named like the key's system, else the default one. Raises Problem `source_closed`."""
        with self._lock:
            until, known = self._known.get(principal.id, (0.0, None))
        if known is not None and until > time.monotonic():
            return known
        found = self._found(principal.id)
        with self._lock:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[principal.id] = (time.monotonic() + LOOK_AGAIN_S, found)
        return found

    def _found(self, id_: str) -> Sender:
        try:
            source = sources.source(self._settings, id_.removeprefix("system:"))
        except sources.UnknownSource:
            source = sources.source(self._settings, DEFAULT_SOURCE)
        except sources.SourceInvalid as error:
            LOG.warning("the source of %s lets nothing in: %s", id_, error)
            raise Problem("source_closed", headers={"Retry-After": "60"}) from error
        return Sender(id=id_, source=source.name, zone=ZoneInfo(source.timezone))


def items(sender: Sender, delivery: Delivery, idempotency_key: str | None) -> Items:
    """The items of one request. Raises EnvelopeError where it holds none that could be looked at."""
    if media_type(delivery) not in {"", "application/json"}:
        raise MediaTypeUnknown(Fault(path="content-type", code="not_json"))
    document = json_of(delivery.body)
    is_list = isinstance(document, list)
    found = list(elements(delivery.body)) if is_list else [(delivery.body, document)]
    keys = [f"{sender.id}:{idempotency_key}#{number}" if idempotency_key else None for number in range(len(found))]
    return Items(
        is_list=is_list,
        items=[_item(sender, raw, item, key) for (raw, item), key in zip(found, keys, strict=True)],
    )


def _item(sender: Sender, raw: bytes, document: object, key: str | None) -> Arrival | tuple[Fault, ...]:
    try:
        result = InterviewResult.model_validate(document, strict=True)
    except ValidationError as error:
        return tuple(_fault(one["loc"], one["type"]) for one in error.errors(include_input=False, include_url=False))
    if not _is_time(result.interview_time) or not isinstance(document, dict):
        return (Fault(path="interview_time", code="not_a_time"),)
    own = f"{sender.id}:event:{result.event_id}" if result.event_id else None
    derived = interview_key(sender.source, document, sender.zone, raw)
    return Arrival(
        source=sender.source,
        idempotency_key=key or own or str(derived),
        payload=raw,
        content_type="application/json",
        entity=INTERVIEW,
        happened_at=moment(result.interview_time, sender.zone),
    )


def _fault(place: tuple[int | str, ...], code: str) -> Fault:
    return Fault(path=".".join(str(part) for part in place if isinstance(part, int) or part in _FIELDS), code=code)


def _is_time(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
