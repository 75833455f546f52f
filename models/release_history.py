"""What was live at a moment, who approved it and on what evidence; what ran in shadow; and every line up to then."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models.champion import LeaseState, LeaseTerms, terms_of
from models.release_gate import needs
from warehouse import ledger
from warehouse.access import Permission, Principal
from warehouse.ledger_values import (
    SERVING,
    SHADOWING,
    StoredAnswer,
    StoredEvent,
    StoredGate,
    StoredRelease,
    StoredWaiver,
)
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
    lease_days_left: int
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
            "lease_ends_in_days": self.lease_days_left,
            "proposed_by": self.release.proposed_by,
            "proposed_at": _utc(self.release.proposed_at),
            "approvals": [_answer_json(answer) for answer in self.approvals],
            "waivers": [_waiver_json(waiver) for waiver in self.waivers],
            "gate": _gate_json(self.gate),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The ledger as it stood at `at`: what served, by model name, what ran in shadow, and the lines up to then.

    `ended` has the retirements that left a model without a champion, `zone` the zone that `at` was asked in.
    """

    at: dt.datetime
    zone: str
    live: tuple[Served, ...]
    shadows: tuple[StoredEvent, ...]
    ended: tuple[StoredEvent, ...]
    events: tuple[StoredEvent, ...]

    @property
    def retired(self) -> tuple[StoredEvent, ...]:
        """The retirements up to then."""
        return tuple(event for event in self.events if event.kind == "retired")

    @property
    def local(self) -> dt.datetime:
        """The moment in the zone that it was asked in."""
        return self.at.astimezone(ZoneInfo(self.zone))

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "at": _utc(self.at),
            "at_local": self.local.isoformat(timespec="seconds"),
            "zone": self.zone,
            "live": [served.as_json() for served in self.live],
            "shadows": [_event_json(event) for event in self.shadows],
            "retired": [_event_json(event) for event in self.retired],
            "without_champion": [_event_json(event) for event in self.ended],
            "events": [_event_json(event) for event in self.events],
        }


def history(
    settings: Settings, principal: Principal, *, at: dt.datetime | None = None, model_name: str | None = None
) -> History:
    """The ledger at a moment (now when left out), of one model name or of all.

    A moment without a zone is in the configured one.
    """
    principal.require(Permission.READ_MODELS)
    with unit_of_work(settings, principal) as session:
        moment = ledger.clock(session) if at is None else at
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(settings.timezone))
        events = ledger.events(session, model_name=model_name, until=moment)
        live, ended = standing(events)
        return History(
            at=moment,
            zone=settings.timezone,
            live=tuple(_served(session, event, moment) for event in live),
            shadows=in_shadow(events),
            ended=ended,
            events=tuple(events),
        )


def standing(events: Sequence[StoredEvent]) -> tuple[tuple[StoredEvent, ...], tuple[StoredEvent, ...]]:
    """The events with which the champions began to serve, and those that ended the service of models without one."""
    live: dict[str, StoredEvent] = {}
    ended: dict[str, StoredEvent] = {}
    for event in events:
        name, serving = event.model_name, live.get(event.model_name)
        if event.kind in SERVING:
            live[name] = event
            ended.pop(name, None)
        elif event.kind == "retired" and serving is not None and serving.release_id == event.release_id:
            ended[name] = event
            del live[name]
    return tuple(live[name] for name in sorted(live)), tuple(ended[name] for name in sorted(ended))


def in_shadow(events: Sequence[StoredEvent]) -> tuple[StoredEvent, ...]:
    """The events with which the releases in shadow went there, in order."""
    last = {event.release_id: event for event in events if event.kind in SHADOWING}
    return tuple(sorted((one for one in last.values() if one.kind == "shadowed"), key=lambda one: one.event_id))


def _served(session: Session, event: StoredEvent, at: dt.datetime) -> Served:
    (release,) = ledger.releases(session, release_id=event.release_id)
    answers = ledger.answers(session, event.release_id)
    gate = _gate_before(session, release, event.happened_at)
    assert event.lease_until is not None  # noqa: S101 - a constraint of the table
    terms: LeaseTerms = terms_of(gate, event.lease_until)
    return Served(
        release=release,
        since=event.happened_at,
        brought_by=event.actor,
        lease_until=event.lease_until,
        lease=terms.state(at),
        lease_days_left=terms.days_left(at),
        approvals=tuple(one for one in answers if one.answer == "approved" and one.decided_at <= event.happened_at),
        waivers=tuple(one for one in ledger.waivers(session, event.release_id) if one.signed_at <= event.happened_at),
        gate=gate,
    )


def _gate_before(session: Session, release: StoredRelease, moment: dt.datetime) -> StoredGate:
    """The evaluation that the promotion stood on: the newest under the proposal's policy at that moment."""
    proposed = ledger.gate(session, release.gate_result_id)
    return ledger.latest_gate(session, release.run_id, proposed.policy_version_id, until=moment) or proposed


def _answer_json(answer: StoredAnswer) -> dict[str, object]:
    return {"by": answer.decided_by, "at": _utc(answer.decided_at), "reason": answer.reason}


def _waiver_json(waiver: StoredWaiver) -> dict[str, object]:
    return {
        "check": waiver.check,
        "signed_by": waiver.signed_by,
        "owner": waiver.owner,
        "reason": waiver.reason,
        "signed_at": _utc(waiver.signed_at),
        "expires_at": _utc(waiver.expires_at),
    }


def _gate_json(gate: StoredGate) -> dict[str, object]:
    return {
        "gate_result_id": str(gate.gate_result_id),
        "verdict": gate.verdict,
        "checks": {check: verdict.value for check, verdict in needs(gate).verdicts.items()},
        "policy": {"name": gate.policy, "version": gate.policy_version, "sha256": gate.policy_sha256},
        "evaluated_at": _utc(gate.evaluated_at),
        "evaluated_by": gate.evaluated_by,
    }


def _event_json(event: StoredEvent) -> dict[str, object]:
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
