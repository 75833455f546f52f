"""Who was considered and who was selected, as weighted cells of attributes and strata; and scores the same way.

Cells hold counts, never rows of people, and carry all that the fairness figures need. Views get small attribute groups
merged into one, audit files get them as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import pandas as pd

from warehouse.access import Permission
from warehouse.lake.door import Lake
from warehouse.queries.attributes import grouped_rows
from warehouse.queries.filters import EVERYTHING, Filters
from warehouse.queries.stages import ADVANCED, IN_PROCESS, NOT_ADVANCED, WITHDRAWN, outcomes
from warehouse.queries.suppression import SMALL_GROUPS, hidden


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """`frame` has a text column for each of `attributes` and `strata`, then the counts named by the query."""

    frame: pd.DataFrame
    attributes: tuple[str, ...]
    strata: tuple[str, ...]
    merged_groups: int
    lake: str


def selection_cells(
    lake: Lake,
    *,
    stage: str,
    attributes: Sequence[str],
    strata: Sequence[str] = (),
    filters: Filters = EVERYTHING,
    complete: bool = False,
) -> Cells:
    """Cells with `n` (considerations that finished: advanced or not), `selected`, `withdrawn` and `in_process`.

    `stage` is one of the stages or `bottom_line`. `complete` leaves small groups apart, for audit files; it needs
    READ_DEMOGRAPHICS, as attributes do.
    """
    rows, ended = outcomes(grouped_rows(lake, attributes, strata, filters), stage)
    finished = ended.isin([ADVANCED, NOT_ADVANCED])
    cells = rows.group_by(*attributes, *strata).agg(
        n=finished.sum(),
        selected=(ended == ADVANCED).sum(),
        withdrawn=(ended == WITHDRAWN).sum(),
        in_process=(ended == IN_PROCESS).sum(),
    )
    return _shown(lake, cells, attributes, strata, complete=complete)


def score_cells(
    lake: Lake,
    *,
    attributes: Sequence[str] = (),
    strata: Sequence[str] = (),
    width: float = 1.0,
    filters: Filters = EVERYTHING,
    complete: bool = False,
) -> Cells:
    """Cells with `score`, the lower edge of a bin of `width` points of the AI score, and `n` people in it.

    A cut score that is a multiple of `width` selects exactly the bins from it on. Who has no score is left out.
    """
    rows = grouped_rows(lake, attributes, strata, filters)
    rows = rows.filter(rows.ai_score.notnull())
    rows = rows.mutate(score=(rows.ai_score / width).floor().cast("float64") * width)
    cells = rows.group_by(*attributes, *strata, "score").agg(n=rows.count())
    return _shown(lake, cells, attributes, strata, complete=complete)


def score_outcomes(lake: Lake, *, width: float = 1.0, filters: Filters = EVERYTHING) -> pd.DataFrame:
    """What came of each score: columns `score` (lower edge of the bin), `n`, `re_interviewed`, `re_passed`, `hired`,
    `rated` (with a performance at 12 months, else at 6) and `performance_sum` (0-1 each). Bins are cumulated before
    they are shown, so single bins may be small; fewer than the smallest group in total give no row.
    """
    rows = grouped_rows(lake, (), (), filters)
    rows = rows.filter(rows.ai_score.notnull())
    performance = rows.performance_12m.fill_null(rows.performance_6m)
    rows = rows.mutate(score=(rows.ai_score / width).floor().cast("float64") * width, performance=performance)
    frame: pd.DataFrame = (
        rows.group_by("score")
        .agg(
            n=rows.count(),
            re_interviewed=rows.re_interviewed_at.count(),
            re_passed=rows.re_interview_passed.sum().fill_null(0),
            hired=(rows.status == "hired").sum(),
            rated=rows.performance.count(),
            performance_sum=rows.performance.sum().fill_null(0.0),
        )
        .order_by("score")
        .to_pandas()
    )
    return frame.iloc[:0] if hidden([int(frame["n"].sum())]) else frame


def _shown(lake: Lake, cells: ibis.Table, attributes: Sequence[str], strata: Sequence[str], *, complete: bool) -> Cells:
    if complete:
        lake.principal.require(Permission.READ_DEMOGRAPHICS)
    frame = cells.order_by(*cells.columns).to_pandas()
    merged = 0 if complete else _merge_small(frame, list(attributes or strata))
    keys = [name for name in frame.columns if name in {*attributes, *strata, "score"}]
    frame = frame.groupby(keys, as_index=False, sort=True).sum() if merged and keys else frame
    return Cells(
        frame=frame, attributes=tuple(attributes), strata=tuple(strata), merged_groups=merged, lake=lake.stands_at
    )


def _merge_small(frame: pd.DataFrame, groups: list[str]) -> int:
    """Gives the rows of small groups one name, and answers how many groups that were."""
    counts = [name for name in ("n", "withdrawn", "in_process") if name in frame.columns]
    people = frame[counts].sum(axis=1)
    if not groups:
        return 0
    sizes = people.groupby([frame[name] for name in groups]).sum()
    small = [sizes.index[place] for place in hidden([int(size) for size in sizes])]
    keys = pd.MultiIndex.from_frame(frame[groups]) if len(groups) > 1 else pd.Index(frame[groups[0]])
    frame.loc[keys.isin(small), groups] = SMALL_GROUPS
    return len(small)
