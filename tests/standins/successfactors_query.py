"""OData v2 reads as the vendor answers them: filters, slices of time, expansion, server paging with snapshot tokens.

Only what SAP documents is understood; anything else is an error of the kind the vendor raises, so that a connector
cannot come to rely on a stand-in's kindness.
"""

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from tests.standins.successfactors_rows import Row, Tenant, wire
from tests.standins.successfactors_schema import ENTITY_SETS, EntitySet

LARGEST_PAGE = 1_000
INTERVIEWS_SCANNED = 1_000
OPTIONS = frozenset(
    [
        "$format",
        "$filter",
        "$select",
        "$expand",
        "$orderby",
        "$top",
        "$skip",
        "$skiptoken",
        "paging",
        "customPageSize",
        "asOfDate",
        "fromDate",
        "toDate",
    ]
)
_TERM = re.compile(
    r"\s*(?P<name>\w+)\s+(?P<operator>eq|ne|ge|gt|le|lt|in)\s+(?P<literal>datetimeoffset'[^']*'|datetime'[^']*'"
    r"|'(?:[^']|'')*'(?:\s*,\s*'(?:[^']|'')*')*|-?\d+L?(?:\s*,\s*-?\d+L?)*|true|false)\s*"
)


class ODataError(Exception):
    """An answer in the vendor's error envelope."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def bad_request(message: str) -> ODataError:
    """A 400 as the vendor words it."""
    return ODataError(400, "COE_GENERAL_BAD_REQUEST", message)


@dataclass
class Snapshots:
    """Server-side cursors: each token names the keys that are left, and lives for a time."""

    life_s: float = 600.0
    now_s: float = 0.0
    _left: dict[str, tuple[str, list[tuple[object, ...]], float]] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def keep(self, entity: str, keys: list[tuple[object, ...]]) -> str:
        """A token for what is left."""
        token = f"tok{next(self._ids)}"
        self._left[token] = (entity, keys, self.now_s + self.life_s)
        return token

    def take(self, entity: str, token: str) -> list[tuple[object, ...]]:
        """What the token stands for; it may be asked for again until it expires."""
        found = self._left.get(token)
        if found is None or found[0] != entity or found[2] < self.now_s:
            raise bad_request("The skiptoken is invalid or has expired. Please restart the query.")
        return found[1]

    def expire(self) -> None:
        """Every token dies."""
        self._left.clear()


def read(
    tenant: Tenant,
    snapshots: Snapshots,
    name: str,
    query: Mapping[str, str],
    url: str,
    visible: frozenset[str],
    arrange: Callable[[list[Row]], list[Row]] = list,
) -> dict[str, object]:
    """The answer to a read of an entity set; `visible` are the sets the tenant has, `arrange` what a fault does."""
    unknown = set(query) - OPTIONS
    if unknown:
        raise bad_request(f"unknown query option {sorted(unknown)[0]}")
    if "asOfDate" in query and ("fromDate" in query or "toDate" in query):
        raise bad_request("asOfDate cannot be combined with fromDate or toDate")
    one = ENTITY_SETS[name]
    size = _page_size(query)
    if "$skiptoken" in query:
        left = snapshots.take(name, query["$skiptoken"])
        by_key = {_key(one, row): row for row in tenant.rows.get(name, [])}
        found = [by_key[key] for key in left if key in by_key]
    else:
        found = arrange(_selected(tenant, one, query))
    page, rest = found[:size], found[size:]
    results = [rendered(tenant, one, row, query, url, visible) for row in page]
    answer: dict[str, object] = {"results": results}
    if rest and "$top" not in query:
        answer["__next"] = f"{url}/{name}?{_next_query(one, snapshots, query, found, size)}"
    return {"d": answer}


def count(tenant: Tenant, name: str, query: Mapping[str, str]) -> int:
    """`/$count` of an entity set."""
    return len(_selected(tenant, ENTITY_SETS[name], query))


def rendered(
    tenant: Tenant, one: EntitySet, row: Row, query: Mapping[str, str], url: str, visible: frozenset[str]
) -> Row:
    """A row on the wire, with the navigations that were asked for and the others deferred."""
    wanted = [part for part in query.get("$select", "").split(",") if part]
    paths = [part.split("/") for part in query.get("$expand", "").split(",") if part]
    for part in wanted:
        if part.split("/")[0] not in one.properties and part.split("/")[0] not in one.navigations:
            raise bad_request(f"Invalid property name '{part}' in $select of {one.name}")
    where = f"{url}/{one.name}({_key_text(one, row)})"
    made: Row = {"__metadata": {"uri": where, "type": f"SFOData.{one.name}"}}
    for item in one.properties.values():
        if not wanted or item.name in wanted:
            made[item.name] = wire(row.get(item.name), item.type)
    for name in {path[0] for path in paths}:
        if name not in one.navigations:
            raise bad_request(f"Invalid navigation '{name}' in $expand of {one.name}")
        if one.navigations[name].target not in visible:
            raise ODataError(404, "NotFoundException", f"Entity {one.navigations[name].target} is not found")
    for name, navigation in one.navigations.items():
        below = [path[1:] for path in paths if path[0] == name]
        if not below:
            made[name] = {"__deferred": {"uri": f"{where}/{name}"}}
            continue
        target = ENTITY_SETS[navigation.target]
        inner = {"$expand": ",".join("/".join(path) for path in below if path)}
        rows = [
            rendered(tenant, target, other, inner, url, visible)
            for other in tenant.rows.get(navigation.target, [])
            if row.get(navigation.local) is not None and other.get(navigation.remote) == row.get(navigation.local)
        ]
        made[name] = {"results": rows} if navigation.is_many else (rows[0] if rows else None)
    return made


def _page_size(query: Mapping[str, str]) -> int:
    asked = int(query.get("$top") or query.get("customPageSize") or LARGEST_PAGE)
    return max(1, min(asked, LARGEST_PAGE))


def _next_query(one: EntitySet, snapshots: Snapshots, query: Mapping[str, str], found: Sequence[Row], size: int) -> str:
    """Server paging was asked for: a token. Else the client pages, over data that may move."""
    kept = {name: value for name, value in query.items() if name not in {"$skip", "$skiptoken"}}
    if query.get("paging") in {"snapshot", "cursor"}:
        return urlencode({**kept, "$skiptoken": snapshots.keep(one.name, [_key(one, row) for row in found[size:]])})
    return urlencode({**kept, "$skip": str(int(query.get("$skip", "0")) + size)})


def _selected(tenant: Tenant, one: EntitySet, query: Mapping[str, str]) -> list[Row]:
    rows = list(tenant.rows.get(one.name, []))
    if one.name == "JobApplicationInterview":
        rows = rows[:INTERVIEWS_SCANNED] if not re.search(r"\bapplicationId\b", query.get("$filter", "")) else rows
    terms = parsed(one, query.get("$filter", ""))
    found = _slices(one, rows, terms, query) if one.is_effective_dated else [row for row in rows if _holds(row, terms)]
    for name in reversed([part for part in query.get("$orderby", "").split(",") if part]):
        column, _, direction = name.partition(" ")
        found.sort(key=lambda row: str(row[column]), reverse=direction == "desc")
    return found[int(query.get("$skip", "0")) :]


def _slices(
    one: EntitySet, rows: Sequence[Row], terms: list[tuple[str, str, object]], query: Mapping[str, str]
) -> list[Row]:
    """As of a day: the filter looks at every slice of a record, but the day's slice is returned.

    Between two days: the slices that overlap them, of records that the filter finds by any such slice.
    """
    first = query.get("fromDate") or query.get("asOfDate") or dt.datetime.now(dt.UTC).date().isoformat()
    last = query.get("toDate") or ("9999-12-31" if "fromDate" in query else first)
    start, end = dt.datetime.fromisoformat(first), dt.datetime.fromisoformat(last)
    parts = [name for name in one.keys if name not in {"startDate", "seqNumber"}]
    matched = {tuple(row[part] for part in parts) for row in rows if _holds(row, terms)}
    return [
        row
        for row in rows
        if row["startDate"] <= end and row["endDate"] >= start and tuple(row[part] for part in parts) in matched  # type: ignore[operator]
    ]


def parsed(one: EntitySet, text: str) -> list[tuple[str, str, object]]:
    """The terms of a filter: comparisons joined by `and`."""
    terms, at = [], 0
    while text[at:].strip():
        match = _TERM.match(text, at)
        if match is None:
            raise bad_request(f"Syntax error in $filter at position {at}")
        name, operator, literal = match["name"], match["operator"], match["literal"]
        item = one.properties.get(name)
        if item is None:
            raise bad_request(f"Invalid property name '{name}' in $filter of {one.name}")
        if not item.is_filterable:
            raise bad_request(f"Property '{name}' of {one.name} is not filterable")
        terms.append((name, operator, _literals(item.type, literal, operator)))
        at = match.end()
        if text[at:].strip():
            if not text[at:].startswith("and "):
                raise bad_request(f"Syntax error in $filter at position {at}")
            at += 4
    return terms


def _literals(kind: str, text: str, operator: str) -> object:
    if kind in {"DateTimeOffset", "DateTime"}:
        prefix = kind.lower() + "'"
        if not text.startswith(prefix):
            raise bad_request(f"Incompatible literal for Edm.{kind}")
        moment = dt.datetime.fromisoformat(text.removeprefix(prefix).removesuffix("'"))
        if (moment.tzinfo is None) is (kind == "DateTimeOffset"):
            raise bad_request(f"Invalid literal for Edm.{kind}")
        return moment
    if kind == "Boolean":
        return text == "true"
    if kind in {"Int64", "Int32", "Decimal", "Double"}:
        if "'" in text:
            raise bad_request(f"Incompatible literal for Edm.{kind}")
        values: list[object] = [int(part.strip().removesuffix("L")) for part in text.split(",")]
    else:
        values = [part.replace("''", "'") for part in re.findall(r"'((?:[^']|'')*)'", text)]
    return values if operator == "in" else values[0]


def _holds(row: Row, terms: Sequence[tuple[str, str, object]]) -> bool:
    return all(_compare(row.get(name), operator, value) for name, operator, value in terms)


def _compare(left: object, operator: str, right: object) -> bool:
    if operator == "in":
        return left in right  # type: ignore[operator]
    if operator in {"eq", "ne"}:
        return (left == right) is (operator == "eq")
    if left is None:
        return False
    tests = {"ge": left >= right, "gt": left > right, "le": left <= right, "lt": left < right}  # type: ignore[operator]
    return tests[operator]


def _key(one: EntitySet, row: Row) -> tuple[object, ...]:
    return tuple(row[part] for part in one.keys)


def _key_text(one: EntitySet, row: Row) -> str:
    def literal(part: str) -> str:
        value = row[part]
        if isinstance(value, int):
            return f"{value}L"
        if isinstance(value, dt.datetime):
            return f"datetime'{value.isoformat()}'"
        return "'" + quote(str(value)) + "'"

    if len(one.keys) == 1:
        return literal(one.keys[0])
    return ",".join(f"{part}={literal(part)}" for part in one.keys)
