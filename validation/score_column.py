"""A score column split into selected and not: at a given cut score, or at the median of everybody who has a score.

The median is that of the full sample, people of unknown group included, and being selected means strictly above it
(6 RCNY 5-300). At a cut score it means at or above.
"""

from collections.abc import Sequence
from pathlib import Path

from validation.column_counts import (
    FileCounts,
    gathered,
    known_text,
    people_expression,
    refuse_identifiers,
    refuse_nested,
)
from validation.group_count import Group
from validation.tabular import Table
from validation.untold import BLANK


def score_counts(
    path: Path,
    *,
    groups: Sequence[str],
    score: str,
    cut: float | None = None,
    count: str | None = None,
    stratum: str | None = None,
) -> FileCounts:
    """Counts by group of those at or above `cut`, else of those strictly above the median."""
    keys = [*groups, *([stratum] if stratum else [])]
    with Table(path) as table:
        source = _source(table, keys, score, count)
        line = _median(table, source, is_weighted=count is not None) if cut is None else cut
        sign = ">" if cut is None else ">="
        outcome = f"CASE WHEN score IS NULL THEN NULL ELSE score {sign} ? END"
        found = _grouped(table, source, len(keys), outcome, [line])
        refuse_nested(table, found, keys)
        _refuse_bad(table, found, score)
        refuse_identifiers(table, found, groups)
    judged = [(row[:-3], None if row[-3] is None else bool(row[-3]), int(str(row[-1]))) for row in found]
    return gathered(judged, groups, has_stratum=stratum is not None, cut=line, is_median=cut is None)


def score_cells(
    path: Path, *, groups: Sequence[str], score: str, count: str | None = None
) -> dict[Group, dict[float, int]]:
    """People by group and score, for the curve over all cut scores; those without a score are left out."""
    with Table(path) as table:
        found = _grouped(table, _source(table, groups, score, count), len(groups), "score", [])
        refuse_nested(table, found, groups)
        _refuse_bad(table, found, score)
    cells: dict[Group, dict[float, int]] = {}
    for row in found:
        if row[-3] is None:
            continue
        group = tuple((name, known_text(value)) for name, value in zip(groups, row[:-3], strict=True))
        at = float(str(row[-3]))
        scores = cells.setdefault(group, {})
        scores[at] = scores.get(at, 0) + int(str(row[-1]))
    return cells


def _source(table: Table, keys: Sequence[str], score: str, count: str | None) -> str:
    """A query of the keys, the score (null where missing), whether it is bad, and the people a row stands for."""
    table.require([*keys, score])
    people_expression(table, count)
    people = "1" if count is None else f"CAST(TRY_CAST({table.sql(count)} AS DOUBLE) AS HUGEINT)"
    names = "".join(f"{table.sql(name)} AS key{index}, " for index, name in enumerate(keys))
    column = table.sql(score)
    number = f"TRY_CAST({column} AS DOUBLE)"
    finite = f"CASE WHEN isnan({number}) THEN NULL ELSE {number} END"
    return f"SELECT {names}{finite} AS score, {_is_bad(column)} AS is_bad, {people} AS people FROM data"  # noqa: S608


def _is_bad(column: str) -> str:
    """SQL: the column's value says something, and it is not a finite number."""
    number = f"TRY_CAST({column} AS DOUBLE)"
    missing = ", ".join(f"'{word}'" for word in BLANK)
    text = f"lower(trim(CAST({column} AS VARCHAR)))"
    return (
        f"CASE WHEN {number} IS NOT NULL THEN isinf({number}) "
        f"WHEN {column} IS NULL THEN false ELSE {text} NOT IN ({missing}) END"
    )


def _grouped(
    table: Table, source: str, keys: int, outcome: str, parameters: Sequence[object]
) -> list[tuple[object, ...]]:
    """Rows of the keys, the outcome, whether any score is bad, and the people."""
    names = ", ".join(f"key{index}" for index in range(keys))
    query = f"SELECT {names}, {outcome} AS outcome, bool_or(is_bad), sum(people) FROM ({source}) GROUP BY ALL"  # noqa: S608
    found = table.rows(query, parameters)
    if not found:
        raise table.error("has a header but no rows")
    return found


def _refuse_bad(table: Table, found: Sequence[Sequence[object]], score: str) -> None:
    if any(row[-2] for row in found):
        raise table.error("is not a finite number", row=table.row_of(_is_bad(table.sql(score))), column=score)


def _median(table: Table, source: str, *, is_weighted: bool) -> float | None:
    """The middle score of all people, or the mean of the two middle ones; None when nobody has a score."""
    if not is_weighted:
        middle = table.rows(f"SELECT median(score) FROM ({source})")[0][0]  # noqa: S608 - quoted names
        return None if middle is None else float(str(middle))
    scored = f"SELECT score, sum(people) FROM ({source}) WHERE score IS NOT NULL GROUP BY 1 ORDER BY 1"  # noqa: S608
    cells = table.rows(scored)
    weighted = [(float(str(at)), int(str(people))) for at, people in cells]
    total = sum(people for _, people in weighted)
    if not total:
        return None
    return (_ranked(weighted, (total - 1) // 2) + _ranked(weighted, total // 2)) / 2


def _ranked(weighted: Sequence[tuple[float, int]], rank: int) -> float:
    """The score of the person at this rank, counted from 0."""
    seen = 0
    for at, people in weighted:
        seen += people
        if rank < seen:
            return at
    return weighted[-1][0]
