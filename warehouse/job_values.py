"""What a job of a person is: its state, its log, how far it is, and what can go wrong when one is handled.

Errors:

  JobError
    UnknownJob    no such job that this principal may see; names the id
    TooLate       the job has ended, or is storing its result; names the id
    BadRequest    no such kind of job, or arguments that it does not know
  Cancelled       not an error: raised inside a job that somebody cancelled, and caught by nobody on its way out
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Document = Mapping[str, object]


class JobError(RuntimeError):
    """A job cannot be handled as asked."""


class UnknownJob(JobError):
    """No such job that this principal may see."""

    def __init__(self, job_id: object) -> None:
        """`job_id` was asked for."""
        super().__init__(f"{job_id}: there is no such job; `hiregate job list` shows yours")


class TooLate(JobError):
    """The job has ended, or is storing its result."""


class BadRequest(JobError):
    """No such kind of job, or arguments that it does not know."""


class Cancelled(BaseException):
    """Somebody cancelled the job. No `Exception`, so that nothing on the way out takes it for a failure of its own."""


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    FAILED = "failed"
    DONE = "done"


OPEN = frozenset({JobState.QUEUED, JobState.RUNNING, JobState.CANCELLING})
"""States that go on by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line of a job's log."""

    at: dt.datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """One job as a reader sees it; `error` is a sentence, `result` names what came of it."""

    job_id: uuid.UUID
    kind: str
    asked_by: str
    asked_at: dt.datetime
    arguments: Document
    state: JobState
    step: int
    steps: int | None
    step_text: str | None
    log: tuple[LogLine, ...]
    is_storing: bool
    started_at: dt.datetime | None
    cancelled_by: str | None
    result: Document | None
    error: str | None
    finished_at: dt.datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN

    @property
    def can_be_cancelled(self) -> bool:
        """Whether a cancel would still stop it."""
        return self.state in {JobState.QUEUED, JobState.RUNNING} and not self.is_storing

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1, by steps."""
        if self.state is JobState.DONE:
            return 1.0
        return min(self.step / self.steps, 1.0) if self.steps else 0.0

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "job": str(self.job_id),
            "kind": self.kind,
            "state": self.state.value,
            "asked_by": self.asked_by,
            "asked_at": self.asked_at.isoformat(),
            "arguments": dict(self.arguments),
            "step": self.step,
            "steps": self.steps,
            "step_text": self.step_text,
            "log": [{"at": line.at.isoformat(), "text": line.text} for line in self.log],
            "started_at": None if self.started_at is None else self.started_at.isoformat(),
            "finished_at": None if self.finished_at is None else self.finished_at.isoformat(),
            "cancelled_by": self.cancelled_by,
            "result": None if self.result is None else dict(self.result),
            "error": self.error,
        }
