"""Files as people really have them: every one is read whole or refused with one typed error."""

from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from validation.column_counts import FileCounts, outcome_counts
from validation.group_count import GroupCount, group_count
from validation.score_column import score_cells, score_counts
from validation.tabular import BadTable, Table, unique
from validation.validity_table import validity_columns

FOUR = [("F", 1), ("F", 0), ("M", 1), ("M", 1)]
EXPECTED = (group_count({"sex": "F"}, n=2, selected=1), group_count({"sex": "M"}, n=2, selected=2))


@pytest.fixture
def written(tmp_path: Path):
    def write(content: bytes | str, name: str = "people.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def passed(path: Path, **settings: object) -> FileCounts:
    return outcome_counts(path, groups=["sex"], selected="passed", **settings)


@pytest.mark.parametrize(
    "content",
    [
        "sex,passed\nF,1\nF,0\nM,1\nM,1\n",
        "sex;passed\r\nF;1\r\nF;0\r\nM;1\r\nM;1\r\n",
        "\ufeffsex\tpassed\nF\tyes\nF\tno\nM\tTRUE\nM\tTrue",
        'passed,name,sex\n1,"a,\n""b",F\n0,c,F\n\n1,d,M\n1.0,e,M\n',
        "sex,passed\nF,1\nF,0\nM,1\nM,1\n".encode("utf-16"),
    ],
)
def test_dialects_of_csv_give_the_same_counts(written, content: bytes | str) -> None:
    assert passed(written(content)).counts == EXPECTED


def test_a_workbook_gives_the_same_counts(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [("sex", "passed"), *FOUR[:2], ("M", True), ("M", 1.0), (None, None)]:
        book.active.append(row)
    book.save(tmp_path / "people.xlsx")

    assert passed(tmp_path / "people.xlsx").counts == EXPECTED


@pytest.mark.parametrize(
    "outcome", [[1, 0, 1, 1], [True, False, True, True], [1.0, 0.0, 1.0, 1.0], ["1", "0", "1", "1"]]
)
def test_parquet_of_any_type_gives_the_same_counts(tmp_path: Path, outcome: list) -> None:
    pq.write_table(pa.table({"sex": ["F", "F", "M", "M"], "passed": outcome}), tmp_path / "people.parquet")

    assert passed(tmp_path / "people.parquet").counts == EXPECTED


@pytest.mark.parametrize("word", ["", "NA", "NaN", "null", "  ", "nan", "Unknown", "Prefer not to say", "不愿透露"])
def test_a_group_that_says_nothing_is_unknown(written, word: str) -> None:
    found = passed(written(f"sex,passed\nF,1\n{word},0\n"))

    assert GroupCount(group=(("sex", None),), n=1, selected=0) in found.counts


def test_spaces_around_a_group_make_no_other_group(written) -> None:
    assert passed(written("sex,passed\nF ,1\nF,0\n M,1\nM,1\n")).counts == EXPECTED


@pytest.mark.parametrize("word", ["", "NA", "NaN", "n/a"])
def test_a_missing_outcome_is_counted_apart(written, word: str) -> None:
    found = passed(written(f"sex,passed\nF,1\nF,{word}\n"))

    assert found.outcome_missing == 1
    assert found.counts == (group_count({"sex": "F"}, n=1, selected=1),)


@pytest.mark.parametrize(
    ("content", "row", "column"),
    [
        (b"", None, None),
        (b"  \n", None, None),
        (b"sex,passed\n", None, None),
        (bytes(range(256)), 2, None),
        (b"sex,passed\nF,1\nM,perhaps\n", 3, "passed"),
        (b"sex,passed\nF,1\nM\n", 3, None),
        (b"sex,passed\nF,1\nM,1,1\n", 3, None),
        (b"sex,passed\nF,1\n\xff\xfe,1\n", 3, None),
        (b'sex,passed\nF,1\n"M,1\n', 3, None),
        (b"sex,sex,passed\nF,F,1\n", None, "sex"),
        (b"gender,passed\nF,1\n", None, "sex"),
        (b"sex,passed\nF,2\n", 2, "passed"),
    ],
)
def test_a_bad_file_is_one_typed_error_with_its_place(
    written, content: bytes, row: int | None, column: str | None
) -> None:
    with pytest.raises(BadTable) as caught:
        passed(written(content))

    assert (caught.value.file, caught.value.row, caught.value.column) == ("people.csv", row, column)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"), [("a.parquet", b"PAR1"), ("a.parquet", b"x,y\n"), ("a.xlsx", b"PK\x03\x04x")]
)
def test_a_broken_binary_file_is_a_typed_error(written, name: str, content: bytes) -> None:
    with pytest.raises(BadTable):
        passed(written(content, name))


def test_an_absent_file_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match=r"absent\.csv: cannot be read"):
        passed(tmp_path / "absent.csv")


