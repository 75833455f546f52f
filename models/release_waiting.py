"""What waits for a person: proposals that nobody answered, or that are agreed and not yet in service."""

import datetime as dt
from dataclasses import dataclass

from models.release_gate import needs
from models.release_proposals import current_gate, is_sent_back, unspent
from models.release_waivers import holding
from validation.outcome import Verdict
from warehouse import ledger
from warehouse.access import Permission, Principal
from warehouse.ledger_values import StoredGate, StoredRelease
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One proposal: its gate, who agreed and has not been used up, and the checks that still need a waiver."""

    release: StoredRelease
    gate: StoredGate
    agreed_by: tuple[str, ...]
    waived: tuple[str, ...]
    to_waive: tuple[str, ...]
    longest_waiver_days: int
    is_in_shadow: bool

    @property
    def can_be_promoted(self) -> bool:
        """Whether nothing is missing but the promotion itself."""
        return bool(self.agreed_by) and not self.to_waive and self.gate.verdict != Verdict.BLOCK.value


def waiting(settings: Settings, principal: Principal, *, at: dt.datetime | None = None) -> tuple[Waiting, ...]:
    """Proposals that were neither sent back, retired nor put in service, the newest first. Needs READ_MODELS."""
    principal.require(Permission.READ_MODELS)
    found = []
    with unit_of_work(settings, principal) as session:
        now = at or ledger.clock(session)
        champions = {name: ledger.pointer(session, name) for name in ledger.model_names(session)}
        running = {one.release_id for one in ledger.shadows(session)}
        for release in ledger.releases(session):
            answers = ledger.answers(session, release.release_id)
            pointer = champions[release.model_name]
            is_live = pointer is not None and pointer.release_id == release.release_id
            is_over = is_sent_back(answers) or ledger.is_retired(session, release.release_id)
            if is_live or is_over:
                continue
            agreed = tuple(one.decided_by for one in unspent(session, release, answers))
            has_served = any(one.kind in {"promoted", "rolled_back"} for one in ledger.events(
                session, release_id=release.release_id))  # fmt: skip
            if has_served and not agreed:
                continue
            gate = current_gate(session, release)
            valid = holding(session, release, now)
            asked = needs(gate)
            found.append(
                Waiting(
                    release=release,
                    gate=gate,
                    agreed_by=agreed,
                    waived=tuple(check for check in asked.to_waive if check in valid),
                    to_waive=tuple(check for check in asked.to_waive if check not in valid),
                    longest_waiver_days=asked.longest_waiver_days,
                    is_in_shadow=release.release_id in running,
                )
            )
    return tuple(found)
