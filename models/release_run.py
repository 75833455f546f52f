"""A training run as a proposal: its files from the registry, checked against its own record.

Errors:

  UnknownRun (models.registry)    no such run, or it lacks a file
  NotGated                        the run's model file is not the one that its record names
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from models import registry, run_files
from models.registry import UnknownRun
from models.release_errors import NotGated
from models.release_proposals import Proposal
from warehouse.settings import Settings

SPEC_FILE = "feature_spec.json"
RECORD_FILE = "training.json"


def run_id_of(settings: Settings, reference: str) -> str:
    """The run whose id is or begins with `reference`. Raises UnknownRun for none and for several."""
    folder = registry.artefact_folder(settings)
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    found = [name for name in names if name == reference] or [
        name for name in names if reference and name.startswith(reference)
    ]
    if len(found) != 1:
        what = "no run" if not found else f"{len(found)} runs"
        raise UnknownRun(f"{reference!r} fits {what} here; `hiregate train` makes a run and prints its id")
    return found[0]


def record_of(settings: Settings, run_id: str) -> Mapping[str, Any]:
    """The run's training record. Raises UnknownRun."""
    record: Mapping[str, Any] = json.loads(run_files.read(settings, run_id, RECORD_FILE))
    return record


def model_of(settings: Settings, run_id: str, record: Mapping[str, Any]) -> bytes:
    """The run's model file. Raises NotGated when it was changed after the training."""
    content = run_files.read(settings, run_id, registry.MODEL_FILE)
    if hashlib.sha256(content).hexdigest() != record["model_sha256"]:
        raise NotGated(f"the model file of run {run_id} was changed after its training; train again")
    return content


def proposal_of(settings: Settings, reference: str) -> Proposal:
    """The run's files as they go into the ledger. Raises UnknownRun and NotGated."""
    run_id = run_id_of(settings, reference)
    record = record_of(settings, run_id)
    return Proposal(
        run_id=run_id,
        model_name=str(record["model_name"]),
        artifact=model_of(settings, run_id, record),
        feature_spec=json.loads(run_files.read(settings, run_id, SPEC_FILE)),
        cut_score=float(record["cut_score"]),
        snapshot=record["snapshot"],
        data_fingerprint=str(record["data_fingerprint"]),
        details={"training": record},
        is_generated=bool(record["is_generated"]),
    )
