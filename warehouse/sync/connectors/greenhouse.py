"""Reads Greenhouse through its Harvest API: what changed since the last pull, and the keys of all that exists.

The lists are not in the order of change, so a cursor is kept only at the end of one. It is the newest change that was
seen, but never later than the moment when the list began: what changed while it was read is read again.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import cast

import httpx

from warehouse.sync.connectors.greenhouse_entities import KINDS, Kind, moment, records
from warehouse.sync.kit.answer import Answer
from warehouse.sync.kit.client import Client
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import Malformed, Misconfigured
from warehouse.sync.kit.paginate import Call, LinkHeader, pages
from warehouse.sync.kit.records import Entity, Page, Position, Record
from warehouse.sync.sources import Source

HOST = "https://harvest.greenhouse.io"
VERSIONS = ("v3", "v1")
PAGE_SIZE = 500
OVERLAP_S = 600
"""Seconds before the cursor that a pull begins, for changes that show up late."""

PER_SECOND = 5.0
"""Requests: Harvest allows 50 in ten seconds."""


class Greenhouse:
    """One Greenhouse account."""

    def __init__(
        self, client: Client, *, version: str, page_size: int, overlap: dt.timedelta, keep: frozenset[str]
    ) -> None:
        """`version` of the API is `v3` or `v1`; `keep` are fields that are taken over although they usually are not."""
        self._client, self._version, self._keep = client, version, keep
        self._page_size, self._overlap = page_size, overlap

    def entities(self) -> Sequence[Entity]:
        """What can be read."""
        return [kind.entity for kind in KINDS.values()]

    def pull(self, entity: str, position: Position | None) -> Iterator[Page]:
        """What changed since the position; the last page carries the new one."""
        kind = KINDS[entity]
        since = dt.datetime.fromisoformat(str(position["since"])) if position else None
        began: dt.datetime | None = None
        newest = since
        for leaf in pages(self._client, self._call(kind, since), LinkHeader()):
            began = began or _date(leaf.answer)
            found, rejected = self._read(kind, leaf.answer)
            newest = max((one for one in (newest, *_moments(kind, leaf.answer)) if one), default=None)
            is_last = leaf.mark is None
            yield Page(
                records=found,
                position=_position(newest, began, since) if is_last else None,
                quota_left=leaf.answer.quota_left,
                rejected=rejected,
            )

    def keys(self, entity: str) -> Iterator[Sequence[str]]:
        """The ids of everything; Harvest gives them only with the records."""
        for leaf in pages(self._client, self._call(KINDS[entity], None), LinkHeader()):
            yield [str(row["id"]) for row in leaf.answer.rows("") if row.get("id") is not None]

    def _call(self, kind: Kind, since: dt.datetime | None) -> Call:
        params: dict[str, str | int] = {"per_page": self._page_size}
        if self._version == "v1":
            params["skip_count"] = "true"
        name = kind.filter_v1 if self._version == "v1" else kind.filter_v3
        if since is not None and name is not None:
            moment_text = (since - self._overlap).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            params[name] = moment_text if self._version == "v1" else f"gte|{moment_text}"
        return Call(path=kind.path, params=params)

    def _read(self, kind: Kind, answer: Answer) -> tuple[list[Record], int]:
        """The page's records, and how many rows are none."""
        found: list[Record] = []
        rejected = 0
        for row in answer.rows(""):
            try:
                found += records(kind, row, self._keep)
            except Malformed:
                rejected += 1
        return found, rejected


def connector(source: Source, *, transport: httpx.BaseTransport | None = None, clock: Clock = SYSTEM) -> Greenhouse:
    """The reader of a Greenhouse source. Raises Misconfigured."""
    pull = source.pull
    version = str(pull.get("api", VERSIONS[0]))
    if version not in VERSIONS:
        raise Misconfigured(f"{source.name}: pull.api is {version!r}; there are {', '.join(VERSIONS)}")
    client = Client.of(source, transport=transport, clock=clock, base_url=f"{HOST}/{version}", per_second=PER_SECOND)
    return Greenhouse(
        client,
        version=version,
        page_size=min(PAGE_SIZE, cast("int", pull.get("page_size", PAGE_SIZE))),
        overlap=dt.timedelta(seconds=cast("int", pull.get("overlap_seconds", OVERLAP_S))),
        keep=frozenset(cast("list[str]", pull.get("keep_fields", []))),
    )


def _moments(kind: Kind, answer: Answer) -> list[dt.datetime]:
    found: list[dt.datetime] = []
    for row in answer.rows(""):
        try:
            at = moment(row, kind)
        except Malformed:
            continue
        found += [at] if at else []
    return found


def _date(answer: Answer) -> dt.datetime | None:
    """The server's own clock when it answered; None where it does not say."""
    try:
        return parsedate_to_datetime(answer.headers["date"]).astimezone(dt.UTC)
    except (KeyError, ValueError):
        return None


def _position(
    newest: dt.datetime | None, began: dt.datetime | None, since: dt.datetime | None
) -> Mapping[str, object] | None:
    """The next pull's beginning: never after this list began, never before where it began last."""
    if newest is None:
        return None
    bounded = newest if began is None else min(newest, began)
    return {"since": (bounded if since is None else max(bounded, since)).isoformat()}
