"""i人事 (ihr360): staff, leavers, performance archive and salary profiles; the HR side alone, and only reading.

The platform documents no recruiting, interview or offer method, no event and no filter for what changed. So all ids are
listed, their basics are read in batches, and what did not change is kept once. Reviews and pay are read once a day.
Nothing is pushed: there is no place for an interview's score, and none is made of a salary or a workflow.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast
from zoneinfo import ZoneInfo

import httpx

from warehouse.sync.connectors import ihr360_records as records
from warehouse.sync.connectors.entity_choice import chosen
from warehouse.sync.connectors.ihr360_records import Pay
from warehouse.sync.connectors.rest import Rest, rest_entities
from warehouse.sync.event_values import moment
from warehouse.sync.kit.answer import Answer, Success
from warehouse.sync.kit.batches import batches
from warehouse.sync.kit.client import Client
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import Malformed, Misconfigured
from warehouse.sync.kit.paginate import Call, PageNumber, pages
from warehouse.sync.kit.records import Connector, Entity, Page, Position
from warehouse.sync.kit.windows import date_slices
from warehouse.sync.sources import Source

LOG = logging.getLogger("hiregate.sync")

ADDRESS = "https://openapi.ihr360.com"
API = "openapi/thirdparty/api"
CHINA = ZoneInfo("Asia/Shanghai")

LONGEST_DAYS = 89
"""Days of one question for leavers: three months, as short as three months can be."""

LATE_DAYS = 31
"""Days before the cursor from which leavers are asked for again, for forms that are entered late."""

MOST_BASICS, MOST_DETAILS = 1000, 100
"""Ids of one body."""

MOST_LISTINGS = 3
"""Times that a list of ids is read where it does not come whole."""

DETAIL_HOURS = 24
"""Hours between two readings of reviews and pay, whose every reading is of all people."""

STATES = ("IN_SERVICE", "QUIT")

STAFF = Entity(name="Staff", sweep=True)
NATIVE = (
    STAFF,
    Entity(name="Quit", depends_on=("Staff",)),
    Entity(name="Performance", depends_on=("Staff",)),
)
PAY = Entity(name="SalaryProfile", depends_on=("Staff",))
"""Read only where `pull.base_salary` names the field that holds the base pay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a source file's `pull` says beyond address and auth."""

    first: dt.date
    page_size: int
    detail: dt.timedelta
    staff_fields: tuple[str, ...]
    pay: Pay | None

    @classmethod
    def of(cls, source: Source) -> "Options":
        """Raises Misconfigured."""
        pull = source.pull
        since = moment(pull.get("since", "2015-01-01"), CHINA)
        if since is None:
            raise Misconfigured(f"{source.name}: pull.since is no date")
        code = pull.get("base_salary")
        periods, currency = cast("float", pull.get("salary_periods", 12)), str(pull.get("currency", "CNY"))
        return cls(
            first=since.astimezone(CHINA).date(),
            page_size=cast("int", pull.get("page_size", 100)),
            detail=dt.timedelta(hours=cast("float", pull.get("detail_hours", DETAIL_HOURS))),
            staff_fields=tuple(cast("list[str]", pull.get("staff_fields", []))),
            pay=Pay(field=str(code), periods=periods, currency=currency) if code else None,
        )


