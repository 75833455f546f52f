"""Recruiter System Connect: the candidates and applications of the records, whole, as they change.

The first upload of a new customer brings two years of history, each later one what changed since. Position and counts
are kept in the run's row after each call. A record that LinkedIn refuses is named in the position and tried again by
the next upload; one without a first and last name is counted and not sent. In a dry run nothing is sent or kept.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import httpx
from sqlalchemy import RowMapping, select, text, update

from warehouse.access import Permission, Principal
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.sync.connectors.linkedin.records import AtsApplication, AtsCandidate, NameIncomplete
from warehouse.sync.connectors.linkedin.wire import APPLICATIONS, CANDIDATES, MOST_AT_ONCE, Body, Platform
from warehouse.sync.kit import traffic
from warehouse.sync.kit.clock import SYSTEM, Clock
from warehouse.sync.kit.errors import ConnectorError
from warehouse.sync.sources import Source
from warehouse.tables.landing import SyncRun

HISTORY = dt.timedelta(days=730)
"""How far back the first upload goes."""

MOST_REFUSED = 1_000
"""Refused records that are remembered for the next upload."""

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """What became of one kind of record: `refused` counts by code; `error` is what ended the upload early."""

    entity: str
    sent: int = 0
    taken: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    error_code: str | None = None
    error: str | None = None
    is_dry_run: bool = False


def upload(
    settings: Settings,
    principal: Principal,
    source: Source,
    *,
    transport: httpx.BaseTransport | None = None,
    clock: Clock = SYSTEM,
    progress: Progress | None = None,
) -> tuple[Uploaded, ...]:
    """Candidates first, then the applications that refer to them. Needs RUN_SYNC. Raises Misconfigured."""
    principal.require(Permission.RUN_SYNC)
    platform = Platform.of(source, part="push", transport=transport, clock=clock)
    return tuple(
        _Upload(settings, principal, source, platform, kind, clock, progress or _silent).run() for kind in _KINDS
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    entity: str
    collection: tuple[str, str]
    query: str
    body: Callable[[RowMapping, Source], Body]


@dataclass(slots=True)
class _Upload:
    """One kind of record of one source, page after page."""

    settings: Settings
    principal: Principal
    source: Source
    platform: Platform
    kind: _Kind
    clock: Clock
    progress: Progress
    sent: int = 0
    taken: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    again: list[str] = field(default_factory=list)
    run_id: int | None = None

    def run(self) -> Uploaded:
        is_dry_run = self.source.push.get("mode") != "live"
        after = self._position()
        self.run_id = None if is_dry_run else self._begin()
        error = None
        with traffic.counting() as requests:
            try:
                self._pages(after)
            except ConnectorError as caught:
                error = caught
        self._end(requests, error)
        return Uploaded(
            entity=self.kind.entity,
            sent=self.sent,
            taken=self.taken,
            refused=dict(self.refused),
            error_code=error.code if error else None,
            error=str(error) if error else None,
            is_dry_run=is_dry_run,
        )

    def _pages(self, position: Mapping[str, object]) -> None:
        retry = cast("list[str]", position.get("refused", []))
        after = {"xid": int(cast("int", position.get("xid", 0))), "key": str(position.get("key", ""))}
        for place in range(0, len(retry), MOST_AT_ONCE):
            self._send(self._rows({"xid": 0, "key": "", "ids": retry[place : place + MOST_AT_ONCE]}))
        while rows := self._rows({**after, "ids": None}):
            self._send(rows)
            after = {"xid": int(rows[-1]["changed_xid"]), "key": rows[-1]["id"]}
            self._keep(position={**after, "refused": self.again[:MOST_REFUSED]})
            self.progress(self.kind.entity, self.sent)
        self._keep(position={**after, "refused": self.again[:MOST_REFUSED]})

    def _send(self, rows: Sequence[RowMapping]) -> None:
        bodies: dict[str, Body] = {}
        for row in rows:
            try:
                bodies[row["id"]] = self.kind.body(row, self.source)
            except NameIncomplete:
                self.refused["name_incomplete"] += 1
        self.sent += len(bodies)
        if self.run_id is None:
            return
        for result in self.platform.put(self.kind.collection, bodies):
            if result.is_done:
                self.taken += 1
            else:
                self.refused[result.code] += 1
                self.again.append(result.id)

    def _rows(self, after: Mapping[str, object]) -> Sequence[RowMapping]:
        values = {
            **after,
            "source": self.source.push.get("records_of", self.source.name),
            "since": self.clock.now() - HISTORY,
            "limit": MOST_AT_ONCE,
        }
        with unit_of_work(self.settings, self.principal, DatabaseRole.INTAKE) as session:
            return session.execute(text(self.kind.query), values).mappings().all()

    def _position(self) -> Mapping[str, object]:
        """Where the last upload that got anywhere stopped."""
        newest = (
            select(SyncRun.position)
            .where(SyncRun.source == self.source.name, SyncRun.entity == self.kind.entity)
            .where(SyncRun.direction == "push", SyncRun.position.is_not(None))
            .order_by(SyncRun.started_at.desc(), SyncRun.sync_run_id.desc())
            .limit(1)
        )
        with unit_of_work(self.settings, self.principal, DatabaseRole.INTAKE) as session:
            return session.scalars(newest).one_or_none() or {}

    def _begin(self) -> int:
        with unit_of_work(self.settings, self.principal, DatabaseRole.INTAKE) as session:
            run = SyncRun(
                source=self.source.name, entity=self.kind.entity, direction="push", started_at=self.clock.now()
            )
            session.add(run)
            session.flush()
            return run.sync_run_id

    def _keep(self, **more: object) -> None:
        """Counts so far, and what more is known, into the run's row."""
        if self.run_id is None:
            return
        values = {"rows_read": self.sent, "rows_new": self.taken, "rows_rejected": self.refused.total(), **more}
        with unit_of_work(self.settings, self.principal, DatabaseRole.INTAKE) as session:
            session.execute(update(SyncRun).where(SyncRun.sync_run_id == self.run_id).values(**values))

    def _end(self, requests: traffic.Traffic, error: ConnectorError | None) -> None:
        rejected = bool(self.refused)
        self._keep(
            state="failed" if error else "partial" if rejected else "succeeded",
            finished_at=self.clock.now(),
            requests=requests.requests,
            retries=requests.retries,
            quota_left=requests.quota_left,
            error_code=error.code if error else next(iter(sorted(self.refused)), None),
            error=str(error) if error else _sentence(self.refused),
        )


