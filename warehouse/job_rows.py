"""Jobs of people as rows: asked for, begun, told of, cancelled, ended. A row is the truth; the queue only brings it up.

Whoever runs a job holds an advisory lock of its own connection for as long as it lives, so a row that says `running`
while nobody holds its lock is the row of a process that died: `settle` marks it failed, at the latest when somebody
looks. Nothing is tried again by itself, for what ended a process once may end it twice.
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Select, delete, select, text
from sqlalchemy.orm import Session

from warehouse import postgres
from warehouse.access import Principal, Role
from warehouse.job_values import Cancelled, Document, JobLine, JobState, LogLine, TooLate, UnknownJob
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings
from warehouse.tables.app import Job

SERVICE = Principal(id="hiregate-jobs", roles=frozenset({Role.DATA_SCIENTIST}))
"""Whoever looks after all jobs, not for a person."""

MOST_LINES = 500
"""Lines that a job's log keeps; the newest stay."""

DIED = "the process that ran it ended without a word (killed, out of memory, or the services stopped); start it again"


def add(settings: Settings, principal: Principal, kind: str, arguments: Document) -> uuid.UUID:
    """A new row that waits, and its id."""
    job_id = uuid.uuid4()
    with unit_of_work(settings, principal) as session:
        session.add(Job(job_id=job_id, kind=kind, asked_by=principal.id, arguments=dict(arguments)))
    return job_id


def jobs_of(
    settings: Settings, principal: Principal, *, kinds: frozenset[str] | None = None, limit: int = 50
) -> tuple[JobLine, ...]:
    """The newest jobs that the principal may see: the own ones, and all of them for those who may train."""
    statement = select(Job).order_by(Job.asked_at.desc()).limit(limit)
    if kinds is not None:
        statement = statement.where(Job.kind.in_(kinds))
    found = _lines(settings, principal, statement)
    if any(one.state in {JobState.RUNNING, JobState.CANCELLING} for one in found) and settle(settings):
        found = _lines(settings, principal, statement)
    return found


def job(settings: Settings, principal: Principal, job_id: uuid.UUID) -> JobLine:
    """One job. Raises UnknownJob, also for one that the principal may not see."""
    settle(settings)
    found = _lines(settings, principal, select(Job).where(Job.job_id == job_id))
    if not found:
        raise UnknownJob(job_id)
    return found[0]


def find(settings: Settings, principal: Principal, reference: str) -> JobLine:
    """The job whose id is or begins with `reference`. Raises UnknownJob for none and for several."""
    found = [one for one in jobs_of(settings, principal, limit=10_000) if str(one.job_id).startswith(reference)]
    if not reference or len(found) != 1:
        raise UnknownJob(reference)
    return found[0]


def cancel(settings: Settings, principal: Principal, job_id: uuid.UUID) -> JobState:
    """Stops a job: one that waits at once, one that runs within seconds. Cancelling again changes nothing.

    Raises UnknownJob, and TooLate where it has ended or is storing its result.
    """
    statement = text(
        "UPDATE app.job SET cancelled_by = :by,"
        " state = CASE state WHEN 'queued' THEN 'cancelled' ELSE 'cancelling' END,"
        " finished_at = CASE state WHEN 'queued' THEN clock_timestamp() END"
        " WHERE job_id = :job AND state IN ('queued', 'running') AND NOT is_storing RETURNING state"
    )
    with unit_of_work(settings, principal) as session:
        state = session.execute(statement, {"job": job_id, "by": principal.id}).scalar_one_or_none()
    if state is not None:
        return JobState(state)
    found = job(settings, principal, job_id)
    if found.state in {JobState.CANCELLING, JobState.CANCELLED}:
        return found.state
    raise TooLate(f"{job_id}: it is {'storing its result' if found.is_open else found.state.value} already")


@contextmanager
def held(settings: Settings, job_id: uuid.UUID) -> Iterator[None]:
    """Meanwhile this process counts as the one that runs the job; PostgreSQL notices when it dies."""
    with psycopg.connect(postgres.address(settings), autocommit=True, keepalives_idle=10) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [_key(job_id)])
        yield


def claim(settings: Settings, asker: Principal, job_id: uuid.UUID) -> bool:
    """Begins a job that waits; False where it was cancelled or taken by another. Hold its lock while calling."""
    statement = text(
        "UPDATE app.job SET state = 'running', started_at = clock_timestamp()"
        " WHERE job_id = :job AND state = 'queued' RETURNING 1"
    )
    with unit_of_work(settings, asker) as session:
        return session.execute(statement, {"job": job_id}).first() is not None


