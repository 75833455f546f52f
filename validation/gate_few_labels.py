"""Which findings of the gate few labels cannot make: the one place that says what is a fact and what may be chance.

A fact stands whatever the number of rows: an undeclared feature, a broken contract, a missing reason or document. What
is measured on the labels of the holdout is no evidence while data sufficiency finds too few of them: then it neither
blocks by a failure nor by having no value. What is counted over people has its own family of comparisons: a harm that
is proven on as many people as a holdout needs rows stands, for a waiver must not carry it past the gate; on fewer it is
a lack of evidence too, while the rows are too few.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from validation.decision_rule import State
from validation.gate_data import has_few_labels, has_few_rows
from validation.gate_evidence import Evidence
from validation.gate_judgement import Judgement
from validation.outcome import Text
from validation.policy import Policy

FACTS = frozenset({"data_contracts", "data_sufficiency", "leakage", "explanations", "documents"})
"""Checks of what is so, which no further row changes."""

ON_LABELS = frozenset({"validity", "performance", "calibration", "error_rates", "stability"})
"""Checks that are measured on the labelled rows of the holdout."""

_WAIT = Text(
    en="Wait until more labels have matured, then train and evaluate again.",
    zh="等待更多标签成熟后重新训练并评估。",
)


def with_enough_behind(judgements: Iterable[Judgement], evidence: Evidence, policy: Policy) -> Iterator[Judgement]:
    """The judgements, those that too few rows cannot carry turned into a lack of evidence that says what was seen."""
    if not has_few_rows(evidence, policy):
        yield from judgements
        return
    lacks_labels, least = has_few_labels(evidence, policy), policy.chance_below.min_holdout_rows
    for judgement in judgements:
        is_chance = _may_be_chance(judgement, lacks_labels=lacks_labels, least_people=least)
        yield _held_back(judgement) if is_chance else judgement


def _may_be_chance(judgement: Judgement, *, lacks_labels: bool, least_people: int) -> bool:
    name = judgement.check.split(".", 1)[0]
    if name in FACTS:
        return False
    if judgement.state is State.FAIL:
        is_of_few = judgement.people is not None and judgement.people < least_people
        return is_of_few or (name in ON_LABELS and lacks_labels)
    return judgement.state is State.UNDEFINED


def _held_back(judgement: Judgement) -> Judgement:
    reason = Text(
        en=f"Too few rows to conclude anything. Seen: {judgement.reason.en}",
        zh=f"数据行数太少，无法得出结论。所见：{judgement.reason.zh}",
    )
    return replace(judgement, state=State.INSUFFICIENT_DATA, reason=reason, next_step=_WAIT)
