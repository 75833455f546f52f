"""Columns as distinct values with their weight, whole or by period and segment: all that drift on frozen bins needs."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import pandas as pd

from warehouse.access import SMALLEST_GROUP
from warehouse.lake.door import Lake
from warehouse.queries.attributes import grouped_rows
from warehouse.queries.filters import EVERYTHING, Filters
from warehouse.queries.validity import SKILL

COLUMNS = (
    "ai_score", "ai_duration_minutes", "job_family", "job_level", "location", "channel", "season", "language",
    "country", "ai_vendor", "ai_vendor_version", "ai_rubric_version", "ai_language", "department",
)  # fmt: skip
"""What can be profiled, beside any `skill:<name>`."""

EXACT_VALUES = 65_536
"""Up to so many distinct values a column is returned as it is; beyond, it is collapsed to the given grid."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ColumnCells:
    """`frame` has the columns of `by`, then `value` (number or text, missing where it is) and `n`."""

    column: str
    by: tuple[str, ...]
    frame: pd.DataFrame
    lake: str


def column_profiles(
    lake: Lake,
    *,
    columns: Sequence[str],
    by: Sequence[str] = (),
    grids: Mapping[str, Sequence[float]] | None = None,
    interviewed_before: dt.datetime | None = None,
    interviewed_since: dt.datetime | None = None,
    filters: Filters = EVERYTHING,
) -> tuple[ColumnCells, ...]:
    """Cells of each column over applications with an AI interview, by strata or periods.

    `grids` are the frozen inner edges of columns with very many values: those in one interval (previous, edge] become
    one cell with their mean. Groups of `by` below the smallest size are left out.
    """
    for name in columns:
        if name not in COLUMNS and not name.startswith(SKILL):
            raise ValueError(f"{name!r} cannot be profiled; there are {', '.join(COLUMNS)}, and {SKILL}<name>")
    rows = grouped_rows(lake, (), by, filters).filter(lambda t: t.ai_interviewed_at.notnull())
    if interviewed_since is not None:
        rows = rows.filter(rows.ai_interviewed_at >= interviewed_since)
    if interviewed_before is not None:
        rows = rows.filter(rows.ai_interviewed_at < interviewed_before)
    edges = grids or {}
    return tuple(_cells(lake, rows, name, tuple(by), edges.get(name, ())) for name in columns)


def _cells(lake: Lake, rows: ibis.Table, name: str, by: tuple[str, ...], grid: Sequence[float]) -> ColumnCells:
    keys = {f"by_{place}": rows[column] for place, column in enumerate(by)}
    is_skill = name.startswith(SKILL)
    valued = _skill(lake, rows, name, keys) if is_skill else rows.select(**keys, value=rows[name])
    if len(grid) and _distinct(valued) > EXACT_VALUES:
        frame = _on_grid(valued, list(keys), grid)
    else:
        frame = valued.group_by(*keys, "value").agg(n=valued.count()).to_pandas()
    frame = frame.rename(columns={f"by_{place}": column for place, column in enumerate(by)})
    return ColumnCells(column=name, by=by, frame=_large_enough(frame, by), lake=lake.stands_at)


def _skill(lake: Lake, rows: ibis.Table, name: str, keys: Mapping[str, ibis.Value]) -> ibis.Table:
    scores = lake.skill_scores.filter(lambda t: t.skill == name.removeprefix(SKILL))
    scores = scores.select("application_key", value="score")
    return rows.select("application_key", **keys).left_join(scores, "application_key").select(*keys, "value")


def _distinct(valued: ibis.Table) -> int:
    return int(valued.value.approx_nunique().to_pyarrow().as_py())


def _on_grid(valued: ibis.Table, keys: list[str], grid: Sequence[float]) -> pd.DataFrame:
    """One cell for each interval (previous, edge], the outer ones open, found by a join of values and lower edges."""
    lower = ibis.memtable({"edge": [float("-inf"), *sorted(grid)]})
    present = valued.filter(valued.value.notnull())
    placed = present.asof_join(lower, on=present.value > lower.edge)
    cells = placed.group_by(*keys, "edge").agg(value=placed.value.mean(), n=placed.count()).drop("edge").to_pandas()
    missing = valued.filter(valued.value.isnull())
    frame: pd.DataFrame = pd.concat(
        [cells, missing.group_by(*keys, "value").agg(n=missing.count()).to_pandas()], ignore_index=True
    )
    return frame


def _large_enough(frame: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    people = frame.groupby(list(by))["n"].transform("sum") if by else pd.Series(frame["n"].sum(), index=frame.index)
    kept: pd.DataFrame = frame[people >= SMALLEST_GROUP]
    ordered: pd.DataFrame = kept.sort_values([*by, "value"], ignore_index=True)
    return ordered
