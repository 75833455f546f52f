"""The bottom line of a funnel whose one stage is decided by a model that has not served yet.

Nobody can be followed through such a funnel: its rate is the product of the stages' conditional rates, each with its
own people. The logarithm of a ratio of products has the sum of the stages' variances (delta method, (1 - p) / x a
stage and group), which is wider than following one cohort and never narrower than the truth allows. It assumes that
the later stages go on as they are among the people whom the model advances.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from validation.decision_rule import State, holm, level_left, pairs
from validation.gate_judgement import gravest
from validation.group_count import Group, GroupCount, label
from validation.group_words import named
from validation.outcome import Interval, Text
from validation.policy_settings import Impact
from validation.proportion import quantile

_NAMED = 4
Counts = Mapping[str, Sequence[GroupCount]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeLine:
    """One group, `who` in words: `n` who entered, and the ratio of its whole rate to the comparator's."""

    label: str
    who: Text
    n: int
    ratio: float | None
    interval: Interval
    p_holm: float | None
    state: State

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "group": self.label,
            "n": self.n,
            "impact_ratio": self.ratio,
            "ci": [self.interval.low, self.interval.high],
            "p_holm": self.p_holm,
            "state": self.state.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BottomLine:
    """The lines of all groups but the comparator, the gravest state and its reason."""

    comparator: str | None
    lines: tuple[WholeLine, ...]
    state: State
    reason: Text

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "comparator": self.comparator,
            "groups": [line.as_json() for line in self.lines],
            "state": self.state.value,
            "reason": {"en": self.reason.en, "zh": self.reason.zh},
        }


def bottom_line(counts: Counts, impact: Impact) -> BottomLine:
    """Every group that can be judged, against the highest rate among those of at least `min_n` people a stage."""
    paths = _paths(counts)
    entered = {group: path[0].n for group, path in paths.items()}
    total = sum(entered.values())
    enough = {
        group: path
        for group, path in paths.items()
        if len(path) == len(counts)
        and min(one.n for one in path) >= impact.min_n
        and path[0].n >= impact.min_share * total
    }
    if len(enough) < 2:
        return _nothing(impact)
    bar = max(enough, key=lambda group: (_rate(enough[group]), entered[group]))
    rivals = [group for group in enough if group != bar]
    if _rate(enough[bar]) == 0:
        reason = Text(en="Nobody came to the end.", zh="无人走完全流程。")
        return BottomLine(comparator=label(bar), lines=(), state=State.UNDEFINED, reason=reason)
    plain = [_p_value(enough[group], enough[bar]) for group in rivals]
    adjusted = holm(plain, family=pairs(len(enough)))
    lines = tuple(
        _line(group, enough[group], enough[bar], p_value, p_holm, impact)
        for group, p_value, p_holm in zip(rivals, plain, adjusted, strict=True)
    )
    state = gravest(line.state for line in lines)
    return BottomLine(comparator=label(bar), lines=lines, state=state, reason=_reason(lines, state, impact))


def _paths(counts: Counts) -> dict[Group, list[GroupCount]]:
    """Each known group's counts in the order of the stages."""
    paths: dict[Group, list[GroupCount]] = {}
    for stage in counts.values():
        for one in stage:
            if one.is_known:
                paths.setdefault(one.group, []).append(one)
    return paths


def _rate(path: Sequence[GroupCount]) -> float:
    return math.prod(one.selected / one.n for one in path)


def _variance(path: Sequence[GroupCount]) -> float:
    return sum((1 - one.selected / one.n) / one.selected for one in path)


def _p_value(path: Sequence[GroupCount], bar: Sequence[GroupCount]) -> float:
    """Two-sided, of equal rates; 1 where a group has no selection at some stage or nothing varies."""
    rate, spread = _rate(path), 0.0
    if rate > 0:
        spread = math.sqrt(_variance(path) + _variance(bar))
    return math.erfc(abs(math.log(rate / _rate(bar))) / spread / math.sqrt(2)) if spread > 0 else 1.0


def _line(
    group: Group,
    path: Sequence[GroupCount],
    bar: Sequence[GroupCount],
    p_value: float,
    p_holm: float,
    impact: Impact,
) -> WholeLine:
    rate = _rate(path)
    interval = Interval(low=None, high=None, level=1 - 2 * impact.alpha, method="log product")
    if rate == 0:
        return WholeLine(
            label=label(group),
            who=named(group),
            n=path[0].n,
            ratio=0.0,
            interval=interval,
            p_holm=None,
            state=State.REVIEW,
        )
    ratio = rate / _rate(bar)
    spread = math.sqrt(_variance(path) + _variance(bar))
    half = quantile(1 - impact.alpha) * spread
    low, high = ratio * math.exp(-half), ratio * math.exp(half)
    at_most = ratio * math.exp(quantile(1 - level_left(impact.alpha, p_value, p_holm)) * spread)
    return WholeLine(
        label=label(group),
        who=named(group),
        n=path[0].n,
        ratio=ratio,
        interval=Interval(low=low, high=high, level=interval.level, method=interval.method),
        p_holm=p_holm,
        state=_state(ratio, low, at_most, p_holm, impact),
    )


def _state(ratio: float, low: float, high: float, p_value: float, impact: Impact) -> State:
    line = float(impact.threshold)
    if low >= line:
        return State.PASS
    return State.FAIL if high < line or (ratio < line and p_value <= impact.alpha) else State.REVIEW


def _nothing(impact: Impact) -> BottomLine:
    reason = Text(
        en=f"fewer than two groups have {impact.min_n} finished considerations at every stage.",
        zh=f"每个阶段均有 {impact.min_n} 项已结束考察的群体不足两个。",
    )
    return BottomLine(comparator=None, lines=(), state=State.INSUFFICIENT_DATA, reason=reason)


def _reason(lines: Sequence[WholeLine], state: State, impact: Impact) -> Text:
    causes = sorted((line for line in lines if line.state is state), key=lambda line: line.ratio or 0.0)[:_NAMED]
    names_en = ", ".join(f"{line.who.en} ({line.ratio or 0.0:.3f}, n = {line.n:,})" for line in causes)
    names_zh = "，".join(f"{line.who.zh}（{line.ratio or 0.0:.3f}，n = {line.n:,}）" for line in causes)
    edge = f"{float(impact.threshold):.2f}"
    words = {
        State.PASS: (f"each group is shown to reach {edge}: {names_en}.", f"各群体均证实达到 {edge}：{names_zh}。"),
        State.REVIEW: (f"not shown to reach {edge}: {names_en}.", f"不能证明达到 {edge}：{names_zh}。"),
        State.FAIL: (f"below {edge}, and not by chance: {names_en}.", f"低于 {edge}，且并非偶然：{names_zh}。"),
    }
    en, zh = words[state]
    return Text(en=en, zh=zh)
