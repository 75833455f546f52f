"""Background work as jobs in PostgreSQL: one queue for all, schedules, retries and real abort (procrastinate).

The queue's tables live in the schema `jobs` of the records' database, so that a job is kept where its data is. A task
takes plain JSON values only, and can be run twice. Tasks of packages above this one are added by the worker's process.
"""

import contextlib
import datetime as dt
import functools
import threading
import uuid

import procrastinate
import psycopg

from warehouse import postgres, settings

_SEARCH_PATH = "-c search_path=jobs"
_LOCK = 0x48_47_4A_4F
_LAKE = threading.Lock()
"""Held by whoever writes the lake, for the worker takes two jobs at once; a lock of the queue would outlive a kill."""
_PULLING = threading.Lock()
_SENDING_NOW = threading.Lock()
"""Each held by the one job of its kind, for the second would take the worker's other place from all other work."""
_SENDING = "* * * * * */5"
"""Every five seconds (the sixth place), as far apart as the first two attempts of a message are."""


@functools.cache
def queue(of: settings.Settings) -> procrastinate.App:
    """The queue of these settings, with the tasks that belong to the records and the lake."""
    connector = procrastinate.PsycopgConnector(
        conninfo=postgres.address(of), kwargs={"options": _SEARCH_PATH}, min_size=1, max_size=4
    )
    app = procrastinate.App(connector=connector)
    app.add_tasks_from(_tasks(), namespace="warehouse")
    return app


def _tasks() -> procrastinate.Blueprint:
    """A blueprint of its own for each queue, for a queue renames what it takes in."""
    tasks = procrastinate.Blueprint()
    retry = procrastinate.RetryStrategy(max_attempts=3, wait=2)
    tasks.task(name="refresh", queueing_lock="refresh", retry=retry)(refresh)
    tasks.periodic(cron="* * * * *")(tasks.task(name="follow_records", queueing_lock="follow_records")(follow_records))
    tasks.periodic(cron=_SENDING)(tasks.task(name="send_messages", queueing_lock="send_messages")(send_messages))
    tasks.periodic(cron="* * * * *")(tasks.task(name="pull_sources", queueing_lock="pull_sources")(pull_sources))
    tasks.periodic(cron="43 2 * * *")(
        tasks.task(name="resolve_identities", queueing_lock="resolve_identities")(resolve_identities)
    )
    tasks.periodic(cron="7 3 * * *")(tasks.task(name="forget_jobs", queueing_lock="forget_jobs")(forget_jobs))
    tasks.periodic(cron="17 3 * * *")(tasks.task(name="vacuum_lake", queueing_lock="vacuum_lake")(vacuum_lake))
    return tasks


def prepare(of: settings.Settings) -> None:
    """Makes the queue's tables where they are absent."""
    with psycopg.connect(postgres.address(of), options=_SEARCH_PATH) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        connection.execute("CREATE SCHEMA IF NOT EXISTS jobs")
        if connection.execute("SELECT to_regclass('jobs.procrastinate_jobs')").fetchone() == (None,):
            connection.execute(procrastinate.schema.SchemaManager.get_schema())


def request_refresh(of: settings.Settings) -> None:
    """Asks the worker to bring the lake up to the records; where that waits already, this is the same request."""
    app = queue(of)
    with app.open(), contextlib.suppress(procrastinate.exceptions.AlreadyEnqueued):
        app.configure_task("warehouse:refresh", queueing_lock="refresh").defer()


PEOPLE = "people"
"""The queue of what people asked for, which a worker takes one at a time beside all other work."""


def request_job(of: settings.Settings, job_id: uuid.UUID) -> None:
    """Asks the worker to run a person's job (`warehouse.job_rows`); asking again while it waits changes nothing."""
    prepare(of)
    # A connector of its own: inside a worker the queue's is open for the worker's event loop.
    connector = procrastinate.SyncPsycopgConnector(
        conninfo=postgres.address(of), kwargs={"options": _SEARCH_PATH}, min_size=1, max_size=1
    )
    app = procrastinate.App(connector=connector)
    task = app.configure_task("dashboards:run_job", queue=PEOPLE, queueing_lock=f"job-{job_id}")
    with app.open(), contextlib.suppress(procrastinate.exceptions.AlreadyEnqueued):
        task.defer(job_id=str(job_id))


def refresh() -> None:
    """Brings the lake up to the records, and rewrites it in one piece when its changes have piled up."""
    from warehouse.lake.compaction import compact  # noqa: PLC0415 - the lake's libraries load when needed
    from warehouse.lake.refresh import refresh as run  # noqa: PLC0415

    of = settings.load()
    with _LAKE:
        run(of)
        compact(of)


def follow_records(timestamp: int) -> None:
    """Follows, once a minute, what came in without a request; `timestamp` is the schedule's own."""
    del timestamp
    refresh()


def send_messages(timestamp: int) -> None:
    """Sends, every five seconds, the messages out that are due; where the last sending still goes on, nothing."""
    from warehouse.sync.outbox_delivery import send_due  # noqa: PLC0415 - loads where something is sent

    del timestamp
    if not _SENDING_NOW.acquire(blocking=False):
        return
    try:
        send_due(settings.load())
    finally:
        _SENDING_NOW.release()


def pull_sources(timestamp: int) -> None:
    """Asks, once a minute, the sources whose time has come; where the last asking still goes on, nothing."""
    from warehouse.sync.schedule import pull_due  # noqa: PLC0415 - connectors load where something is asked

    if not _PULLING.acquire(blocking=False):
        return
    try:
        pull_due(settings.load(), dt.datetime.fromtimestamp(timestamp, dt.UTC))
    finally:
        _PULLING.release()


def resolve_identities(timestamp: int) -> None:
    """Finds, once a night, records that are one person; `timestamp` is the schedule's own."""
    from warehouse.access import Principal, Role  # noqa: PLC0415
    from warehouse.identity_resolution import suggest  # noqa: PLC0415 - loads where people are compared

    del timestamp
    suggest.suggest(settings.load(), Principal(id=suggest.SERVICE, roles=frozenset({Role.HR_ADMIN})))


def forget_jobs(timestamp: int) -> None:
    """Takes away, once a night, the jobs of people that ended long ago; `timestamp` is the schedule's own."""
    from warehouse.job_rows import forget  # noqa: PLC0415

    forget(settings.load(), dt.datetime.fromtimestamp(timestamp, dt.UTC))


def vacuum_lake(timestamp: int) -> None:
    """Takes away, once a night, the lake's files that no snapshot in use names; `timestamp` is the schedule's own."""
    from warehouse.lake.compaction import vacuum  # noqa: PLC0415

    with _LAKE:
        vacuum(settings.load(), now=dt.datetime.fromtimestamp(timestamp, dt.UTC))
