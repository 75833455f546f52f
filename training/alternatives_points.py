"""One tried fit as a point: how well it ranks, against how unequally it selects, each with its interval.

Selection is counted at the share that will advance, over everybody interviewed. A table names only groups of at least
`alternatives_groups.LEAST` people; smaller ones and the unknown are one number, for the file is read by people who may
not see demographics.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.alternatives_groups import LEAST, Groups
from training.metrics import LEVEL
from validation.adverse_impact import AdverseImpact, assess
from validation.gate_comparison import PairedRanking, Ranking, ranking
from validation.group_impact import GroupImpact
from validation.outcome import Text, finite

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """The tables of all attributes; `worst` is the line with the lowest ratio among groups large enough to compare."""

    tables: Mapping[str, AdverseImpact]

    @property
    def worst(self) -> tuple[str, GroupImpact] | None:
        """The attribute and the line; None where nothing can be compared."""
        lines = [
            (name, line)
            for name, table in self.tables.items()
            for line in table.groups
            if not line.is_comparator and line.excluded is None and line.impact_ratio is not None
        ]
        return min(lines, key=lambda one: one[1].impact_ratio or 0.0, default=None)

    @property
    def ratio(self) -> float | None:
        """The lowest impact ratio, at most 1."""
        return None if self.worst is None else self.worst[1].impact_ratio

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        tables = {name: _table(table) for name, table in self.tables.items()}
        if self.worst is None:
            return {"worst": None, "tables": tables}
        name, line = self.worst
        worst = {"attribute": name, "group": line.count.label, **_line(line)}
        return {"worst": worst, "tables": tables}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Point:
    """A tried fit. `difference` is its AUC minus the configured fit's on the same folds; None for that one itself.

    `margins` are its log-odds of the fit period's rows, each by a fit that never saw the person.
    """

    name: str
    words: Text
    margins: Array
    fold_aucs: tuple[float, ...]
    cross_validated: Ranking
    holdout: Ranking
    impact: Impact
    holdout_impact: Impact
    difference: PairedRanking | None

    def is_no_worse(self, tolerance: float) -> bool:
        """Whether the one-sided 95 % bound of the difference stays above −tolerance."""
        if self.difference is None:
            return True
        return self.difference.interval.low is not None and self.difference.interval.low > -tolerance

    def as_json(self, tolerance: float) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "name": self.name,
            "words": {"en": self.words.en, "zh": self.words.zh},
            "quality": {
                "cross_validated": {**_ranked(self.cross_validated), "auc_by_fold": list(self.fold_aucs)},
                "holdout": _ranked(self.holdout),
                "difference": None if self.difference is None else _difference(self.difference),
                "is_no_worse": self.is_no_worse(tolerance),
            },
            "impact": {"cross_validated": self.impact.as_json(), "holdout": self.holdout_impact.as_json()},
        }


def impact(groups: Groups, selected: NDArray[np.bool_]) -> Impact:
    """The impact of a selection, by each attribute alone."""
    return Impact(
        tables={name: assess(groups.counts(name, selected), min_n=LEAST) for name in groups.attributes if len(selected)}
    )


def ranked(margins: Array, labels: Array) -> Ranking:
    """The AUC on the labelled rows with DeLong's 95 % interval."""
    return ranking(labels, margins, level=LEVEL)


def _table(table: AdverseImpact) -> dict[str, object]:
    shown = [line for line in table.groups if line.count.n >= LEAST]
    comparator = table.comparator.label if table.comparator else None
    return {
        "comparator": comparator,
        "groups": [{"group": line.count.label, **_line(line)} for line in shown],
        "small_or_unknown": table.n - sum(line.count.n for line in shown),
    }


def _line(line: GroupImpact) -> dict[str, object]:
    return {
        "n": line.count.n,
        "selected": line.count.selected,
        "impact_ratio": finite(line.impact_ratio),
        "impact_ratio_ci": line.impact_ratio_ci.as_list(),
        "is_compared": line.excluded is None,
    }


def _ranked(found: Ranking) -> dict[str, object]:
    return {"auc": finite(found.value), "auc_ci": found.interval.as_list(), "n": found.n}


def _difference(found: PairedRanking) -> dict[str, object]:
    return {"auc": finite(found.difference), "at_least": finite(found.interval.low), "n": found.n}