def tell(
    settings: Settings, asker: Principal, job_id: uuid.UUID, *, step: int, steps: int, line: str, is_storing: bool
) -> None:
    """Notes the next step of a running job; from `is_storing` on it cannot be cancelled. Raises Cancelled."""
    statement = text(
        "UPDATE app.job SET step = :step, steps = :steps, step_text = :line, is_storing = :storing,"
        " log = CASE WHEN jsonb_array_length(log) < :most THEN log ELSE log - 0 END || CAST(:entry AS jsonb)"
        " WHERE job_id = :job AND state = 'running' RETURNING 1"
    )
    entry = json.dumps([{"at": dt.datetime.now(dt.UTC).isoformat(), "text": line}], ensure_ascii=False)
    values = {"job": job_id, "step": step, "steps": steps, "line": line, "storing": is_storing}
    with unit_of_work(settings, asker) as session:
        is_running = session.execute(statement, values | {"entry": entry, "most": MOST_LINES}).first() is not None
    if not is_running:
        raise Cancelled


def end(
    settings: Settings,
    by: Principal,
    job_id: uuid.UUID,
    state: JobState,
    *,
    result: Document | None = None,
    error: str | None = None,
) -> bool:
    """Ends an open job as `state`; False where it had ended before."""
    with unit_of_work(settings, by) as session:
        return _end(session, job_id, state, result=result, error=error)


def settle(settings: Settings) -> int:
    """Ends the rows whose process died: cancelled where somebody had cancelled, else failed. Answers how many."""
    open_ = select(Job.job_id, Job.state).where(Job.state.in_([JobState.RUNNING, JobState.CANCELLING]))
    with unit_of_work(settings, SERVICE) as session:
        ended = 0
        for job_id, state in session.execute(open_).all():
            if _is_free(session, job_id):
                is_cancelled = state == JobState.CANCELLING
                end_ = JobState.CANCELLED if is_cancelled else JobState.FAILED
                ended += _end(session, job_id, end_, error=None if is_cancelled else DIED, was=state)
        return ended


def forget(settings: Settings, now: dt.datetime) -> int:
    """Takes away the rows of jobs that ended more than `settings.job_days` days ago; answers how many.

    What a job made (runs, gate results, documents) stays where it is.
    """
    before = now - dt.timedelta(days=settings.job_days)
    with unit_of_work(settings, SERVICE) as session:
        return len(session.scalars(delete(Job).where(Job.finished_at < before).returning(Job.job_id)).all())


def waiting(settings: Settings, *, longer_than_s: float) -> list[uuid.UUID]:
    """Jobs that have waited so long that the queue may have lost them."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=longer_than_s)
    statement = select(Job.job_id).where(Job.state == JobState.QUEUED, Job.asked_at < before).order_by(Job.asked_at)
    with unit_of_work(settings, SERVICE) as session:
        return list(session.scalars(statement))


def _end(
    session: Session,
    job_id: uuid.UUID,
    state: JobState,
    *,
    result: Document | None = None,
    error: str | None = None,
    was: str | None = None,
) -> bool:
    statement = text(
        "UPDATE app.job SET state = :state, error = :error, result = CAST(:result AS jsonb),"
        " finished_at = clock_timestamp()"
        " WHERE job_id = :job AND finished_at IS NULL AND state = coalesce(:was, state) RETURNING 1"
    )
    kept = None if result is None else json.dumps(dict(result), ensure_ascii=False)
    values = {"job": job_id, "state": state.value, "error": error, "result": kept, "was": was}
    return session.execute(statement, values).first() is not None


def _is_free(session: Session, job_id: uuid.UUID) -> bool:
    """Whether nobody holds the job's lock; it is ours until the transaction ends where that is so."""
    statement = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 0))")
    return bool(session.execute(statement, {"key": _key(job_id)}).scalar_one())


def _key(job_id: uuid.UUID) -> str:
    return f"hiregate.job {job_id}"


def _lines(settings: Settings, principal: Principal, statement: Select[Job]) -> tuple[JobLine, ...]:
    with unit_of_work(settings, principal) as session:
        return tuple(_line(row) for row in session.scalars(statement))


def _line(row: Job) -> JobLine:
    log = tuple(LogLine(at=dt.datetime.fromisoformat(str(one["at"])), text=str(one["text"])) for one in row.log)
    plain = ("job_id", "kind", "asked_by", "asked_at", "arguments", "step", "steps", "step_text", "is_storing",
             "started_at", "cancelled_by", "result", "error", "finished_at")  # fmt: skip
    return JobLine(state=JobState(row.state), log=log, **{name: getattr(row, name) for name in plain})
