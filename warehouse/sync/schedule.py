"""When a source is asked: as often as its file says, with a sweep of its keys once a day or as often as it says.

Several sources are asked at the same time, each only once. What keeps a source from being asked at all leaves a failed
run, so that it shows where every other failure does.
"""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import cast

from sqlalchemy import text

from warehouse.access import Principal, Role
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.sync import run_rows
from warehouse.sync.kit.errors import ConnectorError
from warehouse.sync.kit.traffic import Traffic
from warehouse.sync.runner import AlreadyRunning, RunReport, run
from warehouse.sync.secrets import SecretError, hide
from warehouse.sync.sources import Source, SourceError, sources

LOG = logging.getLogger("hiregate.sync")

PULLER = Principal(id="service:pull", roles=frozenset({Role.INTEGRATION_ADMIN}))
SWEEP_HOURS = 24
AT_ONCE = 3
"""Sources that are asked at the same time; they mostly wait for answers."""

SLACK = dt.timedelta(seconds=30)
"""How much too early a source may be asked, so that a schedule of whole minutes does not slip by one each time."""

NOT_BEGUN = "all"
"""The entity of a run that could not even begin."""

_LAST = text(
    "SELECT source, max(started_at) AS pulled, max(started_at) FILTER (WHERE is_sweep) AS swept"
    " FROM landing.sync_run WHERE direction = 'pull' GROUP BY source"
)

Runner = Callable[..., RunReport]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A source that is to be asked now."""

    source: Source
    sweep: bool


def due(settings: Settings, now: dt.datetime) -> list[Due]:
    """The sources whose time has come, by name; only those that say how often."""
    with unit_of_work(settings, PULLER, DatabaseRole.INTAKE) as session:
        last = {row.source: (row.pulled, row.swept) for row in session.execute(_LAST)}
    known = [source for source in sources(settings).values() if source.every_minutes is not None]
    return [
        Due(source=source, sweep=_is_sweep_due(source, *last.get(source.name, (None, None)), now))
        for source in known
        if _is_due(source, last.get(source.name, (None, None))[0], now)
    ]


def pull_due(settings: Settings, now: dt.datetime, *, runner: Runner = run) -> Mapping[str, str]:
    """Asks all sources that are due; answers how each run ended, a state or an error's code."""
    found = due(settings, now)
    with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="pull") as pool:
        states = pool.map(lambda one: _pull(settings, one, now, runner), found)
        return dict(zip((one.source.name for one in found), states, strict=True))


def _pull(settings: Settings, one: Due, now: dt.datetime, runner: Runner) -> str:
    name = one.source.name
    try:
        return runner(settings, PULLER, name, sweep=one.sweep).state
    except AlreadyRunning:
        return "running"
    except (ConnectorError, SecretError, SourceError) as error:
        code = getattr(error, "code", "misconfigured")
        LOG.warning("%s: not asked: %s", name, hide(str(error)))
        _leave_failed_run(settings, name, now, code, hide(str(error))[:500])
        return code


def _leave_failed_run(settings: Settings, name: str, now: dt.datetime, code: str, error: str) -> None:
    with unit_of_work(settings, PULLER, DatabaseRole.INTAKE) as session:
        run_id = run_rows.begin(session, name, NOT_BEGUN, is_sweep=False, at=now)
        run_rows.finish(session, run_id, state="failed", at=now, traffic=Traffic(), error_code=code, error=error)


def _is_due(source: Source, pulled: dt.datetime | None, now: dt.datetime) -> bool:
    return pulled is None or now - pulled >= dt.timedelta(minutes=cast("int", source.every_minutes)) - SLACK


def _is_sweep_due(source: Source, pulled: dt.datetime | None, swept: dt.datetime | None, now: dt.datetime) -> bool:
    """Not at the first pull, which brings everything anyway."""
    hours = cast("int", source.pull.get("sweep_hours", SWEEP_HOURS))
    return pulled is not None and (swept is None or now - swept >= dt.timedelta(hours=hours))
