"""Row-level security: what each role sees of each table, the empty principal included."""

import uuid
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from tests.builders import Builder, build
from warehouse import postgres
from warehouse.access import NOBODY, ROLES, Permission, Principal, Role
from warehouse.postgres import DatabaseRole
from warehouse.settings import Settings
from warehouse.tables.hiring import Course

HR_TABLES = (
    "department", "requisition", "candidate", "application", "stage_event", "ai_interview", "skill_score",
    "re_interview", "offer", "hire", "performance_review", "compensation", "course",
)  # fmt: skip

_PROVENANCE = {"source": "built", "source_record_id": "c1", "mapping_version": 1, "payload_hash": uuid.UUID(int=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Two departments with one hired person each, and every kind of record about them."""

    settings: Settings
    sales: uuid.UUID
    candidate: uuid.UUID


@pytest.fixture
def company(records: Settings) -> Company:
    """A company with one row of every table in each of two departments."""
    sales, first = build(records, lambda builder: _department(builder, "Sales"))
    build(records, lambda builder: _department(builder, "Research"))
    return Company(settings=records, sales=sales, candidate=first)


def _department(build: Builder, name: str) -> tuple[uuid.UUID, uuid.UUID]:
    department = build.department(name)
    candidate = build.candidate(full_name="Example Person", email="person@example.com")
    application = build.application(build.requisition(department), candidate)
    build.stage_event(application, "ai_interview")
    build.ai_interview(application, skills={"logic": 70.0})
    build.re_interview(application)
    build.offer(application)
    hire = build.hire(application)
    build.performance_review(hire)
    build.compensation(hire)
    course = Course(course_id=uuid.uuid4(), hire_id=hire, name="Logic", **_PROVENANCE)
    build.session.add(course)
    build.demographics(candidate, sex="F")
    return department, candidate


def _seen(company: Company, principal: Principal) -> dict[str, int]:
    with postgres.unit_of_work(company.settings, principal) as session:
        return {table: session.execute(sa.text(f"SELECT count(*) FROM hr.{table}")).scalar_one() for table in HR_TABLES}


def _expected(role: Role, table: str) -> int:
    permissions = ROLES[role][1]
    rows = 2 if Permission.READ_ALL_DEPARTMENTS in permissions else 0
    rows = 1 if Permission.READ_OWN_DEPARTMENTS in permissions else rows
    if table in {"department", "requisition"}:
        return rows
    if Permission.READ_PEOPLE not in permissions:
        return 0
    return 0 if table == "compensation" and Permission.READ_PAY not in permissions else rows


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CANDIDATE])
def test_each_role_sees_its_own_rows_of_every_table(company: Company, role: Role) -> None:
    principal = Principal(id="someone", roles=frozenset({role}), departments=frozenset({str(company.sales)}))

    seen = _seen(company, principal)

    assert seen == {table: _expected(role, table) for table in HR_TABLES}


def test_the_empty_principal_sees_no_row_of_anything(company: Company) -> None:
    assert set(_seen(company, NOBODY).values()) == {0}


def test_a_session_without_any_principal_sees_no_row(company: Company) -> None:
    with postgres.engine(company.settings).begin() as connection:
        connection.execute(sa.text("SET LOCAL ROLE hiregate_app"))

        assert connection.execute(sa.text("SELECT count(*) FROM hr.application")).scalar_one() == 0


def test_a_candidate_sees_the_own_records_but_neither_the_human_ratings_nor_the_pay(company: Company) -> None:
    principal = Principal(id="c", roles=frozenset({Role.CANDIDATE}), candidate_id=str(company.candidate))

    seen = _seen(company, principal)

    own = {"candidate", "application", "stage_event", "ai_interview", "skill_score", "offer", "hire", "course"}
    assert {table for table, rows in seen.items() if rows == 1} == own
    assert max(seen.values()) == 1


@pytest.mark.parametrize("role", list(Role))
def test_demographics_open_only_to_the_roles_that_may_read_them(company: Company, role: Role) -> None:
    principal = Principal(id="someone", roles=frozenset({role}), departments=frozenset({str(company.sales)}))

    with postgres.unit_of_work(company.settings, principal, DatabaseRole.VAULT) as session:
        rows = session.execute(sa.text("SELECT count(*) FROM vault.demographics")).scalar_one()

    assert rows == (2 if Permission.READ_DEMOGRAPHICS in ROLES[role][1] else 0)


@pytest.mark.parametrize("statement", ["SELECT * FROM vault.demographics", "UPDATE hr.candidate SET email = 'x'"])
def test_the_application_role_reaches_neither_the_vault_nor_writes_records(company: Company, statement: str) -> None:
    leader = Principal(id="l", roles=frozenset({Role.HR_LEADER}))

    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        postgres.unit_of_work(company.settings, leader) as session,
    ):
        session.execute(sa.text(statement))


@pytest.mark.parametrize("column", ["full_name", "full_name_local", "email", "phone"])
def test_the_lakes_role_cannot_read_names_and_contact(company: Company, column: str) -> None:
    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        postgres.unit_of_work(company.settings, NOBODY, DatabaseRole.LAKE) as session,
    ):
        session.execute(sa.text(f"SELECT {column} FROM hr.candidate"))
