"""What was live at a moment, who approved it and on what evidence; and every line of the ledger up to then."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.champion import LeaseState, lease_state
from models.release_gate import needs
from warehouse import ledger
from warehouse.access import Permission, Principal
from warehouse.ledger_values import SERVING, StoredAnswer, StoredEvent, StoredGate, StoredRelease, StoredWaiver
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A release in service at a moment, with who agreed and on what."""

    release: StoredRelease
    since: dt.datetime
    brought_by: str
    lease_until: dt.datetime
    lease: LeaseState
    approvals: tuple[StoredAnswer, ...]
    waivers: tuple[StoredWaiver, ...]
    gate: StoredGate

    def as_json(self) -> dict[str, object]:
        """Plain JSON values; times are UTC."""
        return {
            "model": self.release.model_name,
            "version": self.release.version,
            "release_id": str(self.release.release_id),
            "run_id": self.release.run_id,
            "sha256": self.release.artifact_sha256,
            "cut_score": self.release.cut_score,
            "snapshot": dict(self.release.snapshot),
            "data_fingerprint": self.release.data_fingerprint,
            "is_generated": self.release.is_generated,
            "since": _utc(self.since),
            "brought_by": self.brought_by,
            "lease_until": _utc(self.lease_until),
            "lease": self.lease.value,
            "proposed_by": self.release.proposed_by,
            "proposed_at": _utc(self.release.proposed_at),
            "approvals": [_answer_json(answer) for answer in self.approvals],
            "waivers": [_waiver_json(waiver) for waiver in self.waivers],
            "gate": _gate_json(self.gate),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The ledger as it stood at `at`: what served then, by model name, and the lines up to then."""

    at: dt.datetime
    live: tuple[Served, ...]
    events: tuple[StoredEvent, ...]

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "at": _utc(self.at),
            "live": [served.as_json() for served in self.live],
            "events": [_event_json(event) for event in self.events],
        }


def history(
    settings: Settings, principal: Principal, *, at: dt.datetime | None = None, model_name: str | None = None
) -> History:
    """The ledger at a moment (now when left out), of one model name or of all."""
    principal.require(Permission.READ_MODELS)
    with unit_of_work(settings, principal) as session:
        moment = at or ledger.clock(session)
        events = ledger.events(session, model_name=model_name, until=moment)
        last = {event.model_name: event for event in events if event.kind in SERVING}
        live = tuple(_served(session, event, moment) for _, event in sorted(last.items()))
        return History(at=moment, live=live, events=tuple(events))


def _served(session: Session, event: StoredEvent, at: dt.datetime) -> Served:
    (release,) = ledger.releases(session, release_id=event.release_id)
    answers = ledger.answers(session, event.release_id)
    gate = _gate_before(session, release, event.happened_at)
    assert event.lease_until is not None  # noqa: S101 - a constraint of the table
    grace_until = event.lease_until + dt.timedelta(days=needs(gate).grace_days)
    return Served(
        release=release,
        since=event.happened_at,
        brought_by=event.actor,
        lease_until=event.lease_until,
        lease=lease_state(event.lease_until, grace_until, at),
        approvals=tuple(one for one in answers if one.answer == "approved" and one.decided_at <= event.happened_at),
        waivers=tuple(one for one in ledger.waivers(session, event.release_id) if one.signed_at <= event.happened_at),
        gate=gate,
    )


def _gate_before(session: Session, release: StoredRelease, moment: dt.datetime) -> StoredGate:
    """The evaluation that the promotion stood on: the newest under the proposal's policy at that moment."""
    proposed = ledger.gate(session, release.gate_result_id)
    return ledger.latest_gate(session, release.run_id, proposed.policy_version_id, until=moment) or proposed


def _answer_json(answer: StoredAnswer) -> Mapping[str, object]:
    return {"by": answer.decided_by, "at": _utc(answer.decided_at), "reason": answer.reason}


def _waiver_json(waiver: StoredWaiver) -> Mapping[str, object]:
    return {
        "check": waiver.check,
        "signed_by": waiver.signed_by,
        "owner": waiver.owner,
        "reason": waiver.reason,
        "signed_at": _utc(waiver.signed_at),
        "expires_at": _utc(waiver.expires_at),
    }


def _gate_json(gate: StoredGate) -> Mapping[str, object]:
    return {
        "gate_result_id": str(gate.gate_result_id),
        "verdict": gate.verdict,
        "policy": {"name": gate.policy, "version": gate.policy_version, "sha256": gate.policy_sha256},
        "evaluated_at": _utc(gate.evaluated_at),
        "evaluated_by": gate.evaluated_by,
    }


def _event_json(event: StoredEvent) -> Mapping[str, object]:
    return {
        "event_id": event.event_id,
        "at": _utc(event.happened_at),
        "model": event.model_name,
        "version": event.version,
        "kind": event.kind,
        "actor": event.actor,
        "reason": event.reason,
        "lease_until": _utc(event.lease_until) if event.lease_until else None,
    }


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")
