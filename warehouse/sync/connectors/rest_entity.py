"""What a source file says of one list of a JSON API, checked, as values: call, pages, rows, ids, increments.

The words follow dlt's `rest_api` where it has them: `path`, `params`, `json`, `paginator`, `data_selector`,
`incremental` with `cursor_path`, `initial_value`, `lag`, and the placeholders `{incremental.start_value}`,
`{incremental.end_value}` and `{parent.FIELD}`.
"""

import datetime as dt
import functools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import cast
from zoneinfo import ZoneInfo

import jsonschema

from warehouse.sync.event_values import moment
from warehouse.sync.kit.answer import Success
from warehouse.sync.kit.errors import Misconfigured
from warehouse.sync.kit.paginate import Call, Paginator, paginator_from
from warehouse.sync.kit.windows import Window
from warehouse.sync.sources import Source

PLACEHOLDER = re.compile(r"\{((?:incremental|parent)\.[A-Za-z0-9_.]+)\}")

LAG_S = 300
"""Seconds before the cursor at which a pull begins, unless `lag` says otherwise."""

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incremental:
    """How only what changed is asked for; `form` is `iso`, `unix`, `unix_ms`, `date` or a strftime form."""

    cursor_path: str | None
    first: dt.datetime
    lag: dt.timedelta
    form: str
    zone: ZoneInfo
    longest: dt.timedelta | None

    def written(self, at: dt.datetime) -> str | int:
        """A moment as the system reads it."""
        local = at.astimezone(self.zone)
        match self.form:
            case "unix":
                return int(at.timestamp())
            case "unix_ms":
                return int(at.timestamp() * 1000)
            case "iso":
                return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            case "date":
                return local.date().isoformat()
        return local.strftime(self.form)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """A list within each row whose elements are records of their own; `carry` copies fields of the row into them."""

    entity: str
    path: str
    id: tuple[str, ...]
    carry: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestEntity:
    """One list. `id` are paths that together name a row; `drop` are paths that differ on each read."""

    name: str
    call: Call
    paginator: Paginator
    selector: str
    id: tuple[str, ...]
    zone: ZoneInfo
    version: str | None = None
    happened_at: str | None = None
    drop: tuple[str, ...] = ()
    inner: tuple[Inner, ...] = ()
    incremental: Incremental | None = None
    parent: str | None = None
    sweep: bool = False
    depends_on: tuple[str, ...] = ()

    @property
    def reads_end(self) -> bool:
        """Whether the call names the end of a window, so that the pull goes window by window."""
        return "incremental.end_value" in placeholders(self.call)

    def call_for(self, window: Window | None, parent: Row | None = None) -> Call:
        """The call with its placeholders filled in."""
        values: dict[str, object] = {f"parent.{name}": value for name, value in (parent or {}).items()}
        if window is not None and self.incremental is not None:
            values["incremental.start_value"] = self.incremental.written(window.start)
            values["incremental.end_value"] = self.incremental.written(window.end)
        return Call(
            path=str(_filled(self.call.path, values)),
            method=self.call.method,
            params=cast("dict[str, str | int]", _filled(dict(self.call.params), values)),
            json=cast("dict[str, object] | None", _filled(self.call.json, values)),
            headers=self.call.headers,
            success=self.call.success,
        )


def rest_entities(source: Source, described: Mapping[str, Row] | None = None) -> Mapping[str, RestEntity]:
    """The entities of a source's `pull.entities`, or the `described` ones. Raises Misconfigured."""
    given = source.pull.get("entities", {}) if described is None else described
    if not isinstance(given, dict) or not given:
        raise Misconfigured(f"{source.name}: pull.entities describes nothing that could be read")
    error = jsonschema.exceptions.best_match(_validator().iter_errors(given))
    if error is not None:
        where = ".".join(str(part) for part in error.absolute_path)
        raise Misconfigured(f"{source.name}: pull.entities.{where}: {error.message}")
    found = {name: _entity(source, name, value) for name, value in given.items()}
    _check_parents(source, found)
    return found


def success_of(given: object) -> Success | None:
    """What `success_when` says a body must hold."""
    if not isinstance(given, dict):
        return None
    return Success(
        path=str(given["path"]),
        values=tuple(given["values"]),
        transient=tuple(given.get("transient", ())),
        unauthorized=tuple(given.get("unauthorized", ())),
        absent_is_success=bool(given.get("absent_is_success", False)),
    )


