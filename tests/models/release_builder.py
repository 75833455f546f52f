"""A run that went through the gate, ready to be proposed; and the people who act on it."""

import hashlib
from collections.abc import Mapping

from models import releases
from models.releases import Proposal
from validation import policy as policies
from validation.decision_rule import State
from validation.gate import GateReport, under
from validation.gate_judgement import Judgement
from validation.outcome import Text
from validation.policy import Policy
from warehouse.access import Principal, Role, principal
from warehouse.ledger_values import StoredRelease
from warehouse.settings import Settings

MODEL = "re-interview-pass"
MAKER = principal("mia", [Role.DATA_SCIENTIST])
CHECKER = principal("chen", [Role.COMPLIANCE])
PASSING: Mapping[str, State] = {"leakage": State.PASS, "adverse_impact.sex": State.PASS}


def proposal(run_id: str = "run-a", content: bytes = b"") -> Proposal:
    """A run's artefacts; the file's content follows the run id unless it is given."""
    return Proposal(
        run_id=run_id,
        model_name=MODEL,
        artifact=content or run_id.encode(),
        feature_spec={"features": [{"name": "ai_score"}], "version": 1},
        cut_score=0.5,
        snapshot={"id": 3, "versions": {"applications": 3}},
        data_fingerprint="f00d",
        details={"training": {"model_name": MODEL}},
        is_generated=True,
    )


def gated(
    settings: Settings,
    run_id: str = "run-a",
    *,
    states: Mapping[str, State] = PASSING,
    policy: Policy | None = None,
    by: Principal = MAKER,
    detail: Mapping[str, object] | None = None,
    content: bytes = b"",
) -> GateReport:
    """Records a gate report in which the checks stand as given, each with this detail."""
    policy = policy or policies.load()
    report = GateReport(
        run_id=run_id,
        model_name=MODEL,
        artifact_sha256=hashlib.sha256(content or run_id.encode()).hexdigest(),
        policy=policy.name,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        snapshot="applications@3",
        period="2026-01-01/2026-06-30",
        cut=0.5,
        checks=tuple(
            under(
                policy,
                Judgement(check=check, state=state, reason=Text(en="Because.", zh="因为。"), detail=detail or {}),
            )
            for check, state in states.items()
        ),
    )
    releases.record_gate(settings, by, policy, report)
    return report


def proposed(settings: Settings, run_id: str = "run-a", *, states: Mapping[str, State] = PASSING) -> StoredRelease:
    """A gated run in the ledger."""
    gated(settings, run_id, states=states)
    return releases.propose(settings, MAKER, proposal(run_id))


def approved(settings: Settings, run_id: str = "run-a") -> StoredRelease:
    """A proposed release with the checker's approval."""
    release = proposed(settings, run_id)
    return releases.approve(settings, CHECKER, release.label, reason="evidence read")


def promoted(settings: Settings, run_id: str = "run-a") -> StoredRelease:
    """A release in service."""
    release = approved(settings, run_id)
    return releases.promote(settings, MAKER, release.label).release
