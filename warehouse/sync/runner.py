"""Runs a source's connector: entity by entity in the order of their dependencies, page by page, a transaction each.

A page's records, its cursor and its counts are one transaction, so a run that is killed or cancelled goes on where its
rows end. One run of a source at a time. What fails stops itself and what depends on it, nothing else.

Errors:

  RunError
    AlreadyRunning   another run of the source is not done
    UnknownEntity    the connector has no such entity
"""

import contextlib
import datetime as dt
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from graphlib import CycleError, TopologicalSorter

from sqlalchemy import text

from warehouse import postgres, telemetry
from warehouse.access import Permission, Principal
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.sync import run_rows
from warehouse.sync.connectors import registry
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import Misconfigured, NotLicensed
from warehouse.sync.kit.records import Connector, Entity
from warehouse.sync.run_entity import Work, pull_entity
from warehouse.sync.sources import source as source_named

LOG = logging.getLogger("hiregate.sync")

_LOCK_SPACE = 0x48_47_53_59

Progress = Callable[[str, int, int | None], None]
"""Called after each page with the entity, the rows so far, and the source's total where it says one."""


class RunError(RuntimeError):
    """A run does not begin; the message is one line."""


class AlreadyRunning(RunError):
    """Another run of the source is not done."""


class UnknownEntity(RunError):
    """The connector has no such entity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityReport:
    """What a run did for one entity; `error` is a sentence without values, `error_code` its stable name."""

    entity: str
    state: str
    requests: int = 0
    retries: int = 0
    rows_read: int = 0
    rows_new: int = 0
    rows_rejected: int = 0
    rows_gone: int = 0
    error_code: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What a run did. `state` is succeeded, partial, failed or cancelled."""

    source: str
    verification: str
    entities: tuple[EntityReport, ...] = field(default_factory=tuple)

    @property
    def state(self) -> str:
        """The worst that the entities' states make together."""
        states = {entity.state for entity in self.entities}
        if "cancelled" in states:
            return "cancelled"
        if states <= {"succeeded"}:
            return "succeeded"
        return "failed" if states == {"failed"} else "partial"

    @property
    def rows_new(self) -> int:
        """Records that are new in the inbox."""
        return sum(entity.rows_new for entity in self.entities)

    def as_json(self) -> dict[str, object]:
        """The report as one JSON document."""
        return {**asdict(self), "state": self.state, "rows_new": self.rows_new}


def run(
    settings: Settings,
    principal: Principal,
    source: str,
    *,
    entities: Sequence[str] | None = None,
    sweep: bool = False,
    accept_gone: bool = False,
    progress: Progress | None = None,
    clock: Clock = SYSTEM,
    connector: Connector | None = None,
) -> RunReport:
    """Pulls what changed at a source since the last run, and with `sweep` finds what is gone there.

    `entities` limits the run; without it all are pulled. `accept_gone` is a person's word that a sweep may take away
    many records at once. `connector` takes the place of the one that the source's file names. Needs RUN_SYNC. Raises
    RunError, SourceError, Misconfigured; what goes wrong with an entity is in the report. An interrupt ends the run as
    `cancelled`.
    """
    principal.require(Permission.RUN_SYNC)
    found = source_named(settings, source)
    reader = connector or registry.connector(found, clock=clock)
    ordered = in_order(reader.entities(), entities)
    work = Work(
        settings=settings,
        principal=principal,
        source=found.name,
        connector=reader,
        sweep=sweep,
        accept_gone=accept_gone,
        progress=progress,
        clock=clock,
    )
    with _alone(settings, found.name), telemetry.span("connector.run", source=found.name, connector=found.connector):
        _end_those_left_running(work)
        reports = tuple(_reports(work, ordered))
    return RunReport(source=found.name, verification=found.verification.value, entities=reports)


def in_order(known: Sequence[Entity], wanted: Sequence[str] | None) -> list[Entity]:
    """The wanted entities, each after those it depends on. Raises UnknownEntity, Misconfigured for a circle."""
    by_name = {entity.name: entity for entity in known}
    for name in wanted or ():
        if name not in by_name:
            raise UnknownEntity(f"there is no entity {name!r}; there are {', '.join(by_name)}")
    chosen = set(by_name if wanted is None else wanted)
    sorter = TopologicalSorter({entity.name: entity.depends_on for entity in known})
    try:
        return [by_name[name] for name in sorter.static_order() if name in chosen and name in by_name]
    except CycleError as error:
        raise Misconfigured(f"the entities depend on each other in a circle: {' → '.join(error.args[1])}") from None


def _reports(work: Work, ordered: Sequence[Entity]) -> Iterator[EntityReport]:
    missing: dict[str, str] = {}
    for entity in ordered:
        lacking = next((name for name in entity.depends_on if name in missing), None)
        if lacking is not None:
            missing[entity.name] = lacking
            yield _report(_not_begun(work, entity, lacking))
            continue
        report = _report(pull_entity(work, entity))
        yield report
        if report.state == "cancelled":
            return
        if report.state != "succeeded" and report.error_code != NotLicensed.code:
            missing[entity.name] = entity.name


def _not_begun(work: Work, entity: Entity, lacking: str) -> Mapping[str, object]:
    error = f"its records refer to {lacking}, which failed; it was not asked for"
    return work.ended_at_once(entity, state="failed", error_code="dependency_failed", error=error)


def _report(row: Mapping[str, object]) -> EntityReport:
    return EntityReport(**{name: row[name] for name in EntityReport.__dataclass_fields__})  # type: ignore[arg-type]  # the row has them


def _end_those_left_running(work: Work) -> None:
    with unit_of_work(work.settings, work.principal, DatabaseRole.INTAKE) as session:
        run_rows.end_those_left_running(session, work.source, dt.datetime.now(dt.UTC))


@contextlib.contextmanager
def _alone(settings: Settings, source: str) -> Iterator[None]:
    """Holds the source's lock on a connection of its own, which a killed process lets go. Raises AlreadyRunning."""
    given = {"space": _LOCK_SPACE, "source": source}
    engine = postgres.engine(settings)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text("SELECT pg_try_advisory_lock(:space, hashtext(:source))"), given).scalar():
            raise AlreadyRunning(f"{source}: another run is not done; wait for it or stop it")
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:space, hashtext(:source))"), given)
