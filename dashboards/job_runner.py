"""The worker's side of a person's job: starts its process, stops it once somebody cancels, and says how it ended.

Each job has a process of its own, for only a process can be stopped in the middle of anything: it is asked first, which
ends it between two steps of Python, and killed where it does not heed.
"""

import asyncio
import os
import signal
import sys
import uuid
from asyncio.subprocess import PIPE, Process
from contextlib import suppress

from warehouse import job_rows, jobs, settings
from warehouse.job_values import JobState
from warehouse.settings import Settings

LOOK_S = 1.0
"""Seconds between two looks whether somebody cancelled."""

GRACE_S = 5.0
"""Seconds that a cancelled process gets to end by itself."""

LOST_S = 60.0
"""Seconds after which a job that waits is put into the queue once more."""

NOT_BEGUN = "its process ended before it began; the worker's log says why"


async def run_job(job_id: str) -> None:
    """Runs one job in a process of its own, to its end. A worker that is stopped meanwhile takes the process along."""
    of, id_ = settings.load(), uuid.UUID(job_id)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "dashboards.job_process", job_id, stdin=PIPE, start_new_session=True
    )
    try:
        await _follow(of, id_, process)
    finally:
        await _stop(process)
        await asyncio.to_thread(_settle, of, id_)


async def _follow(of: Settings, job_id: uuid.UUID, process: Process) -> None:
    """Returns when the process has ended, or has been told to for GRACE_S."""
    while not await _ended(process, LOOK_S):
        job = await asyncio.to_thread(job_rows.job, of, job_rows.SERVICE, job_id)
        if job.state is JobState.CANCELLING:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            if await _ended(process, GRACE_S):
                return
            break


async def _stop(process: Process) -> None:
    """The end of its input tells the process that its worker is gone; one that is storing gets to finish that."""
    if process.stdin is not None:
        process.stdin.close()
    if not await _ended(process, GRACE_S):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _ended(process: Process, within_s: float) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), within_s)
    return process.returncode is not None


def _settle(of: Settings, job_id: uuid.UUID) -> None:
    """What the process did not say itself."""
    job_rows.settle(of)
    if job_rows.job(of, job_rows.SERVICE, job_id).state is JobState.QUEUED:
        job_rows.end(of, job_rows.SERVICE, job_id, JobState.FAILED, error=NOT_BEGUN)


def watch_jobs(timestamp: int) -> None:
    """Once a minute: ends the rows of processes that died, and brings back what the queue lost."""
    del timestamp
    of = settings.load()
    job_rows.settle(of)
    for job_id in job_rows.waiting(of, longer_than_s=LOST_S):
        jobs.request_job(of, job_id)
