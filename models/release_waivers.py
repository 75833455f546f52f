"""Which waivers still hold: those that have not ended and whose check says what it said when they were signed."""

import datetime as dt

from sqlalchemy.orm import Session

from models.release_proposals import current_gate
from warehouse import ledger, ledger_evaluations
from warehouse.ledger_values import StoredGate, StoredRelease, StoredWaiver


def holding(session: Session, release: StoredRelease, now: dt.datetime) -> dict[str, dt.datetime]:
    """The end of the longest waiver of each check that holds at `now` (aware), by the check's name."""
    gate = current_gate(session, release)
    ends: dict[str, dt.datetime] = {}
    for waiver in ledger.waivers(session, release.release_id):
        if waiver.expires_at > now and _saw(session, release, gate, waiver):
            ends[waiver.check] = max(waiver.expires_at, ends.get(waiver.check, waiver.expires_at))
    return ends


def _saw(session: Session, release: StoredRelease, gate: StoredGate, waiver: StoredWaiver) -> bool:
    """Whether the check's verdict and figures are the ones that were signed for."""
    if gate.evaluated_at <= waiver.signed_at:
        return True
    then = ledger.latest_gate(session, release.run_id, gate.policy_version_id, until=waiver.signed_at)
    return then is not None and ledger_evaluations.say_the_same_of(
        session, waiver.check, then.gate_result_id, gate.gate_result_id
    )
