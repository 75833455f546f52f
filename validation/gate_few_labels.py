"""Which findings of the gate few labels cannot make: the one place that says what is a fact and what may be chance.

A fact stands whatever the number of rows: an undeclared feature, a broken contract, a missing reason or document. What
is measured on the labels of the holdout is no evidence while data sufficiency finds too few of them: then it neither
blocks by a failure nor by having no value. What is counted over people has its own least number of people and its own
family of comparisons: a proven harm among them stands, for a waiver must not carry it past the gate.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from validation.decision_rule import State
from validation.gate_data import has_few_labels
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
    is_few = has_few_labels(evidence, policy)
    for judgement in judgements:
        yield _held_back(judgement) if is_few and _may_be_chance(judgement) else judgement


def _may_be_chance(judgement: Judgement) -> bool:
    name = judgement.check.split(".", 1)[0]
    return (judgement.state is State.FAIL and name in ON_LABELS) or (
        judgement.state is State.UNDEFINED and name not in FACTS
    )


def _held_back(judgement: Judgement) -> Judgement:
    reason = Text(
        en=f"Too few labelled rows to conclude anything. Seen: {judgement.reason.en}",
        zh=f"有标签的数据太少，无法得出结论。所见：{judgement.reason.zh}",
    )
    return replace(judgement, state=State.INSUFFICIENT_DATA, reason=reason, next_step=_WAIT)
