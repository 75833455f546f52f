"""Is the challenger's validity at least the champion's, on the very same hires?

The two are dependent, so the interval of their difference is Zou's (2007), beside the tests of Meng, Rosenthal & Rubin
and of Steiger. Not inferior means that the whole interval lies above minus the margin.
"""

import math
from dataclasses import dataclass

from numpy.typing import ArrayLike

from validation.comparing import Comparison, meng_rosenthal_rubin, steiger
from validation.correlation import Correlation, pearson
from validation.moments import Moments, moments
from validation.outcome import Interval, Text, Verdict
from validation.power import more_hires
from validation.validity_rule import MINIMUM_PEOPLE, Judgement

MARGIN = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class ChampionComparison:
    """Both validities, the difference challenger minus champion with its interval, both tests, and the verdict."""

    n: float
    champion: Correlation
    challenger: Correlation
    r_between: float | None
    interval: Interval
    meng: Comparison | None
    steiger: Comparison | None
    judgement: Judgement


def compare_with_champion(
    champion: ArrayLike, challenger: ArrayLike, outcome: ArrayLike, *, margin: float = MARGIN, level: float = 0.95
) -> ChampionComparison:
    """Compares on the hires who have both scores and the outcome."""
    return compared(moments({"champion": champion, "challenger": challenger, "y": outcome}), margin, level)


def compared(seen: Moments, margin: float = MARGIN, level: float = 0.95) -> ChampionComparison:
    """The comparison from moments of the columns `champion`, `challenger` and `y`."""
    champion, challenger = (pearson(seen.r(name, "y"), seen.n, level) for name in ("champion", "challenger"))
    between = seen.r("champion", "challenger")
    known = champion.r is not None and challenger.r is not None and between is not None
    figures = (challenger.r or 0.0, champion.r or 0.0, between or 0.0)
    interval = difference_interval(challenger, champion, between)
    return ChampionComparison(
        n=seen.n,
        champion=champion,
        challenger=challenger,
        r_between=between,
        interval=interval,
        meng=meng_rosenthal_rubin(*figures, seen.n) if known else None,
        steiger=steiger(*figures, seen.n) if known else None,
        judgement=_judged(interval, seen.n, margin),
    )


def difference_interval(first: Correlation, second: Correlation, between: float | None) -> Interval:
    """Interval of first minus second r with one criterion in common (Zou 2007); undefined where either has none."""
    level, ends = (
        first.interval.level,
        (first.interval.low, first.interval.high, second.interval.low, second.interval.high),
    )
    low1, high1, low2, high2 = ends
    if between is None or low1 is None or high1 is None or low2 is None or high2 is None:
        return Interval(low=None, high=None, level=level, method="zou")
    r1, r2 = first.r or 0.0, second.r or 0.0
    unexplained = 1 - r1**2 - r2**2 - between**2
    shared = ((between - r1 * r2 / 2) * unexplained + between**3) / ((1 - r1**2) * (1 - r2**2))

    def reach(one: float, other: float) -> float:
        return math.sqrt(max(0.0, one**2 + other**2 - 2 * shared * one * other))

    difference = r1 - r2
    return Interval(
        low=difference - reach(r1 - low1, high2 - r2),
        high=difference + reach(high1 - r1, r2 - low2),
        level=level,
        method="zou",
    )


def _judged(interval: Interval, n: float, margin: float) -> Judgement:
    low, high = interval.low, interval.high
    if low is None or high is None or n < MINIMUM_PEOPLE:
        return Judgement(
            verdict=Verdict.NOT_ENOUGH_EVIDENCE, reason=more_hires(MINIMUM_PEOPLE, n) if n < MINIMUM_PEOPLE else _FLAT
        )
    spans = f"{low:+.2f}", f"{high:+.2f}"
    if low >= -margin:
        return Judgement(
            verdict=Verdict.PASS,
            reason=Text(
                en=f"The challenger loses at most {margin:g} of validity to the champion ({spans[0]} to {spans[1]}).",
                zh=f"挑战模型的效度不低于现役模型 {margin:g} 以上：差值区间 {spans[0]} 至 {spans[1]}。",
            ),
        )
    if high < -margin:
        return Judgement(
            verdict=Verdict.BLOCK,
            reason=Text(
                en=f"The challenger predicts worse than the champion: {spans[0]} to {spans[1]}.",
                zh=f"挑战模型的预测力低于现役模型：差值区间 {spans[0]} 至 {spans[1]}。",
            ),
        )
    return Judgement(
        verdict=Verdict.REVIEW,
        reason=Text(
            en=f"Whether the challenger loses more than {margin:g} of validity stays open: {spans[0]} to {spans[1]}.",
            zh=f"挑战模型的效度损失是否超过 {margin:g} 尚无定论：差值区间 {spans[0]} 至 {spans[1]}。",
        ),
    )


_FLAT = Text(
    en="The comparison is undefined: a score or the outcome does not vary, or the scores are the outcome itself.",
    zh="无法比较：得分或结果没有差异，或得分就是结果本身。",
)