def test_an_error_never_repeats_a_value(written) -> None:
    """A column named by mistake may hold names of people."""
    with pytest.raises(BadTable) as caught:
        outcome_counts(written("sex,name\nF,Wang Fang\n"), groups=["sex"], selected="name")

    assert "Wang" not in str(caught.value)


@pytest.mark.parametrize("people", ["-1", "2.5", "many", "", "inf", "nan", "1e300"])
def test_a_count_must_be_a_number_of_people(written, people: str) -> None:
    with pytest.raises(BadTable) as caught:
        passed(written(f"sex,passed,n\nF,1,3\nM,1,{people}\n"), count="n")

    assert (caught.value.row, caught.value.column) == (3, "n")


def test_counts_of_a_billion_are_exact(written) -> None:
    found = passed(written("sex,passed,n\nF,1,1000000000\nF,0,3000000001\n"), count="n")

    assert found.counts == (group_count({"sex": "F"}, n=4_000_000_001, selected=1_000_000_000),)


def test_a_named_positive_value_that_nobody_has_is_refused(written) -> None:
    with pytest.raises(BadTable, match="no row has the value named as positive"):
        passed(written("sex,passed\nF,Pass\nM,Fail\n"), positive="pass")


def test_an_identifier_is_no_group(written) -> None:
    content = "sex,passed\n" + "".join(f"id{number},1\n" for number in range(2_001))

    with pytest.raises(BadTable, match="more than 2000 groups"):
        passed(written(content))


def test_a_column_name_with_quotes_is_only_a_name(written) -> None:
    path = written('"se""x\';",passed\nF,1\nM,0\n')

    found = outcome_counts(path, groups=["se\"x';"], selected="passed")

    assert [count.label for count in found.counts] == ["F", "M"]


@pytest.mark.parametrize("score", ["inf", "-Infinity", "high", "1e999"])
def test_a_score_must_be_a_finite_number(written, score: str) -> None:
    with pytest.raises(BadTable) as caught:
        score_counts(written(f"sex,score\nF,1\nM,{score}\n"), groups=["sex"], score="score")

    assert (caught.value.row, caught.value.column) == (3, "score")


def test_the_median_is_strict_and_of_everybody_with_a_score(written) -> None:
    path = written("sex,score\nF,1\nF,3\nM,3\n,9\n,9\nM,NaN\n")

    found = score_counts(path, groups=["sex"], score="score")

    assert (found.cut, found.outcome_missing) == (3.0, 1)
    assert [(count.n, count.selected) for count in found.counts] == [(2, 0), (1, 0), (2, 2)]


@pytest.mark.parametrize(("cut", "selected"), [(3.0, [1, 1]), (3.5, [0, 0])])
def test_at_a_cut_score_people_on_it_are_in(written, cut: float, selected: list[int]) -> None:
    found = score_counts(written("sex,score\nF,1\nF,3\nM,3\n"), groups=["sex"], score="score", cut=cut)

    assert [count.selected for count in found.counts] == selected


