"""Shares of stages against sums by hand and SciPy's own Wilson interval."""

import pytest
from scipy import stats

from dashboards import stage_shares
from tests.warehouse.queries.people import LEADER, Person
from warehouse.lake.door import opened
from warehouse.queries.filters import Filters
from warehouse.queries.funnel import funnel
from warehouse.settings import Settings


def test_a_share_carries_wilsons_interval() -> None:
    found = stage_shares.of(30, 50)

    interval = stats.binomtest(30, 50).proportion_ci(method="wilson")

    assert (found.value, found.n) == (0.6, 50)
    assert (found.low, found.high) == (pytest.approx(interval.low), pytest.approx(interval.high))


def test_fewer_than_the_smallest_group_have_no_share() -> None:
    assert stage_shares.of(4, 9) == stage_shares.HIDDEN


def test_the_hired_are_a_share_of_the_decided_and_nobody_who_withdrew_or_waits(
    company: Settings, everyone: list[Person]
) -> None:
    with opened(company, LEADER) as lake:
        found = stage_shares.hired(funnel(lake))

    decided = [person for person in everyone if person.ended in {"hired", "not_advanced"}]
    assert found.n == len(decided)
    assert found.value == pytest.approx(sum(person.ended == "hired" for person in decided) / len(decided))


def test_who_is_in_process_is_counted_once(company: Settings, everyone: list[Person]) -> None:
    with opened(company, LEADER) as lake:
        found = stage_shares.in_process(funnel(lake))

    assert found == sum(person.ended == "in_process" for person in everyone)


def test_a_hidden_stage_leaves_no_total(company: Settings) -> None:
    with opened(company, LEADER) as lake:
        hidden = funnel(lake, filters=Filters(departments=("Kitchen",)))

    assert stage_shares.hired(hidden) == stage_shares.HIDDEN
    assert stage_shares.in_process(hidden) is None
