"""A gate report in the ledger: recorded with its policy, and read back as what a release still needs."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.release_errors import NotGated
from models.release_policy import CHECKED
from validation.decision_rule import Action
from validation.gate import GateReport
from validation.outcome import Verdict
from validation.policy import Policy
from warehouse import audit_log, ledger
from warehouse.access import AccessDenied, Permission, Principal
from warehouse.ledger_values import WARN_DAYS, StoredGate
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class GateNeeds:
    """What a stored report asks for: verdict, the checks to waive, each check's verdict, and the lease's terms."""

    verdict: Verdict
    to_waive: tuple[str, ...]
    verdicts: Mapping[str, Verdict]
    artifact_sha256: str
    lease_days: int
    grace_days: int
    longest_waiver_days: int
    warn_days: int


def require_gating(principal: Principal) -> None:
    """Whoever trains or checks may evaluate the gate; raises AccessDenied for others."""
    if not (principal.may(Permission.TRAIN) or principal.may(Permission.APPROVE_RELEASE)):
        raise AccessDenied(principal, Permission.TRAIN)


def record(settings: Settings, principal: Principal, policy: Policy, report: GateReport) -> uuid.UUID:
    """Writes policy, report and audit line in one transaction; answers the gate result's id."""
    require_gating(principal)
    with unit_of_work(settings, principal) as session:
        policy_id = ledger.register_policy(
            session, name=policy.name, version=policy.version, sha256=policy.sha256, document=policy.document
        )
        gate_id = ledger.add_gate(
            session,
            run_id=report.run_id,
            policy_version_id=policy_id,
            verdict=report.verdict.value,
            report=report.as_json(),
            by=principal.id,
        )
        audit_log.append(
            session,
            actor=principal.id,
            action="gate_evaluated",
            subject=report.run_id,
            detail={
                "verdict": report.verdict.value,
                "policy": f"{policy.name} {policy.version}",
                "policy_sha256": policy.sha256,
                "model_sha256": report.artifact_sha256,
                "gate_result": str(gate_id),
                CHECKED: principal.may(Permission.APPROVE_RELEASE),
            },
        )
        return gate_id


def needs(gate: StoredGate) -> GateNeeds:
    """The stored report as what it asks for. Raises NotGated when it is not one of ours."""
    report: Mapping[str, Any] = gate.report
    try:
        checks = report["checks"]
        terms: Any = gate.policy_document["release"]
        return GateNeeds(
            verdict=Verdict(gate.verdict),
            to_waive=tuple(one["check"] for one in checks if one["action"] == Action.NEEDS_SIGNED_WAIVER.value),
            verdicts={one["check"]: Verdict(one["verdict"]) for one in checks},
            artifact_sha256=str(report["artifact_sha256"]),
            lease_days=int(terms["lease_days"]),
            grace_days=int(terms["grace_days"]),
            longest_waiver_days=int(terms["longest_waiver_days"]),
            warn_days=int(terms.get("warn_days", WARN_DAYS)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NotGated(f"the gate result of run {gate.run_id} cannot be read; evaluate the gate again") from error
