"""Retirement: a checker takes a release out for good. Nothing brings it back, neither a promotion nor a rollback.

The champion goes only with the express word that its service ends; then the model has no champion, and the API says so.
"""

from dataclasses import dataclass

from models.release_errors import StillServing
from models.release_proposals import for_checking, log
from warehouse import ledger
from warehouse.access import Permission, Principal
from warehouse.ledger_values import StoredRelease
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """A retired release; whether its service ended with it, and whether it was retired by this call."""

    release: StoredRelease
    stopped_serving: bool
    is_new: bool


def retire(
    settings: Settings,
    principal: Principal,
    reference: str,
    *,
    reason: str,
    and_stop_serving: bool = False,
    model_name: str | None = None,
) -> Retirement:
    """Takes a release out for good; retiring it again changes nothing. Raises MakerIsChecker and StillServing."""
    principal.require(Permission.APPROVE_RELEASE)
    with unit_of_work(settings, principal) as session:
        release = for_checking(session, principal, reference, reason, model_name)
        if ledger.is_retired(session, release.release_id):
            return Retirement(release=release, stopped_serving=False, is_new=False)
        standing = ledger.pointer(session, release.model_name, for_update=True)
        serves = standing is not None and standing.release_id == release.release_id
        if serves and not and_stop_serving:
            raise StillServing(
                f"{release.label} is the champion; promote another one first, or say --and-stop-serving:"
                " then nothing serves and the API refuses to score"
            )
        ledger.add_event(session, release, kind="retired", actor=principal.id, reason=reason)
        if serves:
            ledger.drop_champion(session, release.model_name)
        log(session, principal, "release_retired", release, reason=reason, stopped_serving=str(serves).lower())
        return Retirement(release=release, stopped_serving=serves, is_new=True)
