"""Comparisons as artefacts in MLflow: `comparison.json` and `comparison.html` under a run of their own.

Whoever opens MLflow reads them, so they hold what everybody may see who may read models: no application's key, no small
group, all departments. Their sha256 stand in the audit log, as those of a training do.
"""

from models import registry, run_files
from training.compare_shape import Comparison
from training.evidence import code_version, json_bytes
from warehouse import audit_log
from warehouse.access import Permission, Principal
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings

JSON_FILE = "comparison.json"
HTML_FILE = "comparison.html"


class NotForFiles(ValueError):
    """A comparison that says more than everybody may read, or less than the whole."""


def store(settings: Settings, principal: Principal, found: Comparison, html: bytes) -> str:
    """Keeps `Computed.for_files()` and its page, and answers the id of the run that holds them.

    Raises AccessDenied without READ_MODELS and READ_ALL_DEPARTMENTS, and NotForFiles for what a reader was told.
    """
    principal.require(Permission.READ_MODELS)
    principal.require(Permission.READ_ALL_DEPARTMENTS)
    _require_for_files(found)
    run_ids = [line["run_id"] for line in found["runs"]]
    files = {JSON_FILE: json_bytes(found), HTML_FILE: html}
    tags = {
        "target": str(found["target"]["name"]) if isinstance(found["target"], dict) else "",
        "first_run": found["first"],
        "code_version": code_version(),
        "compared_by": principal.id,
    }
    stored_run_id = registry.log_comparison(settings, run_ids, tags, files)
    with unit_of_work(settings, principal) as session:
        detail: audit_log.Detail = {"runs": run_ids, "files": run_files.listed(files)}
        audit_log.append(session, actor=principal.id, action=run_files.COMPARED, subject=stored_run_id, detail=detail)
    return stored_run_id


def _require_for_files(found: Comparison) -> None:
    has_keys = any(pair["flips"]["applications"] for pair in found["against_first"].values())
    if has_keys or found["shows_small_groups"] or not found["is_whole"]:
        raise NotForFiles("Only a comparison told for files is kept: without keys and small groups, of all departments")
