"""What validity needs of the lake: sums instead of rows, with the whole applicant pool beside the few who have a label.

Labels exist only for those who got far enough, so every answer also says how many applicants there were.
"""

import functools
import itertools
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import pandas as pd

from warehouse.access import SMALLEST_GROUP
from warehouse.lake.door import Lake
from warehouse.queries.attributes import ATTRIBUTES, grouped_rows
from warehouse.queries.filters import EVERYTHING, Filters

PREDICTORS = ("ai_score", "re_interview_rating", "ai_duration_minutes")
"""Columns that predict, beside any `skill:<name>`."""

CRITERIA = ("re_interview_rating", "re_interview_passed", "performance_3m", "performance_6m", "performance_12m")
"""What can be predicted: ratings from 0 to 1, and passing as 0 or 1."""

SKILL = "skill:"

Row = Mapping[str, float | None]

# Subtracted before squaring, so that sums keep their digits: the middle of each scale, known without a look.
_MIDDLE_OF_100 = 50.0
_MIDDLE = {"ai_duration_minutes": 30.0, **dict.fromkeys(CRITERIA, 0.5)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Raw sums of the rows in which all `columns` hold a value; `products` is the matrix of their products."""

    columns: tuple[str, ...]
    n: int
    sums: tuple[float, ...]
    products: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSums:
    """The sums of one cell of `by`: its values in that order."""

    group: tuple[str, ...]
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidityMoments:
    """Sums by group over predictors and criterion, and the pool's over each predictor alone (for range restriction).

    `shift` was subtracted from each column before squaring, to keep the digits; `hidden_groups` were too small.
    """

    by: tuple[str, ...]
    groups: tuple[GroupSums, ...]
    pool: tuple[Sums, ...]
    shift: tuple[float, ...]
    hidden_groups: int
    lake: str


def validity_moments(
    lake: Lake,
    *,
    predictors: Sequence[str],
    criterion: str,
    by: Sequence[str] = (),
    filters: Filters = EVERYTHING,
) -> ValidityMoments:
    """Count, sums and products of `predictors` and `criterion`, by strata or attributes.

    A row counts in a group only with all of these values, in the pool of a predictor with that one alone.
    """
    columns = (*predictors, criterion)
    shift = tuple(_MIDDLE.get(name, _MIDDLE_OF_100) for name in columns)
    rows = _numbers(lake, columns, by, filters)
    rows = rows.mutate(**{name: rows[name] - middle for name, middle in zip(columns, shift, strict=True)})
    asked = {**_complete_sums(rows, columns), **_pool_sums(rows, predictors)}
    found = (rows.group_by(*by).agg(**asked) if by else rows.agg(**asked)).to_pyarrow().to_pylist()
    groups = sorted((_group(row, columns, by) for row in found), key=lambda group: group.group)
    shown = tuple(group for group in groups if not 0 < group.sums.n < SMALLEST_GROUP)
    return ValidityMoments(
        by=tuple(by),
        groups=shown,
        pool=tuple(_pool(found, place, name) for place, name in enumerate(predictors)),
        shift=shift,
        hidden_groups=len(groups) - len(shown),
        lake=lake.stands_at,
    )


def expectancy_cells(
    lake: Lake,
    *,
    predictor: str,
    criterion: str,
    by: Sequence[str] = (),
    digits: int = 1,
    filters: Filters = EVERYTHING,
) -> pd.DataFrame:
    """Distinct pairs with the people in each: columns of `by`, then `x` (rounded to `digits`), `y` (to 4) and `n`.

    Pairs in which a value is missing have NaN there. Groups below the smallest size are left out.
    """
    rows = _numbers(lake, (predictor, criterion), by, filters)
    rows = rows.mutate(x=rows[predictor].round(digits).cast("float64"), y=rows[criterion].round(4).cast("float64"))
    frame: pd.DataFrame = rows.group_by(*by, "x", "y").agg(n=rows.count()).order_by(*by, "x", "y").to_pandas()
    people = frame.groupby(list(by))["n"].transform("sum") if by else pd.Series(frame["n"].sum(), index=frame.index)
    return frame[people >= SMALLEST_GROUP].reset_index(drop=True)


def skills(lake: Lake) -> tuple[str, ...]:
    """The names of the skills that any visible interview has, in order."""
    found = lake.skill_scores.select("skill").distinct().order_by("skill").to_pyarrow()
    return tuple(found.column("skill").to_pylist())


def _numbers(lake: Lake, columns: Sequence[str], by: Sequence[str], filters: Filters) -> ibis.Table:
    """The applications with `columns` as numbers and `by` as text."""
    known = {*PREDICTORS, *CRITERIA}
    wrong = [name for name in columns if name not in known and not name.startswith(SKILL)]
    if wrong:
        raise ValueError(f"{wrong[0]!r} can be neither predictor nor criterion; there are {', '.join(sorted(known))}")
    attributes = [name for name in by if name in ATTRIBUTES]
    rows = grouped_rows(lake, attributes, [name for name in by if name not in ATTRIBUTES], filters)
    wanted = [name for name in columns if name.startswith(SKILL)]
    if wanted:
        scores = lake.skill_scores
        by_skill = {name: scores.score.max(where=scores.skill == name.removeprefix(SKILL)) for name in wanted}
        rows = rows.left_join(scores.group_by("application_key").agg(**by_skill), "application_key")
    return rows.select(*by, **{name: rows[name].cast("float64") for name in columns})


def _complete_sums(rows: ibis.Table, columns: Sequence[str]) -> dict[str, ibis.Value]:
    """Count, sums and products of the rows in which all columns hold a value."""
    complete = functools.reduce(operator.and_, (rows[name].notnull() for name in columns))
    pairs = itertools.combinations_with_replacement(range(len(columns)), 2)
    return {
        "n": complete.sum(),
        **{f"s{place}": rows[name].sum(where=complete) for place, name in enumerate(columns)},
        **{f"p{one}_{other}": (rows[columns[one]] * rows[columns[other]]).sum(where=complete) for one, other in pairs},
    }


def _pool_sums(rows: ibis.Table, predictors: Sequence[str]) -> dict[str, ibis.Value]:
    """Count, sum and sum of squares of each predictor by itself."""
    places = list(enumerate(predictors))
    return {
        **{f"pool_n{place}": rows[name].count() for place, name in places},
        **{f"pool_s{place}": rows[name].sum() for place, name in places},
        **{f"pool_p{place}": (rows[name] * rows[name]).sum() for place, name in places},
    }


def _group(row: Row, columns: Sequence[str], by: Sequence[str]) -> GroupSums:
    places = range(len(columns))
    products = [[row[f"p{min(one, other)}_{max(one, other)}"] or 0.0 for other in places] for one in places]
    sums = Sums(
        columns=tuple(columns),
        n=int(row["n"] or 0),
        sums=tuple(row[f"s{place}"] or 0.0 for place in places),
        products=tuple(tuple(line) for line in products),
    )
    return GroupSums(group=tuple(str(row[name]) for name in by), sums=sums)


def _pool(found: Sequence[Row], place: int, name: str) -> Sums:
    """The pool of all groups together."""
    n, total, square = (sum(row[f"pool_{part}{place}"] or 0.0 for row in found) for part in "nsp")
    return Sums(columns=(name,), n=int(n), sums=(total,), products=((square,),))
