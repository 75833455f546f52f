"""A connector over lists in memory: what a source holds, and what goes wrong while it is read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from warehouse import access, postgres
from warehouse.postgres import DatabaseRole
from warehouse.settings import Settings
from warehouse.sync.kit.records import Entity, Page, Position, Record

RUNNER = access.principal("kim", [access.Role.INTEGRATION_ADMIN])
SOURCE = "source: acme\nconnector: rest\nfreshness_minutes: 60\n"


@dataclass
class Lists:
    """Records by entity, in the order of their versions; a page holds two. `before_page` may raise."""

    records: dict[str, list[Record]]
    order: Sequence[Entity] = ()
    before_page: Callable[[str, int], None] = lambda *_: None
    pulled_from: list[tuple[str, Position | None]] = field(default_factory=list)

    def entities(self) -> Sequence[Entity]:
        return self.order or [Entity(name=name, sweep=True) for name in self.records]

    def pull(self, entity: str, position: Position | None) -> Iterator[Page]:
        self.pulled_from.append((entity, position))
        since = (position or {}).get("since", -1)
        due = [record for record in self.records[entity] if record.version is None or record.version > since]
        for number, start in enumerate(range(0, len(due), 2)):
            self.before_page(entity, number)
            part = due[start : start + 2]
            last = max((record.version or 0 for record in part), default=since)
            yield Page(records=part, position={"since": last}, source_total=len(self.records[entity]))

    def keys(self, entity: str) -> Iterator[Sequence[str]]:
        yield [record.id for record in self.records[entity]]


def record(entity: str, id_: str, version: int | None = 1, **body: object) -> Record:
    return Record(entity=entity, id=id_, version=version, body={"id": id_, **body})


def with_source(settings: Settings, content: str = SOURCE) -> Settings:
    """The settings with one source file of the name that it carries."""
    folder = settings.home / "sources"
    folder.mkdir(exist_ok=True)
    name = content.split("\n", 1)[0].removeprefix("source: ")
    Path(folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    return settings


def inbox(settings: Settings, source: str = "acme") -> list[tuple[str, str, int | None]]:
    """Entity, id and version of what is in the inbox, in order."""
    statement = "SELECT entity, split_part(idempotency_key, ':', 2), source_version FROM landing.inbox"
    return [tuple(row) for row in rows(settings, f"{statement} WHERE source = :s ORDER BY inbox_id", s=source)]


def rows(settings: Settings, statement: str, **values: object) -> list[Mapping[str, object]]:
    """What a statement answers to the intake's role."""
    with postgres.unit_of_work(settings, RUNNER, DatabaseRole.INTAKE) as session:
        return list(session.execute(text(statement), values))