class Ihr360:
    """Reads one company."""

    def __init__(self, client: Client, options: Options, entities: Sequence[Entity], clock: Clock = SYSTEM) -> None:
        """The client's answers have to carry code 0 or 200."""
        self._client, self._options, self._entities, self._clock = client, options, tuple(entities), clock
        self._listed: tuple[str, ...] | None = None

    def entities(self) -> Sequence[Entity]:
        """What is read."""
        return self._entities

    def pull(self, entity: str, position: Position | None) -> Iterator[Page]:
        """All people, the leavers since the position, or all reviews and pay where a day has passed."""
        known: Mapping[str, Callable[[Position | None], Iterator[Page]]] = {
            "Staff": self._staff,
            "Quit": self._quits,
            "Performance": self._performances,
            "SalaryProfile": self._salaries,
        }
        return known[entity](position)

    def keys(self, entity: str) -> Iterator[Sequence[str]]:
        """The ids of all people, in service and left."""
        if entity == STAFF.name:
            yield self._ids(is_strict=True)

    def _staff(self, position: Position | None) -> Iterator[Page]:
        del position  # nothing can be asked for by its last change
        ids = self._ids()
        for part in batches(ids, MOST_BASICS):
            rows = self._asked("staff/v1/staffs/basic", part)
            missing = [id_ for id_ in part if id_ not in {records.id_of(row) for row in rows}]
            rows += self._asked("staff/v1/staffs/basic", missing) if missing else []
            found = [made for row in rows if (made := records.staff(row, self._options.staff_fields)) is not None]
            left = len(part) - len({record.id for record in found})
            yield Page(records=found, source_total=len(ids), rejected=max(0, left))
        yield Page(records=(), position={"at": self._clock.now().isoformat()})

    def _quits(self, position: Position | None) -> Iterator[Page]:
        today = self._clock.now().astimezone(CHINA).date()
        through = (position or {}).get("through")
        first = dt.date.fromisoformat(str(through)) - dt.timedelta(days=LATE_DAYS) if through else self._options.first
        for begin, end in date_slices(first, today, longest_days=LONGEST_DAYS):
            params = {"startDate": begin.isoformat(), "endDate": end.isoformat()}
            rows = _rows(self._client.get(f"{API}/staff/v1/quitForms/quitedWithinInterval", params))
            found = [made for row in rows if (made := records.quit_form(row)) is not None]
            yield Page(records=found, position={"through": end.isoformat()}, rejected=len(rows) - len(found))

    def _performances(self, position: Position | None) -> Iterator[Page]:
        return self._details(position, "staff/v1/staff/performances/staffIds", records.performance)

    def _salaries(self, position: Position | None) -> Iterator[Page]:
        pay = self._options.pay
        if pay is None:
            raise Misconfigured("SalaryProfile: pull.base_salary does not say which field is the base pay")
        return self._details(position, "payroll/v1/salaryProfile/queryWithStaffId", pay.records)

    def _details(
        self, position: Position | None, path: str, made: Callable[[records.Row], Sequence[records.Record]]
    ) -> Iterator[Page]:
        now = self._clock.now()
        last = (position or {}).get("at")
        if last is not None and now - dt.datetime.fromisoformat(str(last)) < self._options.detail:
            return
        for part in batches(self._listed or self._ids(), MOST_DETAILS):
            rows = [made(row) for row in self._asked(path, part)]
            found = [record for row in rows for record in row]
            yield Page(records=found, rejected=sum(not row for row in rows))
        yield Page(records=(), position={"at": now.isoformat()})

    def _ids(self, *, is_strict: bool = False) -> tuple[str, ...]:
        """All ids; those of one run are listed once and kept for its reviews and pay.

        A list that moves while it is read hides some: it is read again where fewer came than it says it holds. With
        `is_strict` one that never comes whole raises Malformed.
        """
        found: dict[str, None] = {}
        for state in STATES:
            ids: dict[str, None] = {}
            for _ in range(MOST_LISTINGS):
                total = self._list(state, ids)
                if len(ids) >= total:
                    break
            else:
                LOG.warning("ihr360: %d ids of %s came of %d", len(ids), state, total)
                if is_strict:
                    raise Malformed(f"staffs/ids: {len(ids)} ids of {total} came; deletions cannot be told")
            found |= ids
        self._listed = tuple(found)
        return self._listed

    def _list(self, state: str, ids: dict[str, None]) -> int:
        """Adds the ids of one listing; answers how many the list says it holds."""
        call = Call(path=f"{API}/staff/v1/staffs/ids", params={"staffStatus": state})
        paging = PageNumber(
            rows_path="data.dataList",
            parameter="pageNo",
            size=self._options.page_size,
            size_parameter="pageSize",
            total_path="data.pageInfo.totalPages",
        )
        total: object = None
        for leaf in pages(self._client, call, paging):
            listed = leaf.answer.at("data.dataList")
            ids |= dict.fromkeys(filter(None, map(records.id_of, cast("list[object]", listed or []))))
            total = leaf.answer.at("data.pageInfo.totalCount")
        return int(total) if isinstance(total, int | str) and str(total).isdecimal() else 0

    def _asked(self, path: str, ids: Sequence[str]) -> list[records.Row]:
        """The rows of a method whose body is a bare array of ids."""
        return _rows(self._client.request("POST", f"{API}/{path}", json=list(ids), is_idempotent=True))


def connector(source: Source, *, transport: httpx.BaseTransport | None = None, clock: Clock = SYSTEM) -> Connector:
    """The reader of an ihr360 source. Raises Misconfigured."""
    options = Options.of(source)
    client = Client.of(
        replace(source, pull=_with_auth(source)),
        transport=transport,
        clock=clock,
        base_url=ADDRESS,
        success=Success(path="code", values=(0, 200)),
        per_second=10,
    )
    native, described = chosen(source, (*NATIVE, PAY) if options.pay else NATIVE)
    reader = Ihr360(client, options, native, clock)
    return Rest(client, rest_entities(source, described), clock=clock, beside=reader) if described else reader


def _with_auth(source: Source) -> Mapping[str, object]:
    """`app_id` and `app_secret` stand for the whole `auth` of the platform's own token call."""
    pull = source.pull
    if "auth" in pull:
        return pull
    try:
        app, secret = str(pull["app_id"]), str(pull["app_secret"])
    except KeyError as error:
        raise Misconfigured(f"{source.name}: pull: {error.args[0]} is missing; i人事 gives it to each app") from None
    auth = {
        "kind": "oauth2_client_credentials",
        "token_url": "/openapi/oauth/token",
        "client_id": app,
        "client_secret": secret,
        "scope": "client",
        "send": "basic",
        "parameters": "query",
    }
    return {**pull, "auth": auth}


def _rows(answer: Answer) -> list[records.Row]:
    """The rows, given bare or beside `pageInfo`. Raises Malformed."""
    data = answer.at("data")
    found = data.get("dataList") if isinstance(data, dict) else data
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Malformed(f"{answer.what}: no list of rows under 'data'", trace_id=answer.trace_id)
    return cast("list[records.Row]", found)
