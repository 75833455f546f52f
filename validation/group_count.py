"""How many were considered and how many were selected, by group: the only input of every adverse-impact figure.

Cells, never rows: counts from chunks of a file, from an engine's GROUP BY or from a printed table give the same
figures. Errors: `BadCounts` (numbers that cannot be counts, or groups that do not fit together).
"""

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Group: TypeAlias = tuple[tuple[str, str | None], ...]


class BadCounts(ValueError):
    """Counts that cannot be true: negative, fractional, or more selected than considered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCount:
    """People of one group; `group` pairs each attribute with its value, and None means the value is not known."""

    group: Group
    n: int
    selected: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "n", _whole(self.n, self.group))
        object.__setattr__(self, "selected", _whole(self.selected, self.group))
        if not 0 <= self.selected <= self.n:
            raise BadCounts(f"group {label(self.group)}: {self.selected} selected of {self.n} is impossible")

    @property
    def is_known(self) -> bool:
        """Whether every attribute has a value."""
        return all(value is not None for _, value in self.group)

    @property
    def rate(self) -> float | None:
        """Selected over considered; None for an empty group."""
        return self.selected / self.n if self.n else None

    @property
    def label(self) -> str:
        """The group's values for people, such as `black, f`."""
        return label(self.group)


def group_count(group: Mapping[str, object], *, n: int, selected: int) -> GroupCount:
    """A count from a mapping of attribute to value, such as `{"sex": "F"}`; None is the unknown value."""
    pairs = tuple((name, None if value is None else str(value)) for name, value in group.items())
    return GroupCount(group=pairs, n=n, selected=selected)


def label(group: Group) -> str:
    """The group's values in the order of its attributes, unknown ones as `unknown`."""
    return ", ".join("unknown" if value is None else value for _, value in group)


def attributes(counts: Sequence[GroupCount]) -> tuple[str, ...]:
    """The attributes that all groups share, in order; groups that differ in them cannot be compared."""
    found = {tuple(name for name, _ in count.group) for count in counts}
    if len(found) > 1:
        raise BadCounts(f"groups with different attributes cannot be compared: {sorted(found)}")
    return found.pop() if found else ()


def merged(counts: Iterable[GroupCount]) -> tuple[GroupCount, ...]:
    """One count a group, sorted by group, so that neither row order nor chunks change anything."""
    sums: dict[Group, list[int]] = {}
    for count in counts:
        entry = sums.setdefault(count.group, [0, 0])
        entry[0] += count.n
        entry[1] += count.selected
    ordered = sorted(sums.items(), key=lambda item: [(name, value is None, value or "") for name, value in item[0]])
    return tuple(GroupCount(group=group, n=n, selected=selected) for group, (n, selected) in ordered)


def marginal(counts: Iterable[GroupCount], keep: Sequence[str]) -> tuple[GroupCount, ...]:
    """The counts by the attributes in `keep` alone, in that order, the others summed over."""
    narrowed = []
    for count in counts:
        values = dict(count.group)
        absent = [name for name in keep if name not in values]
        if absent:
            raise BadCounts(f"group {count.label} has no attribute {absent[0]}")
        group = tuple((name, values[name]) for name in keep)
        narrowed.append(GroupCount(group=group, n=count.n, selected=count.selected))
    return merged(narrowed)


def flipped(count: GroupCount) -> GroupCount:
    """The same people counted by the opposite outcome: not selected instead of selected."""
    return GroupCount(group=count.group, n=count.n, selected=count.n - count.selected)


def _whole(value: object, group: Group) -> int:
    try:
        return operator.index(value)  # type: ignore[arg-type]  # whatever came in is judged here
    except TypeError:
        raise BadCounts(f"group {label(group)}: {value!r} is not a whole number of people") from None
