"""The lines of an adverse-impact table: each known group held against the comparator and judged by the rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from validation.comparator import HIGHEST, Comparator, choose, others
from validation.decision_rule import Decision, State, decide, holm, pairs
from validation.group_count import GroupCount
from validation.group_impact import GroupImpact
from validation.impact_rule import Rule
from validation.outcome import Text
from validation.two_by_two import TwoByTwo
from validation.unknowns import Bounds, Unknown, bounds

_NOBODY = Decision(state=State.UNDEFINED, reason=Text(en="There is nobody to compare with.", zh="没有可比较的对象。"))
BELOW_SHARE = Text(
    en="The group is below the smallest share that must be compared.", zh="该群体低于必须比较的最小占比。"
)
_BAR = Decision(state=State.PASS, reason=Text(en="The comparator itself.", zh="对照群体本身。"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The known groups with their comparator and the people of whom shares are taken."""

    known: tuple[GroupCount, ...]
    unknown: Unknown
    rule: Rule
    bar: Comparator | None
    everyone: int
    has_large_groups: bool

    def is_bar(self, count: GroupCount) -> bool:
        """Whether this group is the comparator."""
        return self.bar is not None and count.group == self.bar.group

    def is_excluded(self, count: GroupCount) -> bool:
        """Whether the group is below the smallest share, where other groups reach it."""
        return self.has_large_groups and count.n < self.rule.min_share * self.everyone


def compared(known: Sequence[GroupCount], unknown: Unknown, rule: Rule) -> Compared:
    """The groups with the comparator that the rule chooses."""
    everyone = sum(count.n for count in known) + (unknown.n if rule.share_of_all else 0)
    bar = choose(
        known,
        wanted=rule.comparator,
        min_n=rule.min_n,
        min_share=rule.min_share,
        total=everyone,
        bar_min_n=rule.bar_min_n,
    )
    has_large = any(count.n >= rule.min_share * everyone for count in known)
    return Compared(
        known=tuple(known), unknown=unknown, rule=rule, bar=bar, everyone=everyone, has_large_groups=has_large
    )


def lines(comparison: Compared) -> tuple[GroupImpact, ...]:
    """A line a known group, in their order."""
    tables = [_table(comparison, count) for count in comparison.known]
    adjusted = _family(comparison, tables)
    return tuple(
        _line(comparison, count, table, p_holm)
        for count, table, p_holm in zip(comparison.known, tables, adjusted, strict=True)
    )


def _line(comparison: Compared, count: GroupCount, table: TwoByTwo | None, p_holm: float | None) -> GroupImpact:
    line = GroupImpact(
        count=count,
        share=count.n / comparison.everyone if comparison.everyone else 0.0,
        table=table,
        is_comparator=comparison.is_bar(count),
        decision=_decision(comparison, count, table, p_holm),
        excluded=_exclusion(comparison, count),
        bounds=_bounds(comparison, count, table),
        p_holm=p_holm,
        threshold=comparison.rule.threshold,
    )
    return _demoted(_weakened(line, comparison))


def _table(comparison: Compared, count: GroupCount) -> TwoByTwo | None:
    bar = comparison.bar
    if bar is None:
        return None
    x2, n2 = others(comparison.known, count.group) if bar.group is None else (bar.selected, bar.n)
    return TwoByTwo(x1=count.selected, n1=count.n, x2=x2, n2=n2)


def family_size(comparisons: int, rule: Rule) -> int:
    """How many comparisons stand behind these: no others, or all pairs where a bar that was looked for counts so."""
    return pairs(comparisons + 1) if rule.counts_all_pairs and rule.comparator == HIGHEST else comparisons


def _family(comparison: Compared, tables: Sequence[TwoByTwo | None]) -> list[float | None]:
    """Holm-adjusted p values of all comparisons that have enough people to be judged."""
    raw: dict[int, float] = {}
    for index, (count, table) in enumerate(zip(comparison.known, tables, strict=True)):
        if table is None or comparison.is_bar(count) or min(table.n1, table.n2) < comparison.rule.min_n:
            continue
        p_value = table.p_value
        if p_value is not None:
            raw[index] = p_value
    adjusted = dict(zip(raw, holm(list(raw.values()), family=family_size(len(raw), comparison.rule)), strict=True))
    return [adjusted.get(index) for index in range(len(tables))]


def _decision(comparison: Compared, count: GroupCount, table: TwoByTwo | None, p_holm: float | None) -> Decision:
    bar, rule = comparison.bar, comparison.rule
    if table is None or bar is None:
        return _NOBODY
    if comparison.is_bar(count):
        if len(comparison.known) < 2:
            return _NOBODY
        if bar.has_enough and bar.selected:
            return _BAR
    return decide(
        table,
        min_n=rule.min_n,
        threshold=rule.threshold,
        alpha=rule.alpha,
        adjusted_p=p_holm,
        adjusts_bound=rule.counts_all_pairs,
    )


def _exclusion(comparison: Compared, count: GroupCount) -> Text | None:
    if not comparison.is_excluded(count):
        return None
    percent = float(comparison.rule.min_share * 100)
    return Text(
        en=f"below {percent:g} % of the people: left out of the comparison, rate and ratio shown for information",
        zh=f"占比低于 {percent:g}%，不参与比较，比率与影响比仅供参考",
    )


def _bounds(comparison: Compared, count: GroupCount, table: TwoByTwo | None) -> Bounds | None:
    unknown = comparison.unknown.n
    if table is None or not unknown or not table.n2 or comparison.is_bar(count):
        return None
    known = comparison.everyone - (unknown if comparison.rule.share_of_all else 0)
    return bounds(
        selected=table.x1,
        n=table.n1,
        comparator_rate=table.x2 / table.n2,
        unknown=unknown,
        share_of_known=table.n1 / known,
    )


def _weakened(line: GroupImpact, comparison: Compared) -> GroupImpact:
    """A pass that the unknown people could overturn becomes a review."""
    share = comparison.unknown.share or 0.0
    if line.state is not State.PASS or line.bounds is None or share <= comparison.rule.unknown_limit:
        return line
    low, threshold = line.bounds.worst_case.low, comparison.rule.threshold
    if low is None or low >= threshold:
        return line
    reason = Text(
        en=f"{share:.1%} of the people are of unknown group; at worst the impact ratio is {low:.3f}.",
        zh=f"{share:.1%} 的人员群体未知；最坏情况下影响比为 {low:.3f}。",
    )
    return replace(line, decision=Decision(state=State.REVIEW, reason=reason))


def _demoted(line: GroupImpact) -> GroupImpact:
    """A group below the smallest share cannot block, but harm that is proven asks for a person."""
    if line.excluded is None or line.state is not State.FAIL:
        return line
    said = line.decision.reason
    reason = Text(en=f"{said.en} {BELOW_SHARE.en}", zh=f"{said.zh}{BELOW_SHARE.zh}")
    return replace(line, decision=Decision(state=State.REVIEW, reason=reason), harm_is_proven=True)
