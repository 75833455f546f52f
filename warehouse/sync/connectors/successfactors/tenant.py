"""One tenant as a connector works on it: its service, what its metadata allows, its options, and the day."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from warehouse.sync.connectors.successfactors.metadata import EntityType, Metadata
from warehouse.sync.connectors.successfactors.odata import Service
from warehouse.sync.connectors.successfactors.options import SENSITIVE, Options
from warehouse.sync.connectors.successfactors.values import Row, moment, text_of
from warehouse.sync.kit.records import Record, milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """What turns rows into records; `today` is the day on which slices of time are called current."""

    service: Service
    metadata: Metadata
    options: Options
    today: dt.date

    def kind(self, name: str) -> EntityType | None:
        """The set as this user sees it; None where it is not there, or the source file does not want it."""
        return self.metadata.types.get(name)

    def has(self, name: str, *properties: str) -> bool:
        """Whether the set and these properties can be read."""
        found = self.kind(name)
        return found is not None and all(one in found.properties for one in properties)

    def record(
        self,
        entity: str,
        id_: str,
        row: Mapping[str, object],
        *,
        cursor: str | None = None,
        happened_at: str | None = None,
        **more: object,
    ) -> Record:
        """A record of a row without sensitive fields. `cursor` names the field that is its version, if one is."""
        changed = moment(row.get(cursor)) if cursor else None
        return Record(
            entity=entity,
            id=id_,
            body={**self._without(entity, row), **more},
            version=milliseconds(changed) if changed else None,
            happened_at=moment(row.get(happened_at)) if happened_at else changed,
        )

    def _without(self, entity: str, row: Mapping[str, object]) -> Row:
        dropped = SENSITIVE | self.options.leave_out.get(entity, frozenset())
        return {name: value for name, value in row.items() if name not in dropped}

    def looked_up(self, entity: str, column: str, ids: Iterable[str | None], *select: str) -> list[Row]:
        """The rows of a set whose column is one of the ids; none where the set, or the filter, is not allowed."""
        kind = self.kind(entity)
        wanted = [one for one in ids if one]
        if kind is None or not wanted or not kind.can_filter(column):
            return []
        return list(self.service.by_ids(kind, column, wanted, select=[one for one in select if one in kind.properties]))


def grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """The rows by a column's text; those without it are left out."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        key = text_of(row, column)
        if key is not None:
            found.setdefault(key, []).append(row)
    return found
