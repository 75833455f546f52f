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
    return tuple(_at(present, float(cut), level) for cut in (every if cuts is None else sorted(cuts)))


def _at(groups: Mapping[str, GroupScores], cut: float, level: float) -> CutOutcome:
    chosen = {name: float(group.people[group.scores >= cut].sum()) for name, group in groups.items()}
    sizes = {name: float(group.people.sum()) for name, group in groups.items()}
    rates = {name: chosen[name] / sizes[name] for name in groups}
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
        expected_success=_success(groups, cut, selected),
    )


def _success(groups: Mapping[str, GroupScores], cut: float, selected: float) -> float | None:
    """Successes among those at or above the cut; None when nobody is or a group's successes are unknown."""
    parts = [None if g.successes is None else float(g.successes[g.scores >= cut].sum()) for g in groups.values()]
    known = [part for part in parts if part is not None]
    return sum(known) / selected if selected > 0 and len(known) == len(parts) else None