def _sentence(refused: Mapping[str, int]) -> str | None:
    return ", ".join(f"{code}: {n}" for code, n in sorted(refused.items())) or None


def _silent(entity: str, sent: int) -> None:
    del entity, sent


def _candidate(row: RowMapping, source: Source) -> Body:
    template = source.push.get("profile_url")
    url = template.replace("{id}", row["id"]) if isinstance(template, str) else None
    return AtsCandidate(
        id=row["id"],
        full_name=row["full_name_local"] or row["full_name"],
        email=row["email"],
        phone=row["phone"],
        country=row["country"],
        profile_url=url,
        created_at=row["created_at"],
        changed_at=row["loaded_at"],
    ).body()


def _application(row: RowMapping, source: Source) -> Body:
    del source
    return AtsApplication(
        id=row["id"],
        candidate_id=row["candidate_id"],
        job_id=row["job_id"],
        job_name=row["job_name"],
        full_name=row["full_name_local"] or row["full_name"],
        email=row["email"],
        channel=row["channel"],
        created_at=row["applied_at"],
        changed_at=row["loaded_at"],
    ).body()


# Only what is settled is read: a transaction that still runs could otherwise commit behind the position.
_AFTER = """
  AND (CAST(:ids AS text[]) IS NULL OR {id} = ANY (CAST(:ids AS text[])))
  AND ({t}.changed_xid, {id}) > (CAST(CAST(:xid AS text) AS xid8), :key)
  AND {t}.changed_xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY {t}.changed_xid, {id} LIMIT :limit
"""
_CANDIDATES = (
    "SELECT c.source_record_id AS id, c.changed_xid::text AS changed_xid, c.full_name, c.full_name_local,"  # noqa: S608 - constants
    " c.email,"
    " c.phone, c.country, c.loaded_at, first.applied_at AS created_at FROM hr.candidate c JOIN LATERAL"
    " (SELECT min(a.applied_at) AS applied_at, max(a.applied_at) AS last_at FROM hr.application a"
    "  WHERE a.candidate_id = c.candidate_id) AS first ON first.last_at >= :since WHERE c.source = :source"
    + _AFTER.format(t="c", id="c.source_record_id")
)
_APPLICATIONS = (
    "SELECT a.source_record_id AS id, a.changed_xid::text AS changed_xid, a.applied_at,"  # noqa: S608 - constants
    " a.loaded_at, a.channel,"
    " c.source_record_id AS candidate_id, c.full_name, c.full_name_local, c.email, r.source_record_id AS job_id,"
    " coalesce(r.title, r.job_family) AS job_name FROM hr.application a JOIN hr.candidate c USING (candidate_id)"
    " JOIN hr.requisition r USING (requisition_id) WHERE a.source = :source AND a.applied_at >= :since"
    + _AFTER.format(t="a", id="a.source_record_id")
)
_KINDS = (
    _Kind(entity="atsCandidates", collection=CANDIDATES, query=_CANDIDATES, body=_candidate),
    _Kind(entity="atsApplications", collection=APPLICATIONS, query=_APPLICATIONS, body=_application),
)
