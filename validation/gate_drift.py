"""The gate's drift check: the latest people against those of the training period, on the bins frozen with the run."""

from validation.decision_rule import State
from validation.drift import Drift, DriftThresholds, assess
from validation.gate_evidence import Evidence
from validation.gate_judgement import Judgement, lacking
from validation.outcome import Figure, Text, Verdict
from validation.policy import Policy

_STATES = {
    Verdict.PASS: State.PASS,
    Verdict.REVIEW: State.REVIEW,
    Verdict.BLOCK: State.FAIL,
    Verdict.NOT_ENOUGH_EVIDENCE: State.INSUFFICIENT_DATA,
}
_DEFINITION = (
    "Population stability index on deciles frozen at training; reference: everybody interviewed before the holdout."
)
_LOOK = Text(
    en="See whether the vendor, its rubric or the mix of jobs changed; retrain on rows from after the change.",
    zh="查看供应商、评分标准或岗位结构是否变化；使用变化之后的数据重新训练。",
)


def drift(evidence: Evidence, policy: Policy) -> Judgement:
    """The gravest verdict of the features, with each feature's stability index."""
    profiles = evidence.profiles
    if profiles is None or not profiles.reference:
        return lacking(
            "drift",
            Text(en="The run kept no frozen bins of its features.", zh="该训练没有保存特征的固定分箱。"),
            Text(en="Train again; every run keeps them.", zh="请重新训练；每次训练都会保存。"),
        )
    limits = policy.drift
    thresholds = DriftThresholds(psi_review=limits.psi_review, psi_block=limits.psi_block, minimum_n=limits.min_n)
    found = assess(profiles.reference, profiles.current, thresholds=thresholds)
    return Judgement(
        check="drift",
        state=_STATES[found.verdict],
        reason=found.reason,
        figures=tuple(_figures(evidence, found, profiles.period)),
        next_step=None if found.verdict is Verdict.PASS else _LOOK,
    )


def _figures(evidence: Evidence, found: Drift, period: str) -> list[Figure]:
    return [
        Figure(
            name=f"psi {column.column}",
            value=column.psi,
            n=int(column.current_n),
            definition=_DEFINITION,
            comparator=f"before the holdout, n = {int(column.reference_n)}",
            period=period,
            snapshot=evidence.snapshot,
        )
        for column in found.columns
    ]
