"""Every query for every role: all rows, the own department's, or a refusal; the empty principal gets nothing."""

import uuid
from collections.abc import Callable

import pytest

from tests.warehouse.queries.people import SALES, Person
from warehouse.access import NOBODY, ROLES, AccessDenied, Permission, Principal, Role
from warehouse.lake.door import Lake, opened
from warehouse.queries.filters import filter_values
from warehouse.queries.funnel import funnel
from warehouse.queries.loads import findings, loads, quarantined, sources
from warehouse.queries.process import screening, waited_for, waitings
from warehouse.queries.profiles import column_profiles
from warehouse.queries.selection import score_cells, score_outcomes, selection_cells
from warehouse.queries.training import interviewed
from warehouse.queries.validity import expectancy_cells, skills, validity_moments
from warehouse.settings import Settings

QUERIES: dict[str, Callable[[Lake], int]] = {
    "funnel": lambda lake: funnel(lake).n or 0,
    "filter_values": lambda lake: len(filter_values(lake).departments),
    "selection_cells": lambda lake: int(
        selection_cells(lake, stage="applied", attributes=(), strata=("channel",)).frame[["n", "withdrawn"]].sum().sum()
    ),
    "score_cells": lambda lake: int(score_cells(lake).frame["n"].sum()),
    "score_outcomes": lambda lake: int(score_outcomes(lake)["n"].sum()),
    "validity_moments": lambda lake: (
        validity_moments(lake, predictors=("ai_score",), criterion="re_interview_rating").pool[0].n
    ),
    "expectancy_cells": lambda lake: int(
        expectancy_cells(lake, predictor="ai_score", criterion="re_interview_passed")["n"].sum()
    ),
    "skills": lambda lake: len(skills(lake)),
    "column_profiles": lambda lake: int(column_profiles(lake, columns=("ai_score",))[0].frame["n"].sum()),
    "waitings": lambda lake: sum(cell.n for cell in waitings(lake, step="to_ai_interview").cells),
    "screening": lambda lake: sum(row.applications or 0 for row in screening(lake)),
    "waited_for": lambda lake: sum((one.n or 0) + 1 for one in waited_for(lake)),
    "interviewed": lambda lake: len(interviewed(lake, skills=("logic",)).frame),
}
"""Each query as a number that grows with the rows it saw."""

LISTINGS: dict[str, Callable[[Settings, Principal], object]] = {
    "loads": loads,
    "quarantined": quarantined,
    "sources": sources,
    "findings": lambda settings, who: findings(settings, who, uuid.uuid4()),
}


def someone(role: Role, *departments: uuid.UUID) -> Principal:
    """A principal of that role."""
    return Principal(id="x", roles=frozenset({role}), departments=frozenset(map(str, departments)))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("query", list(QUERIES))
def test_a_role_sees_all_rows_or_its_own_or_is_refused(
    company: Settings, everyone: list[Person], query: str, role: Role
) -> None:
    may = ROLES[role][1]
    if Permission.READ_LAKE not in may:
        with pytest.raises(AccessDenied), opened(company, someone(role, SALES)) as lake:
            QUERIES[query](lake)
        return
    with opened(company, someone(Role.HR_LEADER)) as lake:
        of_all = QUERIES[query](lake)

    with opened(company, someone(role, SALES)) as lake:
        seen = QUERIES[query](lake)

    if Permission.READ_ALL_DEPARTMENTS in may:
        assert seen == of_all
    else:
        assert 0 < seen < of_all or query in {"skills", "waited_for"}  # only sales has people in process


@pytest.mark.parametrize("query", list(QUERIES))
def test_a_manager_without_a_department_sees_nothing(company: Settings, query: str) -> None:
    with opened(company, someone(Role.DEPARTMENT_MANAGER)) as lake:
        assert QUERIES[query](lake) == 0


def test_the_empty_principal_opens_no_lake(company: Settings) -> None:
    with pytest.raises(AccessDenied), opened(company, NOBODY):
        pass


@pytest.mark.parametrize("role", [*Role, None])
@pytest.mark.parametrize("listing", list(LISTINGS))
def test_listings_of_loads_need_their_permission(company: Settings, listing: str, role: Role | None) -> None:
    who = NOBODY if role is None else someone(role)

    if who.may(Permission.READ_LOADS):
        assert LISTINGS[listing](company, who) == ()
    else:
        with pytest.raises(AccessDenied):
            LISTINGS[listing](company, who)
