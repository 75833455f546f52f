"""Bins frozen with a model, and the profile of a column on them.

Bins made anew for each batch let one outlier hide a large shift, so they are made once from the reference and stored:
deciles for numbers, the values themselves where a number takes few, categories for text. A profile counts a column on
them; profiles of chunks merge into the profile of the whole, and weights stand for rows.
"""

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

import numpy as np

from validation.column_values import Numbers, Texts, Values, as_numbers, as_texts, is_numeric
from validation.histogram import Floats, Histogram, cells

FEW_VALUES = 20
MOST_CATEGORIES = 200
MOST_NEW = 1_000
GRID_PARTS = 2_048
OTHER = "(other)"
NEW = "(new)"


class Kind(StrEnum):
    """How a column is cut into bins."""

    CONTINUOUS = "continuous"
    DISCRETE = "discrete"
    TEXT = "text"


class BinsError(ValueError):
    """Stored bins or profiles that cannot be read back, or profiles of different bins that were to be merged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenBins:
    """The bins of one column, as frozen from the reference.

    `edges` are the inner right edges of a continuous column (a bin is (previous, edge], the outer ones are open);
    `labels` the known values of the other kinds, as text; `has_other` says that rare categories share a last bin
    (new ones then join it); `grid` are the finer edges that keep long histograms short.
    """

    kind: Kind
    edges: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    has_other: bool = False
    grid: tuple[float, ...] = ()

    @property
    def size(self) -> int:
        """The number of bins."""
        return len(self.edges) + 1 if self.kind is Kind.CONTINUOUS else len(self.labels) + self.has_other

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each bin, in their order."""
        if self.kind is not Kind.CONTINUOUS:
            return (*self.labels, OTHER) if self.has_other else self.labels
        edges = [f"{edge:.6g}" for edge in self.edges]
        if not edges:
            return ("all",)
        between = (f"{low} – {high}" for low, high in itertools.pairwise(edges))
        return (f"≤ {edges[0]}", *between, f"> {edges[-1]}")

    def as_json(self) -> str:
        """One JSON document; `from_json` reads it back to an equal value."""
        return json.dumps(self._plain(), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Bins as stored by `as_json`. Raises `BinsError` when the document is something else."""
        try:
            plain = json.loads(text)
            return cls(
                kind=Kind(plain["kind"]),
                edges=tuple(float(edge) for edge in plain["edges"]),
                labels=tuple(str(label) for label in plain["labels"]),
                has_other=bool(plain["has_other"]),
                grid=tuple(float(edge) for edge in plain["grid"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise BinsError(f"These are not stored bins ({type(error).__name__}); freeze them again.") from error

    def _plain(self) -> dict[str, object]:
        return {
            "kind": self.kind.value,
            "edges": list(self.edges),
            "labels": list(self.labels),
            "has_other": self.has_other,
            "grid": list(self.grid),
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ColumnProfile:
    """A column counted on frozen bins: all that the drift measures need.

    `counts` has the weight of each bin; `new` the weight of values the reference never showed; `missing` what is blank,
    not a number or infinite, of which `unreadable` is text in a column of numbers; `cells` the histogram of a number.
    Past 1,000 distinct new values only their total is kept.
    """

    bins: FrozenBins
    counts: Floats
    new: Mapping[str, float] = field(default_factory=dict)
    missing: float = 0.0
    unreadable: float = 0.0
    cells: Histogram | None = None

    @property
    def present(self) -> float:
        """The weight of the rows that hold a value."""
        return float(self.counts.sum()) + sum(self.new.values())

    @property
    def rows(self) -> float:
        """The weight of all rows, with and without a value."""
        return self.present + self.missing

    @property
    def missing_share(self) -> float | None:
        """The share of rows without a value; None without rows."""
        return self.missing / self.rows if self.rows > 0 else None

    def merge(self, other: "ColumnProfile") -> "ColumnProfile":
        """The profile of both sets of rows. Raises `BinsError` when they were counted on different bins."""
        if self.bins != other.bins:
            raise BinsError("Profiles merge only when they were counted on the same frozen bins.")
        new = bounded({key: self.new.get(key, 0.0) + other.new.get(key, 0.0) for key in {*self.new, *other.new}})
        both = self.cells.merge(other.cells, self.bins.grid) if self.cells and other.cells else None
        return replace(
            self,
            counts=self.counts + other.counts,
            new=new,
            missing=self.missing + other.missing,
            unreadable=self.unreadable + other.unreadable,
            cells=both,
        )

    def as_json(self) -> str:
        """One JSON document; a long histogram is written on the bins' grid."""
        kept = self.cells.on_grid(self.bins.grid) if self.cells and self.cells.means.size > GRID_PARTS else self.cells
        plain = {
            "bins": self.bins.as_json(),
            "counts": self.counts.tolist(),
            "new": dict(self.new),
            "missing": self.missing,
            "unreadable": self.unreadable,
            "cells": {"means": kept.means.tolist(), "weights": kept.weights.tolist()} if kept else None,
        }
        return json.dumps(plain, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """A profile as stored by `as_json`. Raises `BinsError` when the document is something else."""
        try:
            plain = json.loads(text)
            bins = FrozenBins.from_json(plain["bins"])
            read = cls(
                bins=bins,
                counts=np.asarray(plain["counts"], dtype=np.float64),
                new={str(key): float(weight) for key, weight in plain["new"].items()},
                missing=float(plain["missing"]),
                unreadable=float(plain["unreadable"]),
                cells=_stored_cells(plain["cells"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BinsError(
                f"This is not a stored profile ({type(error).__name__}); profile the column again."
            ) from error
        if read.counts.shape != (bins.size,):
            raise BinsError(f"A stored profile has {read.counts.size} counts for {bins.size} bins.")
        return read


def freeze(values: Values, weights: Floats | None = None, *, is_number: bool | None = None) -> FrozenBins:
    """The bins of a reference column: deciles, its few values, or its categories.

    A number with at most 20 distinct values is cut at each of them. Beyond 200 categories the rarest share one bin.
    A column without any value gets one bin; nothing can be said of it, and the drift verdict says so.
    `is_number` overrules what the column's type says, as for a file whose values are all text.
    """
    return reference_profile(values, weights, is_number=is_number).bins


def reference_profile(values: Values, weights: Floats | None = None, *, is_number: bool | None = None) -> ColumnProfile:
    """A reference column profiled on the bins that it freezes itself: `freeze` and `profile` in one pass."""
    if not (is_numeric(values) if is_number is None else is_number):
        texts = as_texts(values, weights)
        return _text_profile(texts, _text_bins(texts))
    numbers = as_numbers(values, weights)
    histogram = cells(*_finite(numbers), ())
    bins = _numeric_bins(histogram)
    return _numeric_profile(numbers, histogram.shortened(bins.grid), bins)


def profile(values: Values, bins: FrozenBins, weights: Floats | None = None) -> ColumnProfile:
    """The values counted on the bins; `weights` (people a row stands for) default to one each.

    Numbers meet bins of text as text, and text meets bins of numbers as a number where it is one, else as unreadable.
    """
    if bins.kind is Kind.TEXT:
        return _text_profile(as_texts(values, weights), bins)
    numbers = as_numbers(values, weights)
    return _numeric_profile(numbers, cells(*_finite(numbers), bins.grid), bins)


def _numeric_bins(histogram: Histogram) -> FrozenBins:
    if 0 < histogram.means.size <= FEW_VALUES:
        return FrozenBins(kind=Kind.DISCRETE, labels=tuple(repr(float(value)) for value in histogram.means))
    return FrozenBins(kind=Kind.CONTINUOUS, edges=_inner(histogram, 10), grid=_inner(histogram, GRID_PARTS))


def _numeric_profile(numbers: Numbers, histogram: Histogram, bins: FrozenBins) -> ColumnProfile:
    if bins.kind is Kind.CONTINUOUS:
        counts, new = histogram.counts(bins.edges), dict[str, float]()
    else:
        counts, new = _on_points(histogram, bins)
    return ColumnProfile(
        bins=bins,
        counts=counts,
        new=new,
        missing=numbers.total - histogram.total,
        unreadable=numbers.unreadable,
        cells=histogram,
    )


def bounded(new: Mapping[str, float]) -> dict[str, float]:
    """The new values in order, or one total where there are too many to keep apart."""
    if NEW in new or len(new) > MOST_NEW:
        return {NEW: sum(new.values())}
    return {key: new[key] for key in sorted(new)}


def _finite(numbers: Numbers) -> tuple[Floats, Floats | None]:
    kept = np.isfinite(numbers.values)
    if kept.all():
        return numbers.values, numbers.weights
    return numbers.values[kept], None if numbers.weights is None else numbers.weights[kept]


def _inner(histogram: Histogram, parts: int) -> tuple[float, ...]:
    edges = np.unique(histogram.quantiles(parts))
    return tuple(edges[edges < histogram.means[-1]].tolist()) if edges.size else ()


def _on_points(histogram: Histogram, bins: FrozenBins) -> tuple[Floats, dict[str, float]]:
    points = np.asarray([float(label) for label in bins.labels])
    place = np.minimum(np.searchsorted(points, histogram.means), points.size - 1)
    known = points[place] == histogram.means
    counts = np.bincount(place[known], weights=histogram.weights[known], minlength=points.size).astype(np.float64)
    fresh = zip(histogram.means[~known].tolist(), histogram.weights[~known].tolist(), strict=True)
    return counts, bounded({repr(value): weight for value, weight in fresh})


def _text_bins(texts: Texts) -> FrozenBins:
    ranked = sorted(texts.weights, key=lambda text: (-texts.weights[text], text))
    kept = ranked if len(ranked) <= MOST_CATEGORIES else ranked[: MOST_CATEGORIES - 1]
    return FrozenBins(kind=Kind.TEXT, labels=tuple(sorted(kept)), has_other=len(kept) < len(ranked))


def _text_profile(texts: Texts, bins: FrozenBins) -> ColumnProfile:
    counts = [texts.weights.get(label, 0.0) for label in bins.labels]
    known = set(bins.labels)
    new = {text: weight for text, weight in texts.weights.items() if text not in known}
    if bins.has_other:
        counts.append(sum(new.values()))
        new = {}
    return ColumnProfile(
        bins=bins, counts=np.asarray(counts, dtype=np.float64), new=bounded(new), missing=texts.missing
    )


def _stored_cells(plain: Mapping[str, Sequence[float]] | None) -> Histogram | None:
    if plain is None:
        return None
    means = np.asarray(plain["means"], dtype=np.float64)
    return Histogram(means=means, weights=np.asarray(plain["weights"], dtype=np.float64))