def test_a_weighted_median_is_that_of_the_people(written) -> None:
    found = score_counts(written("sex,score,n\nF,1,3\nM,5,2\nM,9,1\n"), groups=["sex"], score="score", count="n")

    assert found.cut == 3.0


def test_scores_as_cells_for_the_curve(written) -> None:
    cells = score_cells(written("sex,score\nF,1\nF,1\nM,2\nM,\n"), groups=["sex"], score="score")

    assert cells == {(("sex", "F"),): {1.0: 2}, (("sex", "M"),): {2.0: 1}}


def test_strata_are_counted_apart(written) -> None:
    found = passed(written("sex,passed,job\nF,1,a\nM,0,b\nM,1,\n"), stratum="job")

    assert found.strata is not None
    assert {name: [count.n for count in counts] for name, counts in found.strata.items()} == {
        "a": [1],
        "b": [1],
        "unknown": [1],
    }


def test_an_open_table_is_closed_after_use(written) -> None:
    with Table(written("sex,passed\nF,1\n")) as table:
        assert table.columns == ["sex", "passed"]


TWINS = "Sex,sex,passed,Passed,score,Score,n,N\n" + "".join(
    f"X,{sex},{passed},0,{score},9,1,7\n" for sex, passed, score in [("F", 1, 1), ("F", 0, 2), ("M", 1, 3), ("M", 1, 4)]
)


def test_names_that_differ_only_in_case_are_different_columns(written) -> None:
    path = written(TWINS)

    assert passed(path, count="n").counts == EXPECTED
    assert score_counts(path, groups=["sex"], score="score", count="n").cut == 2.5


def test_validity_reads_the_very_column_that_was_named(written) -> None:
    with Table(written("X,x,y,Y\n1,5,2,0\n1,6,3,0\n")) as table:
        found = validity_columns(table, ["x"], "y")

    assert (list(found.predictors["x"]), list(found.criterion)) == ([5.0, 6.0], [2.0, 3.0])


def test_renamed_columns_stay_apart() -> None:
    assert len({name.lower() for name in unique(["x", "x_3", "X", "", "_4"])}) == 5


@pytest.mark.parametrize("yes_no", [("1.00", "0.00"), ("1e0", "0.0"), ("是", "否"), (" Yes ", "no")])
def test_an_outcome_may_be_written_in_many_ways(written, yes_no: tuple[str, str]) -> None:
    yes, no = yes_no

    assert passed(written(f"sex,passed\nF,{yes}\nF,{no}\nM,{yes}\nM,{yes}\n")).counts == EXPECTED


@pytest.mark.parametrize(("positive", "yes"), [("Pass", "Pass "), ("1", "1.0"), ("2.0", "2")])
def test_a_positive_value_is_found_however_it_is_written(written, positive: str, yes: str) -> None:
    path = written(f"sex,passed\nF,{yes}\nF,Fail\nM,{yes}\nM,{yes}\n")

    assert passed(path, positive=positive).counts == EXPECTED


def test_decimal_outcomes_of_parquet_are_understood(tmp_path: Path) -> None:
    outcome = [Decimal("1.00"), Decimal("0.00"), Decimal("1.00"), Decimal("1.00")]
    pq.write_table(pa.table({"sex": ["F", "F", "M", "M"], "passed": outcome}), tmp_path / "people.parquet")

    assert passed(tmp_path / "people.parquet").counts == EXPECTED


@pytest.mark.parametrize("nested", [[["F"], ["M"]], [{"at": "F"}, {"at": "M"}]])
def test_nested_values_of_parquet_are_no_groups(tmp_path: Path, nested: list) -> None:
    pq.write_table(pa.table({"sex": nested, "passed": [1, 0], "score": [1, 2]}), tmp_path / "people.parquet")

    with pytest.raises(BadTable, match="column sex: holds lists or records"):
        passed(tmp_path / "people.parquet")
    with pytest.raises(BadTable, match="column sex: holds lists or records"):
        score_counts(tmp_path / "people.parquet", groups=["sex"], score="score")
