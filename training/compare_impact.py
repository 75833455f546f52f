"""Impact ratios of every side at its cut, and how they differ from the first's, over the same draws.

The comparator is chosen once, on the first run's sample (`validation.comparator`), and stays in all sides and draws: a
bar that changed with the draw would make the difference one between other groups.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training import compare_words
from training.bootstrap import Drawn, Places, Sums
from training.compare_estimates import Figure, difference, estimate
from training.compare_shape import AttributeImpact, GroupLine, GroupSide, Sentence
from training.compare_small import UNKNOWN, too_small
from training.compare_words import REASONS
from validation.comparator import HIGHEST, Comparator, choose
from validation.group_count import Group, GroupCount, label
from validation.impact_rule import MIN_SHARE

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

MIN_N = 30
"""The least people of a group, and of the comparator, from whom a ratio is given."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grouping:
    """The known groups of one attribute or of several, and whose each row is (-1: not known)."""

    attribute: str
    groups: tuple[Group, ...]
    codes: Places

    @classmethod
    def of(cls, frame: pd.DataFrame, names: tuple[str, ...]) -> Self:
        """The groups of these attributes together; a row that lacks one of them is not known."""
        is_known = frame[list(names)].notna().all(axis=1).to_numpy()
        values = [tuple(map(str, row)) for row in frame.loc[is_known, list(names)].itertuples(index=False)]
        present = sorted(set(values))
        codes: Places = np.full(len(frame), -1)
        codes[is_known] = [present.index(value) for value in values]
        groups = tuple(tuple(zip(names, value, strict=True)) for value in present)
        return cls(attribute="+".join(names), groups=groups, codes=codes)

    @property
    def labels(self) -> "pd.Series[str]":
        """The group's label of each row; None where it is not known."""
        names = np.array([*(label(group) for group in self.groups), None], dtype=object)
        return pd.Series(names[self.codes], dtype=object)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Places of the sums of one side's considered and selected people, by group."""

    n: int
    selected: int

    @classmethod
    def of(cls, grouping: Grouping, sums: Sums, seen: Mask, selects: Mask) -> Self:
        """Asks for them."""
        count = len(grouping.groups)
        return cls(
            n=sums.add_by(grouping.codes, count, seen),
            selected=sums.add_by(grouping.codes, count, seen & selects),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Impact:
    """One attribute's ratios, ready to be told: `own` holds every side's counts, `pairs` those of the first and another
    over the rows that both scored.
    """

    grouping: Grouping
    first: str
    own: Mapping[str, Counted]
    pairs: Mapping[str, tuple[Counted, Counted]]
    drawn: Drawn
    rows: int
    shows_small_groups: bool

    def as_json(self) -> AttributeImpact:
        """The table as far as the reader may see it."""
        counts = self._sample()
        known = sum(count.n for count in counts)
        bar = choose(counts, wanted=HIGHEST, min_n=MIN_N, min_share=MIN_SHARE, total=known)
        sizes = {count.label: count.n for count in counts} | {UNKNOWN: self.rows - known}
        withheld = frozenset[str]() if self.shows_small_groups else too_small(sizes)
        shows_unknown = UNKNOWN not in withheld
        return {
            "attribute": self.grouping.attribute,
            "comparator": None if bar is None else bar.label,
            "comparator_rule": None if bar is None else {"en": bar.rule.en, "zh": bar.rule.zh},
            "min_n": MIN_N,
            "known": known if shows_unknown else None,
            "unknown": self.rows - known if shows_unknown else None,
            "hidden": len(withheld - {UNKNOWN}),
            "reason": None if bar is not None and bar.has_enough else REASONS["no_comparator"],
            "groups": [self._line(place, count, bar, count.label in withheld) for place, count in enumerate(counts)],
        }

    def _sample(self) -> tuple[GroupCount, ...]:
        """The first run's counts."""
        own, sample = self.own[self.first], self.drawn.sums[:, 0]
        return tuple(
            GroupCount(group=group, n=round(sample[own.n + place]), selected=round(sample[own.selected + place]))
            for place, group in enumerate(self.grouping.groups)
        )

    def _line(self, place: int, count: GroupCount, bar: Comparator | None, is_withheld: bool) -> GroupLine:
        reason = _reason(count.n, is_withheld)
        is_bar = bar is not None and bar.group == count.group
        at = None if bar is None or bar.group is None or not bar.has_enough else self.grouping.groups.index(bar.group)
        has_pairs = reason is None and at is not None and not is_bar
        return {
            "group": count.label,
            "n": None if is_withheld else count.n,
            "is_comparator": is_bar,
            "reason": reason,
            "sides": {} if reason else {name: self._side(own, place, at) for name, own in self.own.items()},
            "against_first": {
                name: difference(
                    "impact_ratio",
                    self._ratio(first, place, at),
                    self._ratio(other, place, at),
                    count.label,
                )
                for name, (first, other) in self.pairs.items()
                if has_pairs
            },
        }

    def _side(self, own: Counted, place: int, at: int | None) -> GroupSide:
        rate = self._rate(own, place)
        figure = Figure(values=rate, n=self._n(own, place), reason=REASONS["nobody"])
        ratio = estimate(self._ratio(own, place, at))
        is_one_by_definition = place == at and ratio["value"] is not None
        return {
            "selected": round(self.drawn.sums[own.selected + place, 0]),
            "selection_rate": estimate(figure),
            "impact_ratio": {**ratio, "ci": [1.0, 1.0], "reason": None} if is_one_by_definition else ratio,
        }

    def _ratio(self, own: Counted, place: int, at: int | None) -> Figure:
        n = self._n(own, place)
        if at is None:
            nothing = np.full(self.drawn.sums.shape[1], np.nan)
            return Figure(values=nothing, n=n, reason=REASONS["no_comparator"])
        bar = self._rate(own, at)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(bar > 0, self._rate(own, place) / bar, np.nan)
        return Figure(values=ratio, n=n, reason=REASONS["comparator_unselected"])

    def _rate(self, own: Counted, place: int) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.drawn.sums[own.selected + place] / self.drawn.sums[own.n + place])

    def _n(self, own: Counted, place: int) -> int:
        return round(float(self.drawn.sums[own.n + place, 0]))


def _reason(n: int, is_withheld: bool) -> Sentence | None:
    if is_withheld:
        return REASONS["too_small_to_show"]
    return compare_words.too_few(n, MIN_N) if n < MIN_N else None
