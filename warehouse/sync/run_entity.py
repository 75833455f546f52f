"""One entity's part of a run: pull, then sweep where it was asked for, and a row that says how it ended."""

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from warehouse import telemetry
from warehouse.access import Principal
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.sync import run_rows, run_sweep
from warehouse.sync.kit import traffic
from warehouse.sync.kit.clock import Clock
from warehouse.sync.kit.errors import ConnectorError, Expired
from warehouse.sync.kit.records import Connector, Entity, Page
from warehouse.sync.secrets import SecretError, hide

LOG = logging.getLogger("hiregate.sync")

KEYS_AT_ONCE = 5_000
"""Keys of one transaction of a sweep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What all entities of a run share."""

    settings: Settings
    principal: Principal
    source: str
    connector: Connector
    sweep: bool
    accept_gone: bool
    progress: Callable[[str, int, int | None], None] | None
    clock: Clock

    def begin(self, entity: Entity) -> int:
        """The entity's row, running; answers its id."""
        with unit_of_work(self.settings, self.principal, DatabaseRole.INTAKE) as session:
            sweeps = self.sweep and entity.sweep
            return run_rows.begin(session, self.source, entity.name, is_sweep=sweeps, at=self.clock.now())

    def end(
        self,
        run_id: int,
        counted: traffic.Traffic,
        *,
        state: str,
        error_code: str | None = None,
        error: str | None = None,
    ) -> Mapping[str, object]:
        """Ends the row and answers it."""
        with unit_of_work(self.settings, self.principal, DatabaseRole.INTAKE) as session:
            return run_rows.finish(
                session,
                run_id,
                state=state,
                at=self.clock.now(),
                traffic=counted,
                error_code=error_code,
                error=None if error is None else hide(error)[:500],
            )

    def ended_at_once(self, entity: Entity, *, state: str, error_code: str, error: str) -> Mapping[str, object]:
        """The row of an entity that was not asked for."""
        return self.end(self.begin(entity), traffic.Traffic(), state=state, error_code=error_code, error=error)


def pull_entity(work: Work, entity: Entity) -> Mapping[str, object]:
    """Pulls and sweeps one entity; answers the row of `landing.sync_run` that it left."""
    run_id = work.begin(entity)
    pages = 0
    with traffic.counting() as counted:
        try:
            for page in _pages(work, entity):
                _keep(work, entity, run_id, page, counted)
                pages += 1
            if work.sweep and entity.sweep:
                _sweep(work, entity, run_id)
        except KeyboardInterrupt:
            return work.end(run_id, counted, state="cancelled")
        except (ConnectorError, SecretError) as error:
            code = getattr(error, "code", "misconfigured")
            LOG.warning("%s: %s: %s", work.source, entity.name, hide(str(error)))
            if isinstance(error, Expired) and not pages:
                _forget(work, entity)
            state = "partial" if pages else "failed"
            return work.end(run_id, counted, state=state, error_code=code, error=str(error))
        except Exception as error:  # noqa: BLE001 - the edge of a run: what nobody expected is said and stops its entity only
            return _unexpected(work, entity, run_id, counted, error, "partial" if pages else "failed")
        return work.end(run_id, counted, state="succeeded")


def _pages(work: Work, entity: Entity) -> Iterator[Page]:
    with unit_of_work(work.settings, work.principal, DatabaseRole.INTAKE) as session:
        begins_at = run_rows.position(session, work.source, entity.name)
    return work.connector.pull(entity.name, begins_at or None)


def _forget(work: Work, entity: Entity) -> None:
    """Begins anew next time: the position itself is what lives no longer."""
    with unit_of_work(work.settings, work.principal, DatabaseRole.INTAKE) as session:
        run_rows.forget_position(session, work.source, entity.name)


def _keep(work: Work, entity: Entity, run_id: int, page: Page, counted: traffic.Traffic) -> None:
    with unit_of_work(work.settings, work.principal, DatabaseRole.INTAKE) as session:
        kept = run_rows.keep(session, work.source, entity.name, page, run_id)
        rows = run_rows.count(session, run_id, page, kept, counted)
    telemetry.count("connector.records.read", kept.read, source=work.source, entity=entity.name)
    telemetry.count("connector.records.written", kept.new, source=work.source, entity=entity.name)
    if work.progress is not None:
        work.progress(entity.name, rows, page.source_total)


def _sweep(work: Work, entity: Entity, run_id: int) -> None:
    for part in work.connector.keys(entity.name):
        for start in range(0, len(part), KEYS_AT_ONCE):
            with unit_of_work(work.settings, work.principal, DatabaseRole.INTAKE) as session:
                run_sweep.note(session, work.source, entity.name, run_id, part[start : start + KEYS_AT_ONCE])
    with unit_of_work(work.settings, work.principal, DatabaseRole.INTAKE) as session:
        swept = run_sweep.mark(session, work.source, entity.name, run_id, accept_any=work.accept_gone)
        if swept.returned:  # no change of theirs brings them again: only a pull from the beginning does
            run_rows.forget_position(session, work.source, entity.name)
            LOG.warning(
                "%s: %s: %d gone records are back; all are read again", work.source, entity.name, swept.returned
            )


def _unexpected(
    work: Work, entity: Entity, run_id: int, counted: traffic.Traffic, error: Exception, state: str
) -> Mapping[str, object]:
    """Says what was raised and where, never its message, which may hold values of a record."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {PurePath(place.filename).name}:{place.lineno}"
    LOG.error("%s: %s: unexpected %s", work.source, entity.name, where)
    return work.end(
        run_id, counted, state=state, error_code="unexpected", error=f"unexpected {where}; please report it"
    )
