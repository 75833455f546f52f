"""The columns of a file that a validity audit reads, aggregated by the engine to distinct rows with their people.

Blank, NA and NaN are missing and disclosed, a group that is not told is unknown. Any other text, and infinity, is
refused with file, row and column.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from validation.moments import LARGEST, Array
from validation.tabular import Table
from validation.untold import BLANK, is_untold

_MISSING = "(" + ", ".join(f"'{word}'" for word in (*BLANK, "none")) + ")"
_MOST_PREDICTORS = 50


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ValidityColumns:
    """Distinct rows: predictors, criterion, group (None where none was asked), and how many people share the row."""

    predictors: dict[str, Array]
    criterion: Array
    groups: list[object] | None
    people: Array


def validity_columns(
    table: Table, predictors: Sequence[str], criterion: str, group: str | None = None, count: str | None = None
) -> ValidityColumns:
    """Reads and checks the columns; raises `BadTable` on the first cell that is neither a number nor missing."""
    numeric = [*predictors, criterion]
    _check_names(table, numeric, group, count)
    for column in numeric:
        _refuse_text(table, column)
    if count is not None:
        _refuse_count(table, count)
    names = [f"c{index}" for index in range(len(numeric))]
    parts = [f"{_number(table.sql(column))} AS {name}" for column, name in zip(numeric, names, strict=True)]
    parts.append(f"{'NULL' if group is None else f'trim(CAST({table.sql(group)} AS VARCHAR))'} AS label")
    people = "count(*)" if count is None else f"sum({_number(table.sql(count))})"
    found = _fetch(table, f"SELECT {', '.join(parts)}, {people} AS people FROM data GROUP BY ALL ORDER BY ALL")  # noqa: S608
    weight = found["people"].to_numpy(dtype=np.float64)
    if not len(weight) or not np.nansum(weight) > 0:
        raise table.error("has no rows")
    columns = [found[name].to_numpy(dtype=np.float64) for name in names]
    return ValidityColumns(
        predictors=dict(zip(predictors, columns, strict=False)),
        criterion=columns[-1],
        groups=None if group is None else [_label(value) for value in found["label"]],
        people=weight,
    )


def _check_names(table: Table, numeric: Sequence[str], group: str | None, count: str | None) -> None:
    if not numeric[:-1] or not all(numeric):
        raise table.error("a predictor or criterion column was not named")
    if len(numeric) > _MOST_PREDICTORS:
        raise table.error(f"at most {_MOST_PREDICTORS - 1} predictors can be asked at once")
    repeated = [column for column in numeric if numeric.count(column) > 1]
    if repeated:
        raise table.error("is named twice as predictor or criterion", column=repeated[0])
    table.require([*numeric, *(column for column in (group, count) if column is not None)])


def _text(column: str) -> str:
    return f"lower(trim(CAST({column} AS VARCHAR)))"


def _number(column: str) -> str:
    """SQL of a cell as a number; true and false count 1 and 0, what is missing is NULL."""
    text = _text(column)
    read = f"TRY_CAST(CASE {text} WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE {text} END AS DOUBLE)"
    return f"CASE WHEN {text} IN {_MISSING} THEN NULL ELSE {read} END"


def _refuse_text(table: Table, column: str) -> None:
    cell = table.sql(column)
    number = _number(cell)
    present = f"{cell} IS NOT NULL AND {_text(cell)} NOT IN {_MISSING}"
    row = table.row_of(f"{present} AND ({number} IS NULL OR NOT abs({number}) <= {LARGEST!r})")
    if row is not None:
        raise table.error("is not a usable number", row=row, column=column)


def _refuse_count(table: Table, column: str) -> None:
    number = _number(table.sql(column))
    row = table.row_of(f"{number} IS NULL OR NOT {number} BETWEEN 0 AND 1e15")
    if row is not None:
        raise table.error("is not a count of people", row=row, column=column)


def _fetch(table: Table, sql: str) -> pd.DataFrame:
    try:
        return table.connection.execute(sql).df()
    except duckdb.Error:
        raise table.error("cannot be read as a table of numbers") from None


def _label(value: object) -> object:
    return None if isinstance(value, str) and is_untold(value) else value
