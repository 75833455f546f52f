"""When an impact ratio passes, needs review, blocks, or says nothing; and what a release does about it.

A point below or above 4/5 is a coin toss near the line, and "not significant" rewards small samples. So a pass needs
the lower bound above the line, a block needs proof of harm, and what lies between asks a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from validation.outcome import Text, Verdict
from validation.two_by_two import FOUR_FIFTHS, TwoByTwo


class State(StrEnum):
    """What is known about one metric; `UNDEFINED` has no value at all, `INSUFFICIENT_DATA` too few people."""

    PASS = "pass"  # noqa: S105 - a state, not a password
    REVIEW = "review"
    FAIL = "fail"
    UNDEFINED = "undefined"
    INSUFFICIENT_DATA = "insufficient_data"

    @property
    def verdict(self) -> Verdict:
        """The state as one of the four verdicts."""
        return _VERDICTS[self]


class Action(StrEnum):
    """What a release may do after a metric."""

    RELEASE = "release"
    RELEASE_WITH_NOTE = "release_with_note"
    NEEDS_SIGNED_WAIVER = "needs_signed_waiver"
    BLOCK = "block"


_VERDICTS = {
    State.PASS: Verdict.PASS,
    State.REVIEW: Verdict.REVIEW,
    State.FAIL: Verdict.BLOCK,
    State.UNDEFINED: Verdict.NOT_ENOUGH_EVIDENCE,
    State.INSUFFICIENT_DATA: Verdict.NOT_ENOUGH_EVIDENCE,
}

BLOCKING_ACTIONS = {
    State.PASS: Action.RELEASE,
    State.REVIEW: Action.NEEDS_SIGNED_WAIVER,
    State.FAIL: Action.BLOCK,
    State.UNDEFINED: Action.BLOCK,
    State.INSUFFICIENT_DATA: Action.NEEDS_SIGNED_WAIVER,
}

ADVISORY_ACTIONS = {
    State.PASS: Action.RELEASE,
    State.REVIEW: Action.RELEASE_WITH_NOTE,
    State.FAIL: Action.NEEDS_SIGNED_WAIVER,
    State.UNDEFINED: Action.RELEASE_WITH_NOTE,
    State.INSUFFICIENT_DATA: Action.RELEASE_WITH_NOTE,
}


def release_action(state: State, *, is_blocking: bool) -> Action:
    """What a blocking or an advisory metric in this state lets a release do."""
    return (BLOCKING_ACTIONS if is_blocking else ADVISORY_ACTIONS)[state]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A state with its reason."""

    state: State
    reason: Text

    @property
    def verdict(self) -> Verdict:
        """The state as one of the four verdicts."""
        return self.state.verdict


def decide(
    table: TwoByTwo,
    *,
    min_n: int = 30,
    threshold: Fraction = FOUR_FIFTHS,
    alpha: float = 0.05,
    adjusted_p: float | None = None,
    adjusts_bound: bool = True,
) -> Decision:
    """The tri-state rule for one comparison, after the question whether there is enough to judge.

    Pass: the one-sided lower bound (1 - alpha) reaches the threshold. Fail: the upper bound stays under it, or the
    ratio is under it, its two-sided p is at most `alpha` and no single swap would reverse it. `adjusted_p` replaces
    the table's own p, as Holm's procedure demands within a family of comparisons; with `adjusts_bound` a failing upper
    bound is then taken at the level that the family leaves to this comparison. A pass is never adjusted: each group has
    to be shown.
    """
    if min(table.n1, table.n2) < min_n:
        return _too_few(table, min_n)
    if table.exact_ratio is None:
        return _undefined(table)
    bounds = table.ratio_interval(level=1 - 2 * alpha)
    p_value = table.p_value if adjusted_p is None else adjusted_p
    if bounds.low is not None and bounds.low >= threshold:
        return _passed(bounds.low, threshold)
    high = _upper_bound(table, bounds.high, threshold, alpha, adjusted_p if adjusts_bound else None)
    if high is not None and high < threshold:
        return _failed(table, f"upper bound {high:.3f}", f"上限 {high:.3f}", threshold)
    if table.is_below(threshold) and p_value is not None and p_value <= alpha and not table.flip_flops:
        return _failed(table, *_p_words(p_value, is_adjusted=p_value != table.p_value), threshold)
    return _unclear(table, threshold)


