"""Departments as each principal sees them."""

from tests.builders import build
from warehouse.access import NOBODY, Role, principal
from warehouse.queries.departments import departments
from warehouse.settings import Settings


def _two(settings: Settings) -> tuple[str, str]:
    def both(builder: object) -> tuple[str, str]:
        sales, research = builder.department("Sales"), builder.department("Research")
        opening = builder.requisition(research)
        builder.application(opening)
        return str(sales), str(research)

    return build(settings, both)


def test_a_leader_sees_all_departments_the_largest_first(records: Settings) -> None:
    _two(records)

    found = departments(records, principal("l", [Role.HR_LEADER]))

    assert [(row.name, row.applications) for row in found] == [("Research", 1), ("Sales", 0)]


def test_a_manager_sees_the_own_department_only(records: Settings) -> None:
    sales, _ = _two(records)

    found = departments(records, principal("m", [Role.DEPARTMENT_MANAGER], departments=[sales]))

    assert [row.name for row in found] == ["Sales"]


def test_nobody_sees_no_department(records: Settings) -> None:
    _two(records)

    assert departments(records, NOBODY) == ()
