"""Sums over everybody who was AI-interviewed, also over what nobody could observe, for the truth file.

The generator knows how each person would have been rated blind and how each would perform; a company knows neither for
those it turned away. These realised figures are what corrected estimates should come near.
"""

import numpy as np

from warehouse.generate import planted
from warehouse.generate.draws import Floats
from warehouse.generate.journey import Journeys

_COLUMNS = (*planted.NAMES, "overall", "blind_rating", "performance")


class Pool:
    """Counts, sums and products over the AI-interviewed of all blocks."""

    def __init__(self) -> None:
        width = len(_COLUMNS)
        self._n = 0
        self._sum, self._products = np.zeros(width), np.zeros((width, width))
        self._women, self._men = np.zeros(width + 1), np.zeros(width + 1)

    def add(self, block: Journeys) -> None:
        """Count a block in."""
        rows = np.flatnonzero(block.is_interviewed)
        seen = np.column_stack(
            [
                block.interviews.skills[rows],
                block.interviews.overall[rows],
                block.re_interviews.impression[rows],
                block.work.performance[rows],
            ]
        )
        woman = block.who.is_woman[rows]
        self._n += len(rows)
        self._sum += seen.sum(axis=0)
        self._products += seen.T @ seen
        self._women += _counted(seen[woman])
        self._men += _counted(seen[~woman])

    @property
    def n(self) -> int:
        """How many were AI-interviewed."""
        return self._n

    def correlations(self) -> dict[str, dict[str, float]]:
        """Of each skill and the overall score, with the blind rating and with true performance."""
        if self._n < 2:
            return {}
        covariance = self._products / self._n - np.outer(self._sum, self._sum) / self._n**2
        sd = np.sqrt(np.diag(covariance))
        table = covariance / np.outer(sd, sd)
        return {
            name: {"blind_rating": _rounded(table[row, -2]), "performance": _rounded(table[row, -1])}
            for row, name in enumerate(_COLUMNS[:-2])
        }

    def gaps(self) -> dict[str, float]:
        """Everybody else's mean minus the women's, in points, of each skill and the overall score."""
        if min(self._women[0], self._men[0]) == 0:
            return {}
        gap = self._men[1:] / self._men[0] - self._women[1:] / self._women[0]
        return {name: _rounded(gap[row]) for row, name in enumerate(_COLUMNS[:-2])}


def _counted(seen: Floats) -> Floats:
    return np.concatenate([[len(seen)], seen.sum(axis=0)])


def _rounded(value: float) -> float:
    return round(float(value), 4)