def holm(p_values: Sequence[float], *, family: int | None = None) -> list[float]:
    """Holm's step-down adjustment (1979) of the p values of one family, in their order.

    `family` is its size where it has more comparisons than these, which then count as not significant.
    """
    size = len(p_values) if family is None else family
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted = [0.0] * len(p_values)
    running = 0.0
    for rank, index in enumerate(order):
        running = max(running, min(1.0, (size - rank) * p_values[index]))
        adjusted[index] = running
    return adjusted


def pairs(groups: int) -> int:
    """How many comparisons there are among so many groups.

    A bar that is chosen as the highest of all has been compared with every other one, so the family of the comparisons
    with it is all pairs. Counting only those with the bar, one equally treated table in ten of fourteen groups fails.
    """
    return groups * (groups - 1) // 2


def level_left(alpha: float, p_value: float | None, adjusted_p: float | None) -> float:
    """The part of `alpha` that a family leaves to one comparison: what Holm multiplies its p by divides it."""
    return alpha * p_value / adjusted_p if p_value and adjusted_p else alpha


def _upper_bound(
    table: TwoByTwo, plain: float | None, threshold: Fraction, alpha: float, adjusted_p: float | None
) -> float | None:
    """The one-sided upper bound at the comparison's own level; the plain one where that already reaches the line."""
    if plain is None or plain >= threshold or adjusted_p is None:
        return plain
    return table.ratio_interval(level=1 - 2 * level_left(alpha, table.p_value, adjusted_p)).high


def _too_few(table: TwoByTwo, min_n: int) -> Decision:
    few = min(table.n1, table.n2)
    return Decision(
        state=State.INSUFFICIENT_DATA,
        reason=Text(en=f"{few} people, {min_n} are needed to judge.", zh=f"仅 {few} 人，至少需要 {min_n} 人才能判断。"),
    )


def _undefined(table: TwoByTwo) -> Decision:
    if table.x1:
        reason = Text(en="The comparator had no selection: no impact ratio.", zh="对照群体无人入选：影响比无定义。")
    else:
        reason = Text(en="Nobody was selected: no impact ratio.", zh="无人入选：影响比无定义。")
    return Decision(state=State.UNDEFINED, reason=reason)


def _passed(low: float, threshold: Fraction) -> Decision:
    return Decision(
        state=State.PASS,
        reason=Text(
            en=f"The lower bound of the impact ratio, {low:.3f}, reaches {float(threshold):.2f}.",
            zh=f"影响比的下限 {low:.3f} 达到 {float(threshold):.2f}。",
        ),
    )


def _failed(table: TwoByTwo, why_en: str, why_zh: str, threshold: Fraction) -> Decision:
    line = float(threshold)
    return Decision(
        state=State.FAIL,
        reason=Text(
            en=f"Impact ratio {table.impact_ratio:.3f} is below {line:.2f}, and not by chance ({why_en}).",
            zh=f"影响比 {table.impact_ratio:.3f} 低于 {line:.2f}，且并非偶然（{why_zh}）。",
        ),
    )


def _p_words(p_value: float, *, is_adjusted: bool) -> tuple[str, str]:
    """The p in both languages; one that counts a family of comparisons says so, for the table's own stands beside."""
    if not is_adjusted:
        return f"p = {p_value:.2g}", f"p = {p_value:.2g}"
    return f"p = {p_value:.2g}, adjusted for all comparisons", f"多重比较校正后 p = {p_value:.2g}"


def _unclear(table: TwoByTwo, threshold: Fraction) -> Decision:
    line, ratio = float(threshold), table.impact_ratio
    return Decision(
        state=State.REVIEW,
        reason=Text(
            en=f"Impact ratio {ratio:.3f}: the data neither show that it reaches {line:.2f} nor that it does not.",
            zh=f"影响比 {ratio:.3f}：数据既不能证明其达到 {line:.2f}，也不能证明其未达到。",
        ),
    )
