"""The drift cases of the golden file, by id, and profiles made of plain counts."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from validation.bins import ColumnProfile, freeze, profile
from validation.drift import ColumnDrift, compare
from validation.histogram import Histogram, cells

GOLDEN = Path(__file__).parent / "golden" / "drift.json"


@cache
def golden() -> Mapping[str, Any]:
    """Every case of the file, by its id."""
    return {case["id"]: case for case in json.loads(GOLDEN.read_text(encoding="utf-8"))}


def counted(counts: Mapping[str, float], bins: ColumnProfile | None = None) -> ColumnProfile:
    """A text column of so many people each, on its own bins or on those of another profile."""
    texts, weights = list(counts), np.asarray(list(counts.values()), dtype=float)
    return profile(texts, bins.bins if bins else freeze(texts, weights), weights)


def compared(reference: Any, current: Any, **options: Any) -> ColumnDrift:
    """Two lists of values as one column."""
    bins = freeze(reference)
    return compare("x", profile(reference, bins), profile(current, bins), **options)


def histogram(values: Any) -> Histogram:
    """The exact histogram of plain numbers."""
    return cells(np.asarray(values, dtype=float), None, ())
