"""The worker: follows the inbox and takes jobs from PostgreSQL until told to stop, then finishes what it holds."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Iterator

import procrastinate

from dashboards import job_runner
from warehouse import jobs, settings, telemetry, telemetry_gauges

LOG = logging.getLogger("hiregate.worker")

CONCURRENCY = 2
"""Jobs at once: asking sources mostly waits for their answers, and the rest goes on beside it."""

STOP_S = 10.0
"""Seconds that the follower gets to end its batch; what it does not end is rolled back and taken again."""


async def work() -> None:
    """Takes jobs until a SIGTERM or SIGINT; what is running gets ten seconds to end. Only failed ones are kept."""
    queue = jobs.queue(settings.load())
    queue.add_tasks_from(tasks(), namespace="dashboards")
    async with queue.open_async():
        people = asyncio.create_task(_jobs_of_people(queue))
        try:
            await queue.run_worker_async(
                queues=["default"], concurrency=CONCURRENCY, shutdown_graceful_timeout=10, delete_jobs="successful"
            )
        finally:
            people.cancel()
            await asyncio.gather(people, return_exceptions=True)


async def _jobs_of_people(queue: procrastinate.App) -> None:
    """One at a time: a training takes all the cores there are. What the others wait for is not behind it."""
    await queue.run_worker_async(
        queues=[jobs.PEOPLE],
        install_signal_handlers=False,
        shutdown_graceful_timeout=0,
        delete_jobs="always",
    )


def tasks() -> procrastinate.Blueprint:
    """The jobs that belong to packages above the records."""
    found = procrastinate.Blueprint()
    found.periodic(cron="* * * * *")(found.task(name="watch_sources", queueing_lock="watch_sources")(watch_sources))
    found.periodic(cron="* * * * *")(found.task(name="watch_jobs", queueing_lock="watch_jobs")(job_runner.watch_jobs))
    found.periodic(cron="* * * * *")(found.task(name="watch_leases", queueing_lock="watch_leases")(watch_leases))
    found.task(name="run_job", queue=jobs.PEOPLE)(job_runner.run_job)
    return found


def watch_sources(timestamp: int) -> None:
    """Looks at every source once a minute and keeps the alerts true; `timestamp` is the schedule's own."""
    from validation.sync_watch import watch  # noqa: PLC0415 - loads when needed

    del timestamp
    for raised in watch(settings.load()):
        LOG.warning("alert %s about %s", raised.kind, raised.subject)


def watch_leases(timestamp: int) -> None:
    """Looks at every champion's lease once a minute and keeps the alerts true; `timestamp` is the schedule's own."""
    from models.lease_watch import watch  # noqa: PLC0415 - loads when needed

    del timestamp
    for raised in watch(settings.load()):
        LOG.warning("alert %s about %s", raised.kind, raised.subject)


@contextlib.contextmanager
def following(of: settings.Settings) -> Iterator[None]:
    """Meanwhile events of the inbox become records, in a thread of its own: no job holds them up."""
    stop = threading.Event()
    thread = threading.Thread(target=_follow, args=(of, stop), name="follower", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(STOP_S)


def _follow(of: settings.Settings, stop: threading.Event) -> None:
    """The first contract takes seconds to load; it is run on a row that nobody sent before any event has to wait."""
    import pyarrow as pa  # noqa: PLC0415 - loads beside the queue, not before it

    from validation.contracts import check_batch  # noqa: PLC0415
    from warehouse.sync.follow import Follower  # noqa: PLC0415

    check_batch("candidate", pa.table({"email": ["nobody@example.com"]}))
    Follower(of, check=check_batch).run(stop)


def main() -> None:
    """Runs the worker of the environment's home."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    telemetry_gauges.watch(settings.load())
    try:
        with following(settings.load()):
            asyncio.run(work())
    finally:
        telemetry.shut_down()


if __name__ == "__main__":
    main()
