"""Interviewer severity: how far an interviewer rates below or above the others, shrunk by how much was seen.

From one aggregate per interviewer (ratings given, their mean, their sum of squares around it). Ratings should be
taken net of the AI score first (`residual_totals`), or an interviewer of weak candidates looks severe.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scipy import stats

from validation.moments import Moments, merged
from validation.outcome import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterTotal:
    """One interviewer's ratings (or residuals): how many, their mean, their sum of squares around that mean."""

    n: float
    mean: float
    sum_of_squares: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """One interviewer: raw deviation from the grand mean, the shrunk one with its interval, and the shrinkage.

    Negative is severe, positive lenient. `reliability` is tau^2/(tau^2 + sigma^2/n): 0 means nothing is known.
    """

    rater: str
    n: float
    raw: float
    shrunk: float
    interval: Interval
    reliability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Severities:
    """All interviewers with the variance between and within them, and the F test that all are alike."""

    raters: tuple[Severity, ...]
    grand_mean: float
    between_variance: float
    within_variance: float
    p: float | None


def severities(totals: Mapping[str, RaterTotal], level: float = 0.95) -> Severities | None:
    """Empirical-Bayes severities (one-way random effects, method of moments; Morris 1983).

    None with fewer than two interviewers or when nobody gave two ratings. A variance between them that comes out
    negative is 0: then everybody shrinks to the mean.
    """
    given = {name: total for name, total in totals.items() if total.n > 0}
    n, k = sum(total.n for total in given.values()), len(given)
    if k < 2 or n <= k:
        return None
    mean = sum(total.n * total.mean for total in given.values()) / n
    between = sum(total.n * (total.mean - mean) ** 2 for total in given.values()) / (k - 1)
    within = sum(total.sum_of_squares for total in given.values()) / (n - k)
    typical = (n - sum(total.n**2 for total in given.values()) / n) / (k - 1)
    tau = max(0.0, (between - within) / typical)
    centre = _weighted_mean(given, tau, within, mean)
    return Severities(
        raters=tuple(_severity(name, total, centre, tau, within, level) for name, total in given.items()),
        grand_mean=centre,
        between_variance=tau,
        within_variance=within,
        p=float(stats.f.sf(between / within, k - 1, n - k)) if within > 0 else None,
    )


def _weighted_mean(totals: Mapping[str, RaterTotal], tau: float, within: float, fallback: float) -> float:
    """Mean of the interviewers' means, each by its precision."""
    spreads = {name: tau + within / total.n for name, total in totals.items()}
    if min(spreads.values()) <= 0:
        return fallback
    weights = {name: 1 / spread for name, spread in spreads.items()}
    return sum(weights[name] * totals[name].mean for name in totals) / sum(weights.values())


def _severity(name: str, total: RaterTotal, centre: float, tau: float, within: float, level: float) -> Severity:
    spread = tau + within / total.n
    reliability = tau / spread if spread > 0 else 0.0
    raw = total.mean - centre
    half = float(stats.norm.isf((1 - level) / 2)) * math.sqrt(reliability * within / total.n)
    shrunk = reliability * raw
    interval = Interval(low=shrunk - half, high=shrunk + half, level=level, method="empirical_bayes")
    return Severity(rater=name, n=total.n, raw=raw, shrunk=shrunk, interval=interval, reliability=reliability)


def residual_totals(raters: Mapping[str, Moments], score: str = "x", rating: str = "y") -> dict[str, RaterTotal]:
    """Totals of the ratings net of the AI score, by the slope within interviewers (so case mix does not count)."""
    given = {name: seen for name, seen in raters.items() if seen.n > 0}
    if not given:
        return {}
    products = sum(seen.sum_of_products(score, rating) for seen in given.values())
    squares = sum(seen.sum_of_squares(score) for seen in given.values())
    slope = products / squares if squares > 0 else 0.0
    every = merged(list(given.values()))
    return {name: _residual(seen, slope, every.mean_of(score) or 0.0, score, rating) for name, seen in given.items()}


def _residual(seen: Moments, slope: float, centre: float, score: str, rating: str) -> RaterTotal:
    xx, xy = seen.sum_of_squares(score), seen.sum_of_products(score, rating)
    mean = float(seen.mean[seen.at(rating)]) - slope * (float(seen.mean[seen.at(score)]) - centre)
    left = max(0.0, seen.sum_of_squares(rating) - 2 * slope * xy + slope * slope * xx)
    return RaterTotal(n=seen.n, mean=mean, sum_of_squares=left)
