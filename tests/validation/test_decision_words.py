"""A p value in a reason says whether it counts a family of comparisons."""

from validation.adverse_impact import assess
from validation.decision_rule import decide
from validation.group_count import group_count
from validation.two_by_two import TwoByTwo

TABLE = TwoByTwo(x1=32, n1=549, x2=184, n2=1860)


def test_an_adjusted_p_says_so_in_both_languages() -> None:
    reason = decide(TABLE, adjusted_p=0.017).reason

    assert "(p = 0.017, adjusted for all comparisons)" in reason.en
    assert "多重比较校正后 p = 0.017" in reason.zh


def test_the_tables_own_p_stands_alone() -> None:
    assert "adjusted" not in decide(TABLE, adjusted_p=TABLE.p_value).reason.en


def test_a_table_names_the_size_of_its_family() -> None:
    counts = [group_count({"race": name}, n=500, selected=200) for name in "abcd"]

    assert assess(counts).as_json()["p_holm_comparisons"] == 3
    assert assess(counts, comparator="a").as_json()["p_holm_comparisons"] == 3
