"""Beisen 北森: openings, people, applications, offers and employees by the time of their last change.

Each window is at most ninety days, begins before the cursor by an overlap, and moves the cursor when it is done. Rows
that repeat are the same records. Further methods whose fields are not public (interviews, evaluations, the report API)
are described under `pull.entities` in the words of the generic REST engine.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import httpx

from warehouse.sync.connectors import beisen_records as records
from warehouse.sync.connectors.beisen_wire import (
    CHINA,
    CORE,
    LONGEST_WINDOW,
    MOST_IDS,
    RECRUIT,
    Wire,
    client_of,
    failed_count,
)
from warehouse.sync.connectors.entity_choice import chosen
from warehouse.sync.connectors.rest import Rest, rest_entities
from warehouse.sync.event_values import moment
from warehouse.sync.kit.batches import batches
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import Misconfigured, Refused
from warehouse.sync.kit.records import Connector, Entity, Page, Position, Record
from warehouse.sync.kit.windows import Window, slices
from warehouse.sync.sources import Source

FIRST_DAY = "2015-01-01"
"""Where the first pull begins, unless `pull.since` says otherwise."""

OVERLAP_S = 900
"""Seconds before the cursor at which a pull begins, for clocks that differ and changes that show late."""

BOUNDARY = dt.timedelta(seconds=1)
"""How far windows overlap, for nothing says whether their ends are included."""

APPLICATION_FIELDS = ("ApplyTime", "ModifiedTime", "ChannelName")
PERSON_FIELDS = ("Name", "Email", "Mobile")
"""Fields that are asked for by name; the names are assumed, and `pull.application_fields` and `pull.person_fields` say
others."""

NATIVE = (
    Entity(name="Job"),
    Entity(name="Person"),
    Entity(name="Application", depends_on=("Job", "Person")),
    Entity(name="Offer", depends_on=("Application",)),
    Entity(name="Employee", depends_on=("Application",)),
)

Pages = Callable[[Window], Iterator[Page]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source file's `pull` says beyond address and auth."""

    since: dt.datetime
    overlap: dt.timedelta
    page_size: int
    application_fields: tuple[str, ...]
    person_fields: tuple[str, ...]
    employee_fields: tuple[str, ...]

    @classmethod
    def of(cls, source: Source) -> "Options":
        """Raises Misconfigured."""
        pull = source.pull
        since = moment(pull.get("since", FIRST_DAY), CHINA)
        if since is None:
            raise Misconfigured(f"{source.name}: pull.since is no date")
        return cls(
            since=since,
            overlap=dt.timedelta(seconds=cast("int", pull.get("overlap_seconds", OVERLAP_S))),
            page_size=min(cast("int", pull.get("page_size", 300)), 300),
            application_fields=_names(pull.get("application_fields"), APPLICATION_FIELDS),
            person_fields=_names(pull.get("person_fields"), PERSON_FIELDS),
            employee_fields=_names(pull.get("employee_fields"), ()),
        )


