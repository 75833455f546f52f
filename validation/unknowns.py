"""People whose group is not known: counted, disclosed, and what they could do to a ratio at worst.

The published ratio leaves them out; the bounds put all of them, or their group's proportional part, into the group
as selected or as rejected.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from validation.group_count import GroupCount
from validation.outcome import Interval, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Unknown people of one table; `by_attribute` counts those lacking each attribute, who may overlap."""

    n: int
    selected: int
    share: float | None
    by_attribute: dict[str, int]
    outcome_missing: int = 0

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "n": self.n,
            "selected": self.selected,
            "share": self.share,
            "by_attribute": self.by_attribute,
            "outcome_missing": self.outcome_missing,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What the impact ratio could be, were the unknown known; the comparator's rate stays as reported."""

    worst_case: Interval
    proportional: Interval


def disclose(counts: Sequence[GroupCount], *, outcome_missing: int = 0) -> Unknown:
    """The unknown among all counts; `outcome_missing` people have no outcome and stand in no count."""
    total = sum(count.n for count in counts)
    unknown = [count for count in counts if not count.is_known]
    lacking: dict[str, int] = {}
    for count in counts:
        for name, value in count.group:
            lacking[name] = lacking.get(name, 0) + (count.n if value is None else 0)
    n = sum(count.n for count in unknown)
    return Unknown(
        n=n,
        selected=sum(count.selected for count in unknown),
        share=n / total if total else None,
        by_attribute=lacking,
        outcome_missing=outcome_missing,
    )


def missing_outcomes(unknown: Unknown, *, considered: int, limit: float) -> Text | None:
    """Why a pass needs a look when more than `limit` of all considered have no outcome; None when they are few."""
    missing = unknown.outcome_missing
    if missing <= limit * (considered + missing):
        return None
    return Text(
        en=f"{missing} of {considered + missing} people have no outcome: too many for a pass without a look.",
        zh=f"{considered + missing} 人中有 {missing} 人没有结果：数量过多，须复核后方可通过。",
    )


def bounds(*, selected: int, n: int, comparator_rate: float, unknown: int, share_of_known: float) -> Bounds | None:
    """Worst case: all unknown belong to the group; milder: in proportion to its share of the known.

    None where the comparator's rate is zero or the group is empty.
    """
    if comparator_rate <= 0 or n == 0:
        return None
    return Bounds(
        worst_case=_spread(selected, n, unknown, comparator_rate, "worst case"),
        proportional=_spread(selected, n, unknown * share_of_known, comparator_rate, "proportional"),
    )


def _spread(selected: int, n: int, added: float, comparator_rate: float, method: str) -> Interval:
    low = selected / (n + added) / comparator_rate
    high = (selected + added) / (n + added) / comparator_rate
    return Interval(low=low, high=high, level=1.0, method=method)
