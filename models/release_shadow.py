"""Shadows: a release scores what the champion decides, and nobody but the ledger's readers hears of it.

A checker starts and ends it. A promotion, a sending back or a retirement ends it by itself.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.release_errors import GateBlocks, NotPromotable, NotShadowable
from models.release_proposals import current_gate, for_checking, is_sent_back, log, refuse_retired, refuse_unfit
from validation.outcome import Verdict
from warehouse import ledger
from warehouse.access import Permission, Principal
from warehouse.ledger_values import MOST_SHADOWS, StoredRelease
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadowing:
    """A release that went into shadow or left it; `is_new` is False where it had been so already."""

    release: StoredRelease
    is_new: bool


def shadow(
    settings: Settings, principal: Principal, reference: str, *, reason: str, model_name: str | None = None
) -> Shadowing:
    """Lets a release score beside the champion; one that does already stays as it is.

    Raises MakerIsChecker, Retired, GateBlocks, NotPromotable for one that was sent back, and NotShadowable.
    """
    principal.require(Permission.APPROVE_RELEASE)
    with unit_of_work(settings, principal) as session:
        release = for_checking(session, principal, reference, reason, model_name)
        running = ledger.shadows(session, release.model_name)
        if any(one.release_id == release.release_id for one in running):
            return Shadowing(release=release, is_new=False)
        _refuse(session, release)
        if len(running) >= MOST_SHADOWS:
            raise NotShadowable(
                f"{release.model_name} has {len(running)} releases in shadow, which is the most; end one with"
                " `hiregate unshadow`"
            )
        ledger.add_event(session, release, kind="shadowed", actor=principal.id, reason=reason)
        log(session, principal, "release_shadowed", release, reason=reason)
        return Shadowing(release=release, is_new=True)


def unshadow(
    settings: Settings, principal: Principal, reference: str, *, reason: str, model_name: str | None = None
) -> Shadowing:
    """Ends a release's shadow; its scores stay. Ending it again changes nothing.

    Raises MakerIsChecker, and NotShadowable for a release that never was in shadow.
    """
    principal.require(Permission.APPROVE_RELEASE)
    with unit_of_work(settings, principal) as session:
        release = for_checking(session, principal, reference, reason, model_name)
        if all(one.release_id != release.release_id for one in ledger.shadows(session, release.model_name)):
            if not ledger.events(session, release_id=release.release_id, kinds=["shadowed"]):
                raise NotShadowable(f"{release.label} is not in shadow; `hiregate history` shows what is")
            return Shadowing(release=release, is_new=False)
        ledger.add_event(session, release, kind="unshadowed", actor=principal.id, reason=reason)
        log(session, principal, "release_unshadowed", release, reason=reason)
        return Shadowing(release=release, is_new=True)


def _refuse(session: Session, release: StoredRelease) -> None:
    refuse_retired(session, release)
    if is_sent_back(ledger.answers(session, release.release_id)):
        raise NotPromotable(f"{release.label} was sent back; it needs a new proposal")
    gate = current_gate(session, release)
    if gate.verdict == Verdict.BLOCK:
        raise GateBlocks(f"the gate blocks {release.label}; it runs nowhere")
    refuse_unfit(session, release, gate)
    standing = ledger.pointer(session, release.model_name)
    if standing is not None and standing.release_id == release.release_id:
        raise NotShadowable(f"{release.label} is the champion; it decides already")
