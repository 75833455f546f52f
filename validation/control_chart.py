"""The p-chart: is a pass rate by period steady, or did something happen?

Limits are p̄ ± 3·√(p̄(1 − p̄)/n) for the n of each period (Shewhart), so that a small period has wide limits and a large
one narrow ones.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from validation.outcome import Text, Verdict

MINIMUM_EXPECTED = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodCount:
    """A period's people and how many of them passed."""

    period: str
    n: float
    passed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPoint:
    """A period on the chart; rate and limits are None without people, `is_outside` then too.

    `is_judged` is False where fewer than five passes or failures are expected: the limits then mean little.
    """

    period: str
    n: float
    rate: float | None
    low: float | None
    high: float | None
    is_judged: bool
    is_outside: bool | None

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "period": self.period,
            "n": self.n,
            "rate": self.rate,
            "low": self.low,
            "high": self.high,
            "is_judged": self.is_judged,
            "is_outside": self.is_outside,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PChart:
    """The chart's centre line, its points, and what follows."""

    centre: float | None
    points: tuple[ChartPoint, ...]
    verdict: Verdict
    reason: Text

    def as_json(self) -> dict[str, object]:
        """Plain JSON values, both languages."""
        return {
            "centre": self.centre,
            "points": [point.as_json() for point in self.points],
            "verdict": self.verdict.value,
            "reason": {"en": self.reason.en, "zh": self.reason.zh},
        }


def p_chart(periods: Sequence[PeriodCount], *, centre: float | None = None, sigmas: float = 3.0) -> PChart:
    """The chart of the periods; `centre` is the reference's rate, by default the pooled rate of all periods."""
    people = sum(period.n for period in periods)
    if centre is None and people > 0:
        centre = sum(period.passed for period in periods) / people
    points = tuple(_point(period, centre, sigmas) for period in periods)
    outside = [point.period for point in points if point.is_judged and point.is_outside]
    judged = sum(point.is_judged for point in points)
    verdict = _verdict(len(outside), judged)
    return PChart(centre=centre, points=points, verdict=verdict, reason=_reason(outside, judged, sigmas))


def _point(period: PeriodCount, centre: float | None, sigmas: float) -> ChartPoint:
    if centre is None or period.n <= 0:
        return ChartPoint(
            period=period.period, n=period.n, rate=None, low=None, high=None, is_judged=False, is_outside=None
        )
    half = sigmas * math.sqrt(centre * (1 - centre) / period.n)
    low, high = max(centre - half, 0.0), min(centre + half, 1.0)
    rate = period.passed / period.n
    return ChartPoint(
        period=period.period,
        n=period.n,
        rate=rate,
        low=low,
        high=high,
        is_judged=min(centre, 1 - centre) * period.n >= MINIMUM_EXPECTED,
        is_outside=not low <= rate <= high,
    )


def _verdict(outside: int, judged: int) -> Verdict:
    if not judged:
        return Verdict.NOT_ENOUGH_EVIDENCE
    return Verdict.REVIEW if outside else Verdict.PASS


def _reason(outside: Sequence[str], judged: int, sigmas: float) -> Text:
    if not judged:
        return Text(en="No period has enough people for control limits.", zh="没有任何时段的人数足以计算控制限。")
    if not outside:
        return Text(
            en=f"All {judged} periods lie within {sigmas:g} standard errors of the centre line.",
            zh=f"{judged} 个时段均在中心线 {sigmas:g} 个标准误以内。",
        )
    return Text(
        en=f"{len(outside)} of {judged} periods lie outside {sigmas:g} standard errors: {', '.join(outside[:5])}.",
        zh=f"{judged} 个时段中有 {len(outside)} 个超出 {sigmas:g} 个标准误：{'、'.join(outside[:5])}。",
    )
