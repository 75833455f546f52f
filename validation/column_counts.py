"""Plain columns grouped into counts: the engine groups, and only the few distinct combinations are interpreted here.

A group value that is blank or says that it is not told is unknown. An outcome that is neither is refused, a missing one
is counted apart. Ten million rows cost what the bare GROUP BY costs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from validation.group_count import GroupCount, merged
from validation.impact_rule import Polarity
from validation.outcome import Text
from validation.tabular import Table
from validation.untold import is_blank, is_untold
from validation.wide_counts import is_wide, wide_counts

_YES, _NO = ("1", "true", "yes", "t", "y", "是"), ("0", "false", "no", "f", "n", "否")
_MEANING = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}

# More groups than this are none: somebody named an identifier. Strata may be many more.
MAX_GROUPS = 2_000
_MAX_CELLS = 1_000_000
# Up to here every whole number is exact as a float.
_EXACT = 2.0**53


SCORING_RATE = Text(
    en="Scoring rate: people scoring strictly above the median of the full sample, out of all scored in the group.",
    zh="高分率：得分严格高于全体样本中位数的人数占该群体全部有得分人数的比例。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One combination of a file's values and the people who have it."""

    values: tuple[object, ...]
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCounts:
    """Counts of a file by group, those of each stratum apart, and how many people have no outcome.

    `cut` is the score that split people; `is_median` says that they had to be above it, otherwise at or above.
    """

    counts: tuple[GroupCount, ...]
    strata: Mapping[str, tuple[GroupCount, ...]] | None
    outcome_missing: int
    cut: float | None = None
    is_median: bool = False

    def definition(self, polarity: Polarity) -> Text:
        """What the rate of this file counts."""
        if self.is_median:
            return SCORING_RATE
        if self.cut is None:
            return polarity.definition
        return Text(
            en=f"{polarity.definition.en} Selected means a score of {self.cut:g} or more.",
            zh=f"{polarity.definition.zh}得分不低于 {self.cut:g} 视为入选。",
        )


def outcome_counts(
    path: Path,
    *,
    groups: Sequence[str],
    selected: str,
    count: str | None = None,
    positive: str | None = None,
    stratum: str | None = None,
) -> FileCounts:
    """Counts by an outcome column: 1/0, true/false or yes/no, or `positive` against every other value.

    With `count` the column may also hold how many of the row's people were selected.
    """
    keys = [*groups, *([stratum] if stratum else [])]
    with Table(path) as table:
        if count is not None and positive is None and is_wide(table, selected, count):
            people_expression(table, count)
            wide = wide_counts(table, keys, selected, count)
            refuse_nested(table, [values for values, _, _ in wide], keys)
            refuse_identifiers(table, [values for values, _, _ in wide], groups)
            return gathered(wide, groups, has_stratum=stratum is not None)
        cells = sums(table, [*keys, selected], count)
        refuse_identifiers(table, [cell.values for cell in cells], groups)
        meaning = outcomes(table, selected, {cell.values[-1] for cell in cells}, positive)
    judged = [(cell.values[:-1], meaning[cell.values[-1]], cell.people) for cell in cells]
    return gathered(judged, groups, has_stratum=stratum is not None)


def sums(table: Table, columns: Sequence[str], count: str | None) -> list[Cell]:
    """People by each combination of these columns; `count` names the column of people a row stands for."""
    table.require(columns)
    keys = ", ".join(table.sql(name) for name in columns)
    people = people_expression(table, count)
    query = f"SELECT {keys}, {people} FROM data GROUP BY ALL LIMIT {_MAX_CELLS + 1}"  # noqa: S608 - quoted names
    found = table.rows(query)
    if len(found) > _MAX_CELLS:
        raise table.error(f"more than {_MAX_CELLS} combinations of values: these are not groups", column=columns[0])
    if not found:
        raise table.error("has a header but no rows")
    refuse_nested(table, found, columns)
    return [Cell(values=row[:-1], people=int(str(row[-1]))) for row in found]


