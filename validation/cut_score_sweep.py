"""What one common cut score would do: selection rates, impact ratios and expected success at every distinct score.

People at the cut score advance. There is one cut for all groups, by construction: another for each group is unlawful
in the United States (Title VII 703(l)). The impact ratio is not monotone in the cut.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from validation.moments import Array
from validation.outcome import Interval
from validation.ratio_interval import katz


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupScores:
    """A group's distinct scores, people at each, and the expected successes among them (None where unknown)."""

    scores: Array
    people: Array
    successes: Array | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOutcome:
    """One cut: rates by group, lowest over highest rate with its interval, their difference, all, and success."""

    cut: float
    rates: Mapping[str, float]
    lowest: str
    highest: str
    impact_ratio: float | None
    interval: Interval
    difference: float
    overall: float
    selected: float
    expected_success: float | None


def group_scores(scores: ArrayLike, successes: ArrayLike | None = None, people: ArrayLike | None = None) -> GroupScores:
    """A group's rows or cells. Scores that are not finite are refused: whoever has none cannot be cut."""
    values = np.asarray(scores, dtype=np.float64)
    weight = np.ones(len(values)) if people is None else np.asarray(people, dtype=np.float64)
    if not np.isfinite(values).all():
        raise ValueError("a score is missing or infinite: leave such people out and report them")
    levels, codes = np.unique(values, return_inverse=True)
    good: Array | None = None
    if successes is not None:
        expected = np.asarray(successes, dtype=np.float64) * weight
        good = np.bincount(codes, weights=expected, minlength=len(levels)).astype(np.float64)
    size = np.bincount(codes, weights=weight, minlength=len(levels)).astype(np.float64)
    return GroupScores(scores=levels, people=size, successes=good)


def sweep(
    groups: Mapping[str, GroupScores], cuts: Sequence[float] | None = None, level: float = 0.95
) -> tuple[CutOutcome, ...]:
    """Outcomes at the cuts (all distinct scores when none are named), ascending; groups of nobody are left out."""
    present = {name: group for name, group in groups.items() if group.people.sum() > 0}
    if not present:
        return ()
    every = np.unique(np.concatenate([group.scores for group in present.values()]))
    wanted = every if cuts is None else np.array(sorted(cuts), dtype=np.float64)
    chosen = {name: _reached(group.scores, group.people, wanted) for name, group in present.items()}
    sizes = {name: float(group.people.sum()) for name, group in present.items()}
    good = _successes(present, wanted)
    return tuple(
        _outcome(
            float(cut),
            {name: float(counts[index]) for name, counts in chosen.items()},
            sizes,
            None if good is None else float(good[index]),
            level,
        )
        for index, cut in enumerate(wanted)
    )


def _reached(scores: Array, values: Array, cuts: Array) -> Array:
    """The sum of the values at or above each cut, in one pass."""
    above: Array = np.append(np.cumsum(values[::-1])[::-1], 0.0)
    return above[np.searchsorted(scores, cuts, side="left")]


def _successes(groups: Mapping[str, GroupScores], cuts: Array) -> Array | None:
    """Successes at or above each cut; None when a group's are unknown."""
    total = np.zeros(len(cuts))
    for group in groups.values():
        if group.successes is None:
            return None
        total = total + _reached(group.scores, group.successes, cuts)
    return total


def _outcome(
    cut: float, chosen: Mapping[str, float], sizes: Mapping[str, float], good: float | None, level: float
) -> CutOutcome:
    rates = {name: chosen[name] / sizes[name] for name in chosen}
    low, high = min(rates, key=rates.__getitem__), max(rates, key=rates.__getitem__)
    selected = sum(chosen.values())
    return CutOutcome(
        cut=cut,
        rates=rates,
        lowest=low,
        highest=high,
        impact_ratio=rates[low] / rates[high] if rates[high] > 0 and len(rates) > 1 else None,
        interval=katz(*(round(count) for count in (chosen[low], sizes[low], chosen[high], sizes[high])), level=level),
        difference=rates[high] - rates[low],
        overall=selected / sum(sizes.values()),
        selected=selected,
        expected_success=good / selected if good is not None and selected > 0 else None,
    )
