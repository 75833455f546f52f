"""Which mapping maps a source's events: the one that its source file names, or the shipped one of its name.

A mapping sees one JSON object an event: the payload's own fields by dotted paths, and what the inbox knows of it.
Every column is optional, for events bring what they have.
"""

import functools
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace
from pathlib import Path

from warehouse.files.columns_read import columns_read
from warehouse.files.errors import LoadError
from warehouse.files.mapping import Mapping, Value, parse
from warehouse.files.mapping_file import checked, document, mapping_text, shipped_names
from warehouse.files.source_file import ROW_NUMBER
from warehouse.settings import Settings
from warehouse.sync.sources import Source, UnknownSource, source

ENTITY, ID, VERSION, HAPPENED_AT, RECEIVED_AT = "_entity", "_id", "_version", "_happened_at", "_received_at"
SOURCE = "_source"
"""What the inbox knows of an event, as a mapping names it."""


class NoMapping(LoadError):
    """The source's events cannot be mapped: they wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMapping:
    """A source's mapping, and who owns what it refuses."""

    mapping: Mapping
    owner: str | None = None


def columns_of(mapping: Mapping) -> tuple[str, ...]:
    """The fields of an event that a mapping reads."""
    read = [name for entry in mapping.tables for name in columns_read(entry)]
    read += [name for check in mapping.checks for name in (check.column, check.other) if name]
    return tuple(name for name in dict.fromkeys(read) if name != ROW_NUMBER)


def event_mapping(settings: Settings, name: str, given: Path | str | None = None) -> EventMapping:
    """The mapping of the source's events as it stands now, or the `given` one.

    A mapping that several sources share takes each one's name, and its time zone where the mapping says none. Raises
    NoMapping, MappingRefused or SourceInvalid.
    """
    found = _source(settings, name)
    chosen = given or (found.mapping if found else name)
    where, content = mapping_text(name, chosen)
    mapping = _mapped(content, where, name, found.timezone if found else None)
    return EventMapping(mapping=mapping, owner=found.owner if found else None)


@functools.lru_cache(maxsize=128)
def _mapped(content: str, where: str, name: str, timezone: str | None) -> Mapping:
    """The mapping of a text, read again only when the text or the source changes."""
    zone = {"timezone": timezone} if timezone else {}
    return of_events(checked({**zone, **document(content, where), "source": name}, where))


def _source(settings: Settings, name: str) -> Source | None:
    """The source's own file; None where a mapping of its name has to do. Raises NoMapping, SourceInvalid."""
    try:
        return source(settings, name)
    except UnknownSource:
        if name in shipped_names():
            return None
        raise NoMapping(f"source {name!r} has no file and no mapping; its events wait") from None


def of_document(content: Dictionary[str, object]) -> Mapping:
    """The mapping that a registered document stands for, as events see it."""
    return of_events(parse(content))


def of_events(mapping: Mapping) -> Mapping:
    """The mapping where each table takes the event's own version unless it names another."""
    version = Value(column=VERSION)
    return replace(mapping, tables=tuple(replace(entry, version=entry.version or version) for entry in mapping.tables))
