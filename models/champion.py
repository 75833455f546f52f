"""The champion: the one release that decides for a model name, and how far its lease carries it.

A lease warns from the policy's days before its end (`ends_soon`). One that ran out means `review_only` for the
policy's days of grace, and then `expired`: the API refuses.
"""

import datetime as dt
import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.orm import Session

from models.release_gate import needs
from warehouse import ledger
from warehouse.access import NOBODY
from warehouse.ledger_values import Pointer, StoredGate
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings


class LeaseState(StrEnum):
    """Whether a champion may decide, may not much longer, may only ask for human review, or may not serve."""

    VALID = "valid"
    ENDS_SOON = "ends_soon"
    REVIEW_ONLY = "review_only"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTerms:
    """When a lease begins to warn, ends, and when the grace after it does."""

    warn_from: dt.datetime
    until: dt.datetime
    grace_until: dt.datetime

    def state(self, at: dt.datetime) -> LeaseState:
        """The state at a moment; a lease ends with its last moment."""
        if at < self.until:
            return LeaseState.VALID if at < self.warn_from else LeaseState.ENDS_SOON
        return LeaseState.REVIEW_ONLY if at < self.grace_until else LeaseState.EXPIRED

    def days_left(self, at: dt.datetime) -> int:
        """Days until the end, begun ones counted whole; 0 and less after it."""
        return math.ceil((self.until - at) / dt.timedelta(days=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Champion:
    """A release in service with its file: `details["training"]` is its training record, `policy_version` the gate's.

    `event_id` changes with each promotion and rollback, which tells a server when to load anew.
    """

    release_id: uuid.UUID
    model_name: str
    version: int
    run_id: str
    artifact: bytes = field(repr=False)
    artifact_sha256: str
    feature_spec: Mapping[str, object]
    cut_score: float
    snapshot: Mapping[str, object]
    data_fingerprint: str
    details: Mapping[str, object]
    is_generated: bool
    policy_version: str
    since: dt.datetime
    lease_until: dt.datetime
    warn_from: dt.datetime
    grace_until: dt.datetime
    state: LeaseState
    event_id: int

    @property
    def lease(self) -> LeaseTerms:
        """The lease's moments."""
        return LeaseTerms(warn_from=self.warn_from, until=self.lease_until, grace_until=self.grace_until)


def champion(settings: Settings, model_name: str, *, at: dt.datetime | None = None) -> Champion | None:
    """The champion with its lease as it stands at `at` (now when left out); None before the first promotion."""
    with unit_of_work(settings, NOBODY) as session:
        return champion_in(session, model_name, at=at)


def champion_in(session: Session, model_name: str, *, at: dt.datetime | None = None) -> Champion | None:
    """The same within a transaction of the caller's."""
    pointer = ledger.pointer(session, model_name)
    if pointer is None:
        return None
    (release,) = ledger.releases(session, release_id=pointer.release_id)
    gate = ledger.gate(session, release.gate_result_id)
    terms = terms_of(gate, pointer.lease_until)
    return Champion(
        release_id=release.release_id,
        model_name=release.model_name,
        version=release.version,
        run_id=release.run_id,
        artifact=ledger.artifact(session, release.release_id),
        artifact_sha256=release.artifact_sha256,
        feature_spec=release.feature_spec,
        cut_score=release.cut_score,
        snapshot=release.snapshot,
        data_fingerprint=release.data_fingerprint,
        details=release.details,
        is_generated=release.is_generated,
        policy_version=f"{gate.policy}@{gate.policy_version}",
        since=pointer.since,
        lease_until=pointer.lease_until,
        warn_from=terms.warn_from,
        grace_until=terms.grace_until,
        state=terms.state(at or ledger.clock(session)),
        event_id=pointer.event_id,
    )


def pointer(settings: Settings, model_name: str) -> Pointer | None:
    """Which release decides and since which event, without its file: cheap enough to ask every second."""
    with unit_of_work(settings, NOBODY) as session:
        return ledger.pointer(session, model_name)


def leases(settings: Settings) -> list[tuple[str, LeaseTerms, dt.datetime]]:
    """Each champion as `model@version` with its lease, and the database's time: no file is read."""
    found = []
    with unit_of_work(settings, NOBODY) as session:
        now = ledger.clock(session)
        for name in ledger.model_names(session):
            standing = ledger.pointer(session, name)
            if standing is not None:
                (release,) = ledger.releases(session, release_id=standing.release_id)
                gate = ledger.gate(session, release.gate_result_id)
                found.append((release.label, terms_of(gate, standing.lease_until), now))
    return found


def model_names(settings: Settings) -> list[str]:
    """The model names that have releases."""
    with unit_of_work(settings, NOBODY) as session:
        return ledger.model_names(session)


def terms_of(gate: StoredGate, lease_until: dt.datetime) -> LeaseTerms:
    """The lease under the policy that the release was proposed with."""
    asked = needs(gate)
    return LeaseTerms(
        warn_from=lease_until - dt.timedelta(days=asked.warn_days),
        until=lease_until,
        grace_until=lease_until + dt.timedelta(days=asked.grace_days),
    )
