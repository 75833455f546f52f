"""From cells of attributes to what the page of fairness shows; the statistics come from `validation`.

People of unknown group stay in as unknown; groups that a view merged because they are small are counted beside and
compared with nobody.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

from validation.adverse_impact import AdverseImpact, assess
from validation.cut_scores import CutTable, Scores, above, curve, median
from validation.group_count import Group, GroupCount
from validation.ll144 import Summary, category_table
from warehouse.access import SMALLEST_GROUP
from warehouse.queries.filters import UNKNOWN
from warehouse.queries.selection import Cells
from warehouse.queries.suppression import SMALL_GROUPS

Name: TypeAlias = Callable[[str], str]

LEAST_JUDGED = 30
"""People of a group from which on a line is drawn over cut scores, as for a verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage: its table, who left it without a result, and the people of groups too small to show."""

    table: AdverseImpact
    withdrawn: int
    in_process: int
    small: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioLine:
    """A group's impact ratio over cut scores against one comparator; None where too few are selected."""

    group: str
    cuts: tuple[float, ...]
    ratios: tuple[float | None, ...]


def stage(cells: Cells, name: Name = str) -> Stage:
    """The adverse-impact table of one stage's cells; `name` gives each value its name in the reader's language."""
    frame = cells.frame
    small = _is_small(frame, cells.attributes)
    return Stage(
        table=assess(counts(cells, name)),
        withdrawn=int(frame["withdrawn"].sum()),
        in_process=int(frame["in_process"].sum()),
        small=int(frame.loc[small, "n"].sum()),
    )


def counts(cells: Cells, name: Name = str) -> tuple[GroupCount, ...]:
    """Considered and selected by group; merged small groups are left out."""
    frame = cells.frame[~_is_small(cells.frame, cells.attributes)]
    return tuple(
        GroupCount(group=_group(row, cells.attributes, name), n=int(row["n"]), selected=int(row["selected"]))
        for row in frame.to_dict("records")
        if row["n"]
    )


def labels(many: Iterable[Cells], name: Name = str) -> tuple[str, ...]:
    """The known groups of all these cells, in the order of the records' own values, which no language changes."""
    found: dict[Group, str] = {}
    for cells in many:
        for raw, named in zip(counts(cells), counts(cells, name), strict=True):
            if raw.is_known:
                found[raw.group] = named.label
    return tuple(found[group] for group in sorted(found, key=str))


def scores(cells: Cells, name: Name = str) -> dict[Group, dict[float, int]]:
    """People by group and score; merged small groups are left out."""
    frame = cells.frame[~_is_small(cells.frame, cells.attributes)]
    found: dict[Group, dict[float, int]] = {}
    for row in frame.to_dict("records"):
        found.setdefault(_group(row, cells.attributes, name), {})[float(row["score"])] = int(row["n"])
    return found


def ratio_lines(cells: Mapping[Group, Scores], comparator: Group) -> tuple[RatioLine, ...]:
    """Each known group against the comparator at every score between a tenth of all and nine tenths."""
    people = {group: sum(by_score.values()) for group, by_score in cells.items()}
    if comparator not in cells:
        return ()
    tables = [table for table in curve(cells) if 0.02 <= (table.selection_rate or 0.0) <= 0.98]
    shown = [group for group, n in people.items() if group != comparator and n >= LEAST_JUDGED and _is_known(group)]
    return tuple(
        RatioLine(
            group=GroupCount(group=group, n=0, selected=0).label,
            cuts=tuple(table.cut for table in tables),
            ratios=tuple(_ratio(table, group, comparator) for table in tables),
        )
        for group in sorted(shown)
    )


def public_summary(read: Mapping[tuple[str, ...], tuple[Cells, Cells]], name: Name, *, is_scoring: bool) -> Summary:
    """The tables of Local Law 144, one for each set of attributes, from its cells of selection and of scores.

    Scoring rates count who lies strictly above the median of everybody, small and unknown groups included.
    """
    everybody = next(iter(read.values()))[1].frame
    by_score = everybody.groupby("score")["n"].sum()
    middle = median({(): {float(str(at)): int(n) for at, n in by_score.items()}}) if is_scoring else None
    tables = []
    for attributes, (selection, scored) in read.items():
        found = counts(selection, name) if middle is None else above(scores(scored, name), middle)
        if any(count.is_known for count in found):
            tables.append(category_table(found, attributes))
    return Summary(tables=tuple(tables), is_scoring=middle is not None, median=middle)


def largest(cells: Mapping[Group, Scores]) -> Group | None:
    """The known group of most people."""
    known = {group: sum(by_score.values()) for group, by_score in cells.items() if _is_known(group)}
    return max(known, key=lambda group: (known[group], str(group)), default=None)


def _ratio(table: CutTable, group: Group, comparator: Group) -> float | None:
    pair = table.pair(group, comparator)
    return None if pair.x2 < SMALLEST_GROUP or pair.n1 < SMALLEST_GROUP else pair.impact_ratio


def _is_known(group: Group) -> bool:
    return all(value is not None for _, value in group)


def _is_small(frame: pd.DataFrame, attributes: Sequence[str]) -> "pd.Series[bool]":
    return frame[list(attributes)].isin([SMALL_GROUPS]).any(axis=1)


def _group(row: Mapping[Hashable, object], attributes: Sequence[str], name: Name) -> Group:
    return tuple((one, None if row[one] == UNKNOWN else name(str(row[one]))) for one in attributes)
