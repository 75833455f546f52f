"""The weights and the fit of a stored run, for whoever may read models."""

import json
from collections.abc import Mapping
from typing import Any

from models import registry, run_files
from training import evidence
from warehouse.access import Permission, Principal
from warehouse.settings import Settings


def stored_weights(settings: Settings, principal: Principal, run_id: str) -> Mapping[str, Any] | None:
    """The run's `weights.json`; None where it kept none. Raises AccessDenied without READ_MODELS, and RunChanged."""
    return _document(settings, principal, run_id, evidence.WEIGHTS)


def stored_fit(settings: Settings, principal: Principal, run_id: str) -> Mapping[str, Any] | None:
    """Which fit the run's model is, and why; None for runs of earlier versions. Raises as `stored_weights` does."""
    record = _document(settings, principal, run_id, evidence.RECORD)
    found = None if record is None else record.get("fit")
    return found if isinstance(found, dict) else None


def _document(settings: Settings, principal: Principal, run_id: str, name: str) -> Mapping[str, Any] | None:
    principal.require(Permission.READ_MODELS)
    try:
        return dict(json.loads(run_files.read(settings, run_id, name)))
    except registry.UnknownRun:
        return None
