"""What a connector hands over: records of entities, page by page, each page with a position that is safe to keep."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

Position = Mapping[str, object]
"""Where to go on: plain JSON values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One version of one record of an outside system, as that system gives it.

    `version` grows with each change (the modified time in milliseconds, where there is one); without it the body's
    hash tells versions apart. `happened_at` has a zone. Leave out of `body` what differs on every read, as signed
    addresses do.
    """

    entity: str
    id: str
    body: Mapping[str, object] = field(repr=False)
    version: int | None = None
    happened_at: dt.datetime | None = None

    @property
    def canonical(self) -> bytes:
        """The body as JSON with sorted keys, so that the same values are the same bytes.

        Half of a surrogate pair, as a system leaves it that cuts a text in the midst of an emoji, becomes a `?`.
        """
        text = json.dumps(self.body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return text.encode(errors="replace")

    @property
    def sha256(self) -> str:
        """The hash of the canonical body, 64 hex digits."""
        return hashlib.sha256(self.canonical).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some records, and the position after them.

    `position` is a checkpoint: a later pull from it misses nothing that this pull did not bring. None: none is safe
    yet, for instance in the midst of an unordered list. `source_total` is how many records the source says it holds.
    `rejected` counts rows of the page that are no records at all, without an id for instance.
    """

    records: Sequence[Record]
    position: Position | None = None
    source_total: int | None = None
    quota_left: int | None = None
    rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A kind of record. `sweep`: all its keys can be listed, so that deletions are found.

    `depends_on` are entities whose records this one's refer to; they are pulled first.
    """

    name: str
    sweep: bool = False
    depends_on: tuple[str, ...] = ()


class Connector(Protocol):
    """Reads one source. Raises `ConnectorError`; hides HTTP."""

    def entities(self) -> Sequence[Entity]:
        """What can be read, in any order."""
        ...

    def pull(self, entity: str, position: Position | None) -> Iterator[Page]:
        """What changed since the position; everything where it is None."""
        ...

    def keys(self, entity: str) -> Iterator[Sequence[str]]:
        """The ids of all records that exist, in parts; called only for entities with `sweep`."""
        ...


def storable(id_: str) -> str:
    """The id as the records' text can hold it: U+FFFD for a NUL, `?` for half of a surrogate pair."""
    return id_.replace("\0", "\ufffd").encode(errors="replace").decode()


def milliseconds(moment: dt.datetime) -> int:
    """A moment as a version: milliseconds since 1970. Raises ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a version needs a moment with a zone")
    return int(moment.timestamp() * 1000)
