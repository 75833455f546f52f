"""Finds what a document stands on: the release with its current gate result, and hashes of what was read."""

from dashboards.documents.frame import Basis, DocumentError, Source
from models import run_files
from models.release_lookup import find
from models.release_proposals import current_gate
from warehouse import ledger
from warehouse.access import Permission, Principal
from warehouse.ledger_values import StoredRelease
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings


def of_release(settings: Settings, principal: Principal, reference: str) -> Basis:
    """The basis of a release by label, version, id or run. Needs READ_MODELS; raises UnknownRelease."""
    principal.require(Permission.READ_MODELS)
    with unit_of_work(settings, principal) as session:
        release = find(session, reference)
        gate = current_gate(session, release)
    sources = (
        Source(name="model.ubj", sha256=release.artifact_sha256),
        *_run_files(settings, release),
        Source(name=f"policy {gate.policy} {gate.policy_version}", sha256=gate.policy_sha256),
    )
    return Basis(model_name=release.model_name, release=release, gate=gate, sources=sources)


def of_model(settings: Settings, principal: Principal, model_name: str) -> Basis:
    """The basis of what decides for a model name now, else of its newest release, else of the bare name.

    Needs READ_MODELS. Raises DocumentError for a name that nobody ever proposed a release of.
    """
    principal.require(Permission.READ_MODELS)
    with unit_of_work(settings, principal) as session:
        pointer = ledger.pointer(session, model_name)
        newest = ledger.releases(session, model_name=model_name)
    if pointer is not None:
        return of_release(settings, principal, str(pointer.release_id))
    if not newest:
        raise DocumentError(f"there is no model {model_name!r} in the ledger; `hiregate history` lists them")
    return of_release(settings, principal, newest[0].label)


def _run_files(settings: Settings, release: StoredRelease) -> tuple[Source, ...]:
    """The files that the release's training left, as the audit log knows them."""
    known = run_files.hashes(settings, release.run_id)
    return tuple(Source(name=name, sha256=known[name]) for name in sorted(known) if name != "model.ubj")
