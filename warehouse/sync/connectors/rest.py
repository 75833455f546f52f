"""Reads any JSON API by its description in YAML: lists, what changed, children of rows, lists within rows.

A pull ends with a position: the end of its last window where the call names one, else the latest change that any row
showed, so that a source whose clock differs loses nothing. A list without increments is read whole each time; what did
not change is kept once.
"""

import copy
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import httpx

from warehouse.sync.connectors.rest_entity import Incremental, Inner, RestEntity, Row, rest_entities, success_of
from warehouse.sync.event_values import at as value_at
from warehouse.sync.event_values import moment
from warehouse.sync.event_values import version as version_of
from warehouse.sync.kit.answer import Answer
from warehouse.sync.kit.client import Client
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import Malformed
from warehouse.sync.kit.paginate import pages
from warehouse.sync.kit.records import Connector, Entity, Page, Position, Record
from warehouse.sync.kit.windows import Window, slices
from warehouse.sync.sources import Source

__all__ = ["Rest", "connector", "rest_entities"]

DONE: Position = {"complete": True}
"""The position of a list that is read whole."""


class Rest:
    """Reads described entities; those of `beside` are left to it."""

    def __init__(
        self,
        client: Client,
        described: Mapping[str, RestEntity],
        *,
        clock: Clock = SYSTEM,
        beside: Connector | None = None,
    ) -> None:
        """Shares the client with `beside`."""
        self._client, self._described, self._clock, self._beside = client, described, clock, beside
        self._native = tuple(beside.entities()) if beside else ()

    def entities(self) -> Sequence[Entity]:
        """The other reader's, and the described ones."""
        return (
            *self._native,
            *(Entity(name=one.name, sweep=one.sweep, depends_on=one.depends_on) for one in self._described.values()),
        )

    def pull(self, entity: str, position: Position | None) -> Iterator[Page]:
        """What changed since the position."""
        if self._beside is not None and entity not in self._described:
            return self._beside.pull(entity, position)
        one = self._described[entity]
        return self._children(one, position) if one.parent else self._changed(one, position)

    def keys(self, entity: str) -> Iterator[Sequence[str]]:
        """All ids, read from the beginning."""
        if self._beside is not None and entity not in self._described:
            yield from self._beside.keys(entity)
            return
        for page in self.pull(entity, None):
            yield tuple(record.id for record in page.records if record.entity == entity)

    def _changed(self, one: RestEntity, position: Position | None) -> Iterator[Page]:
        if one.incremental is None:
            yield from self._walk(one, None, None)
            yield Page(records=(), position=DONE)
        elif one.reads_end:
            yield from self._by_window(one, one.incremental, position)
        else:
            yield from self._since(one, one.incremental, position)

    def _by_window(self, one: RestEntity, how: Incremental, position: Position | None) -> Iterator[Page]:
        until, now = _until(position), self._clock.now()
        start, longest = until or how.first, how.longest or (now - how.first) + how.lag + dt.timedelta(days=1)
        overlap = how.lag if until else dt.timedelta(0)
        for window in slices(start, now, longest=longest, overlap=overlap, between=dt.timedelta(seconds=1)):
            yield from self._walk(one, window, None)
            yield Page(records=(), position={"until": window.end.isoformat()})

    def _since(self, one: RestEntity, how: Incremental, position: Position | None) -> Iterator[Page]:
        """One walk; the next start is the latest change that a row showed, or now where rows show none.

        Never later than now: a row with a date far ahead would hide all that comes before it.
        """
        until, now = _until(position), self._clock.now()
        start = until - how.lag if until else how.first
        latest = until if how.cursor_path else now
        for page in self._walk(one, Window(start=start, end=now), None):
            yield page
            seen = [at for record in page.records if (at := _changed_at(how, record)) is not None]
            latest = max((*seen, *([latest] if latest else [])), default=None)
        yield Page(records=(), position={"until": min(latest, now).isoformat()} if latest else None)

    def _children(self, one: RestEntity, position: Position | None) -> Iterator[Page]:
        """The rows of each changed parent; the position is the parent's, kept by the child."""
        parent = self._described[str(one.parent)]
        for page in self._changed(parent, position):
            for record in page.records:
                if record.entity == parent.name:
                    yield from self._walk(one, None, record.body)
            yield Page(records=(), position=page.position)

    def _walk(self, one: RestEntity, window: Window | None, parent: Row | None) -> Iterator[Page]:
        call = one.call_for(window, parent)
        for leaf in pages(self._client, call, one.paginator):
            yield _page(one, _rows(leaf.answer, one.selector))


def connector(source: Source, *, transport: httpx.BaseTransport | None = None, clock: Clock = SYSTEM) -> Connector:
    """The reader of a described source. Raises Misconfigured."""
    success = success_of(source.pull.get("success_when"))
    client = Client.of(source, transport=transport, clock=clock, success=success)
    return Rest(client, rest_entities(source), clock=clock)


def _changed_at(how: Incremental, record: Record) -> dt.datetime | None:
    path = how.cursor_path
    return moment(value_at(record.body, path.split(".")), how.zone) if path else None


def _until(position: Position | None) -> dt.datetime | None:
    found = (position or {}).get("until")
    return dt.datetime.fromisoformat(found) if isinstance(found, str) else None


def _rows(answer: Answer, selector: str) -> list[Row]:
    found = answer.at(selector)
    if isinstance(found, dict):
        return [cast("dict[str, object]", found)]
    return list(answer.rows(selector))


def _page(one: RestEntity, rows: Sequence[Row]) -> Page:
    records: list[Record] = []
    rejected = 0
    for row in rows:
        id_ = _id(row, one.id)
        if id_ is None:
            rejected += 1
            continue
        inner = [record for item in one.inner for record in _elements(one, item, row)]
        dropped = (*one.drop, *(item.path for item in one.inner))
        records += [_record(one, one.name, id_, _without(row, dropped), row), *inner]
    return Page(records=records, rejected=rejected)


def _elements(one: RestEntity, inner: Inner, row: Row) -> Iterator[Record]:
    found = value_at(row, inner.path.split("."))
    if found is not None and not isinstance(found, list):
        raise Malformed(f"{one.name}: no list under {inner.path!r}")
    for element in found or []:
        body = {**(element if isinstance(element, dict) else {"value": element})}
        body |= {name: value_at(row, path.split(".")) for name, path in inner.carry.items()}
        id_ = _id(body, inner.id)
        if id_ is not None:
            yield _record(one, inner.entity, id_, _without(body, one.drop), row)


def _record(one: RestEntity, entity: str, id_: str, body: Row, row: Row) -> Record:
    version = version_of(value_at(row, one.version.split(".")), one.zone) if one.version else None
    happened = moment(value_at(row, one.happened_at.split(".")), one.zone) if one.happened_at else None
    return Record(entity=entity, id=id_, body=body, version=version, happened_at=happened)


def _id(row: Row, paths: Sequence[str]) -> str | None:
    values = [value_at(row, path.split(".")) for path in paths]
    if any(value is None or value == "" or isinstance(value, dict | list) for value in values):
        return None
    return ":".join(str(value) for value in values)


def _without(row: Row, paths: Sequence[str]) -> Row:
    if not paths:
        return row
    kept = copy.deepcopy(dict(row))
    for path in paths:
        *above, name = path.split(".")
        place = value_at(kept, above)
        if isinstance(place, dict):
            place.pop(name, None)
    return kept
