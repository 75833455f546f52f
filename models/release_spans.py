"""The ledger's lines as spans of time: when each release served, when it ran in shadow, and which served before."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.release_history import standing
from warehouse.ledger_values import SERVING, SHADOWING, StoredEvent

CHAMPION, SHADOW = "champion", "shadow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when until when a release was the champion or in shadow; `ended` None lasts still."""

    label: str
    state: str
    began: dt.datetime
    ended: dt.datetime | None


def spans(events: Sequence[StoredEvent]) -> tuple[Span, ...]:
    """All spans, in the order of their beginning. A renewal of the champion begins a new one."""
    found: list[Span] = []
    serving: dict[str, StoredEvent] = {}
    shadows: dict[uuid.UUID, StoredEvent] = {}
    for event in events:
        began = serving.get(event.model_name)
        ends_service = event.kind == "retired" and began is not None and began.release_id == event.release_id
        if began is not None and (event.kind in SERVING or ends_service):
            found.append(_span(began, CHAMPION, event.happened_at))
            del serving[event.model_name]
        if event.kind in SERVING:
            serving[event.model_name] = event
        if event.kind in SHADOWING and event.release_id in shadows:
            found.append(_span(shadows.pop(event.release_id), SHADOW, event.happened_at))
        if event.kind == "shadowed":
            shadows[event.release_id] = event
    found += [_span(event, CHAMPION, None) for event in serving.values()]
    found += [_span(event, SHADOW, None) for event in shadows.values()]
    return tuple(sorted(found, key=lambda one: (one.began, one.label)))


def served_before(events: Sequence[StoredEvent]) -> tuple[StoredEvent, ...]:
    """The proposals of releases that served once, do not now, and were not retired; the newest first."""
    live = {event.release_id for event in standing(events)[0]}
    retired = {event.release_id for event in events if event.kind == "retired"}
    served = {event.release_id for event in events if event.kind in SERVING} - live - retired
    found = [event for event in events if event.kind == "proposed" and event.release_id in served]
    return tuple(reversed(found))


def proposers(events: Sequence[StoredEvent]) -> Mapping[uuid.UUID, str]:
    """Who proposed each release."""
    return {event.release_id: event.actor for event in events if event.kind == "proposed"}


def _span(event: StoredEvent, state: str, ended: dt.datetime | None) -> Span:
    return Span(label=f"{event.model_name}@{event.version}", state=state, began=event.happened_at, ended=ended)
