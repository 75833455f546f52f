"""Every metric, span and attribute that may leave this machine: the names, and the shape a value must have.

Only aggregates leave. There is no attribute for a person, a record's id or a score, the type checker refuses any other
name, and a value that does not look like a word of our own (too long, an address, a number of seven digits) becomes
`other`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypedDict

CounterName = Literal[
    "connector.records.read",
    "connector.records.written",
    "connector.records.rejected",
    "connector.http.errors",
    "webhook.verified",
    "webhook.rejected",
    "scores.given",
    "shadow.scores",
]
HistogramName = Literal["connector.lag.seconds"]
GaugeName = Literal["pipeline.freshness.seconds", "model.score.drift", "fairness.impact_ratio"]
SpanName = Literal[
    "http.request", "inbox.put", "intake", "refresh", "connector.run", "connector.request", "outbox.send", "score"
]


class Attributes(TypedDict, total=False):
    """The attributes there are; each names a part of Hiregate or of an outside system, never a record."""

    source: str
    entity: str
    connector: str
    target: str
    kind: str
    state: str
    reason: str
    error: str
    model: str
    recommendation: str
    feature: str
    attribute: str
    group: str
    method: str
    route: str
    status_code: int
    rows: int


class Instrument(StrEnum):
    """How a metric adds up: a growing count, a distribution, or the value of now."""

    COUNTER = "counter"
    HISTOGRAM = "histogram"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What a metric says, in which unit (UCUM), and the attributes it may carry."""

    instrument: Instrument
    unit: str
    says: str
    attributes: tuple[str, ...]


def _counter(unit: str, says: str, *attributes: str) -> Metric:
    return Metric(instrument=Instrument.COUNTER, unit=unit, says=says, attributes=attributes)


def _gauge(unit: str, says: str, *attributes: str) -> Metric:
    return Metric(instrument=Instrument.GAUGE, unit=unit, says=says, attributes=attributes)


METRICS: Mapping[str, Metric] = {
    "connector.records.read": _counter("{record}", "Records that a connector read.", "source", "entity"),
    "connector.records.written": _counter(
        "{record}", "Records that are new in the inbox, or that a target took.", "source", "entity"
    ),
    "connector.records.rejected": _counter(
        "{record}", "Records that the intake or a target refused.", "source", "entity", "reason"
    ),
    "connector.http.errors": _counter(
        "{error}", "Calls that an outside system refused or did not answer.", "source", "status_code"
    ),
    "webhook.verified": _counter("{event}", "Events that were signed rightly and are kept.", "source"),
    "webhook.rejected": _counter("{event}", "Events that were refused at the door.", "source", "reason"),
    "scores.given": _counter("{score}", "Scores given, by model and recommendation.", "model", "recommendation"),
    "shadow.scores": _counter("{score}", "Decisions that shadows scored or failed on.", "model", "state"),
    "connector.lag.seconds": Metric(
        instrument=Instrument.HISTOGRAM,
        unit="s",
        says="Seconds from an event at its source to the records.",
        attributes=("source", "entity"),
    ),
    "pipeline.freshness.seconds": _gauge("s", "Seconds since a source last brought something.", "source", "entity"),
    "model.score.drift": _gauge(
        "1", "Population stability index of a feature, from the gate of the champion.", "model", "feature"
    ),
    "fairness.impact_ratio": _gauge(
        "1", "Impact ratio of a group, from the gate of the champion.", "model", "attribute", "group"
    ),
}
"""Each metric by name; a test holds the names equal to the literals above."""

LAG_BOUNDS_S = (1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400, 604_800)
"""Upper bounds of the lag's buckets, seconds: from a live event to a week."""

OTHER = "other"
"""Stands for a value that does not look like a word of our own."""

_FEW_DIGITS = r"(?!(?:.*\d){7})"
_WORD = re.compile(_FEW_DIGITS + r"[A-Za-z][A-Za-z0-9_.:/+-]{0,63}")
_ROUTE = re.compile(_FEW_DIGITS + r"/[A-Za-z0-9_./{}:-]{0,99}")
_GROUP = re.compile(_FEW_DIGITS + r"[\w ,.+=/&()-]{1,64}")
_SHAPES: Mapping[str, re.Pattern[str]] = {"route": _ROUTE, "group": _GROUP}
_NUMBERS = frozenset({"status_code", "rows"})

Value = str | int


def allowed(
    attributes: Mapping[str, object], names: frozenset[str] | tuple[str, ...] | None = None
) -> dict[str, Value]:
    """What of `attributes` may leave: names of the list (and of `names`), values of the right shape."""
    known = Attributes.__annotations__ if names is None else names
    return {
        name: _value(name, value)
        for name, value in attributes.items()
        if name in known and name in Attributes.__annotations__ and value is not None
    }


def _value(name: str, value: object) -> Value:
    if name in _NUMBERS:
        return value if isinstance(value, int) else OTHER
    text = str(value)
    return text if _SHAPES.get(name, _WORD).fullmatch(text) else OTHER
