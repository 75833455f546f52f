"""The SuccessFactors reader: what changed since a position, page by page, each page with a position to go on from.

A position holds `since` (the newest change that a finished pull saw), while a pull is under way also `next` and `high`,
and for reads in full `full_on` and `full_since`. A sweep whose snapshot the system refuses begins again from `since`;
what it brings twice, the inbox keeps once.
"""

import datetime as dt
import functools
from collections.abc import Iterator, Mapping, Sequence

import httpx

from warehouse.sync.connectors.successfactors.entities import PULLED, SETS, Pulled
from warehouse.sync.connectors.successfactors.metadata import metadata
from warehouse.sync.connectors.successfactors.odata import Leaf, Query, Service
from warehouse.sync.connectors.successfactors.options import options
from warehouse.sync.connectors.successfactors.tenant import Tenant
from warehouse.sync.connectors.successfactors.values import Row, day, latest, moment, time_literal
from warehouse.sync.kit.batches import batches
from warehouse.sync.kit.client import Client
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import ConnectorError, Expired, NotLicensed
from warehouse.sync.kit.records import Entity, Page, Position, Record
from warehouse.sync.sources import Source

MOST_RESTARTS = 3
"""How often one pull begins again because its snapshot is refused."""

APPLICATIONS_AT_ONCE = 50
PER_SECOND = 10.0

_ALL_SLICES = {"fromDate": "1900-01-01", "toDate": "9999-12-31"}


