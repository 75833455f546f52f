"""Groups of people as a training may use them: contrasts and weights for a fit, counts for what is reported.

Nobody whose group is not known is counted in any. A group of fewer than `LEAST` people is too small to learn from and
joins no contrast; it is still counted.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from validation.group_count import GroupCount, group_count

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAST = 30
"""The least people of a group, and of those beside it, from whom anything is learned."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """A column an attribute, a row an application; None where it is not known."""

    frame: pd.DataFrame

    def __getitem__(self, rows: Mask) -> Self:
        """The groups of some of the rows."""
        return type(self)(frame=self.frame[rows])

    def at(self, places: NDArray[np.intp]) -> Self:
        """The groups of the rows at these places, any of them more than once."""
        return type(self)(frame=self.frame.iloc[places])

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes' names."""
        return tuple(str(name) for name in self.frame.columns)

    def members(self) -> dict[tuple[str, str], tuple[Mask, Mask]]:
        """Who is in each group and who is in another one of the same attribute, where both sides are large enough."""
        found = {}
        for name in self.attributes:
            values = self.frame[name]
            is_known = values.notna().to_numpy()
            for value in sorted(values.dropna().unique()):
                inside = (values == value).to_numpy()
                beside = is_known & ~inside
                if min(inside.sum(), beside.sum()) >= LEAST:
                    found[name, str(value)] = (inside, beside)
        return found

    def contrasts(self) -> Array:
        """A column a group: 1/n for its people, −1/n for those beside it, 0 for the unknown; times scores, its gap."""
        columns = [inside / inside.sum() - beside / beside.sum() for inside, beside in self.members().values()]
        return np.column_stack(columns).astype(np.float64) if columns else np.empty((len(self.frame), 0))

    def cells(self) -> NDArray[np.intp]:
        """The intersection of all attributes as a number a row; unknown is a value, and small cells share number 0."""
        places = self.frame.groupby(list(self.attributes), dropna=False, sort=True).ngroup().to_numpy()
        sizes = np.bincount(places)
        return np.where(sizes[places] >= LEAST, places + 1, 0).astype(np.intp)

    def counts(self, name: str, selected: Mask) -> tuple[GroupCount, ...]:
        """People and selected people by the values of one attribute, the unknown among them."""
        values = self.frame[name]
        sides = [(str(value), (values == value).to_numpy()) for value in sorted(values.dropna().unique())]
        unknown = values.isna().to_numpy()
        known = [group_count({name: value}, n=int(m.sum()), selected=int(selected[m].sum())) for value, m in sides]
        if not unknown.any():
            return tuple(known)
        return (*known, group_count({name: None}, n=int(unknown.sum()), selected=int(selected[unknown].sum())))


def balancing_weights(groups: Groups, labels: Array) -> Array:
    """Weights under which the outcome no longer depends on the group (Kamiran & Calders 2012): P(g)·P(y) / P(g, y).

    A group in which only one of the outcomes occurs keeps weight 1.
    """
    cells, good = groups.cells(), labels > 0.5
    weights = np.ones(len(labels))
    for cell in np.unique(cells):
        inside = cells == cell
        if good[inside].all() or not good[inside].any():
            continue
        for side in (good, ~good):
            both = inside & side
            weights[both] = inside.mean() * side.mean() / both.mean()
    return weights
