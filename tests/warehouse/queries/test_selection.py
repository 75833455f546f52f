"""Selection and score cells against the people they were made of."""

from collections import Counter

import pandas as pd
import pytest

from tests.warehouse.queries.people import COMPLIANCE, LEADER, NAMES, Person
from warehouse.access import AccessDenied
from warehouse.lake.door import opened
from warehouse.lake.errors import PurposeMissing
from warehouse.queries.selection import Cells, score_cells, score_outcomes, selection_cells
from warehouse.queries.suppression import SMALL_GROUPS
from warehouse.settings import Settings


def selected(
    settings: Settings, *attributes: str, stage: str = "bottom_line", complete: bool = True, **asked: object
) -> Cells:
    """The cells as compliance reads them."""
    with opened(settings, COMPLIANCE, purpose="test") as lake:
        return selection_cells(lake, stage=stage, attributes=attributes, complete=complete, **asked)


def by_group(frame: pd.DataFrame, column: str, count: str) -> dict[str, int]:
    """A count by group."""
    return {str(name): int(n) for name, n in frame.groupby(column)[count].sum().items()}


def test_the_bottom_line_counts_finished_applications_by_group(company: Settings, everyone: list[Person]) -> None:
    finished = [person for person in everyone if person.ended in {"hired", "not_advanced"}]
    expected = Counter(person.sex or "unknown" for person in finished)
    hired = Counter(person.sex or "unknown" for person in finished if person.ended == "hired")

    frame = selected(company, "sex").frame

    assert by_group(frame, "sex", "n") == expected
    assert by_group(frame, "sex", "selected") == {name: hired[name] for name in expected}


def test_a_stage_counts_those_who_came_to_it(company: Settings, everyone: list[Person]) -> None:
    there = [p for p in everyone if p.reached > 2 or (p.reached == 2 and p.ended == "not_advanced")]

    frame = selected(company, "sex", stage="ai_interview").frame

    assert by_group(frame, "sex", "n") == Counter(person.sex or "unknown" for person in there)
    assert int(frame["selected"].sum()) == sum(person.reached > 2 for person in there)


def test_who_withdrew_or_waits_is_counted_beside(company: Settings, everyone: list[Person]) -> None:
    frame = selected(company, "sex").frame

    assert int(frame["withdrawn"].sum()) == sum(person.ended == "withdrawn" for person in everyone)
    assert int(frame["in_process"].sum()) == sum(person.ended == "in_process" for person in everyone)


def test_age_splits_at_forty_in_the_year_of_application(company: Settings, everyone: list[Person]) -> None:
    finished = [person for person in everyone if person.ended in {"hired", "not_advanced"}]
    ages = [
        "unknown" if p.birth_year is None else ("under 40", "40 and over")[2025 - p.birth_year >= 40] for p in finished
    ]

    assert by_group(selected(company, "age_group").frame, "age_group", "n") == Counter(ages)


def test_two_attributes_and_a_stratum_make_cells_of_all_three(company: Settings, everyone: list[Person]) -> None:
    frame = selected(company, "sex", "age_group", strata=("department",)).frame

    assert list(frame.columns) == ["sex", "age_group", "department", "n", "selected", "withdrawn", "in_process"]
    assert set(frame["department"]) == set(NAMES.values())
    assert int(frame[["n", "withdrawn", "in_process"]].sum().sum()) == len(everyone)


def test_a_view_merges_small_groups_and_keeps_the_total(company: Settings, everyone: list[Person]) -> None:
    """Attributes crossed leave groups of a few people; a view must not show them apart."""
    complete = selected(company, "sex", "age_group").frame

    view = selected(company, "sex", "age_group", complete=False)

    people = view.frame[["n", "withdrawn", "in_process"]].sum(axis=1)
    assert view.merged_groups > 0
    assert SMALL_GROUPS in set(view.frame["sex"])
    assert (int(people.sum()), int(people.min()) >= 10) == (len(everyone), True)
    assert int(view.frame["selected"].sum()) == int(complete["selected"].sum())


def test_scores_fall_into_bins_that_cut_scores_cut_exactly(company: Settings, everyone: list[Person]) -> None:
    with opened(company, COMPLIANCE, purpose="test") as lake:
        frame = score_cells(lake, attributes=("sex",), width=5.0, complete=True).frame

    above = frame[frame["score"] >= 70]
    scored = [person for person in everyone if person.score is not None and person.score >= 70]
    assert by_group(above, "sex", "n") == Counter(person.sex or "unknown" for person in scored)


def test_scores_without_attributes_need_no_demographics(company: Settings, everyone: list[Person]) -> None:
    with opened(company, LEADER) as lake:
        frame = score_cells(lake).frame

    assert int(frame["n"].sum()) == sum(person.score is not None for person in everyone)


def test_what_came_of_each_score_adds_up(company: Settings, everyone: list[Person]) -> None:
    with opened(company, LEADER) as lake:
        frame = score_outcomes(lake)

    rated = [(person.performance - 1) / 4 for person in everyone if person.performance is not None]
    assert int(frame["hired"].sum()) == sum(person.ended == "hired" for person in everyone)
    assert (int(frame["rated"].sum()), float(frame["performance_sum"].sum())) == (len(rated), pytest.approx(sum(rated)))


def test_attributes_without_a_purpose_are_refused(company: Settings) -> None:
    with opened(company, COMPLIANCE) as lake, pytest.raises(PurposeMissing):
        selection_cells(lake, stage="bottom_line", attributes=("sex",))


def test_complete_cells_are_for_those_who_may_read_demographics(company: Settings) -> None:
    with opened(company, LEADER) as lake, pytest.raises(AccessDenied):
        selection_cells(lake, stage="bottom_line", attributes=(), strata=("department",), complete=True)


def test_a_name_that_is_no_attribute_is_refused(company: Settings) -> None:
    with pytest.raises(ValueError, match="shoe_size"):
        selected(company, "shoe_size")
