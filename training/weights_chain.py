"""The chain from the AI score over the re-interview to performance, and what the new weights make of the next people.

Correlations are among the people interviewed in the fit period who got that far, so their range is restricted: they
are usually lower than among all applicants. The new weights are tried as if they were the vendor's: a weighted sum of
the skills, on held-out people, by Spearman's rank correlation with the outcome beside that of the vendor's score.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from training.metrics import LEVEL
from validation.correlation import Correlation, pearson, spearman_interval
from validation.gate_comparison import difference_interval
from validation.moments import moments
from validation.outcome import Interval, finite

Array = NDArray[np.float64]

LEAST = 30
"""People below whom no correlation is told."""

PERFORMANCE = ("performance_6m", "performance_12m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """The new weights as a score on `n` held-out people, beside the vendor's score on the same ones."""

    n: int
    new: float
    vendor: float
    new_interval: Interval
    vendor_interval: Interval
    difference: Interval

    @property
    def is_better(self) -> bool:
        """Whether the new weights are shown to rank people better."""
        return self.difference.low is not None and self.difference.low > 0

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "n": self.n,
            "new": {"rho": self.new, "ci": self.new_interval.as_list()},
            "vendor": {"rho": self.vendor, "ci": self.vendor_interval.as_list()},
            "difference": {"rho": self.new - self.vendor, "ci": self.difference.as_list()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The chain's own correlations; `criterion` is the performance that most people have."""

    criterion: str
    score_re_interview: Correlation | None
    re_interview_performance: Correlation | None
    score_performance: Correlation | None

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "criterion": self.criterion,
            "ai_score_re_interview": correlation_json(self.score_re_interview),
            "re_interview_performance": correlation_json(self.re_interview_performance),
            "ai_score_performance": correlation_json(self.score_performance),
        }


def criterion_of(outcomes: pd.DataFrame) -> str:
    """The performance rating that most people have, the earlier one where equally many do."""
    return max(PERFORMANCE, key=lambda name: int(outcomes[name].notna().to_numpy().sum()))


def links(outcomes: pd.DataFrame, ai_score: Array) -> Links:
    """The chain among these people."""
    passed = numbers(outcomes["re_interview_passed"])
    criterion = criterion_of(outcomes)
    performance = numbers(outcomes[criterion])
    return Links(
        criterion=criterion,
        score_re_interview=correlation(ai_score, passed),
        re_interview_performance=correlation(passed, performance),
        score_performance=correlation(ai_score, performance),
    )


def correlation(first: Array, second: Array) -> Correlation | None:
    """Pearson's r on the rows that have both; None among fewer than LEAST, or where one is constant."""
    kept = np.isfinite(first) & np.isfinite(second)
    if kept.sum() < LEAST:
        return None
    return _told(moments({"x": first[kept], "y": second[kept]}).r("x", "y"), int(kept.sum()))


def correlations(columns: Array, other: Array) -> tuple[Correlation | None, ...]:
    """Pearson's r of each column with `other`, as `correlation` gives it.

    Columns that lack nothing where `other` is known are taken together: one product of matrices, not one a column.
    """
    is_known = np.isfinite(other)
    values, beside = columns[is_known], other[is_known]
    is_whole: NDArray[np.bool_] = np.asarray(np.isfinite(values).all(axis=0))
    if len(beside) < LEAST or not is_whole.any():
        return tuple(correlation(column, beside) for column in values.T)
    places = {f"{at}": values[:, at] for at in np.flatnonzero(is_whole)}
    seen = moments({**places, "other": beside})
    return tuple(
        _told(seen.r(f"{at}", "other"), len(beside)) if is_whole[at] else correlation(values[:, at], beside)
        for at in range(values.shape[1])
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scale:
    """Mean and spread of each skill among the fitted, by which others are standardised."""

    means: Array
    spreads: Array

    @classmethod
    def of(cls, fitted: Array) -> Self:
        """Those of these rows; a constant skill has the spread 1."""
        deviations = np.nanstd(fitted, axis=0)
        return cls(means=np.nanmean(fitted, axis=0), spreads=np.where(deviations > 0, deviations, 1.0))


def loop(skills: Array, weights: Array, scale: Scale, vendor: Array, label: Array) -> Loop | None:
    """The new weights on the held-out rows; None among too few."""
    standard = np.nan_to_num((skills - scale.means) / scale.spreads)
    score = standard @ weights
    kept = np.isfinite(label) & np.isfinite(vendor)
    if kept.sum() < LEAST:
        return None
    ranks = {name: rankdata(values[kept]) for name, values in (("new", score), ("vendor", vendor), ("label", label))}
    seen, n = moments(ranks), int(kept.sum())
    new, old, both = seen.r("new", "label"), seen.r("vendor", "label"), seen.r("new", "vendor")
    if new is None or old is None or both is None:
        return None
    return Loop(
        n=n,
        new=new,
        vendor=old,
        new_interval=spearman_interval(new, n, level=LEVEL),
        vendor_interval=spearman_interval(old, n, level=LEVEL),
        difference=difference_interval(new, old, both, n, level=LEVEL),
    )


def correlation_json(found: Correlation | None) -> Mapping[str, object] | None:
    """Plain JSON values."""
    return None if found is None else {"r": finite(found.r), "ci": found.interval.as_list(), "n": int(found.n)}


def _told(r: float | None, n: int) -> Correlation | None:
    return None if r is None else pearson(r, float(n), LEVEL)


def numbers(column: "pd.Series[float]") -> Array:
    """A column of flags or ratings as numbers, NaN where there is nothing."""
    return np.asarray(column.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
