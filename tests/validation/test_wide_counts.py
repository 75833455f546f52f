"""One row a group with how many were considered and how many were selected answers like a row for each outcome."""

from pathlib import Path

import pytest

from validation.column_counts import FileCounts, outcome_counts
from validation.group_count import group_count
from validation.tabular import BadTable

WIDE = "sex,hired,people\nF,157,2435\nM,235,2435\n"


@pytest.fixture
def counted(tmp_path: Path):
    def count(content: str, **settings: object) -> FileCounts:
        path = tmp_path / "people.csv"
        path.write_text(content, encoding="utf-8")
        return outcome_counts(path, groups=["sex"], selected="hired", count="people", **settings)

    return count


@pytest.mark.parametrize(
    "content",
    [
        WIDE,
        "people,hired,sex\n2435,157.0,F\n2000,1,M\n435,234,M\n",
        "sex,hired,people\nF,1,157\nF,0,2278\nM,1,235\nM,0,2200\n",
    ],
)
def test_both_ways_to_write_counts_give_the_same(counted, content: str) -> None:
    found = counted(content).counts

    assert found == (group_count({"sex": "F"}, n=2435, selected=157), group_count({"sex": "M"}, n=2435, selected=235))


def test_nothing_above_one_is_an_outcome_of_all_its_people(counted) -> None:
    found = counted("sex,hired,people\nF,1,10\nM,0,10\n").counts

    assert [(count.n, count.selected) for count in found] == [(10, 10), (10, 0)]


def test_wide_counts_are_kept_apart_by_stratum(counted) -> None:
    found = counted("sex,hired,people,job\nF,2,9,a\nF,3,8,b\nM,4,7,b\n", stratum="job").strata

    assert found is not None
    assert {job: [(count.n, count.selected) for count in counts] for job, counts in found.items()} == {
        "a": [(9, 2)],
        "b": [(8, 3), (7, 4)],
    }


@pytest.mark.parametrize("selected", ["11", "2.5", "-1", ""])
def test_more_selected_than_considered_is_refused_with_its_row(counted, selected: str) -> None:
    with pytest.raises(BadTable, match=r"row 3, column hired: is not a number of people selected out of people"):
        counted(f"sex,hired,people\nF,4,10\nM,{selected},10\n")


def test_the_number_of_people_is_still_checked(counted) -> None:
    with pytest.raises(BadTable, match=r"row 3, column people: is not a whole number of people"):
        counted("sex,hired,people\nF,4,10\nM,4,many\n")
