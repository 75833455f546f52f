"""Looking again and again at growing data: how often a fair tool is flagged by chance, and the limits that prevent it.

Looks are at equal steps of information. Lan-DeMets alpha spending sets a limit for each look so that all looks
together keep the two-sided error; a fixed 1.96 at each look does not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from validation.decision_rule import decide
from validation.outcome import Text, Verdict
from validation.proportion import quantile, two_sided_p
from validation.root import crossing
from validation.two_by_two import FOUR_FIFTHS, TwoByTwo

Floats = NDArray[np.float64]

_GRID = 801
# No drift of a fair process reaches this many deviations.
_EDGE = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One period's accumulated table, the limit of |z| at this look, and whether it was crossed to the focal harm."""

    period: str
    table: TwoByTwo
    limit: float
    is_crossed: bool
    is_below_four_fifths: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Impact over periods: the looks, and for how many periods in a row, up to the last, each alone was below 4/5."""

    looks: tuple[Look, ...]
    persistent_periods: int
    verdict: Verdict
    reason: Text


def false_alarm(looks: int, *, limit: float = 1.959963984540054) -> float:
    """Chance that |z| passes a fixed limit at any of several equally spaced looks at a fair process."""
    path = _START
    for look in range(1, looks):
        path = path.continued(limit * math.sqrt(look))
    return 1 - path.staying(limit * math.sqrt(looks))


def spending_limits(looks: int, *, alpha: float = 0.05, is_pocock: bool = False) -> tuple[float, ...]:
    """Limits of |z| that spend `alpha` over the looks: O'Brien-Fleming-like, or Pocock-like where early ones matter."""
    spend = _pocock if is_pocock else _obrien_fleming
    path, limits = _START, []
    for look in range(1, looks + 1):
        limits.append(_limit(path, look, 1 - spend(look / looks, alpha)))
        path = path.continued(limits[-1] * math.sqrt(look))
    return tuple(limits)


def trend(
    periods: Sequence[tuple[str, TwoByTwo]], *, planned_looks: int, alpha: float = 0.05, min_n: int = 30
) -> Trend:
    """Accumulating periods of one pair of groups against the spending limits of a fixed calendar.

    `planned_looks` is the number of looks that the calendar allows, at least as many as there are periods.
    """
    limits = spending_limits(max(planned_looks, len(periods)), alpha=alpha)
    looks: list[Look] = []
    total = TwoByTwo(x1=0, n1=0, x2=0, n2=0)
    for (period, table), limit in zip(periods, limits, strict=False):
        total = _added(total, table)
        looks.append(_look(period, total, limit))
    persistent = _persistent([table for _, table in periods])
    verdict, reason = _conclusion(looks, persistent, min_n)
    return Trend(looks=tuple(looks), persistent_periods=persistent, verdict=verdict, reason=reason)


def _look(period: str, table: TwoByTwo, limit: float) -> Look:
    z, is_below = table.z, table.is_below(FOUR_FIFTHS)
    # With small counts the mid-p is the test; its limit is the same probability.
    p_value = table.p_value
    is_far = p_value is not None and p_value <= two_sided_p(limit)
    return Look(
        period=period,
        table=table,
        limit=limit,
        is_crossed=bool(z is not None and z < 0 and is_far and is_below),
        is_below_four_fifths=is_below,
    )


def _conclusion(looks: Sequence[Look], persistent: int, min_n: int) -> tuple[Verdict, Text]:
    """Only a crossed limit blocks; otherwise the accumulated table is judged, and a repeated 1.96 asks for review."""
    if not looks:
        return Verdict.NOT_ENOUGH_EVIDENCE, Text(en="There is no period.", zh="没有任何周期。")
    crossed = [look for look in looks if look.is_crossed]
    decision = decide(looks[-1].table, min_n=min_n)
    if crossed and decision.verdict is not Verdict.NOT_ENOUGH_EVIDENCE:
        return Verdict.BLOCK, Text(
            en=f"The accumulated gap passed its limit in {crossed[0].period}.",
            zh=f"累计差距在 {crossed[0].period} 超过界限。",
        )
    if decision.verdict is Verdict.BLOCK:
        return Verdict.REVIEW, Text(
            en=f"The accumulated impact ratio is below 0.80, {persistent} periods in a row, within the limit so far.",
            zh=f"累计影响比低于 0.80，已连续 {persistent} 个周期，目前仍在界限之内。",
        )
    return decision.verdict, decision.reason


def _persistent(tables: Sequence[TwoByTwo]) -> int:
    """Periods in a row, the latest last, whose own ratio is below 4/5; periods without a ratio are skipped."""
    run = 0
    for table in tables:
        is_below = table.is_below(FOUR_FIFTHS)
        run = run if is_below is None else (run + 1 if is_below else 0)
    return run


def _added(first: TwoByTwo, second: TwoByTwo) -> TwoByTwo:
    return TwoByTwo(x1=first.x1 + second.x1, n1=first.n1 + second.n1, x2=first.x2 + second.x2, n2=first.n2 + second.n2)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Path:
    """Where a fair random walk may be that has stayed within all limits so far (Armitage, McPherson & Rowe 1969)."""

    places: Floats
    chances: Floats

    def staying(self, reach: float) -> float:
        """Chance to be within `reach` one step later as well."""
        inside = ndtr(reach - self.places) - ndtr(-reach - self.places)
        return float(self.chances @ inside)

    def continued(self, reach: float) -> "_Path":
        """The walk one step later, within `reach`; by Simpson's rule."""
        places = np.linspace(-reach, reach, _GRID)
        weights = np.full(_GRID, 2.0)
        weights[1::2] = 4.0
        weights[0] = weights[-1] = 1.0
        steps = places[:, None] - self.places[None, :]
        densities = np.exp(-steps * steps / 2) @ self.chances / math.sqrt(2 * math.pi)
        return _Path(places=places, chances=densities * weights * (2 * reach / (_GRID - 1) / 3))


_START = _Path(places=np.zeros(1), chances=np.ones(1))


def _limit(path: _Path, look: int, staying: float) -> float:
    """The limit of |z| at this look that leaves this much of all chance inside."""
    root = math.sqrt(look)

    def surplus(limit: float) -> float:
        return path.staying(limit * root) - staying

    return _EDGE if surplus(_EDGE) <= 0 else crossing(surplus, 0.0, _EDGE, tolerance=1e-10)


def _obrien_fleming(fraction: float, alpha: float) -> float:
    return float(4 * ndtr(-quantile(1 - alpha / 4) / math.sqrt(fraction)))


def _pocock(fraction: float, alpha: float) -> float:
    return alpha * math.log1p((math.e - 1) * fraction)
