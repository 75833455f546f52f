"""A composite target: several outcomes of a person weighted, averaged and cut once into good and not.

The outcomes lie between 0 and 1 and are averaged as they are, or after each has been put on one spread by the mean
and the standard deviation of the fit period. A row has a label once all its outcomes are there; one that is not
required may be absent for who left within the year, and then the mean is that of the others. A top share is counted
on the fit period alone, so that nothing of the holdout decides who counts as good. The weights are the
configuration's and no result of an analysis; what they stand on is for the job analysis to say.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.cut import at_share
from training.labels import TARGETS, Labels
from training.target import RETENTION, Target

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """Every part of each row between 0 and 1 (NaN: absent), a column each, and when each became known."""

    values: pd.DataFrame
    known_on: pd.DataFrame


def parts(frame: pd.DataFrame, target: Target) -> Parts:
    """The parts of a composite of these rows."""
    outcomes = {name: TARGETS[name].outcome(frame, name) for name in target.parts}
    values = pd.DataFrame({name: one.value for name, one in outcomes.items()}, index=frame.index)
    known_on = pd.DataFrame({name: one.known_on for name, one in outcomes.items()}, index=frame.index)
    return Parts(values=values, known_on=known_on)


def labels(read: Parts, target: Target) -> Labels:
    """The uncut composites: the weighted mean of the 0-1 parts; NaN where one is absent that should be there.

    A stayer whose rating is late or was never loaded has none, else staying alone would count as the best rating.
    """
    present = read.values.notna()
    may_lack = read.values[RETENTION] == 0 if RETENTION in read.values else pd.Series(data=False, index=present.index)
    known_on = read.known_on.where(present)
    return Labels(
        label=_mean(read.values, target).where(
            present[list(target.needed)].all(axis=1) & (present.all(axis=1) | may_lack)
        ),
        first_on=known_on.min(axis=1),
        known_on=known_on.max(axis=1),
        is_undated=(known_on.isna() & present).any(axis=1),
    )


def cut(read: Parts, is_known: Mask, is_fit: Mask, target: Target) -> tuple["pd.Series[float]", float]:
    """Good (1) or not (0) of the known rows, NaN for the others, and the composite from which on a row is good.

    `is_fit` are the rows of the fit period; only the known ones among them say where a top share begins.
    """
    values = read.values
    if target.standardise:
        values = _standardised(values, is_known & is_fit)
    mean = _mean(values, target).where(is_known)
    least = (
        at_share(np.asarray(mean[is_fit], dtype=np.float64), target.top_share)
        if target.top_share
        else float(target.at_least or 0.0)
    )
    return (mean >= least).astype("float64").where(is_known), least


def absent(read: Parts) -> dict[str, int]:
    """How many rows have some part but lack this one, by part."""
    some = read.values.notna().any(axis=1)
    return {str(name): int((some & read.values[name].isna()).sum()) for name in read.values}


def _mean(values: pd.DataFrame, target: Target) -> "pd.Series[float]":
    weights = values.notna() * pd.Series(dict(target.parts), dtype="float64")
    total = weights.sum(axis=1)
    return (values.fillna(0.0) * weights).sum(axis=1) / total.where(total > 0)


def _standardised(values: pd.DataFrame, rows: Mask) -> pd.DataFrame:
    """Each part's distance from the mean of these rows in their standard deviations; 0 where all are alike."""
    seen = values[rows]
    deviations = seen.std(ddof=0)
    return (values - seen.mean()) / deviations.where(deviations > 0, 1.0)
