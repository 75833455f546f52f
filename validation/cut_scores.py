"""Impact ratios over every operationally possible cut score, from cells of scores, and what a score gap predicts.

The cut score, not the score, decides most of the impact: at or above the cut people advance. Scanning many cuts is
many tests, so the curve describes; only the cut in force is judged.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from validation.group_count import BadCounts, Group, GroupCount
from validation.root import crossing
from validation.two_by_two import TwoByTwo

Scores = Mapping[float, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutTable:
    """The counts at one cut score: those at or above it are selected."""

    cut: float
    counts: tuple[GroupCount, ...]

    def pair(self, focal: Group, reference: Group) -> TwoByTwo:
        """Two of the groups as a 2x2 table."""
        by_group = {count.group: count for count in self.counts}
        first, second = by_group[focal], by_group[reference]
        return TwoByTwo(x1=first.selected, n1=first.n, x2=second.selected, n2=second.n)

    @property
    def selection_rate(self) -> float | None:
        """Selected over everybody who has a score."""
        total = sum(count.n for count in self.counts)
        return sum(count.selected for count in self.counts) / total if total else None


def curve(cells: Mapping[Group, Scores], cuts: Sequence[float] | None = None) -> tuple[CutTable, ...]:
    """The counts at each cut, ascending; without `cuts` at every distinct score. One pass, however many people."""
    for scores in cells.values():
        if not all(math.isfinite(at) for at in scores):
            raise BadCounts("a score that is not a finite number has no side of a cut score")
    wanted = sorted({at for scores in cells.values() for at in scores} if cuts is None else set(cuts))
    reached = {group: _reached(scores, wanted) for group, scores in cells.items()}
    return tuple(
        CutTable(
            cut=cut,
            counts=tuple(
                GroupCount(group=group, n=sum(scores.values()), selected=reached[group][index])
                for group, scores in sorted(cells.items(), key=lambda item: str(item[0]))
            ),
        )
        for index, cut in enumerate(wanted)
    )


def median(cells: Mapping[Group, Scores]) -> float | None:
    """The median of the full sample, people of unknown group included; None when nobody has a score."""
    people: dict[float, int] = {}
    for scores in cells.values():
        for at, n in scores.items():
            people[at] = people.get(at, 0) + n
    ordered = sorted(people.items())
    running = list(accumulate(n for _, n in ordered))
    if not running or not running[-1]:
        return None
    middle = ((running[-1] - 1) // 2, running[-1] // 2)
    low, high = (next(at for (at, _), seen in zip(ordered, running, strict=True) if rank < seen) for rank in middle)
    return (low + high) / 2


def above(cells: Mapping[Group, Scores], line: float) -> tuple[GroupCount, ...]:
    """Counts of those strictly above a line, as the scoring rate of LL144 asks."""
    return tuple(
        GroupCount(
            group=group, n=sum(scores.values()), selected=sum(people for at, people in scores.items() if at > line)
        )
        for group, scores in cells.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedImpact:
    """What a standardised gap does at a selection ratio; `cut` in standard deviations of the majority."""

    impact_ratio: float
    majority_rate: float
    minority_rate: float
    cut: float


def expected_impact(*, gap: float, selection_ratio: float, minority_share: float) -> ExpectedImpact:
    """The impact ratio under two normal groups one standard deviation wide (De Corte & Lievens 2003).

    `gap` is the minority's mean minus the majority's in standard deviations (negative: the minority scores lower).
    """
    if not 0 < selection_ratio < 1 or not 0 <= minority_share < 1:
        raise BadCounts("a selection ratio lies inside (0, 1), a minority share in [0, 1)")

    def surplus(cut: float) -> float:
        mixed = (1 - minority_share) * _upper_tail(cut) + minority_share * _upper_tail(cut - gap)
        return mixed - selection_ratio

    reach = 40.0 + abs(gap)
    cut = crossing(surplus, -reach, reach)
    majority, minority = _upper_tail(cut), _upper_tail(cut - gap)
    return ExpectedImpact(impact_ratio=minority / majority, majority_rate=majority, minority_rate=minority, cut=cut)


def _reached(scores: Scores, cuts: Sequence[float]) -> list[int]:
    """How many have each cut or more; `cuts` ascending."""
    ordered = sorted(scores.items(), reverse=True)
    answer, seen, index = [0] * len(cuts), 0, 0
    for position in range(len(cuts) - 1, -1, -1):
        while index < len(ordered) and ordered[index][0] >= cuts[position]:
            seen += ordered[index][1]
            index += 1
        answer[position] = seen
    return answer


def _upper_tail(z: float) -> float:
    return math.erfc(z / math.sqrt(2)) / 2
