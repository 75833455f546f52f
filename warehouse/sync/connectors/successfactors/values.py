"""Values between OData v2's JSON and ours: dates to ISO 8601, lists without their wrapping, literals for filters.

`Edm.DateTimeOffset` is a moment and gets a `Z`; `Edm.DateTime` is a wall clock or a date and gets no zone, so that a
start date stays the same day everywhere. Whatever else a row holds, custom fields included, is kept as it is.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import cast

from warehouse.sync.kit.errors import Malformed

Row = dict[str, object]

_DATE = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def decoded(row: Mapping[str, object]) -> Row:
    """A row of the wire as plain JSON values, without metadata and navigations that were not asked for."""
    return {name: _value(value) for name, value in row.items() if name != "__metadata" and not _is_deferred(value)}


def _is_deferred(value: object) -> bool:
    return isinstance(value, dict) and "__deferred" in value


def _value(value: object) -> object:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [_value(one) for one in value]
    if isinstance(value, dict):
        inner = value.get("results")
        return [_value(one) for one in inner] if isinstance(inner, list) else decoded(value)
    return value


def _text(text: str) -> str:
    match = _DATE.fullmatch(text)
    if match is None:
        return text
    try:
        moment = _EPOCH + dt.timedelta(milliseconds=int(match[1]))
    except OverflowError:
        return text
    if match[2] is not None:
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    clock = moment.replace(tzinfo=None)
    return clock.date().isoformat() if clock.time() == dt.time() else clock.isoformat(timespec="milliseconds")


def moment(value: object) -> dt.datetime | None:
    """A decoded time as a moment; one without a zone is taken as UTC. None where there is none."""
    if not isinstance(value, str) or not value:
        return None
    try:
        read = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


def day(value: object) -> dt.date | None:
    """A decoded time's own day, on its own clock."""
    found = moment(value)
    return None if found is None else found.date()


def latest(moments: Iterable[dt.datetime | None]) -> dt.datetime | None:
    """The latest of the moments that are there."""
    return max((one for one in moments if one is not None), default=None)


def time_literal(kind: str, at: dt.datetime) -> str:
    """A moment as a literal of `DateTime` or `DateTimeOffset` in a filter; whole seconds, cut."""
    text = at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0).isoformat()
    return f"datetime'{text}'" if kind == "DateTime" else f"datetimeoffset'{text}Z'"


def literal(kind: str, value: str) -> str:
    """An id as a literal of a filter. Raises Malformed for a number that is none: nothing else gets into a filter."""
    if kind in {"Int64", "Int32", "Int16"}:
        if not re.fullmatch(r"-?\d{1,19}", value):
            raise Malformed("an id that should be a number is none")
        return f"{value}L" if kind == "Int64" else value
    return "'" + value.replace("'", "''") + "'"


def millisecond_date(at: dt.datetime) -> str:
    """A moment as OData v2 writes it."""
    return f"/Date({(at - _EPOCH) // dt.timedelta(milliseconds=1)}+0000)/"


def rows_in(value: object) -> list[Row]:
    """The decoded rows of an expanded navigation, whether it leads to one or to many."""
    if isinstance(value, list):
        return [cast("Row", one) for one in value if isinstance(one, dict)]
    return [cast("Row", value)] if isinstance(value, dict) else []


def text_of(row: Mapping[str, object], name: str) -> str | None:
    """A field as text; None where it is absent or empty."""
    value = row.get(name)
    return None if value is None or value == "" else str(value)
