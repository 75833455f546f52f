"""The files of a training run, held against what the audit log says of them: a file changed afterwards is not read.

The parameters and metrics that MLflow shows of a run stand in its tables; nothing here reads them, but people do, so
their sha256 is in the same line of the log.

The training writes each file's sha256 into its own line of the chained log, in the database; the files themselves lie
in MLflow's store, where anybody with access to the folder could change them. An erasure that takes somebody out of a
file writes the new sha256 into a line of its own, which counts where the erasure's tombstone stands.

Errors:

  UnknownRun (models.registry)    no such run, or it lacks the file
  RunChanged                      the file is not the one that the training stored, or no line of the log knows it
"""

import hashlib
import json
from collections.abc import Mapping

from models import registry
from warehouse import audit_log, retention_tombstones
from warehouse.access import NOBODY
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings

TRAINED = "model_trained"
"""The audit log's action of a training."""

COMPARED = "runs_compared"
"""The audit log's action of a comparison whose files were kept, about the run that keeps them."""

REDACTED = "run_redacted"
"""The audit log's action of an erasure that changed a run's files."""


class RunChanged(RuntimeError):
    """A run's file is not the one that its training stored."""


def listed(files: Mapping[str, bytes]) -> list[str]:
    """The files as the audit log keeps them: `sha256 name`, in order of their names."""
    return [f"{hashlib.sha256(files[name]).hexdigest()} {name}" for name in sorted(files)]


def hashes(settings: Settings, run_id: str) -> Mapping[str, str]:
    """The sha256 of each file of the run by name, as its training stored it or an erasure left it; empty for a run
    that the log does not know.
    """
    return {name: past[-1] for name, past in histories(settings, run_id).items()}


def histories(settings: Settings, run_id: str) -> Mapping[str, list[str]]:
    """Each file's sha256 as the training stored it, and after it those that erasures left, in order."""
    with unit_of_work(settings, NOBODY) as session:
        detail = audit_log.detail(session, action=TRAINED, subject=run_id)
        detail = detail or audit_log.detail(session, action=COMPARED, subject=run_id)
        known = {name: [digest] for name, digest in _pairs(detail)}
        for redacted in audit_log.details(session, action=REDACTED, subject=run_id):
            if retention_tombstones.stands(session, str(redacted.get("erasure"))):
                for name, digest in _pairs(redacted):
                    known.get(name, []).append(digest)
    return known


def logged(settings: Settings) -> tuple[str, ...]:
    """The ids of all runs whose files the log knows, oldest first."""
    with unit_of_work(settings, NOBODY) as session:
        return audit_log.subjects(session, actions=(TRAINED, COMPARED))


def figures(settings: Settings, run_id: str) -> str:
    """The sha256 of the parameters and metrics that MLflow shows of a run. Raises UnknownRun."""
    shown = json.dumps(registry.figures(settings, run_id), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(shown.encode()).hexdigest()


def shows_others(settings: Settings, run_id: str) -> bool:
    """Whether MLflow shows other parameters or metrics of a run than its training stored, or has no such run.

    A run that was logged without them cannot be told.
    """
    with unit_of_work(settings, NOBODY) as session:
        detail = audit_log.detail(session, action=TRAINED, subject=run_id)
    known = None if detail is None else detail.get("figures")
    if known is None:
        return False
    try:
        return figures(settings, run_id) != known
    except registry.UnknownRun:
        return True


def _pairs(detail: Mapping[str, object] | None) -> list[tuple[str, str]]:
    """Name and sha256 of each file of a line."""
    files = detail.get("files") if detail is not None else None
    pairs = [str(line).split(" ", 1) for line in (files if isinstance(files, list) else ())]
    return [(name, digest) for digest, name in pairs]


def read(settings: Settings, run_id: str, name: str) -> bytes:
    """A file of a run, as it was stored. Raises UnknownRun and RunChanged."""
    content = registry.artefact(settings, run_id, name)
    known = hashes(settings, run_id).get(name)
    if known is None:
        raise RunChanged(f"{name} of run {run_id} has no hash in the audit log; train again")
    if hashlib.sha256(content).hexdigest() != known:
        raise RunChanged(f"{name} of run {run_id} was changed after its training; train again")
    return content


def changed(settings: Settings, run_id: str) -> tuple[str, ...]:
    """The names of the run's files that are gone or not as they were stored."""
    found = []
    for name, known in hashes(settings, run_id).items():
        try:
            content = registry.artefact(settings, run_id, name)
        except registry.UnknownRun:
            found.append(name)
            continue
        if hashlib.sha256(content).hexdigest() != known:
            found.append(name)
    return tuple(found)
