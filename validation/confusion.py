"""Confusion counts of a group: who was predicted or decided right, and the rates that follow, with their intervals.

A rate without anybody in its denominator is undefined, never zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from validation.group_count import BadCounts, Group, label
from validation.outcome import Interval, finite
from validation.proportion import wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCell:
    """People of one group with the same true label and the same prediction."""

    group: Group
    is_positive: bool
    is_predicted: bool
    n: int

    def __post_init__(self) -> None:
        if self.n < 0:
            raise BadCounts(f"group {label(self.group)}: {self.n} people cannot be")


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """True and false positives and negatives of one group."""

    group: Group
    tp: int
    fp: int
    tn: int
    fn: int

    @property
    def n(self) -> int:
        """People of the group."""
        return self.tp + self.fp + self.tn + self.fn

    @property
    def positives(self) -> int:
        """People whose label is positive."""
        return self.tp + self.fn

    @property
    def negatives(self) -> int:
        """People whose label is negative."""
        return self.fp + self.tn

    @property
    def predicted(self) -> int:
        """People predicted or selected."""
        return self.tp + self.fp

    @property
    def label(self) -> str:
        """The group's values for people."""
        return label(self.group)

    @property
    def tpr(self) -> float | None:
        """Selected among the truly positive."""
        return _share(self.tp, self.positives)

    @property
    def fpr(self) -> float | None:
        """Selected among the truly negative."""
        return _share(self.fp, self.negatives)

    @property
    def fnr(self) -> float | None:
        """Missed among the truly positive."""
        return _share(self.fn, self.positives)

    @property
    def tnr(self) -> float | None:
        """Left out among the truly negative."""
        return _share(self.tn, self.negatives)

    @property
    def ppv(self) -> float | None:
        """Truly positive among the selected: precision."""
        return _share(self.tp, self.predicted)

    @property
    def npv(self) -> float | None:
        """Truly negative among those left out."""
        return _share(self.tn, self.tn + self.fn)

    @property
    def selection_rate(self) -> float | None:
        """Selected among all."""
        return _share(self.predicted, self.n)

    @property
    def base_rate(self) -> float | None:
        """Positive labels among all."""
        return _share(self.positives, self.n)

    @property
    def accuracy(self) -> float | None:
        """Predicted right among all."""
        return _share(self.tp + self.tn, self.n)

    def intervals(self) -> dict[str, Interval]:
        """Wilson's 95 % interval of each rate, from its own denominator."""
        return {
            "tpr": wilson(self.tp, self.positives),
            "fpr": wilson(self.fp, self.negatives),
            "fnr": wilson(self.fn, self.positives),
            "ppv": wilson(self.tp, self.predicted),
            "selection_rate": wilson(self.predicted, self.n),
        }

    def as_json(self) -> dict[str, object]:
        """Plain JSON values; an undefined rate is null."""
        rates = ("tpr", "fpr", "fnr", "tnr", "ppv", "npv", "selection_rate", "base_rate", "accuracy")
        return {
            "group": dict(self.group),
            "n": self.n,
            "tp": self.tp,
            "fp": self.fp,
            "tn": self.tn,
            "fn": self.fn,
            **{name: finite(getattr(self, name)) for name in rates},
            **{f"{name}_ci": interval.as_list() for name, interval in self.intervals().items()},
        }


def confusions(cells: Iterable[ErrorCell]) -> tuple[Confusion, ...]:
    """The counts of each known group, sorted by group; people of unknown group stay out."""
    sums: dict[Group, dict[tuple[bool, bool], int]] = {}
    for cell in cells:
        if all(value is not None for _, value in cell.group):
            group = sums.setdefault(cell.group, {})
            key = (cell.is_positive, cell.is_predicted)
            group[key] = group.get(key, 0) + cell.n
    return tuple(
        Confusion(
            group=group,
            tp=found.get((True, True), 0),
            fp=found.get((False, True), 0),
            tn=found.get((False, False), 0),
            fn=found.get((True, False), 0),
        )
        for group, found in sorted(sums.items(), key=lambda item: str(item[0]))
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
