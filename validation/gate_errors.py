"""The gate's check of error rates: has a person who succeeds the same chance to be selected in every group?

Labels exist only for those who got far enough; the reason says so. Groups that have too few of them decide nothing.
"""

import re
from collections.abc import Iterator

from validation.confusion import ErrorCell
from validation.decision_rule import State
from validation.error_rates import error_rates
from validation.gate_evidence import Evidence, LabelledCount
from validation.gate_judgement import Judgement, lacking
from validation.outcome import Figure, Text, Verdict
from validation.policy import Policy
from validation.proportion import wilson
from warehouse.access import SMALLEST_GROUP

_STATES = {
    Verdict.PASS: State.PASS,
    Verdict.REVIEW: State.REVIEW,
    Verdict.BLOCK: State.FAIL,
    Verdict.NOT_ENOUGH_EVIDENCE: State.INSUFFICIENT_DATA,
}
_LOOK = Text(
    en="See which group's good people are missed, and by which feature; retrain, or wait for more labels.",
    zh="查看哪个群体的合格者被遗漏、由哪个特征造成；重新训练或等待更多标签。",
)
_NOBODY = Text(en="Nobody has a label, a score and a known group.", zh="没有人同时具有标签、得分和已知群体。")
_ONLY = Text(en=" Labels exist only for those who were re-interviewed or hired.", zh="标签仅存在于参加复面或入职的人。")


def errors(evidence: Evidence, policy: Policy) -> Iterator[Judgement]:
    """One judgement for each table that the policy names."""
    limits = policy.errors
    if limits is None:
        return
    for table in limits.tables:
        name = f"error_rates.{'+'.join(table)}"
        if not evidence.labelled:
            nobody = Text(
                en="Nobody has a label, a score and a known group.", zh="没有人同时具有标签、得分和已知群体。"
            )
            yield lacking(name, nobody, _LOOK)
        else:
            yield _judged(evidence, name, _cells(evidence.labelled, table), limits.min_n)


def _cells(counts: tuple[LabelledCount, ...], table: tuple[str, ...]) -> list[ErrorCell]:
    return [
        ErrorCell(
            group=tuple((name, dict(count.group)[name]) for name in table),
            is_positive=count.is_positive,
            is_predicted=count.is_selected,
            n=count.n,
        )
        for count in counts
    ]


def _judged(evidence: Evidence, name: str, cells: list[ErrorCell], min_n: int) -> Judgement:
    found = error_rates(cells, min_n=min_n)
    state = _STATES[found.verdict]
    figures = tuple(
        Figure(
            name=f"true_positive_rate {group.label}",
            value=group.tp / group.positives if group.positives else None,
            n=group.positives,
            definition="Share of those with the good outcome who stand at or above the cut.",
            interval=wilson(group.tp, group.positives),
            period=evidence.period,
            cut=evidence.cut,
            comparator="the other groups",
            snapshot=evidence.snapshot,
        )
        for group in found.groups
    )
    return Judgement(
        check=name,
        state=state,
        reason=Text(en=_masked(found.reason.en) + _ONLY.en, zh=_masked(found.reason.zh) + _ONLY.zh),
        figures=figures,
        next_step=None if state is State.PASS else _LOOK,
        detail={"errors": found.as_json()},
    )


def _masked(sentence: str) -> str:
    """Very small numbers of people could name somebody; the audit's table has them all."""
    return re.sub(r"(?<![\d.,])\d(?= people| 人)", f"<{SMALLEST_GROUP}", sentence)
