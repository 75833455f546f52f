"""Adverse impact of every stage of a funnel and of its bottom line, from the same people followed through.

A bottom line is no defence for a stage (Connecticut v. Teal), and stages that each pass can add up to a process that
fails, so both are judged. People who withdrew left a stage without being rejected: they are no one's denominator.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from validation.adverse_impact import AdverseImpact, assess_by
from validation.group_count import BadCounts, Group, GroupCount
from validation.impact_rule import Rule
from validation.outcome import Text, Verdict, worst
from validation.two_by_two import TwoByTwo

BOTTOM_LINE = "bottom line"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFlow:
    """One group through the funnel: who entered each stage and the end, and who withdrew inside each stage."""

    group: Group
    entered: tuple[int, ...]
    withdrew: tuple[int, ...] = ()

    def count(self, first: int, last: int) -> GroupCount:
        """Considered from stage `first` on, selected into stage `last`; withdrawals between are left out."""
        withdrew = sum(self.withdrew[first:last])
        return GroupCount(group=self.group, n=self.entered[first] - withdrew, selected=self.entered[last])


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelImpact:
    """The tables by stage, the bottom line, and the gravest verdict of them all."""

    stages: Mapping[str, AdverseImpact]
    bottom_line: AdverseImpact
    verdict: Verdict
    reason: Text


def assess_funnel(flows: Sequence[StageFlow], stages: Sequence[str], rule: Rule | None = None) -> FunnelImpact:
    """Each stage and the whole; `entered` has one number more than there are stages (those who got through all)."""
    rule = rule or Rule()
    for flow in flows:
        if len(flow.entered) != len(stages) + 1:
            raise BadCounts(f"{len(stages)} stages need {len(stages) + 1} numbers, not {len(flow.entered)}")
    tables = {
        name: assess_by(rule, [flow.count(index, index + 1) for flow in flows]) for index, name in enumerate(stages)
    }
    whole = assess_by(rule, [flow.count(0, len(stages)) for flow in flows])
    named = {**tables, BOTTOM_LINE: whole}
    verdict = worst(table.verdict for table in named.values())
    causes = [(name, table) for name, table in named.items() if table.verdict is verdict]
    return FunnelImpact(stages=tables, bottom_line=whole, verdict=verdict, reason=_because(causes))


def stage_ratios(flows: Sequence[StageFlow], focal: Group, reference: Group) -> tuple[float | None, ...]:
    """The impact ratio of each stage for one fixed pair; their product is the bottom line's, withdrawals aside."""
    by_group = {flow.group: flow for flow in flows}
    first, second = by_group[focal], by_group[reference]
    return tuple(_ratio(first, second, index, index + 1) for index in range(len(first.entered) - 1))


def bottom_line_ratio(flows: Sequence[StageFlow], focal: Group, reference: Group) -> float | None:
    """The impact ratio from entering the first stage to getting through the last, for one fixed pair."""
    by_group = {flow.group: flow for flow in flows}
    return _ratio(by_group[focal], by_group[reference], 0, len(by_group[focal].entered) - 1)


def _ratio(focal: StageFlow, reference: StageFlow, first: int, last: int) -> float | None:
    mine, theirs = focal.count(first, last), reference.count(first, last)
    return TwoByTwo(x1=mine.selected, n1=mine.n, x2=theirs.selected, n2=theirs.n).impact_ratio


def _because(causes: Sequence[tuple[str, AdverseImpact]]) -> Text:
    return Text(
        en=" ".join(f"{name}: {table.reason.en}" for name, table in causes),
        zh="".join(f"{'全流程结果' if name == BOTTOM_LINE else name}：{table.reason.zh}" for name, table in causes),
    )
