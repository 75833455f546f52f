"""The gate's check that no group loses against the champion: the ratio of the two impact ratios, on the same people.

Both models decide about the same people, so their selections are paired: the variance of ln(x_new / x_old) in a group
is 1/x_new + 1/x_old - 2 x_both / (x_new x_old), which is far below that of two separate samples.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from validation.decision_rule import State
from validation.gate_evidence import Evidence, PairedCount
from validation.gate_judgement import Judgement, gravest, lacking
from validation.group_count import Group, label
from validation.group_words import named
from validation.outcome import Figure, Interval, Text
from validation.policy import Policy
from validation.policy_settings import ImpactChange
from validation.proportion import quantile

_DEFINITION = (
    "This model's impact ratio over the champion's, same people and same comparator group (paired, log scale)."
)
_LOOK = Text(
    en="See which people of the group flip and why before you sign.", zh="签署前请查看该群体中结果翻转的人及原因。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One group's ratio of impact ratios with its interval; None where a count is zero."""

    group: Group
    n: int
    ratio: float | None
    interval: Interval


def name_of(table: tuple[str, ...]) -> str:
    """The check's name for a table, such as `adverse_impact_champion.sex`."""
    return f"adverse_impact_champion.{'+'.join(table)}"


def adverse_impact_champion(evidence: Evidence, policy: Policy) -> Iterator[Judgement]:
    """One judgement for each table that the policy names."""
    for table in policy.impact_change.tables:
        if not evidence.has_champion:
            reason = Text(en="There is no champion yet to lose against.", zh="尚无现役模型可供比较。")
            yield Judgement(check=name_of(table), state=State.PASS, reason=reason)
        elif evidence.selection is None or not evidence.selection.paired:
            reason = Text(
                en="The champion's decisions on the same people could not be computed.",
                zh="无法得到现役模型对同一批人的结果。",
            )
            yield lacking(name_of(table), reason, _LOOK)
        else:
            yield _judged(evidence, evidence.selection.paired, table, policy.impact_change)


def changes(counts: Sequence[PairedCount], *, min_n: int, level: float) -> list[Change]:
    """Each group against the one most selected by this model (of at least `min_n` people), that one left out."""
    enough = [count for count in counts if count.n >= min_n]
    if not enough:
        return []
    bar = max(enough, key=lambda count: (count.selected / count.n, count.n))
    return [_change(count, bar, level) for count in enough if count.group != bar.group]


def _change(count: PairedCount, bar: PairedCount, level: float) -> Change:
    if min(count.selected, count.champion, bar.selected, bar.champion) == 0:
        nowhere = Interval(low=None, high=None, level=level, method="paired delta")
        return Change(group=count.group, n=count.n, ratio=None, interval=nowhere)
    centre = math.log(count.selected / count.champion) - math.log(bar.selected / bar.champion)
    half = quantile(0.5 + level / 2) * math.sqrt(max(0.0, _variance(count) + _variance(bar)))
    interval = Interval(low=math.exp(centre - half), high=math.exp(centre + half), level=level, method="paired delta")
    return Change(group=count.group, n=count.n, ratio=math.exp(centre), interval=interval)


def _variance(count: PairedCount) -> float:
    new, old = count.selected, count.champion
    return 1 / new + 1 / old - 2 * count.both / (new * old)


def narrowed(counts: Iterable[PairedCount], keep: Sequence[str]) -> list[PairedCount]:
    """The counts by the attributes in `keep`, the others summed over; people without one of them are left out."""
    sums: dict[Group, list[float]] = {}
    for count in counts:
        values = dict(count.group)
        group = tuple((name, values.get(name)) for name in keep)
        if any(value is None for _, value in group):
            continue
        entry = sums.setdefault(group, [0, 0, 0, 0.0])
        for index, value in enumerate((count.n, count.champion, count.selected, count.both)):
            entry[index] += value
    return [
        PairedCount(group=group, n=int(n), champion=int(old), selected=int(new), both=both)
        for group, (n, old, new, both) in sorted(sums.items())
    ]


def _judged(evidence: Evidence, paired: Sequence[PairedCount], table: tuple[str, ...], rule: ImpactChange) -> Judgement:
    found = changes(narrowed(paired, table), min_n=rule.min_n, level=1 - 2 * rule.alpha)
    states = [_state(change, rule.margin) for change in found]
    state = gravest(states)
    causes = [change for change, its in zip(found, states, strict=True) if its is state]
    return Judgement(
        check=name_of(table),
        state=state,
        reason=_reason(state, causes, rule),
        figures=tuple(_figure(evidence, change) for change in found),
        next_step=None if state is State.PASS else _LOOK,
    )


def _state(change: Change, margin: float) -> State:
    low, high = change.interval.low, change.interval.high
    if change.ratio is None or low is None or high is None:
        return State.UNDEFINED
    if low >= margin:
        return State.PASS
    return State.FAIL if high < margin else State.REVIEW


def _reason(state: State, causes: list[Change], rule: ImpactChange) -> Text:
    if not causes:
        return Text(
            en=f"No two known groups have {rule.min_n} people each: nothing can be compared.",
            zh=f"没有两个已知群体各达到 {rule.min_n} 人：无法比较。",
        )
    if state is State.UNDEFINED:
        found = [named(change.group) for change in causes]
        names = Text(en="; ".join(who.en for who in found), zh="；".join(who.zh for who in found))
        return Text(en=f"Nobody is selected of: {names.en}.", zh=f"以下群体无人入选：{names.zh}。")
    lowest = min(causes, key=lambda change: change.ratio or 0.0)
    who = named(lowest.group)
    shown_en = f"{who.en}: {lowest.ratio:.3f} of the impact ratio with the champion"
    shown_zh = f"{who.zh}：影响比为现役模型的 {lowest.ratio:.3f} 倍"
    words = {
        State.PASS: (f"at lowest; each reaches {rule.margin:g}", f"（最低）；各群体均达到 {rule.margin:g}"),
        State.REVIEW: (f"and is not shown to keep {rule.margin:g}", f"，尚不能证明不低于 {rule.margin:g}"),
        State.FAIL: (f"and certainly falls below {rule.margin:g}", f"，确定低于 {rule.margin:g}"),
    }
    en, zh = words[state]
    return Text(en=f"{shown_en}, {en}.", zh=f"{shown_zh}{zh}。")


def _figure(evidence: Evidence, change: Change) -> Figure:
    return Figure(
        name=f"impact_ratio_change {label(change.group)}",
        value=change.ratio,
        n=change.n,
        definition=_DEFINITION,
        interval=change.interval,
        cut=evidence.cut,
        comparator="champion",
        period=evidence.selection.period if evidence.selection else evidence.period,
        snapshot=evidence.snapshot,
    )
