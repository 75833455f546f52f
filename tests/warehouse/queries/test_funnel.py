"""The funnel against the people it was made of, counted here by hand."""

from collections import Counter

import pytest

from tests.warehouse.queries.people import LEADER, MANAGER, NAMES, SALES, Person
from warehouse.lake.door import opened
from warehouse.queries.filters import Filters, filter_values
from warehouse.queries.funnel import DIMENSIONS, Funnel, FunnelRow, funnel
from warehouse.queries.stages import STAGES
from warehouse.settings import Settings


def read(settings: Settings, by: str | None = None, filters: Filters | None = None, who: object = LEADER) -> Funnel:
    """The funnel as someone sees it."""
    with opened(settings, who) as lake:
        return funnel(lake, by=by, filters=filters or Filters())


def row(found: Funnel, stage: str, group: str = "") -> FunnelRow:
    """One row of it."""
    return next(each for each in found.rows if (each.group, each.stage) == (group, stage))


def counted(everyone: list[Person], place: int) -> Counter[str]:
    """How stage number `place` ended for all who came there."""
    there = [person for person in everyone if person.reached >= place]
    return Counter("advanced" if p.reached > place or p.ended == "hired" else p.ended for p in there)


@pytest.mark.parametrize(("place", "stage"), list(enumerate(STAGES, 1)))
def test_each_stage_counts_the_cohort(company: Settings, everyone: list[Person], place: int, stage: str) -> None:
    expected = counted(everyone, place)

    found = row(read(company), stage)

    assert (found.entered, found.advanced, found.not_advanced) == (
        expected.total(), expected["advanced"], expected["not_advanced"],
    )  # fmt: skip
    assert (found.withdrawn, found.in_process) == (expected["withdrawn"], expected["in_process"])


def test_what_advanced_entered_the_next_stage(company: Settings) -> None:
    rows = read(company).rows

    assert [each.advanced for each in rows[:-1]] == [each.entered for each in rows[1:]]


def test_who_is_in_process_is_no_finished_consideration(company: Settings) -> None:
    found = row(read(company), "ai_interview")

    assert found.in_process
    assert found.finished == (found.advanced or 0) + (found.not_advanced or 0)


def test_median_days_run_from_stage_to_stage(company: Settings) -> None:
    assert row(read(company), "applied").median_days == 5.0


def test_a_small_department_is_hidden_and_another_beside_it(company: Settings) -> None:
    """Five people work in the kitchen; total less the other two would tell their figures."""
    found = read(company, "department")

    hidden = {each.group for each in found.rows if each.entered is None}
    assert "Kitchen" in hidden
    assert (found.hidden_groups, len(hidden)) == (2, 2)


def test_groups_and_hidden_groups_add_up_to_the_total_only_together(company: Settings, everyone: list[Person]) -> None:
    found = read(company, "channel")

    entered = [each.entered for each in found.rows if each.stage == "applied"]
    assert sum(filter(None, entered)) == found.n == len(everyone)


@pytest.mark.parametrize("by", DIMENSIONS)
def test_every_dimension_has_all_stages_of_all_groups(company: Settings, by: str) -> None:
    found = read(company, by)

    assert len(found.rows) == 5 * len({each.group for each in found.rows}) > 0


def test_filters_narrow_by_value_and_day(company: Settings, everyone: list[Person]) -> None:
    wanted = [p for p in everyone if p.channel == "site" and p.applied_at.month == 2]
    day = wanted[0].applied_at.date()

    found = read(company, filters=Filters(channels=("site",), applied_from=day, applied_until=day))

    assert found.n == len(wanted)


def test_a_manager_counts_the_own_department(company: Settings, everyone: list[Person]) -> None:
    found = read(company, who=MANAGER)

    assert found.n == sum(person.department == SALES for person in everyone)


def test_filter_lists_name_nothing_of_other_departments(company: Settings) -> None:
    with opened(company, MANAGER) as lake:
        values = filter_values(lake)

    assert (values.departments, values.job_families) == ((NAMES[SALES],), ("sales",))


def test_fewer_than_the_smallest_group_show_no_figure_at_all(company: Settings) -> None:
    found = read(company, filters=Filters(departments=("Kitchen",)))

    assert (found.n, {each.entered for each in found.rows}) == (None, {None})


def test_a_dimension_that_does_not_exist_is_refused(company: Settings) -> None:
    with pytest.raises(ValueError, match="shoe_size"):
        read(company, "shoe_size")