class SuccessFactors:
    """Reads one tenant."""

    def __init__(self, source: Source, *, transport: httpx.BaseTransport | None = None, clock: Clock = SYSTEM) -> None:
        """Asks nothing yet."""
        self._options = options(source)
        client = Client.of(source, transport=transport, clock=clock, per_second=PER_SECOND)
        self._service, self._clock = Service(client, page_size=self._options.page_size), clock

    @functools.cached_property
    def _tenant(self) -> Tenant:
        """The tenant, its metadata read once."""
        wanted = [name for name in SETS if name not in PULLED or self._options.wants(name)]
        return Tenant(
            service=self._service,
            metadata=metadata(self._service.client, wanted),
            options=self._options,
            today=self._clock.now().date(),
        )

    def entities(self) -> Sequence[Entity]:
        """The sets that the tenant has, the user may see and the source file wants."""
        found = [one for one in PULLED.values() if self._lack(one) is None]
        names = {one.name for one in found}
        return [
            Entity(name=one.name, sweep=one.sweep, depends_on=tuple(name for name in one.depends_on if name in names))
            for one in found
        ]

    def unavailable(self) -> Mapping[str, str]:
        """Why the others are not read: `not_licensed`, `forbidden`, `no_cursor`, or `left_out` by the source file."""
        lacks = {name: self._lack(one) for name, one in PULLED.items()}
        return {name: lack for name, lack in lacks.items() if lack is not None}

    def pull(self, entity: str, position: Position | None) -> Iterator[Page]:
        """What changed since the position. Raises ConnectorError, NotLicensed for a set that is not there."""
        one = self._pulled(entity)
        at = dict(position or {})
        for _ in range(MOST_RESTARTS):
            try:
                yield from self._walk(one, at)
            except Expired:
                at = {name: value for name, value in at.items() if name not in {"next", "high"}}
                continue
            return
        raise Expired(f"{entity}: the snapshot is refused again and again")

    def keys(self, entity: str) -> Iterator[Sequence[str]]:
        """The ids of all records of an entity."""
        one = self._pulled(entity)
        extra = dict(_ALL_SLICES) if one.way == "slices" else {}
        for leaf in self._service.pages(Query(entity=entity, select=one.keys, options=extra)):
            yield [one.id_of(row) for row in leaf.rows]

    def _pulled(self, entity: str) -> Pulled:
        one = PULLED.get(entity)
        lack = "unknown" if one is None else self._lack(one)
        if one is None or lack is not None:
            raise NotLicensed(f"{self._options.source}: {entity} cannot be read ({lack})")
        return one

    def _lack(self, one: Pulled) -> str | None:
        if not self._options.wants(one.name):
            return "left_out"
        if one.name in self._tenant.metadata.unavailable:
            return self._tenant.metadata.unavailable[one.name]
        if one.way == "of_applications":
            return None if "JobApplication" in self._tenant.metadata.types else "not_licensed"
        return None if self._tenant.has(one.name, *one.keys, one.cursor) else "no_cursor"

    def _walk(self, one: Pulled, at: Position) -> Iterator[Page]:
        ways = {"of_applications": self._of_applications, "slices": self._slices}
        return ways.get(one.way, self._changes)(one, at)

    def _changes(self, one: Pulled, at: Position) -> Iterator[Page]:
        """Rows whose cursor is not before `since`; of revisited ones those of the last weeks."""
        since, high = moment(at.get("since")), moment(at.get("high"))
        query = Query(
            entity=one.name, filter=self._since(one, self._back_to(one, since)), expand=one.expansions(self._tenant)
        )
        start = at.get("next")
        for leaf in self._service.pages(query, start=str(start) if start else None):
            high = latest([high, *(moment(row.get(one.cursor)) for row in leaf.rows)])
            if leaf.next is None:
                position = {**_kept(at), **self._since_mark(latest([since, high]))}
                total = self._service.count(one.name)
                yield self._page(one, leaf, leaf.rows, position, total=total)
            else:
                position = {**_kept(at), **_mark("since", since), **_mark("high", high), "next": leaf.next}
                yield self._page(one, leaf, leaf.rows, position)

    def _slices(self, one: Pulled, at: Position) -> Iterator[Page]:
        """All slices since 1900 once in a while; in between those of the records that the system says have changed.

        A filter on an effective-dated set is evaluated over all slices of a record, so the cursor is compared here.
        """
        can_ask = self._tenant.metadata.types[one.name].can_filter(one.cursor)
        is_full = not can_ask or self._is_full_due(at)
        since, high = moment(at.get("since")), moment(at.get("since"))
        from_ = self._less_overlap(moment(at.get("full_since")) if is_full else since)
        begun = day(at.get("full_on"))
        query = Query(entity=one.name, filter=None if is_full else self._since(one, from_), options=dict(_ALL_SLICES))
        for leaf in self._service.pages(query):
            high = latest([high, *(moment(row.get(one.cursor)) for row in leaf.rows)])
            rows = [row for row in leaf.rows if self._is_news(one, row, from_, begun)]
            position = None
            if leaf.next is None:
                position = {**at, **self._since_mark(high)}
                if is_full:
                    position |= {"full_on": self._tenant.today.isoformat(), **_mark("full_since", high)}
            yield self._page(one, leaf, rows, position)

    def _of_applications(self, one: Pulled, at: Position) -> Iterator[Page]:
        """Interviews of applications that changed in the last weeks; without their ids only 1000 rows are scanned."""
        applications = PULLED["JobApplication"]
        since = moment(at.get("since"))
        back = self._back_to(one, since)
        query = Query(
            entity="JobApplication",
            filter=self._since(applications, back),
            select=("applicationId", applications.cursor),
        )
        ids: list[str] = []
        high = since
        for leaf in self._service.pages(query):
            ids += [str(row["applicationId"]) for row in leaf.rows]
            high = latest([high, *(moment(row.get(applications.cursor)) for row in leaf.rows)])
        kind, expand = self._tenant.metadata.types[one.name], one.expansions(self._tenant)
        for part in batches(ids, APPLICATIONS_AT_ONCE):
            rows = list(self._service.by_ids(kind, "applicationId", part, expand=expand))
            yield Page(records=self._records(one, rows)[0])
        yield Page(records=(), position={**_kept(at), **self._since_mark(high)})

    def _page(
        self, one: Pulled, leaf: Leaf, rows: Sequence[Row], position: Position | None, *, total: int | None = None
    ) -> Page:
        records, rejected = self._records(one, rows)
        return Page(
            records=records, position=position, source_total=total, quota_left=leaf.quota_left, rejected=rejected
        )

    def _records(self, one: Pulled, rows: Sequence[Row]) -> tuple[list[Record], int]:
        """The records of the rows that have a key, and how many have none."""
        keyed = [row for row in rows if all(row.get(key) not in {None, ""} for key in one.keys)]
        return list(one.records(self._tenant, keyed)), len(rows) - len(keyed)

    def _since(self, one: Pulled, since: dt.datetime | None) -> str | None:
        if since is None:
            return None
        kind = self._tenant.metadata.types[one.name]
        if not kind.can_filter(one.cursor):
            raise ConnectorError(f"{one.name}: this tenant does not let {one.cursor} be filtered on")
        return f"{one.cursor} ge {time_literal(kind.properties[one.cursor].type, since)}"

    def _since_mark(self, high: dt.datetime | None) -> dict[str, object]:
        """The new `since`: never ahead of our own clock, for a system's clock that runs ahead is set back one day."""
        return {} if high is None else _mark("since", min(high, self._clock.now()))

    def _back_to(self, one: Pulled, since: dt.datetime | None) -> dt.datetime | None:
        """Where a pull begins: a little before its cursor; weeks before it where rows are revisited."""
        if since is None or one.way == "changes":
            return self._less_overlap(since)
        return since - dt.timedelta(days=self._options.revisit_days)

    def _less_overlap(self, since: dt.datetime | None) -> dt.datetime | None:
        return None if since is None else since - dt.timedelta(seconds=self._options.overlap_seconds)

    def _is_full_due(self, at: Position) -> bool:
        full_on = day(at.get("full_on"))
        return full_on is None or (self._tenant.today - full_on).days >= self._options.full_every_days

    def _is_news(self, one: Pulled, row: Row, from_: dt.datetime | None, begun: dt.date | None) -> bool:
        """Changed since, or a slice that has begun, or ended, since the last read in full."""
        changed, start, end = moment(row.get(one.cursor)), day(row.get("startDate")), day(row.get("endDate"))
        if from_ is None or begun is None or changed is None or changed >= from_:
            return True
        return (start is not None and begun < start <= self._tenant.today) or (
            end is not None and begun <= end < self._tenant.today
        )


def connector(source: Source, *, transport: httpx.BaseTransport | None = None, clock: Clock = SYSTEM) -> SuccessFactors:
    """The reader of a source."""
    return SuccessFactors(source, transport=transport, clock=clock)


def _mark(name: str, at: dt.datetime | None) -> dict[str, object]:
    return {} if at is None else {name: at.isoformat()}


def _kept(at: Position) -> dict[str, object]:
    """What a position holds beside its cursor."""
    return {name: value for name, value in at.items() if name not in {"since", "high", "next"}}
