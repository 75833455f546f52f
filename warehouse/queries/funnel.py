"""The hiring funnel by cohort: of those who applied in a period, who came to each stage and how it ended for them.

Rates belong to finished considerations only (advanced and not advanced): who withdrew or is still in process is counted
beside them. Groups below the smallest size leave here without figures.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis

from warehouse.access import SMALLEST_GROUP
from warehouse.lake.door import Lake
from warehouse.queries.clock import PERIODS, days, period
from warehouse.queries.filters import EVERYTHING, UNKNOWN, Filters, filtered
from warehouse.queries.stages import ADVANCED, IN_PROCESS, NOT_ADVANCED, STAGES, WITHDRAWN, outcome
from warehouse.queries.suppression import hidden

DIMENSIONS = (
    "department", "job_family", "job_level", "location", "channel", "season", "ai_vendor", "ai_language", "month",
    "quarter", "year",
)  # fmt: skip
"""What a funnel can be broken down by; the last three are periods of application."""

EVERYONE = ""
"""The group's name where there is no breakdown."""

# The step that takes an application out of each stage: from, to.
_STEPS = {
    "applied": ("applied_at", "ai_interviewed_at"),
    "ai_interview": ("ai_interviewed_at", "re_interviewed_at"),
    "re_interview": ("re_interviewed_at", "offered_at"),
    "offer": ("offered_at", "offer_accepted_at"),
    "hire": ("offer_accepted_at", "hired_on"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelRow:
    """One stage of one group. All counts are None where the group is hidden, all but `entered` where only this stage
    holds too few.

    `median_days` is the time from this stage to the next of those who have both moments.
    """

    group: str
    stage: str
    entered: int | None
    advanced: int | None
    not_advanced: int | None
    withdrawn: int | None
    in_process: int | None
    median_days: float | None

    @property
    def finished(self) -> int | None:
        """The considerations that a rate stands on; None where they are hidden."""
        return None if self.advanced is None or self.not_advanced is None else self.advanced + self.not_advanced

    @property
    def is_suppressed(self) -> bool:
        """Whether the group or the stage is too small to show."""
        return self.advanced is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """All rows by group and stage, the applications in total, and the snapshot that they were read from."""

    by: str | None
    rows: tuple[FunnelRow, ...]
    n: int | None
    hidden_groups: int
    lake: str


def funnel(lake: Lake, *, filters: Filters = EVERYTHING, by: str | None = None) -> Funnel:
    """The funnel of the applications that `filters` let through, one a group of the dimension `by`.

    Raises ValueError for a dimension that does not exist.
    """
    rows = filtered(lake.applications, filters)
    grouped = rows.mutate(group_=group_of(rows, by))
    cells = grouped.group_by("group_", "stage_reached", "status").agg(n=grouped.count()).to_pyarrow().to_pylist()
    medians = {
        row["group_"]: row for row in grouped.group_by("group_").agg(**_medians(grouped)).to_pyarrow().to_pylist()
    }
    counts = _counts(cells)
    total = sum(cell["n"] for cell in cells)
    return _assembled(counts, medians, by=by, total=total, lake=lake.stands_at)


def group_of(rows: ibis.Table, by: str | None) -> ibis.Value:
    """The group of each application by a dimension; raises ValueError for one that does not exist."""
    if by is None:
        return ibis.literal(EVERYONE)
    if by not in DIMENSIONS:
        raise ValueError(f"{by!r} is no dimension of the funnel; there are {', '.join(DIMENSIONS)}")
    if by in PERIODS:
        return period(rows.applied_at, by)
    return rows[by].fill_null(UNKNOWN)


def _medians(rows: ibis.Table) -> dict[str, ibis.Value]:
    return {stage: days(rows[start], rows[end]).median() for stage, (start, end) in _STEPS.items()}


def _counts(cells: Sequence[Mapping[str, object]]) -> dict[str, dict[str, Counter[str]]]:
    """People by group, stage and outcome."""
    counts: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: {stage: Counter() for stage in STAGES})
    for cell in cells:
        for stage in STAGES:
            ended = outcome(stage, str(cell["stage_reached"]), str(cell["status"]))
            if ended is not None:
                counts[str(cell["group_"])][stage][ended] += int(str(cell["n"]))
    return dict(sorted(counts.items()))


def _assembled(
    counts: Mapping[str, Mapping[str, Counter[str]]],
    medians: Mapping[str, Mapping[str, float | None]],
    *,
    by: str | None,
    total: int,
    lake: str,
) -> Funnel:
    groups = list(counts)
    gone = {groups[place] for place in hidden([counts[group]["applied"].total() for group in groups])}
    small = {stage: _small(counts, [group for group in groups if group not in gone], stage) for stage in STAGES}
    rows = tuple(
        _row(
            group,
            stage,
            counts[group][stage],
            medians[group][stage],
            is_gone=group in gone,
            is_small=group in small[stage],
        )
        for group in groups
        for stage in STAGES
    )
    shown_total = None if 0 < total < SMALLEST_GROUP else total
    return Funnel(by=by, rows=rows, n=shown_total, hidden_groups=len(gone), lake=lake)


def _small(counts: Mapping[str, Mapping[str, Counter[str]]], groups: Sequence[str], stage: str) -> frozenset[str]:
    return frozenset(groups[place] for place in hidden([counts[group][stage].total() for group in groups]))


def _row(
    group: str, stage: str, ended: Counter[str], median: float | None, *, is_gone: bool, is_small: bool
) -> FunnelRow:
    is_hidden = is_gone or is_small
    return FunnelRow(
        group=group,
        stage=stage,
        entered=None if is_gone else ended.total(),
        advanced=None if is_hidden else ended[ADVANCED],
        not_advanced=None if is_hidden else ended[NOT_ADVANCED],
        withdrawn=None if is_hidden else ended[WITHDRAWN],
        in_process=None if is_hidden else ended[IN_PROCESS],
        median_days=None if is_hidden or ended[ADVANCED] < SMALLEST_GROUP else median,
    )
