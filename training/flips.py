"""Who is decided otherwise by another model: flips at each model's own cut, fixes and breaks, and where they fall.

A fix advances someone who proved good, or stops someone who did not, where the first model did the opposite; a break is
the reverse. Counts by job family are suppressed below the smallest group; people appear by pseudonymous key only.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from warehouse.access import SMALLEST_GROUP

Mask = NDArray[np.bool_]

MOST_KEYS = 100
"""Keys of flipped applications that a comparison lists, the largest change of rank first."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decided:
    """Two models' decisions on the same rows; `rows` has application_key, job_family and label (NaN: none)."""

    rows: pd.DataFrame
    first: NDArray[np.float64]
    second: NDArray[np.float64]
    first_selects: Mask
    second_selects: Mask


def flips(decided: Decided) -> dict[str, object]:
    """Plain JSON values: counts over all rows, fixes and breaks over the labelled."""
    label = decided.rows["label"].to_numpy(dtype=np.float64)
    is_flipped = decided.first_selects != decided.second_selects
    judged = is_flipped & np.isfinite(label)
    is_right = decided.second_selects == (label > 0.5)
    return {
        "n": len(decided.rows),
        "flipped": int(is_flipped.sum()),
        "newly_advanced": int((is_flipped & decided.second_selects).sum()),
        "no_longer_advanced": int((is_flipped & decided.first_selects).sum()),
        "judged": int(judged.sum()),
        "fixes": int((judged & is_right).sum()),
        "breaks": int((judged & ~is_right).sum()),
        "by_job_family": _by_job_family(decided.rows, is_flipped),
        "applications": _applications(decided, is_flipped),
    }


def _by_job_family(rows: pd.DataFrame, is_flipped: Mask) -> list[dict[str, object]]:
    counts = pd.DataFrame({"family": rows["job_family"].fillna("unknown"), "flipped": is_flipped})
    table = counts.groupby("family")["flipped"].agg(["size", "sum"])
    return [
        {"job_family": family, "n": int(n) if shown else None, "flipped": int(flipped) if shown else None}
        for family, n, flipped in table.itertuples()
        for shown in (n >= SMALLEST_GROUP,)
    ]


def _applications(decided: Decided, is_flipped: Mask) -> list[dict[str, object]]:
    places = np.flatnonzero(is_flipped)
    moved = np.abs(_shares(decided.first) - _shares(decided.second))
    order = places[np.argsort(-moved[places], kind="stable")][:MOST_KEYS]
    keys = decided.rows["application_key"].to_numpy()
    return [
        {
            "application_key": str(keys[place]),
            "first": float(decided.first[place]),
            "second": float(decided.second[place]),
            "advances": bool(decided.second_selects[place]),
        }
        for place in order
    ]


def _shares(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(pd.Series(scores).rank(pct=True), dtype=np.float64)
