"""The one door: whose rows it shows, what it refuses, and that nothing can be reached around it."""

import duckdb
import pytest
import sqlalchemy as sa

from tests.builders import build
from tests.warehouse.lake.companies import AUDITOR, LEADER, Company, company, rows
from tests.warehouse.lake.test_refresh import change
from warehouse import postgres
from warehouse.access import NOBODY, ROLES, AccessDenied, Permission, Principal, Role
from warehouse.lake import snapshot
from warehouse.lake.door import open_lake, opened
from warehouse.lake.errors import LakeIsGone, PurposeMissing, UnknownEngine, UnknownSnapshot
from warehouse.lake.refresh import refresh
from warehouse.lake.tables import TABLES
from warehouse.settings import Settings

OPEN_TABLES = [table.name for table in TABLES if table.name != "demographics"]


@pytest.fixture
def built(records: Settings) -> Company:
    """The small company, refreshed into the lake."""
    made = build(records, company)
    refresh(records)
    return made


def manager(*departments: object) -> Principal:
    """A manager of these departments."""
    return Principal(
        id="mia", roles=frozenset({Role.DEPARTMENT_MANAGER}), departments=frozenset(str(each) for each in departments)
    )


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_all_or_its_own_or_is_refused(records: Settings, built: Company, role: Role) -> None:
    someone = Principal(id="x", roles=frozenset({role}), departments=frozenset({str(built.research)}))
    may = ROLES[role][1]

    if Permission.READ_LAKE not in may:
        with pytest.raises(AccessDenied):
            open_lake(records, someone)
        return

    seen = {row["department"] for row in rows(records, principal=someone)}
    assert seen == ({"Research", "Sales"} if Permission.READ_ALL_DEPARTMENTS in may else {"Research"})


def test_nobody_is_refused(records: Settings, built: Company) -> None:
    with pytest.raises(AccessDenied):
        open_lake(records, NOBODY)


@pytest.mark.parametrize("table", OPEN_TABLES)
def test_a_manager_without_departments_sees_no_row(records: Settings, built: Company, table: str) -> None:
    assert rows(records, table, principal=manager()) == []


@pytest.mark.parametrize("table", OPEN_TABLES)
def test_a_manager_sees_the_own_department_only(records: Settings, built: Company, table: str) -> None:
    seen = {row["department_id"] for row in rows(records, table, principal=manager(built.research))}

    assert seen <= {str(built.research)}


def test_a_moved_requisition_moves_its_rows_to_the_other_manager(records: Settings, built: Company) -> None:
    move = "UPDATE hr.application SET department_id = :to WHERE application_id = :id"
    change(records, move, to=built.research, id=built.hired)
    refresh(records)

    assert rows(records, principal=manager(built.sales)) == []
    assert len(rows(records, "skill_scores", principal=manager(built.research))) == 3


def test_demographics_need_the_permission(records: Settings, built: Company) -> None:
    with pytest.raises(AccessDenied, match="read_demographics"):
        open_lake(records, LEADER, purpose="curiosity")


def test_demographics_need_a_purpose(records: Settings, built: Company) -> None:
    with opened(records, AUDITOR) as lake, pytest.raises(PurposeMissing):
        _ = lake.demographics


def test_an_opening_with_demographics_stands_in_the_audit_log(records: Settings, built: Company) -> None:
    open_lake(records, AUDITOR, purpose="adverse impact of March").close()

    with postgres.engine(records).connect() as connection:
        newest = "SELECT actor, action, detail ->> 'purpose' FROM governance.audit_log ORDER BY position DESC LIMIT 1"
        line = connection.execute(sa.text(newest)).one()
    assert tuple(line) == ("otto", "read_demographics", "adverse impact of March")


def test_without_a_purpose_the_demographics_files_cannot_be_read(records: Settings, built: Company) -> None:
    with opened(records, AUDITOR) as lake, pytest.raises(duckdb.PermissionException):
        lake.backend.con.execute(f"SELECT * FROM read_parquet('{records.lake}/demographics/**/*.parquet')").fetchall()


@pytest.mark.parametrize(
    "statement",
    [
        "COPY (SELECT 1) TO '{home}/out.csv'",
        "SELECT * FROM read_text('{home}/keys/pseudonym.key')",
        "ATTACH '{home}/other.db'",
        "SET enable_external_access = true",
    ],
)
def test_the_connection_reaches_no_other_file(records: Settings, built: Company, statement: str) -> None:
    with opened(records, AUDITOR) as lake, pytest.raises(duckdb.Error):
        lake.backend.con.execute(statement.format(home=records.home)).fetchall()


def test_an_earlier_snapshot_shows_the_rows_of_its_time(records: Settings, built: Company) -> None:
    first = snapshot.snapshot(records)
    assert first is not None
    change(records, "UPDATE hr.application SET channel = 'fair'")
    refresh(records)

    assert {row["channel"] for row in rows(records, snapshot=first.id)} == {"site"}
    assert {row["channel"] for row in rows(records)} == {"fair"}


def test_before_the_first_refresh_every_table_is_empty(records: Settings) -> None:
    assert [rows(records, table.name) for table in TABLES] == [[]] * len(TABLES)


def test_an_unknown_snapshot_is_named(records: Settings, built: Company) -> None:
    with pytest.raises(UnknownSnapshot, match="4711"):
        open_lake(records, AUDITOR, 4711)


def test_an_engine_that_is_not_there_is_named(records: Settings) -> None:
    other = Settings(home=records.home, database_url=records.database_url, engine="spark://somewhere")

    with pytest.raises(UnknownEngine, match="spark://somewhere"):
        open_lake(other, AUDITOR)


def test_a_lake_whose_files_are_gone_says_what_to_do(records: Settings, built: Company) -> None:
    (records.home / "lake" / "applications").rename(records.home / "elsewhere")

    with pytest.raises(LakeIsGone, match="refresh --full"):
        open_lake(records, AUDITOR)


def test_files_that_went_away_between_two_openings_are_missed(records: Settings, built: Company) -> None:
    open_lake(records, AUDITOR).close()
    (records.home / "lake" / "applications").rename(records.home / "elsewhere")

    with pytest.raises(LakeIsGone, match="refresh --full"):
        open_lake(records, AUDITOR)


def test_a_lake_behind_an_address_reads_the_same_rows(records: Settings, built: Company) -> None:
    """An object store is read by Delta's own reader; a file address takes the same path."""
    change(records, "UPDATE hr.application SET channel = 'fair' WHERE application_id = :id", id=built.hired)
    expected = rows(records)
    at_address = Settings(
        home=records.home, database_url=records.database_url, lake_url=f"file://{records.home}/lake-elsewhere"
    )
    refresh(at_address)
    change(records, "UPDATE hr.application SET channel = 'site' WHERE application_id = :id", id=built.hired)
    refresh(at_address)

    assert rows(at_address) == expected
