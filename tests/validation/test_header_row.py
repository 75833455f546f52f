"""The header of a table is found below titles and empty rows, and data are never taken for it."""

from pathlib import Path

import openpyxl
import pytest

from validation.column_counts import outcome_counts
from validation.group_count import group_count
from validation.header_row import Header, header_at, header_of_text, nearest
from validation.tabular import BadTable, Table

DATA = "F,1\nF,0\nM,1\nM,1\n"
EXPECTED = (group_count({"sex": "F"}, n=2, selected=1), group_count({"sex": "M"}, n=2, selected=2))


@pytest.fixture
def written(tmp_path: Path):
    def write(content: str) -> Path:
        path = tmp_path / "people.csv"
        path.write_bytes(content.encode())
        return path

    return write


@pytest.mark.parametrize(
    "above", ["", "\n\n", "Selection report\n", "Selection, first quarter\n\n", "Report,,\n,,\n", "sep=,\n", "\ufeff\n"]
)
def test_a_title_and_empty_lines_above_the_header_change_nothing(written, above: str) -> None:
    if above == "Selection, first quarter\n\n":
        above = f'"{above.strip()}"\n\n'

    assert outcome_counts(written(f"{above}sex,passed\n{DATA}"), groups=["sex"], selected="passed").counts == EXPECTED


def test_spaces_around_names_and_a_workbooks_title_change_nothing(tmp_path: Path, written) -> None:
    book = openpyxl.Workbook()
    rows = [line.split(",") for line in DATA.split()]
    for row in (["Selection report 2026"], [], ["sex ", " passed"], *rows):
        book.active.append(row)
    book.save(tmp_path / "people.xlsx")

    found = outcome_counts(tmp_path / "people.xlsx", groups=["sex"], selected="passed")

    assert found.counts == EXPECTED
    assert Table(written(f" sex ,passed \n{DATA}")).columns == ["sex", "passed"]


def test_rows_below_a_title_are_named_by_their_place_in_the_file(written) -> None:
    with pytest.raises(BadTable) as caught:
        outcome_counts(written("Report\n\nsex,passed\nF,1\nM,perhaps\n"), groups=["sex"], selected="passed")

    assert caught.value.row == 5


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], 0),
        ([["x"], ["1"], ["2"]], 0),
        ([["x", ""], ["1", "2"]], 0),
        ([["", ""], ["x", "y"], ["1", "2"]], 1),
        ([["title"], ["note"], ["x", "y"], ["a", "b"]], 2),
        ([["x", "y"], ["a"], ["a", "b"]], 0),
    ],
)
def test_where_the_header_stands(rows: list[list[str]], expected: int) -> None:
    assert header_at(rows) == expected


def test_names_that_may_be_data_are_not_repeated(written) -> None:
    """A file of unquoted commas under one name has a person where the header would stand."""
    with pytest.raises(BadTable) as caught:
        outcome_counts(written("name\nWang, Fang\nLi, Na\n"), groups=["sex"], selected="passed")

    assert "Wang" not in str(caught.value)


def test_mixed_line_ends_are_named(written) -> None:
    with pytest.raises(BadTable, match="mixes line ends"):
        outcome_counts(written("sex,passed\nF,1\r\nM,1\n"), groups=["sex"], selected="passed")


def test_a_header_with_a_quoted_line_end_is_read_whole() -> None:
    header = header_of_text('"sex\nas told";passed\nF;1\n')

    assert header == Header(names=("sex\nas told", "passed"), rows_above=0, delimiter=";")


@pytest.mark.parametrize(
    ("name", "meant"),
    [("Sex", "sex"), ("pased", "passed"), ("sexx", "sex"), ("age", None), ("性", None), ("性别", "性别 ")],
)
def test_the_name_that_was_probably_meant(name: str, meant: str | None) -> None:
    assert nearest(name, ["sex", "passed", "性别 "]) == meant


def test_a_missing_column_names_the_one_that_was_meant(written) -> None:
    with pytest.raises(BadTable, match=r"column Sex: no such column, did you mean sex\? \(there are: sex, passed\)"):
        outcome_counts(written(f"sex,passed\n{DATA}"), groups=["Sex"], selected="passed")
