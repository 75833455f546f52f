"""The ledger's rows as values: what `warehouse.ledger` reads and writes, free of tables and sessions."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Document = Mapping[str, object]
Answer = Literal["approved", "sent_back"]
EventKind = Literal[
    "proposed", "approved", "sent_back", "waived", "promoted", "rolled_back", "replaced", "retired",
    "shadowed", "unshadowed",
]  # fmt: skip
SERVING = ("promoted", "rolled_back")
"""Events with which a release begins to serve."""

STANDING = (*SERVING, "retired")
"""Events from which it follows what serves: a retired release does not, and never will again."""

SHADOWING = ("shadowed", "unshadowed", "sent_back", *STANDING)
"""Events from which it follows what is in shadow: a release is while the last of these is `shadowed`."""

WARN_DAYS = 14
"""Days before its end from which a lease warns, where a policy does not say."""

MOST_SHADOWS = 2
"""Releases of a model name that may run in shadow at once; the database holds it too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredGate:
    """One evaluation of a run: the policy it was held to, the verdict and the whole report."""

    gate_result_id: uuid.UUID
    run_id: str
    policy_version_id: uuid.UUID
    policy: str
    policy_version: str
    policy_sha256: str
    policy_document: Document
    verdict: str
    report: Document
    evaluated_at: dt.datetime
    evaluated_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRelease:
    """What is proposed: the model file, its feature spec, cut score, and where it came from."""

    model_name: str
    run_id: str
    gate_result_id: uuid.UUID
    artifact: bytes
    artifact_sha256: str
    feature_spec: Document
    cut_score: float
    snapshot: Document
    data_fingerprint: str
    details: Document
    is_generated: bool
    proposed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRelease:
    """A release without its file; `artifact` reads that."""

    release_id: uuid.UUID
    model_name: str
    version: int
    run_id: str
    gate_result_id: uuid.UUID
    artifact_sha256: str
    feature_spec: Document
    cut_score: float
    snapshot: Document
    data_fingerprint: str
    details: Document
    is_generated: bool
    proposed_by: str
    proposed_at: dt.datetime

    @property
    def label(self) -> str:
        """Name and version, such as `re-interview-pass@3`."""
        return f"{self.model_name}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """A checker's answer to a proposal."""

    answer: str
    decided_by: str
    reason: str
    decided_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWaiver:
    """A signed exception for one check."""

    check: str
    signed_by: str
    owner: str
    reason: str
    signed_at: dt.datetime
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """One line of the ledger."""

    event_id: int
    model_name: str
    release_id: uuid.UUID
    version: int
    kind: str
    actor: str
    reason: str | None
    lease_until: dt.datetime | None
    happened_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowPointer:
    """A release that runs in shadow of its model's champion, since which event."""

    model_name: str
    release_id: uuid.UUID
    event_id: int
    since: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Which release decides for a model name, since which event, until when; and what runs in its shadow."""

    model_name: str
    release_id: uuid.UUID
    event_id: int
    lease_until: dt.datetime
    since: dt.datetime
    shadows: tuple[uuid.UUID, ...] = ()