class Beisen:
    """Reads one tenant."""

    def __init__(self, wire: Wire, options: Options, entities: Sequence[Entity], clock: Clock = SYSTEM) -> None:
        """`entities` are those of `NATIVE` that are wanted."""
        self._wire, self._options, self._entities, self._clock = wire, options, tuple(entities), clock

    def entities(self) -> Sequence[Entity]:
        """What is read; deletions come as rows of their own."""
        return self._entities

    def pull(self, entity: str, position: Position | None) -> Iterator[Page]:
        """What changed since the position, window by window."""
        pages = self._pages(entity)
        until = moment(position.get("until"), CHINA) if position else None
        start = until or self._options.since
        overlap = self._options.overlap if until else dt.timedelta(0)
        for window in slices(start, self._clock.now(), longest=LONGEST_WINDOW, overlap=overlap, between=BOUNDARY):
            yield from pages(window)
            yield Page(records=(), position={"until": window.end.isoformat()})

    def keys(self, entity: str) -> Iterator[Sequence[str]]:
        """Nothing: no method lists all keys."""
        del entity
        yield from ()

    def _pages(self, entity: str) -> Pages:
        known: Mapping[str, Pages] = {
            "Job": self._jobs,
            "Person": self._people,
            "Application": self._applications,
            "Offer": self._offers,
            "Employee": self._employees,
        }
        return known[entity]

    def _jobs(self, window: Window) -> Iterator[Page]:
        for answer in self._wire.batched(f"{RECRUIT}/Job/GetJobList", window, {}):
            rows = answer.rows("data.items")
            yield _page(rows, (records.dated("Job", row, "jobId", "modifiedDate") for row in rows))

    def _applications(self, window: Window) -> Iterator[Page]:
        path, fields = f"{RECRUIT}/Apply/GetApplyListByApplyId", self._options.application_fields
        for rows in self._changed(window):
            ids = [id_ for row in rows if (id_ := records.text(row.get("applyId")))]
            yield from self._details(path, "applyIds", ids, fields, records.application)

    def _people(self, window: Window) -> Iterator[Page]:
        path, fields = f"{RECRUIT}/Applicant/GetPersonProfileList", self._options.person_fields
        for rows in self._changed(window):
            ids = [id_ for row in rows if (id_ := records.text(row.get("applicantId")))]
            yield from self._details(path, "applicantIds", ids, fields, records.person)

    def _changed(self, window: Window) -> Iterator[Sequence[Mapping[str, object]]]:
        for answer in self._wire.batched(f"{RECRUIT}/Apply/GetApplyListByModifiedTime", window, {}):
            yield answer.rows("data.items")

    def _details(
        self,
        path: str,
        parameter: str,
        ids: Iterable[str],
        fields: Sequence[str],
        record: Callable[[Mapping[str, object]], Record | None],
    ) -> Iterator[Page]:
        """Details in parts; ids that an answer leaves out are asked for once more, those still absent are rejected.

        Raises Refused where the second answer names some as failed, so that the cursor stays before them.
        """
        for part in batches(ids, MOST_IDS):
            found, left, _ = self._asked(path, parameter, part, fields, record)
            again, left, failed = self._asked(path, parameter, left, fields, record) if left else ((), (), 0)
            yield Page(records=(*found, *again), rejected=len(left))
            if failed:
                raise Refused(f"{path}: {failed} of {len(part)} rows failed twice; they are asked for at the next run")

    def _asked(
        self,
        path: str,
        parameter: str,
        ids: Sequence[str],
        fields: Sequence[str],
        record: Callable[[Mapping[str, object]], Record | None],
    ) -> tuple[tuple[Record, ...], tuple[str, ...], int]:
        """The records, the ids that are missing, and how many the answer says have failed."""
        answer = self._wire.ask(path, {parameter: list(ids), "fieldNames": list(fields)})
        found = tuple(made for row in answer.rows("data") if (made := record(row)) is not None)
        known = {one.id for one in found}
        return found, tuple(id_ for id_ in ids if id_ not in known), failed_count(answer)

    def _employees(self, window: Window) -> Iterator[Page]:
        options = {
            "timeWindowQueryType": 1,
            "capacity": self._options.page_size,
            "isGetLatestRecord": True,
            "isWithDeleted": True,
        }
        for answer in self._wire.scrolled(f"{CORE}/Employee/GetByTimeWindow", window, options):
            rows = answer.rows("data")
            found = [list(records.employee(row, self._options.employee_fields)) for row in rows]
            made = tuple(record for row in found for record in row)
            yield Page(records=made, rejected=sum(not row for row in found))

    def _offers(self, window: Window) -> Iterator[Page]:
        options = {"timeWindowQueryType": 1, "capacity": self._options.page_size}
        for answer in self._wire.scrolled(f"{CORE}/Offer/GetByTimeWindow", window, options):
            rows = answer.rows("data")
            yield _page(rows, (records.dated("Offer", row, "offerId", "modifiedTime") for row in rows))


def connector(source: Source, *, transport: httpx.BaseTransport | None = None, clock: Clock = SYSTEM) -> Connector:
    """The reader of a Beisen source. Raises Misconfigured."""
    client = client_of(source, part="pull", transport=transport, clock=clock)
    native, described = chosen(source, NATIVE)
    reader = Beisen(Wire(client), Options.of(source), native, clock)
    if not described:
        return reader
    return Rest(client, rest_entities(source, described), clock=clock, beside=reader)


def _page(rows: Sequence[object], found: Iterable[Record | None]) -> Page:
    made = tuple(record for record in found if record is not None)
    return Page(records=made, rejected=len(rows) - len(made))


def _names(given: object, default: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(name) for name in given) if isinstance(given, list) else default
