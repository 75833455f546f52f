"""Where a change falls: AUC, precision and selection rate of each run by department, job family and so on.

A slice of few applications is neither judged nor, where it is very small, shown; what would give it away goes with it.
Differences against the first run carry a p adjusted by Holm over all slices of all dimensions of a measure, for among
sixty slices three differ by chance alone.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training import compare_words
from training.bootstrap import Drawn, Places, Ranked, Sums
from training.compare_estimates import SAME, Figure, difference, estimate, gain, interval
from training.compare_measures import Rows
from training.compare_shape import (
    SLICE_MEASURES,
    DimensionSlices,
    SideVerdict,
    SliceDifferenceJson,
    SliceLine,
)
from training.compare_words import REASONS
from training.metrics import LEVEL
from validation.decision_rule import holm
from validation.proportion import two_sided_p
from warehouse.queries.suppression import hidden

Array = NDArray[np.float64]

UNKNOWN = "unknown"
MIN_N = 30
"""The least applications of a slice of which figures are given."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slicing:
    """One dimension: the names of its slices, how many rows each has, and which are shown and large enough.

    `codes` gives each row its place among `judged`, the names of the slices with figures (-1: none).
    """

    dimension: str
    sizes: Mapping[str, int]
    labelled: Mapping[str, int]
    withheld: frozenset[str]
    judged: tuple[str, ...]
    codes: Places

    @classmethod
    def of(cls, dimension: str, values: "pd.Series[str]", is_labelled: NDArray[np.bool_]) -> Self:
        """The slices of these values; nothing said is a slice of its own."""
        names = values.astype(object).where(values.notna(), UNKNOWN).astype(str)
        sizes = {str(name): int(n) for name, n in names.value_counts().sort_index().items()}
        labelled = names[is_labelled].value_counts()
        places = hidden(list(sizes.values()))
        withheld = frozenset(name for place, name in enumerate(sizes) if place in places)
        judged = tuple(name for name, n in sizes.items() if n >= MIN_N and name not in withheld)
        at = {name: place for place, name in enumerate(judged)}
        return cls(
            dimension=dimension,
            sizes=sizes,
            labelled={name: int(labelled.get(name, 0)) for name in sizes},
            withheld=withheld,
            judged=judged,
            codes=np.array([at.get(name, -1) for name in names], dtype=np.intp),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sliced:
    """Places of one run's sums within the slices of one dimension, and of its order."""

    n: int
    selected: int
    judged: int
    chosen: int
    chosen_good: int
    order: int

    @classmethod
    def of(cls, slicing: Slicing, side: Rows, sums: Sums, orders: list[Ranked]) -> Self:
        """Asks for them."""
        codes, count, judged = slicing.codes, len(slicing.judged), side.judged
        selects, good = side.score >= side.cut, np.where(judged, side.label, 0.0) > 0.5
        orders.append(Ranked.by(side.score, side.label, np.where(judged, codes, -1), count))
        return cls(
            n=sums.add_by(codes, count, side.seen),
            selected=sums.add_by(codes, count, side.seen & selects),
            judged=sums.add_by(codes, count, judged),
            chosen=sums.add_by(codes, count, judged & selects),
            chosen_good=sums.add_by(codes, count, good & selects),
            order=len(orders) - 1,
        )

    def figures(self, drawn: Drawn, place: int) -> dict[str, Figure]:
        """The measures within the slice at this place."""
        s = drawn.sums
        n, judged = (round(s[first + place, 0]) for first in (self.n, self.judged))
        with np.errstate(divide="ignore", invalid="ignore"):
            precision = s[self.chosen_good + place] / s[self.chosen + place]
            rate = s[self.selected + place] / s[self.n + place]
        none = REASONS["no_labels"]
        one, unselected = (REASONS[key] if judged else none for key in ("one_outcome", "none_selected"))
        return {
            "auc": Figure(values=drawn.aucs[self.order][place], n=judged, reason=one),
            "precision": Figure(values=precision, n=judged, reason=unselected),
            "selection_rate": Figure(values=rate, n=n, reason=REASONS["nobody"]),
        }


def tell(
    slicings: Sequence[Slicing], asked: Mapping[str, Sequence[Sliced]], first: str, drawn: Drawn
) -> list[DimensionSlices]:
    """All dimensions; `asked` holds each run's sums in the order of `slicings`."""
    found = [
        {name: [one[at].figures(drawn, place) for place in range(len(slicing.judged))] for name, one in asked.items()}
        for at, slicing in enumerate(slicings)
    ]
    compared = _differences(slicings, found, first)
    return [
        {
            "dimension": slicing.dimension,
            "min_n": MIN_N,
            "hidden": len(slicing.withheld),
            "reason": None,
            "slices": [_line(slicing, name, figures, against) for name in slicing.sizes],
        }
        for slicing, figures, against in zip(slicings, found, compared, strict=True)
    ]


Figures = dict[str, list[dict[str, Figure]]]
Against = dict[str, list[dict[str, SliceDifferenceJson]]]


def _line(slicing: Slicing, name: str, figures: Figures, against: Against) -> SliceLine:
    shown, place = name not in slicing.withheld, slicing.judged.index(name) if name in slicing.judged else None
    small = compare_words.too_few(slicing.sizes[name], MIN_N) if shown else REASONS["too_small_to_show"]
    return {
        "slice": name,
        "n": slicing.sizes[name] if shown else None,
        "labelled": slicing.labelled[name] if shown else None,
        "reason": small if place is None else None,
        "sides": {}
        if place is None
        else {run: {key: estimate(one) for key, one in lines[place].items()} for run, lines in figures.items()},
        "against_first": {} if place is None else {run: lines[place] for run, lines in against.items()},
    }


def _differences(slicings: Sequence[Slicing], found: Sequence[Figures], first: str) -> list[Against]:
    """Every difference, its p adjusted over the slices of all dimensions."""
    against: list[Against] = [
        {run: [{} for _ in slicing.judged] for run in _others(found, first)} for slicing in slicings
    ]
    for run in _others(found, first):
        for measure in SLICE_MEASURES:
            places = [(at, place) for at, slicing in enumerate(slicings) for place in range(len(slicing.judged))]
            pairs = [(found[at][first][place][measure], found[at][run][place][measure]) for at, place in places]
            names = [slicings[at].judged[place] for at, place in places]
            for (at, place), one in zip(places, _family(measure, pairs, names), strict=True):
                against[at][run][place][measure] = one
    return against


def _others(found: Sequence[Figures], first: str) -> list[str]:
    return [run for run in (found[0] if found else {}) if run != first]


def _family(measure: str, pairs: Sequence[tuple[Figure, Figure]], names: Sequence[str]) -> list[SliceDifferenceJson]:
    p_values = [p_value(one, other) for one, other in pairs]
    defined = [place for place, p in enumerate(p_values) if p is not None]
    adjusted = dict(zip(defined, holm([p for p in p_values if p is not None]), strict=True))
    return [
        _difference(measure, one, other, names[place], p_values[place], adjusted.get(place))
        for place, (one, other) in enumerate(pairs)
    ]


def _difference(
    measure: str, first: Figure, other: Figure, about: str, p: float | None, p_holm: float | None
) -> SliceDifferenceJson:
    plain = difference(measure, first, other, about)
    verdict: SideVerdict = "undefined" if plain["value"] is None else "not_told_apart"
    if p_holm is not None and p_holm < 1 - LEVEL:
        verdict = _sided(measure, first, other)
    sentence = compare_words.difference(
        measure, plain["value"], plain["ci"], plain["level"], verdict, plain["reason"], about
    )
    return {**plain, "verdict": verdict, "sentence": sentence, "p": p, "p_holm": p_holm}


def _sided(measure: str, first: Figure, other: Figure) -> SideVerdict:
    """Which way the difference goes; whether there is one, the adjusted p has said."""
    if measure == "selection_rate":
        return "differs"
    return "better" if gain(measure, first.values, other.values)[0] > 0 else "worse"


def p_value(first: Figure, other: Figure) -> float | None:
    """Two-sided p of the difference by the bootstrap's standard error; 1 where no draw differs. The draws themselves
    could not say less than two in a thousand, which no adjustment over sixty slices survives. None where there is no
    interval: a difference that is the same in every draw has no standard error, which is not the same as none."""
    gap = other.values - first.values
    if math.isfinite(gap[0]) and np.nanmax(np.abs(gap)) < SAME:
        return 1.0
    if not math.isfinite(gap[0]) or interval(gap)[2] is not None:
        return None
    return two_sided_p(float(gap[0]) / float(np.nanstd(gap[1:], ddof=1)))
