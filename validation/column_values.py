"""Reads a column of any origin (list, NumPy, pandas, Arrow) as numbers or as counted texts, without a loop over rows.

Nothing is dropped in silence: what is blank counts as missing, what is text in a column of numbers as unreadable.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from validation.histogram import Floats
from validation.untold import BLANK

Values = pd.Series | np.ndarray | Sequence[object]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Numbers:
    """A column as numbers: NaN where missing; `total` is the weight of all rows, None as weights means one each."""

    values: Floats
    weights: Floats | None
    total: float
    unreadable: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """A column as the weight of each distinct text, and of the rows without one."""

    weights: dict[str, float]
    missing: float


def is_numeric(values: Values) -> bool:
    """Whether a column holds numbers only (blanks aside); truth values count as text."""
    series = _series(values)
    if pd.api.types.is_numeric_dtype(series.dtype):
        return not pd.api.types.is_bool_dtype(series.dtype)
    if series.dtype != object:
        return False
    kinds = series.dropna().map(type).unique()
    return all(issubclass(kind, int | float | np.number) and not issubclass(kind, bool) for kind in kinds)


def as_numbers(values: Values, weights: Floats | None) -> Numbers:
    """The column as floats; text that is no number becomes NaN and is counted as unreadable."""
    series = _series(values)
    if pd.api.types.is_numeric_dtype(series.dtype):
        floats, unreadable = series.to_numpy(dtype=np.float64, na_value=np.nan), 0.0
    else:
        texts = series.astype(object)
        read = pd.to_numeric(texts, errors="coerce")
        floats = read.to_numpy(dtype=np.float64, na_value=np.nan)
        lost = (np.isnan(floats) & ~_blank(texts)).astype(np.float64)
        unreadable = float((lost if weights is None else lost * weights).sum())
    total = float(floats.size if weights is None else weights.sum())
    return Numbers(values=floats, weights=weights, total=total, unreadable=unreadable)


def as_texts(values: Values, weights: Floats | None) -> Texts:
    """The weight of each text; whole numbers read alike whether a file held 17 or 17.0."""
    series = _series(values)
    codes, uniques = pd.factorize(series)
    counted = np.bincount(codes[codes >= 0], weights=None if weights is None else weights[codes >= 0])
    total = float(codes.size if weights is None else weights.sum())
    found: dict[str, float] = {}
    for value, weight in zip(uniques, counted.tolist(), strict=False):
        text = _text(value)
        if text and weight > 0:
            found[text] = found.get(text, 0.0) + float(weight)
    return Texts(weights=found, missing=total - sum(found.values()))


def _series(values: Values) -> pd.Series:
    return values if isinstance(values, pd.Series) else pd.Series(values)


def _blank(texts: pd.Series) -> np.ndarray:
    return (texts.isna() | texts.astype(str).str.strip().str.lower().isin(BLANK)).to_numpy(dtype=bool)


def _text(value: object) -> str:
    if isinstance(value, float | np.floating):
        return str(int(value)) if np.isfinite(value) and float(value).is_integer() else repr(float(value))
    return str(value).strip()
