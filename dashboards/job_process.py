"""The process of one job: `python -m dashboards.job_process ID`. It works as whoever asked, with the rights of now.

It ends when it is told to (SIGTERM, from the worker, once somebody cancelled), when its worker is gone (the end of its
standard input), and when it is done. A cancel interrupts Python between two of its steps, which XGBoost's rounds and
the draws of a bootstrap are. Nothing is written before the last step; from there on it is too late to cancel.
"""

import logging
import os
import signal
import sys
import threading
import uuid
from types import FrameType

from dashboards.job_kinds import Kind, kind
from warehouse import identity, job_rows, settings
from warehouse.access import Principal
from warehouse.job_values import Cancelled, Document, JobLine, JobState
from warehouse.settings import Settings

LOG = logging.getLogger("hiregate.jobs")
PACKAGES = ("warehouse.", "validation.", "models.", "training.", "dashboards.")
NICENESS = 5
"""A job gives way to the pages and the API, for which somebody waits."""

ORPHANED = 75
"""The exit code of a job whose worker is gone."""


class Course:
    """How far one job is: counts its steps, and knows whether it can still be cancelled."""

    def __init__(self, of: Settings, job: JobLine, what: Kind) -> None:
        """Of a job that this process claimed."""
        self._of, self._job, self._kind = of, job, what
        self._step, self._steps = 0, what.steps(job.arguments)
        self.is_storing = False

    def tell(self, line: str) -> None:
        """The next step. Raises Cancelled where somebody cancelled the job."""
        self._step += 1
        self._steps = max(self._step, self._steps)
        is_storing = self.is_storing or line == self._kind.stores_at
        job_rows.tell(
            self._of,
            Principal(id=self._job.asked_by),
            self._job.job_id,
            step=self._step,
            steps=self._steps,
            line=line,
            is_storing=is_storing,
        )
        self.is_storing = is_storing


def perform(of: Settings, job_id: uuid.UUID, *, is_alone: bool = False) -> JobState | None:
    """Runs a job that waits, to whatever end, and answers that; None where there was nothing to begin.

    A process that is there for this job alone (`is_alone`) heeds its worker. Raises UnknownJob.
    """
    with job_rows.held(of, job_id):
        job = job_rows.job(of, job_rows.SERVICE, job_id)
        asker = Principal(id=job.asked_by)
        if not job_rows.claim(of, asker, job_id):
            return None
        result, error = None, None
        try:
            course = Course(of, job, kind(job.kind))
            if is_alone:
                _heed_worker(course)
            result = _run(of, job, course)
            state = JobState.DONE
        except Cancelled:
            state = JobState.CANCELLED
        except Exception as reason:
            LOG.warning("job %s failed", job_id, exc_info=not _is_expected(reason))
            state, error = JobState.FAILED, _sentence(reason)
        if is_alone:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        job_rows.end(of, asker, job_id, state, result=result, error=error)
        return state


def _run(of: Settings, job: JobLine, course: Course) -> Document:
    """The rights are looked up again: between asking and running they may have been taken away."""
    what, asker = kind(job.kind), identity.principal_of(of, job.asked_by)
    what.require(asker)
    return what.run(of, asker, job.arguments, course.tell)


def _heed_worker(course: Course) -> None:
    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        if not course.is_storing:
            raise Cancelled

    def follow() -> None:
        sys.stdin.buffer.read()
        if not course.is_storing:
            os._exit(ORPHANED)

    signal.signal(signal.SIGTERM, interrupt)
    threading.Thread(target=follow, name="worker-watch", daemon=True).start()


def _is_expected(error: Exception) -> bool:
    return type(error).__module__.startswith(PACKAGES)


def _sentence(error: Exception) -> str:
    """Our own errors say what to do; of any other the text may hold values, so only its kind leaves the log."""
    if _is_expected(error):
        return " ".join(str(error).split())
    return f"it ended with an error that nobody expected ({type(error).__name__}); the worker's log has the rest"


def main() -> None:
    """Runs the job of the command line in the environment's home."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    os.nice(NICENESS)
    perform(settings.load(), uuid.UUID(sys.argv[1]), is_alone=True)


if __name__ == "__main__":
    main()
