"""The departments that a principal may see, largest first, and whether a home holds records of real people."""

from dataclasses import dataclass

from sqlalchemy import func, select

from warehouse.access import Permission, Principal
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings
from warehouse.tables.hiring import Application, Department
from warehouse.tables.landing import Load


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRow:
    """A department with its names and the applications that the principal may see."""

    department_id: str
    name: str
    name_zh: str | None
    applications: int


def departments(settings: Settings, principal: Principal) -> tuple[DepartmentRow, ...]:
    """The visible departments, the one with most applications first; none for the empty principal."""
    applications = func.count(Application.application_id)
    statement = (
        select(Department.department_id, Department.name, Department.name_zh, applications)
        .outerjoin(Application, Application.department_id == Department.department_id)
        .group_by(Department.department_id, Department.name, Department.name_zh)
        .order_by(applications.desc(), Department.name)
    )
    with unit_of_work(settings, principal) as session:
        return tuple(
            DepartmentRow(department_id=str(key), name=name, name_zh=name_zh, applications=count)
            for key, name, name_zh, count in session.execute(statement).all()
        )


def holds_real_records(settings: Settings, principal: Principal) -> bool:
    """Whether anything but a generated company was loaded here. Needs READ_LOADS."""
    principal.require(Permission.READ_LOADS)
    with unit_of_work(settings, principal) as session:
        real = select(Load.load_id).where(Load.is_generated.is_(False)).limit(1)
        return session.execute(real).first() is not None
