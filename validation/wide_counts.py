"""Counts with one row a group: how many were considered, and beside it how many of them were selected.

The other way to write counts, a row for each outcome with its people, has only 1 and 0 for an outcome. A selected
column with any larger number therefore holds people; one that never exceeds 1 is read the other way.
"""

from collections.abc import Sequence

from validation.tabular import Table
from validation.untold import BLANK

Judged = tuple[tuple[object, ...], bool, int]


def is_wide(table: Table, selected: str, count: str) -> bool:
    """Whether the selected column holds numbers of people: nothing but numbers, and one above 1."""
    table.require([selected, count])
    number = _number(table, selected)
    blank = ", ".join(f"'{word}'" for word in BLANK)
    text = f"lower(trim(CAST({table.sql(selected)} AS VARCHAR)))"
    told = f"{table.sql(selected)} IS NOT NULL AND {text} NOT IN ({blank})"
    query = f"SELECT max({number}) > 1 AND count(*) FILTER ({told} AND {number} IS NULL) = 0 FROM data"  # noqa: S608
    return table.rows(query)[0][0] is True


def wide_counts(table: Table, keys: Sequence[str], selected: str, count: str) -> list[Judged]:
    """People selected and not selected by each combination of the keys; `count` was found to hold whole numbers."""
    table.require(keys)
    chosen, people = _number(table, selected), _number(table, count)
    bad = f"{chosen} IS NULL OR NOT {chosen} BETWEEN 0 AND {people} OR {chosen} != floor({chosen})"
    row = table.row_of(bad)
    if row is not None:
        raise table.error(f"is not a number of people selected out of {count}", row=row, column=selected)
    names = ", ".join(table.sql(name) for name in keys)
    sums = ", ".join(f"sum(CAST({number} AS HUGEINT))" for number in (chosen, people))
    found = table.rows(f"SELECT {names}, {sums} FROM data GROUP BY ALL")  # noqa: S608 - quoted names
    return [
        (row[:-2], is_selected, number)
        for row in found
        for is_selected, number in ((True, int(str(row[-2]))), (False, int(str(row[-1])) - int(str(row[-2]))))
    ]


def _number(table: Table, column: str) -> str:
    return f"TRY_CAST({table.sql(column)} AS DOUBLE)"
