"""Who flips, by family, department and group: counts, the exact test, and what stays hidden."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

from training.compare_small import telling, too_small
from training.flips import Decided, change_test, flips


def _decided(
    *, families: list[str | None], departments: list[str] | None = None, names: dict[str, str] | None = None
) -> Decided:
    """Rows of which the first four flip: a fix, a fix, a break, and one without a label."""
    n = len(families)
    rows = pd.DataFrame(
        {
            "application_key": [f"k{number}" for number in range(n)],
            "department_id": departments or ["d1"] * n,
            "job_family": families,
            "label": [1.0, 0.0, 1.0, np.nan] + [1.0] * (n - 4),
        }
    )
    scores = np.linspace(0, 1, n)
    before = np.array([False, True, True, False] + [True] * (n - 4))
    after = np.array([True, False, False, True] + [True] * (n - 4))
    return Decided(
        rows=rows, first=scores, second=scores, first_selects=before, second_selects=after, departments=names
    )


def test_fixes_and_breaks_are_told_apart() -> None:
    told = flips(_decided(families=["sales"] * 14))

    assert (told["flipped"], told["judged"], told["fixes"], told["breaks"]) == (4, 3, 2, 1)
    assert (told["newly_advanced"], told["no_longer_advanced"]) == (2, 2)


def test_who_was_not_scored_by_both_does_not_flip() -> None:
    decided = _decided(families=["f"] * 60)
    second = decided.second.copy()
    second[[0, 30]] = np.nan

    found: Any = flips(replace(decided, second=second))

    assert (found["n"], found["flipped"], found["fixes"]) == (58, 3, 1)
    assert "k0" not in {one["application_key"] for one in found["applications"]}


def test_small_families_are_hidden_and_one_more_where_the_total_would_give_them_away() -> None:
    told = flips(_decided(families=["sales"] * 30 + ["tech"] * 12 + ["legal", None]))

    shown = {one["job_family"]: one["flipped"] for one in told["by_job_family"]}
    assert shown == {"sales": 4, "tech": None, "legal": None, "unknown": None}
    assert [one["reason"] is None for one in told["by_job_family"]] == [False, True, False, False]


def test_departments_are_named_and_carry_their_own_test() -> None:
    departments = ["d1"] * 20 + ["d2"] * 20

    told = flips(_decided(families=["sales"] * 40, departments=departments, names={"d1": "Sales"}))

    assert [(one["department"], one["department_id"], one["flipped"]) for one in told["by_department"]] == [
        ("Sales", "d1", 4),
        ("d2", "d2", 0),
    ]
    assert told["by_department"][0]["test"]["p"] == pytest.approx(1.0)


@pytest.mark.parametrize(("fixes", "breaks"), [(2, 1), (0, 6), (30, 9), (12, 12)])
def test_the_exact_test_is_statsmodels_mcnemar(fixes: int, breaks: int) -> None:
    found = change_test(fixes, breaks)

    assert found["p"] == pytest.approx(mcnemar([[0, fixes], [breaks, 0]], exact=True).pvalue)
    assert found["ci"] == pytest.approx(proportion_confint(fixes, fixes + breaks, method="beta"))


@pytest.mark.parametrize(("fixes", "breaks", "verdict"), [(0, 6, "worse"), (30, 9, "better"), (5, 4, "not_told_apart")])
def test_the_verdict_follows_the_test(fixes: int, breaks: int, verdict: str) -> None:
    found = change_test(fixes, breaks)

    assert found["verdict"] == verdict
    assert str(fixes) in found["sentence"]["en"]
    assert str(fixes) in found["sentence"]["zh"]


def test_without_a_labelled_flip_nothing_is_tested_and_a_reason_is_given() -> None:
    found = change_test(0, 0)

    assert (found["p"], found["ci"], found["verdict"]) == (None, [None, None], "undefined")
    assert found["reason"] is not None


def _grouped(groups: list[str | None], *, flipped: list[int], shows_small_groups: bool) -> list[dict[str, Any]]:
    """Flips at these places, all towards advancing, all without a label."""
    n = len(groups)
    rows = pd.DataFrame({"application_key": [f"k{at}" for at in range(n)], "job_family": "sales", "label": np.nan})
    after = np.isin(np.arange(n), flipped)
    decided = Decided(
        rows=rows,
        first=np.zeros(n),
        second=np.ones(n),
        first_selects=np.zeros(n, dtype=bool),
        second_selects=after,
        groups={"sex": pd.Series(groups, dtype=object)},
        shows_small_groups=shows_small_groups,
    )
    return [dict(one) for one in flips(decided)["by_group"][0]["groups"]]


def test_who_may_read_demographics_sees_every_group() -> None:
    told = _grouped(["F"] * 20 + ["M"] * 20 + [None] * 3, flipped=[0, 1, 20], shows_small_groups=True)

    assert [(one["group"], one["n"], one["flipped"]) for one in told] == [("F", 20, 2), ("M", 20, 1), ("unknown", 3, 0)]


def test_others_see_no_group_of_whom_few_flip() -> None:
    told = _grouped(["F"] * 40 + ["M"] * 40, flipped=[*range(20), 40, 41], shows_small_groups=False)

    assert {one["flipped"] for one in told} == {None}


def test_others_see_groups_of_whom_many_flip() -> None:
    told = _grouped(["F"] * 40 + ["M"] * 40, flipped=[*range(20), *range(40, 55)], shows_small_groups=False)

    assert [(one["group"], one["flipped"]) for one in told] == [("F", 20), ("M", 15)]


def test_others_are_not_told_that_all_who_flip_are_of_one_group() -> None:
    """The keys of the flipped are listed: one group with all flips would tell the group of each."""
    told = _grouped(["F"] * 40 + ["M"] * 40, flipped=list(range(20)), shows_small_groups=False)

    assert {one["n"] for one in told} == {None}


def test_a_small_group_takes_the_next_one_with_it() -> None:
    assert too_small({"a": 4, "b": 60, "c": 90, "unknown": 0}) == {"a", "b"}
    assert too_small({"a": 4, "b": 60, "c": 90, "unknown": 30}) == {"a", "unknown"}


def test_a_few_who_have_not_said_hide_nobody() -> None:
    assert too_small({"F": 60, "M": 90, "unknown": 3}) == frozenset()


def test_a_count_of_one_known_group_tells() -> None:
    assert telling({"F": 20, "M": 0, "unknown": 4})
    assert not telling({"F": 20, "M": 1, "unknown": 0})
