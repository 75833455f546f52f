"""All figures of a comparison from one set of draws: what sides, groups and slices ask for, drawn once, then told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training import slices
from training.bootstrap import Drawn, People, Ranked, Sums, drawn
from training.compare_estimates import Figure, difference, estimate
from training.compare_impact import Counted, Grouping, Impact
from training.compare_measures import Asked, Rows
from training.compare_shape import AttributeImpact, DifferenceJson, DimensionSlices, EstimateJson
from training.slices import Sliced, Slicing

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """One column of the comparison: a run or a baseline, with its scores on the common rows and its cut."""

    name: str
    score: Array
    cut: float
    is_chance: bool
    is_run: bool = False

    @property
    def selects(self) -> Mask:
        """Who stands at or above the cut; without a score nobody does."""
        return np.asarray(self.score >= self.cut)

    @property
    def scored(self) -> Mask:
        """Who has a score."""
        return np.isfinite(self.score)


@dataclass(slots=True, kw_only=True, eq=False)
class Asking:
    """The sides on the same rows, the first of them first, and what is asked of them."""

    sides: Sequence[Side]
    label: Array
    people: People
    groupings: Sequence[Grouping]
    slicings: Sequence[Slicing]
    sums: Sums = field(init=False)
    orders: list[Ranked] = field(default_factory=list)
    _measures: dict[tuple[str, bytes], Asked] = field(default_factory=dict)
    _counted: dict[tuple[str, str, bytes], Counted] = field(default_factory=dict)
    _sliced: dict[str, list[Sliced]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sums = Sums(rows=self.label.size)

    def answered(self, *, seed: int, draws: int, tell: Callable[[str], None]) -> "Answered":
        """Draws once for everything. The rows of a difference are those that both sides scored."""
        for side in self.sides:
            for one, seen in ((side, side.scored), (side, self.common(side)), (self.sides[0], self.common(side))):
                self._ask(one, seen)
        runs = [side for side in self.sides if side.is_run]
        everybody = np.logical_and.reduce([side.scored for side in runs])
        for side in runs:
            rows = self._rows(side, everybody)
            self._sliced[side.name] = [Sliced.of(one, rows, self.sums, self.orders) for one in self.slicings]
        found = drawn(self.people, self.sums, self.orders, seed=seed, draws=draws, tell=tell)
        return Answered(asking=self, drawn=found)

    def common(self, side: Side) -> Mask:
        """The rows that the side and the first both scored."""
        return np.asarray(side.scored & self.sides[0].scored)

    def measures(self, side: Side, seen: Mask) -> Asked:
        """What was asked of this side over these rows."""
        return self._measures[side.name, seen.tobytes()]

    def counted(self, grouping: Grouping, side: Side, seen: Mask) -> Counted:
        """What was asked of this side's groups over these rows."""
        return self._counted[grouping.attribute, side.name, seen.tobytes()]

    @property
    def sliced(self) -> Mapping[str, Sequence[Sliced]]:
        """What was asked of each run's slices."""
        return self._sliced

    def _ask(self, side: Side, seen: Mask) -> None:
        key = seen.tobytes()
        if (side.name, key) in self._measures:
            return
        self._measures[side.name, key] = Asked.of(self._rows(side, seen), self.sums, self.orders)
        for grouping in self.groupings:
            counted = Counted.of(grouping, self.sums, seen, side.selects)
            self._counted[grouping.attribute, side.name, key] = counted

    def _rows(self, side: Side, seen: Mask) -> Rows:
        return Rows(score=side.score, label=self.label, cut=side.cut, is_chance=side.is_chance, seen=seen)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answered:
    """The draws, and what they say."""

    asking: Asking
    drawn: Drawn

    def figures(self) -> dict[str, dict[str, EstimateJson]]:
        """Every side's measures over the rows that it scored."""
        return {
            side.name: {name: estimate(one) for name, one in self._figures(side, side.scored).items()}
            for side in self.asking.sides
        }

    def differences(self, side: Side) -> dict[str, DifferenceJson]:
        """The side's measures against the first's over the rows that both scored."""
        seen = self.asking.common(side)
        first, other = self._figures(self.asking.sides[0], seen), self._figures(side, seen)
        return {name: difference(name, first[name], other[name]) for name in first}

    def impact(self, *, shows_small_groups: bool) -> list[AttributeImpact]:
        """The impact ratios by every grouping."""
        return [self._impact(one, shows_small_groups=shows_small_groups).as_json() for one in self.asking.groupings]

    def slices(self) -> list[DimensionSlices]:
        """The runs' slices."""
        return slices.tell(self.asking.slicings, self.asking.sliced, self.asking.sides[0].name, self.drawn)

    def _figures(self, side: Side, seen: Mask) -> dict[str, Figure]:
        return self.asking.measures(side, seen).figures(self.drawn)

    def _impact(self, grouping: Grouping, *, shows_small_groups: bool) -> Impact:
        asking, first = self.asking, self.asking.sides[0]
        both = {side.name: asking.common(side) for side in asking.sides[1:]}
        return Impact(
            grouping=grouping,
            first=first.name,
            own={side.name: asking.counted(grouping, side, side.scored) for side in asking.sides},
            pairs={
                side.name: (
                    asking.counted(grouping, first, both[side.name]),
                    asking.counted(grouping, side, both[side.name]),
                )
                for side in asking.sides[1:]
            },
            drawn=self.drawn,
            rows=asking.label.size,
            shows_small_groups=shows_small_groups,
        )
