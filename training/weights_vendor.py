"""What a vendor itself gives each skill: its overall score, regressed on the skills within one state of its model.

Only rows of one vendor, model version and rubric version are put together, for another version may weigh otherwise; the
one with the most people speaks. A weight is signed and a share of all: the mean absolute contribution β·z of the skill,
which for a linear score is its counterpart of a booster's mean absolute contribution.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEAST_PER_SKILL = 10
"""People for each skill from whom a regression is read."""

VERSION = ("ai_vendor", "ai_vendor_version", "ai_rubric_version")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VendorRows:
    """The people of one vendor, model version and rubric version who have every skill and the vendor's score."""

    version: tuple[str | None, ...]
    skills: Array
    scores: Array
    others_n: int

    @property
    def n(self) -> int:
        """How many people."""
        return len(self.scores)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Linear:
    """Standardised coefficients, signed shares that add up to one in size, and the share of variance explained."""

    betas: Array
    shares: Array
    r_squared: float


def vendor_rows(versions: pd.DataFrame, skills: Array, scores: Array) -> VendorRows | None:
    """The rows of the most frequent version; `versions` has the columns of VERSION. None where they are too few."""
    complete = np.isfinite(skills).all(axis=1) & np.isfinite(scores)
    places = versions.groupby(list(VERSION), dropna=False, sort=True).ngroup().to_numpy()
    most = int(np.argmax(np.bincount(places[complete], minlength=1)))
    kept = complete & (places == most)
    if kept.sum() < LEAST_PER_SKILL * skills.shape[1]:
        return None
    first = versions[list(VERSION)].iloc[int(np.flatnonzero(kept)[0])]
    return VendorRows(
        version=tuple(None if pd.isna(one) else str(one) for one in first),
        skills=skills[kept],
        scores=scores[kept],
        others_n=int(complete.sum() - kept.sum()),
    )


def linear(skills: Array, scores: Array) -> Linear:
    """Least squares of the standardised score on the standardised skills; a constant skill has no weight."""
    standard, target = _standard(skills), _standard(scores[:, None])[:, 0]
    betas = np.asarray(np.linalg.lstsq(standard, target, rcond=None)[0], dtype=np.float64)
    spread = float(target @ target)
    left = target - standard @ betas
    return Linear(
        betas=betas,
        shares=shares(standard * betas, np.sign(betas)),
        r_squared=1 - float(left @ left) / spread if spread > 0 else 0.0,
    )


def shares(contributions: Array, signs: Array) -> Array:
    """Each column's mean absolute contribution, as a share of all columns' and with its sign; zeros of nothing."""
    sizes = np.abs(contributions - contributions.mean(axis=0)).mean(axis=0)
    total = float(sizes.sum())
    return np.asarray(signs * sizes / total if total > 0 else np.zeros_like(sizes))


def _standard(values: Array) -> Array:
    deviations = values.std(axis=0)
    return np.asarray((values - values.mean(axis=0)) / np.where(deviations > 0, deviations, 1.0))
