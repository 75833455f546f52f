"""The release gate: policy and evidence in, verdicts out. Pure, so that a dry run and the ledger's run agree.

Each check finds a state; the policy's truth table turns state and role into what a release may do, and that into the
check's verdict. An advisory check that only leaves a note does not count towards the whole; what is undefined in a
blocking check blocks. The whole is the gravest of what counts.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from validation.decision_rule import Action, State
from validation.gate_criterion import criterion
from validation.gate_data import data_contracts, data_sufficiency
from validation.gate_documents import documents
from validation.gate_drift import drift
from validation.gate_errors import errors
from validation.gate_evidence import Evidence
from validation.gate_few_labels import with_enough_behind
from validation.gate_impact import adverse_impact
from validation.gate_impact_change import adverse_impact_champion
from validation.gate_judgement import Judgement
from validation.gate_leakage import leakage
from validation.gate_performance import performance, validity
from validation.gate_proxies import proxies
from validation.gate_quality import calibrated, explained, stable
from validation.gate_stages import stages
from validation.gate_strata import strata
from validation.gate_vendor import vendor
from validation.outcome import CheckResult, Verdict, worst
from validation.policy import Policy
from validation.policy_settings import Role

_WAIVABLE = {
    State.REVIEW: Verdict.REVIEW,
    State.INSUFFICIENT_DATA: Verdict.NOT_ENOUGH_EVIDENCE,
    State.UNDEFINED: Verdict.NOT_ENOUGH_EVIDENCE,
    State.FAIL: Verdict.REVIEW,  # only an advisory check gets here: its failure asks a person
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GateCheck:
    """One check with its role, its state and what a release may do after it; `detail` is whole tables as JSON."""

    result: CheckResult
    role: Role
    state: State
    action: Action
    detail: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The check's full name, such as `adverse_impact.sex`; waivers are signed for it."""
        return self.result.check

    @property
    def verdict(self) -> Verdict:
        """The check's verdict under its role."""
        return self.result.verdict

    @property
    def counts(self) -> bool:
        """Whether it decides about the release, rather than leaving a note."""
        return self.action is not Action.RELEASE_WITH_NOTE

    def as_json(self) -> dict[str, object]:
        """Plain JSON values, both languages."""
        return {
            **self.result.as_json(),
            "role": self.role.value,
            "state": self.state.value,
            "action": self.action.value,
            "detail": dict(self.detail),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """What the gate concludes of one run under one policy."""

    run_id: str
    model_name: str
    artifact_sha256: str
    policy: str
    policy_version: str
    policy_sha256: str
    snapshot: str
    period: str
    cut: float
    checks: tuple[GateCheck, ...]
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """The gravest verdict of the checks that count."""
        return worst(check.verdict for check in self.checks if check.counts)

    @property
    def to_waive(self) -> tuple[str, ...]:
        """The checks that a release needs a signed waiver for."""
        return tuple(check.name for check in self.checks if check.action is Action.NEEDS_SIGNED_WAIVER)

    def check(self, name: str) -> GateCheck:
        """The check of this full name."""
        return next(check for check in self.checks if check.name == name)

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "run_id": self.run_id,
            "model_name": self.model_name,
            "artifact_sha256": self.artifact_sha256,
            "policy": {"name": self.policy, "version": self.policy_version, "sha256": self.policy_sha256},
            "snapshot": self.snapshot,
            "period": self.period,
            "cut": self.cut,
            "verdict": self.verdict.value,
            "needs_waiver": list(self.to_waive),
            "checks": [check.as_json() for check in self.checks],
            "notes": dict(self.notes),
        }


_ONE: tuple[Callable[[Evidence, Policy], Judgement], ...] = (data_contracts, data_sufficiency, leakage, validity)
_SEVERAL: tuple[Callable[[Evidence, Policy], Iterator[Judgement]], ...] = (
    performance,
    adverse_impact,
    adverse_impact_champion,
    stages,
    strata,
)


def evaluate(policy: Policy, evidence: Evidence) -> GateReport:
    """Every check of the policy on this evidence."""
    return GateReport(
        run_id=evidence.run_id,
        model_name=evidence.model_name,
        artifact_sha256=evidence.artifact_sha256,
        policy=policy.name,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        snapshot=evidence.snapshot,
        period=evidence.period,
        cut=evidence.cut,
        checks=tuple(
            under(policy, judgement)
            for judgement in with_enough_behind(_judgements(policy, evidence), evidence, policy)
        ),
        notes=dict(evidence.notes),
    )


def _judgements(policy: Policy, evidence: Evidence) -> Iterator[Judgement]:
    for one in _ONE:
        yield one(evidence, policy)
    for several in _SEVERAL:
        yield from several(evidence, policy)
    yield drift(evidence, policy)
    yield from errors(evidence, policy)
    for asked in (
        vendor(evidence, policy),
        criterion(evidence, policy),
        proxies(evidence, policy),
        calibrated(evidence, policy),
        stable(evidence, policy),
        explained(evidence, policy),
        documents(evidence, policy),
    ):
        if asked is not None:
            yield asked


def under(policy: Policy, judgement: Judgement) -> GateCheck:
    """The judgement with the role and the consequence that the policy gives it."""
    action = policy.action(judgement.check, judgement.state)
    return GateCheck(
        result=CheckResult(
            check=judgement.check,
            verdict=verdict_of(judgement.state, action),
            reason=judgement.reason,
            figures=judgement.figures,
            next_step=judgement.next_step,
        ),
        role=policy.role(judgement.check),
        state=judgement.state,
        action=action,
        detail=judgement.detail,
    )


def verdict_of(state: State, action: Action) -> Verdict:
    """The verdict of a check in this state whose consequence is this action."""
    if action is Action.BLOCK:
        return Verdict.BLOCK
    return Verdict.PASS if action is Action.RELEASE else _WAIVABLE[state]
