"""Where people ask for a job, see theirs, and cancel one."""

import uuid

from dashboards import job_kinds
from warehouse import job_rows, jobs
from warehouse.access import Principal
from warehouse.job_rows import cancel, find, job, jobs_of
from warehouse.job_values import Document
from warehouse.settings import Settings

__all__ = ["cancel", "find", "job", "jobs_of", "start"]


def start(settings: Settings, principal: Principal, kind: str, arguments: Document) -> uuid.UUID:
    """Puts a job into the queue and answers its id; the worker of `hiregate up` runs it as the principal.

    Raises AccessDenied, BadRequest, and what the kind says of bad arguments, such as ConfigurationError.
    """
    found = job_kinds.kind(kind)
    found.require(principal)
    found.read(arguments)
    job_id = job_rows.add(settings, principal, kind, arguments)
    jobs.request_job(settings, job_id)
    return job_id