def placeholders(call: Call) -> frozenset[str]:
    """The names of the placeholders in a call."""
    return frozenset(PLACEHOLDER.findall(f"{call.path} {json.dumps([dict(call.params), call.json])}"))


@functools.cache
def _validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((files("warehouse.sync.connectors") / "rest.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


def _entity(source: Source, name: str, given: Row) -> RestEntity:
    zone = ZoneInfo(source.timezone)
    default = cast("dict[str, object] | None", source.pull.get("paginator"))
    parent = cast("str | None", given.get("parent"))
    entity = RestEntity(
        name=name,
        call=Call(
            path=str(given["path"]),
            method=str(given.get("method", "GET")),
            params=cast("dict[str, str | int]", given.get("params", {})),
            json=cast("dict[str, object] | None", given.get("json")),
            headers=cast("dict[str, str]", {**_object(source.pull.get("headers")), **_object(given.get("headers"))}),
            success=success_of(given.get("success_when")),
        ),
        paginator=paginator_from(cast("dict[str, object] | None", given.get("paginator", default))),
        selector=str(given.get("data_selector", "")),
        id=_paths(given["id"]),
        zone=zone,
        version=cast("str | None", given.get("version")),
        happened_at=cast("str | None", given.get("happened_at")),
        drop=_paths(given.get("drop")),
        inner=tuple(_inner(one, value) for one, value in _object(given.get("lists")).items()),
        incremental=_incremental(source, name, given.get("incremental"), zone),
        parent=parent,
        sweep=bool(given.get("sweep", False)),
        depends_on=(*_paths(given.get("depends_on")), *((parent,) if parent else ())),
    )
    if entity.incremental is None and any(one.startswith("incremental.") for one in placeholders(entity.call)):
        raise Misconfigured(f"{source.name}: pull.entities.{name}: it uses an incremental value and describes none")
    return entity


def _inner(name: str, given: object) -> Inner:
    described = _object(given)
    carry = cast("dict[str, str]", _object(described.get("carry")))
    return Inner(entity=name, path=str(described["path"]), id=_paths(described["id"]), carry=carry)


def _incremental(source: Source, name: str, given: object, zone: ZoneInfo) -> Incremental | None:
    if not isinstance(given, dict):
        return None
    own = ZoneInfo(str(given["timezone"])) if "timezone" in given else zone
    first = moment(given.get("initial_value", "2015-01-01"), own)
    if first is None:
        raise Misconfigured(f"{source.name}: pull.entities.{name}.incremental.initial_value is no date")
    days = given.get("window_days")
    return Incremental(
        cursor_path=given.get("cursor_path"),
        first=first,
        lag=dt.timedelta(seconds=given.get("lag", LAG_S)),
        form=given.get("format", "iso"),
        zone=own,
        longest=dt.timedelta(days=days) if days else None,
    )


def _check_parents(source: Source, found: Mapping[str, RestEntity]) -> None:
    for entity in found.values():
        above = found.get(entity.parent) if entity.parent else None
        if entity.parent and above is None:
            raise Misconfigured(
                f"{source.name}: pull.entities.{entity.name}.parent: {entity.parent} is not described here"
            )
        if above is not None and above.parent:
            raise Misconfigured(f"{source.name}: pull.entities.{entity.name}.parent: {above.name} has a parent itself")


def _filled(given: object, values: Row) -> object:
    """The same with placeholders replaced; a text that is one placeholder alone takes the value's own type.

    Raises Misconfigured for one that has no value.
    """
    if isinstance(given, dict):
        return {name: _filled(value, values) for name, value in given.items()}
    if isinstance(given, list):
        return [_filled(value, values) for value in given]
    if not isinstance(given, str):
        return given
    alone = PLACEHOLDER.fullmatch(given)
    if alone:
        return _value(alone[1], values)
    return PLACEHOLDER.sub(lambda match: str(_value(match[1], values)), given)


def _value(name: str, values: Row) -> object:
    found = values.get(name)
    if found is None or isinstance(found, dict | list):
        raise Misconfigured(f"the placeholder {{{name}}} has no value")
    return found


def _object(given: object) -> dict[str, object]:
    return cast("dict[str, object]", given) if isinstance(given, dict) else {}


def _paths(given: object) -> tuple[str, ...]:
    if given is None:
        return ()
    return tuple(str(one) for one in cast("Sequence[object]", given)) if isinstance(given, list) else (str(given),)
