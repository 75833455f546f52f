"""The company's departments, places and requisitions: which opening an application is for, as a number.

A requisition is one slot of a department, region, quarter and kind (campus or regular), so that its number says all
of it and no list has to be kept in memory.
"""

from dataclasses import dataclass

import numpy as np

from warehouse.generate.draws import Bools, Floats, Ints
from warehouse.generate.plan import DAY, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentPlan:
    """A department with its share of all applications and its job families."""

    code: str
    name: str
    name_zh: str
    share: float
    families: tuple[str, ...]


DEPARTMENTS = (
    DepartmentPlan(code="SAL", name="Sales", name_zh="销售部", share=18, families=("Account Management", "Sales")),
    DepartmentPlan(
        code="ENG", name="Engineering", name_zh="研发部", share=16, families=("Software", "Hardware", "Testing")
    ),
    DepartmentPlan(
        code="CUS", name="Customer Service", name_zh="客户服务部", share=14, families=("Support", "Service Quality")
    ),
    DepartmentPlan(code="OPS", name="Operations", name_zh="运营部", share=12, families=("Operations", "Planning")),
    DepartmentPlan(code="PRD", name="Product", name_zh="产品部", share=7, families=("Product Management", "Design")),
    DepartmentPlan(code="MKT", name="Marketing", name_zh="市场部", share=7, families=("Brand", "Growth")),
    DepartmentPlan(code="FIN", name="Finance", name_zh="财务部", share=6, families=("Accounting", "Controlling")),
    DepartmentPlan(code="DAT", name="Data and AI", name_zh="数据智能部", share=6, families=("Data Science", "Data")),
    DepartmentPlan(code="SUP", name="Supply Chain", name_zh="供应链部", share=5, families=("Purchasing", "Logistics")),
    DepartmentPlan(code="HR", name="Human Resources", name_zh="人力资源部", share=4, families=("HR", "Recruiting")),
    DepartmentPlan(code="QUA", name="Quality", name_zh="质量部", share=3, families=("Quality",)),
    DepartmentPlan(code="LEG", name="Legal and Compliance", name_zh="法务合规部", share=2, families=("Legal",)),
)
DEPARTMENT_SHARES = tuple(department.share for department in DEPARTMENTS)

REGIONS = ("China", "US", "EU")
REGION_SHARES = (0.52, 0.30, 0.18)
CHINA, US, EU = range(3)
PLACES = (("Shanghai", "Beijing", "Shenzhen", "Chengdu"), ("New York", "Austin", "Seattle"), ("Berlin", "Paris"))
LEVELS = ("P1", "P2", "P3", "P4", "P5")
_REGULAR_LEVEL_SHARES = (0.0, 0.38, 0.34, 0.19, 0.09)

QUARTERS = 12
_QUARTER = 1095 * DAY // QUARTERS
_STRIDE = 2000  # numbers kept for the slots of one department, region and quarter: half regular, half campus
_PEOPLE_PER_SLOT = 60
_CAMPUS_SHARE = 0.25


def requisitions_of(plan: Plan, index: Ints, department: Ints, region: Ints, moment: Ints, *, campus: Bools) -> Ints:
    """The number of the requisition that each application is for."""
    quarter = np.clip((moment - plan.opening) // _QUARTER, 0, QUARTERS - 1)
    slots = np.where(campus, slot_counts(plan, campus=True)[department, region], 0)
    slots = np.where(campus, slots, slot_counts(plan, campus=False)[department, region])
    slot = plan.draws.whole("requisition slot", index, slots)
    return ((department * len(REGIONS) + region) * QUARTERS + quarter) * _STRIDE + slot * 2 + campus


def slot_counts(plan: Plan, *, campus: bool) -> Ints:
    """How many requisitions of a kind each department has in each region and quarter."""
    share = _CAMPUS_SHARE if campus else 1 - _CAMPUS_SHARE
    departments: Floats = np.array(DEPARTMENT_SHARES) / sum(DEPARTMENT_SHARES)
    people = plan.applications * np.outer(departments, REGION_SHARES) * share / QUARTERS
    return np.clip(np.rint(people / _PEOPLE_PER_SLOT), 1, _STRIDE // 2 - 1).astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requisitions:
    """Requisitions, column by column; days are counted from 1970."""

    number: Ints
    department: Ints
    region: Ints
    is_campus: Bools
    family: Ints
    level: Ints
    place: Ints
    opened_day: Ints
    closed_day: Ints


def requisitions(plan: Plan) -> Requisitions:
    """All requisitions of the company, also those that nobody applied for, in the order of their opening."""
    return describe(plan, np.sort(_numbers(plan) if plan.applications else np.array([], dtype=np.int64)))


def describe(plan: Plan, number: Ints) -> Requisitions:
    """What the numbers of requisitions mean."""
    department, region, quarter = _parts(number)
    campus = number % 2 == 1
    families = np.array([len(entry.families) for entry in DEPARTMENTS])
    places = np.array([len(entry) for entry in PLACES])
    start = (plan.opening + quarter * _QUARTER) // DAY
    return Requisitions(
        number=number,
        department=department,
        region=region,
        is_campus=campus,
        family=plan.draws.whole("family", number, families[department]),
        level=np.where(campus, 0, plan.draws.choice("level", number, _REGULAR_LEVEL_SHARES)),
        place=plan.draws.whole("place", number, places[region]),
        opened_day=start - 1 - plan.draws.whole("opened", number, 20),
        closed_day=start + _QUARTER // DAY + 15 + plan.draws.whole("closed", number, 30),
    )


def _parts(number: Ints) -> tuple[Ints, Ints, Ints]:
    cell = number // _STRIDE
    return cell // (QUARTERS * len(REGIONS)), cell // QUARTERS % len(REGIONS), cell % QUARTERS


def _numbers(plan: Plan) -> Ints:
    cells = np.arange(len(DEPARTMENTS) * len(REGIONS) * QUARTERS, dtype=np.int64)
    kinds = []
    for campus in (False, True):
        counts = np.repeat(slot_counts(plan, campus=campus).ravel(), QUARTERS)
        slot = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        kinds.append(np.repeat(cells, counts) * _STRIDE + slot * 2 + int(campus))
    return np.concatenate(kinds)
