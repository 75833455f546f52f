"""Promotion and rollback: the champion moves together with its ledger event, in one transaction, or not at all.

What a crash leaves behind is either the state before or the state after; the same command again goes on from there.
The run store only mirrors the ledger (`models.release_mirror`): it follows after the commit.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.release_errors import GateBlocks, NothingEarlier, NotPromotable, ReasonMissing
from models.release_gate import GateNeeds, needs
from models.release_lookup import find
from models.release_proposals import current_gate, refuse_retired, refuse_unfit, unspent
from models.release_waivers import holding
from validation.outcome import Verdict
from warehouse import audit_log, ledger
from warehouse.access import Permission, Principal
from warehouse.ledger_values import SERVING, STANDING, EventKind, Pointer, StoredEvent, StoredGate, StoredRelease
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """The champion after a promotion or rollback; `is_new` is False when it was that already."""

    release: StoredRelease
    lease_until: dt.datetime
    is_new: bool


def promote(
    settings: Settings,
    principal: Principal,
    reference: str,
    *,
    model_name: str | None = None,
    at: dt.datetime | None = None,
) -> Promotion:
    """Makes a release the champion, with a lease from `at` (now when left out).

    Raises GateBlocks, NotPromotable and Retired. Promoting the champion again while its lease runs changes nothing.
    """
    principal.require(Permission.PROMOTE_RELEASE)
    with unit_of_work(settings, principal) as session:
        release = find(session, reference, model_name)
        ledger.lock(session, release.model_name)
        now = at or ledger.clock(session)
        standing = ledger.pointer(session, release.model_name, for_update=True)
        if standing and standing.release_id == release.release_id and now < standing.lease_until:
            return Promotion(release=release, lease_until=standing.lease_until, is_new=False)
        lease_until = _lease(session, release, now)
        _serve(session, principal, release, standing, kind="promoted", reason=None, lease_until=lease_until)
        return Promotion(release=release, lease_until=lease_until, is_new=True)


def rollback(settings: Settings, principal: Principal, model_name: str, *, reason: str) -> Promotion:
    """Brings the previous champion back under its own lease, which a rollback does not lengthen.

    The same person's rollback with the same reason, repeated, changes nothing. Raises NothingEarlier, and GateBlocks
    where the gate has blocked it since.
    """
    principal.require(Permission.PROMOTE_RELEASE)
    if not reason.strip():
        raise ReasonMissing(f"{model_name}: give a reason for the rollback")
    with unit_of_work(settings, principal) as session:
        ledger.lock(session, model_name)
        standing = ledger.pointer(session, model_name, for_update=True)
        events = ledger.events(session, model_name=model_name, kinds=STANDING)
        last = next((event for event in reversed(events) if event.kind in SERVING), None)
        if standing and last and _is_repeated(last, principal, reason):
            release = _release(session, last)
            return Promotion(release=release, lease_until=standing.lease_until, is_new=False)
        earlier = previous(events)
        if earlier is None or earlier.lease_until is None:
            raise NothingEarlier(f"{model_name} has no earlier champion to roll back to")
        release = _release(session, earlier)
        if current_gate(session, release).verdict == Verdict.BLOCK:
            raise GateBlocks(
                f"the gate blocks {release.label} by now; it cannot come back: promote another or retire it"
            )
        _serve(
            session, principal, release, standing, kind="rolled_back", reason=reason, lease_until=earlier.lease_until
        )
        return Promotion(release=release, lease_until=earlier.lease_until, is_new=True)


def previous(events: Sequence[StoredEvent]) -> StoredEvent | None:
    """What a rollback would bring back, from a model's events of `STANDING` (others are passed over).

    A promotion goes on top, a rollback takes off, a retirement takes out wherever it stands: after the champion's own
    retirement, when nothing serves, it is the one that served before.
    """
    stack: list[StoredEvent] = []
    live: StoredEvent | None = None
    for event in events:
        if event.kind == "promoted":
            stack = [*(one for one in stack if one.release_id != event.release_id), event]
            live = event
        elif event.kind == "rolled_back":
            while stack and stack[-1].release_id != event.release_id:
                stack.pop()
            live = event
        elif event.kind == "retired":
            stack = [one for one in stack if one.release_id != event.release_id]
            live = None if live is not None and live.release_id == event.release_id else live
    below = stack[:-1] if live is not None else stack
    return below[-1] if below else None


def _lease(session: Session, release: StoredRelease, now: dt.datetime) -> dt.datetime:
    """The end of the lease, after everything that a promotion needs is there."""
    refuse_retired(session, release)
    answers = ledger.answers(session, release.release_id)
    if any(answer.answer == "sent_back" for answer in answers):
        raise NotPromotable(f"{release.label} was sent back; it needs a new proposal")
    gate = current_gate(session, release)
    asked = needs(gate)
    if asked.verdict is Verdict.BLOCK:
        raise GateBlocks(f"the gate blocks {release.label}; it cannot be promoted")
    refuse_unfit(session, release, gate)
    if not unspent(session, release, answers):
        raise NotPromotable(f"{release.label} needs an approval: `hiregate approve {release.label} --reason …`")
    _refuse_stale(session, release, gate)
    waived_until = _waived_until(session, release, asked, now)
    return min([now + dt.timedelta(days=asked.lease_days), *waived_until])


def _refuse_stale(session: Session, release: StoredRelease, gate: StoredGate) -> None:
    """A renewal needs evidence from after the last time the release began to serve."""
    served = ledger.events(session, release_id=release.release_id, kinds=SERVING)
    if served and gate.evaluated_at < served[-1].happened_at:
        raise NotPromotable(f"{release.label} has served already; evaluate the gate again before it serves once more")


def _waived_until(session: Session, release: StoredRelease, asked: GateNeeds, now: dt.datetime) -> list[dt.datetime]:
    """When the waiver of each check that needs one ends; raises NotPromotable for those without a valid one."""
    ends = holding(session, release, now)
    missing = [check for check in asked.to_waive if check not in ends]
    if missing:
        raise NotPromotable(
            f"{release.label}: the gate's verdict is {asked.verdict.value}; a valid waiver is missing for"
            f" {', '.join(missing)}"
        )
    return [ends[check] for check in asked.to_waive]


def _serve(
    session: Session,
    principal: Principal,
    release: StoredRelease,
    standing: Pointer | None,
    *,
    kind: EventKind,
    reason: str | None,
    lease_until: dt.datetime,
) -> None:
    """Takes the present champion out, appends the event, moves the champion and logs it."""
    if standing is not None and standing.release_id != release.release_id:
        (outgoing,) = ledger.releases(session, release_id=standing.release_id)
        ledger.add_event(session, outgoing, kind="replaced", actor=principal.id, reason=f"{release.label} {kind}")
    event = ledger.add_event(session, release, kind=kind, actor=principal.id, reason=reason, lease_until=lease_until)
    ledger.move_champion(session, event)
    audit_log.append(
        session,
        actor=principal.id,
        action=f"release_{kind}",
        subject=release.label,
        detail={
            "sha256": release.artifact_sha256,
            "lease_until": lease_until.astimezone(dt.UTC).isoformat(),
            "reason": reason,
        },
    )


def _is_repeated(last: StoredEvent, principal: Principal, reason: str) -> bool:
    return last.kind == "rolled_back" and last.actor == principal.id and last.reason == reason


def _release(session: Session, event: StoredEvent) -> StoredRelease:
    (release,) = ledger.releases(session, release_id=event.release_id)
    return release
