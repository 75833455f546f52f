"""The champion: the one release that decides for a model name, and how far its lease carries it.

A lease that ran out means `review_only` for the policy's days of grace, and then `expired`: the API refuses.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.orm import Session

from models.release_gate import needs
from warehouse import ledger
from warehouse.access import NOBODY
from warehouse.ledger_values import Pointer
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings


class LeaseState(StrEnum):
    """Whether a champion may decide, may only ask for human review, or may not serve."""

    VALID = "valid"
    REVIEW_ONLY = "review_only"
    EXPIRED = "expired"


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
    grace_until: dt.datetime
    state: LeaseState
    event_id: int


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
    grace_until = pointer.lease_until + dt.timedelta(days=needs(gate).grace_days)
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
        grace_until=grace_until,
        state=lease_state(pointer.lease_until, grace_until, at or ledger.clock(session)),
        event_id=pointer.event_id,
    )


def pointer(settings: Settings, model_name: str) -> Pointer | None:
    """Which release decides and since which event, without its file: cheap enough to ask every second."""
    with unit_of_work(settings, NOBODY) as session:
        return ledger.pointer(session, model_name)


def model_names(settings: Settings) -> list[str]:
    """The model names that have releases."""
    with unit_of_work(settings, NOBODY) as session:
        return ledger.model_names(session)


def lease_state(lease_until: dt.datetime, grace_until: dt.datetime, at: dt.datetime) -> LeaseState:
    """The state of a lease at a moment; it ends with its last moment."""
    if at < lease_until:
        return LeaseState.VALID
    return LeaseState.REVIEW_ONLY if at < grace_until else LeaseState.EXPIRED