def people_expression(table: Table, count: str | None) -> str:
    """SQL that adds up people, after every value of the `count` column was found to be a whole number from 0."""
    if count is None:
        return "count(*)"
    table.require([count])
    number = f"TRY_CAST({table.sql(count)} AS DOUBLE)"
    bad = (
        f"{number} IS NULL OR NOT isfinite({number}) OR {number} < 0 OR {number} > 1e15 OR {number} != floor({number})"
    )
    if table.rows(f"SELECT count(*) FROM data WHERE {bad}")[0][0]:  # noqa: S608 - quoted names
        raise table.error("is not a whole number of people", row=table.row_of(bad), column=count)
    return f"sum(CAST({number} AS HUGEINT))"


def outcomes(table: Table, column: str, values: Iterable[object], positive: str | None) -> dict[object, bool | None]:
    """What each distinct value of an outcome column means; None where it is missing."""
    found = list(values)
    if positive is not None:
        if not any(is_value(value, positive) for value in found):
            raise table.error("no row has the value named as positive", column=column)
        return {value: None if is_blank(value) else is_value(value, positive) for value in found}
    meaning: dict[object, bool | None] = {}
    for value in found:
        told = None if is_blank(value) else _MEANING.get(plain(value).lower())
        if told is None and not is_blank(value):
            row = table.row_of(f"{table.sql(column)} = ?", [value])
            raise table.error("is neither 1 nor 0 (name the selected value with --positive)", row=row, column=column)
        meaning[value] = told
    return meaning


def is_value(value: object, wanted: str) -> bool:
    """Whether a cell holds the value that was named: the same text, or the same number however it is written."""
    return plain(value) == plain(wanted)


def plain(value: object) -> str:
    """A cell's text without spaces around; 1.00, 1e0 and 1 are the same number."""
    text = str(value).strip()
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() and abs(number) < _EXACT else text


def gathered(
    judged: Iterable[tuple[tuple[object, ...], bool | None, int]],
    groups: Sequence[str],
    *,
    has_stratum: bool,
    cut: float | None = None,
    is_median: bool = False,
) -> FileCounts:
    """Counts from combinations whose outcome is understood; the stratum, if any, is the last value."""
    strata: dict[str, list[GroupCount]] = {}
    missing = 0
    for values, outcome, people in judged:
        if outcome is None:
            missing += people
            continue
        attributes = values[:-1] if has_stratum else values
        pairs = tuple((name, known_text(value)) for name, value in zip(groups, attributes, strict=True))
        stratum = ("unknown" if is_blank(values[-1]) else str(values[-1]).strip()) if has_stratum else ""
        strata.setdefault(stratum, []).append(GroupCount(group=pairs, n=people, selected=people if outcome else 0))
    everyone = [count for counts in strata.values() for count in counts]
    return FileCounts(
        counts=merged(everyone),
        strata={name: merged(strata[name]) for name in sorted(strata)} if has_stratum else None,
        outcome_missing=missing,
        cut=cut,
        is_median=is_median,
    )


def refuse_nested(table: Table, rows: Iterable[tuple[object, ...]], columns: Sequence[str]) -> None:
    """Refuse columns of lists or records, as Parquet files have them: such a value is no group and no outcome."""
    for row in rows:
        for value, column in zip(row, columns, strict=False):
            if isinstance(value, list | dict):
                raise table.error("holds lists or records, not single values", column=column)


def refuse_identifiers(table: Table, rows: Iterable[tuple[object, ...]], groups: Sequence[str]) -> None:
    """Refuse group columns, the first of each row, that hold more values than groups can have."""
    if len({row[: len(groups)] for row in rows}) > MAX_GROUPS:
        raise table.error(f"more than {MAX_GROUPS} groups: this is no attribute", column=", ".join(groups))


def known_text(value: object) -> str | None:
    """A group value as the file writes it, without spaces around; None where it is unknown."""
    return None if value is None or is_untold(str(value)) else str(value).strip()
