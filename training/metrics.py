"""How good scores are on rows they never saw: ranking, calibration, and what happens at the cut, with intervals."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from validation.calibration import Calibration, calibration
from validation.cells import cells
from validation.gate_comparison import ranking
from validation.outcome import Interval, finite
from validation.proportion import quantile, wilson

Array = NDArray[np.float64]

LEVEL = 0.95
"""The coverage of every interval here."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeldRows:
    """One set of scores on the holdout: all interviewed people, of whom some have a label (else NaN)."""

    score: Array
    label: Array
    cut: float
    is_chance: bool

    @property
    def is_judged(self) -> NDArray[np.bool_]:
        """Rows with both a label and a score."""
        return np.isfinite(self.label) & np.isfinite(self.score)


def metrics(held: HeldRows) -> dict[str, object]:
    """Plain JSON values. Calibration and Brier only of chances; the selection rate is over all scored people."""
    judged = held.is_judged
    score, label = held.score[judged], held.label[judged]
    found = ranking(label, score, level=LEVEL)
    return {
        "n": int(judged.sum()),
        "positives": int(label.sum()),
        "auc": finite(found.value),
        "auc_ci": found.interval.as_list(),
        **at_cut(held),
        **(calibration_json(score, label) if held.is_chance else {}),
    }


def at_cut(held: HeldRows) -> dict[str, object]:
    """Selection rate of all scored people, and among the labelled: precision and lift (precision over base rate)."""
    scored = np.isfinite(held.score)
    selected = held.score[scored] >= held.cut
    judged = held.is_judged
    label, chosen = held.label[judged], held.score[judged] >= held.cut
    base, good = (float(label.mean()) if label.size else None), float(label[chosen].sum())
    precision = good / float(chosen.sum()) if chosen.any() else None
    return {
        "cut": held.cut,
        "scored_n": int(scored.sum()),
        "selected": int(selected.sum()),
        "selection_rate": float(selected.mean()) if selected.size else None,
        "selection_rate_ci": wilson(float(selected.sum()), float(selected.size)).as_list(),
        "base_rate": base,
        "precision": precision,
        "precision_ci": wilson(good, float(chosen.sum())).as_list(),
        "lift": precision / base if precision is not None and base else None,
    }


def calibration_json(score: Array, label: Array) -> dict[str, object]:
    """Brier score with an interval, and calibration, of chances."""
    table: Calibration = calibration(cells(score, label))
    interval = brier_interval(score, label)
    return {
        "brier": finite(table.brier),
        "brier_ci": interval.as_list(),
        "calibration": {
            "in_the_large": finite(table.in_the_large),
            "observed_over_expected": finite(table.observed_over_expected),
            "observed_over_expected_ci": table.interval.as_list(),
            "expected_calibration_error": finite(table.expected_calibration_error),
            "bins": [
                {
                    "n": one.n,
                    "predicted": one.predicted,
                    "observed": one.observed,
                    "observed_ci": one.interval.as_list(),
                }
                for one in table.bins
            ],
        },
    }


def brier_interval(score: Array, label: Array) -> Interval:
    """The Brier score is a mean of squares, so its interval is that of a mean."""
    squares = (score - label) ** 2
    if squares.size < 2:
        return Interval(low=None, high=None, level=LEVEL, method="mean")
    half = quantile(0.5 + LEVEL / 2) * float(squares.std(ddof=1)) / math.sqrt(squares.size)
    middle = float(squares.mean())
    return Interval(low=max(0.0, middle - half), high=middle + half, level=LEVEL, method="mean")
