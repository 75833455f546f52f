"""An erased person is in no table and no file; everybody else stays as they were."""

import pytest
import sqlalchemy as sa

from tests.warehouse.retention.conftest import (
    ADA,
    ERASER,
    ROWS,
    TELLING,
    Eraser,
    Load,
    Rows,
    files_holding,
    tables_holding,
)
from warehouse import postgres
from warehouse.access import NOBODY, ROLES, AccessDenied, Permission, Principal, Role
from warehouse.files.errors import FileRefused
from warehouse.lake.door import open_lake
from warehouse.lake.errors import SnapshotErased
from warehouse.lake.refresh import refresh
from warehouse.lake.snapshot import snapshot, standing
from warehouse.rebuild import rebuild
from warehouse.retention import preview
from warehouse.retention_errors import UnknownCandidate
from warehouse.settings import Settings

STATE = "SELECT to_jsonb(t) - 'changed_xid' FROM {table} t ORDER BY 1"
TABLES = ("hr.department", "hr.requisition", "hr.candidate", "hr.application", "hr.ai_interview", "hr.skill_score")


def test_the_search_finds_the_person_before_the_erasure(company: Settings) -> None:
    found = tables_holding(company, TELLING)

    assert "hr.candidate" in found
    assert any(name.startswith("raw/") for name in files_holding(company.home, TELLING[:3]))


def test_no_table_and_no_file_tells_of_the_erased_person(company: Settings, eraser: Eraser) -> None:
    (company.home / "acme.csv").unlink()

    eraser()

    assert tables_holding(company, TELLING) == []
    assert files_holding(company.home, TELLING) == []


def test_everybody_else_stays(company: Settings, eraser: Eraser, rows: Rows) -> None:
    eraser()

    assert rows("SELECT full_name FROM hr.candidate ORDER BY 1") == [("Alan Turing",), ("Grace Hopper",)]


def test_a_tombstone_counts_and_names_nobody(company: Settings, eraser: Eraser, rows: Rows) -> None:
    report = eraser(reason="asked by letter")

    kept = rows("SELECT people, reason, requested_by, work, finished_at IS NOT NULL FROM hr.erasure")
    assert kept == [(1, "asked by letter", "li", None, True)]
    assert report.counts["hr.application"] == 1
    assert report.counts["raw_rows"] == 1


def test_the_same_command_again_answers_what_was_done(company: Settings, eraser: Eraser) -> None:
    first = eraser()

    again = eraser()

    assert (again.state, again.erasure_id) == ("erased_before", first.erasure_id)


def test_a_rebuild_gives_the_same_rows_without_the_person(company: Settings, eraser: Eraser, rows: Rows) -> None:
    eraser()
    before = [rows(STATE.format(table=table)) for table in TABLES]

    rebuild(company, ERASER)

    assert [rows(STATE.format(table=table)) for table in TABLES] == before


def test_the_same_file_again_brings_the_person_into_quarantine(
    company: Settings, eraser: Eraser, load: Load, rows: Rows
) -> None:
    eraser()

    report = load(*ROWS)

    assert report.rows_rejected == 1
    assert rows("SELECT reason_code, masked_values FROM landing.quarantine") == [("erased", {})]


def test_a_new_file_is_kept_without_the_person(company: Settings, eraser: Eraser, load: Load) -> None:
    eraser()

    load(ROWS[0].replace("60", "61"), ROWS[1], ROWS[2])
    (company.home / "acme.csv").unlink()

    assert files_holding(company.home, TELLING) == []
    assert tables_holding(company, TELLING) == []


def test_a_file_with_nobody_else_is_refused(company: Settings, eraser: Eraser, load: Load) -> None:
    eraser()

    with pytest.raises(FileRefused, match="somebody who was erased"):
        load(ROWS[0])


def test_the_lake_forgets_and_says_so(company: Settings, eraser: Eraser) -> None:
    before = snapshot(company)
    eraser()
    assert before is not None

    with pytest.raises(SnapshotErased, match="held a person who was erased on"):
        open_lake(company, ERASER, before.id)

    lake = open_lake(company, ERASER)
    assert lake.applications.count().execute() == 2
    assert standing(company, before.id) > before.id


def test_a_refresh_goes_on_after_an_erasure(company: Settings, eraser: Eraser) -> None:
    eraser()
    after = snapshot(company)

    assert after is not None
    assert refresh(company).id == after.id


def test_a_dry_run_changes_nothing(company: Settings, rows: Rows) -> None:
    before = [rows(STATE.format(table=table)) for table in TABLES]

    report = preview(company, ERASER, "P1")

    assert (report.state, report.counts["hr.candidate"], report.counts["raw_rows"]) == ("dry_run", 1, 1)
    assert [rows(STATE.format(table=table)) for table in TABLES] == before
    assert rows("SELECT count(*) FROM hr.erasure") == [(0,)]


def test_a_person_is_found_by_key_too(company: Settings, eraser: Eraser) -> None:
    assert eraser(str(ADA)).state == "erased"


@pytest.mark.parametrize("unknown", ["P9", "0b5c1d9e-1111-4222-8333-444455556666", "", "a" * 500])
def test_an_unknown_person_is_refused(company: Settings, eraser: Eraser, unknown: str) -> None:
    with pytest.raises(UnknownCandidate, match="nobody here has this id"):
        eraser(unknown)


@pytest.mark.parametrize("role", [None, *(role for role in Role if Permission.ERASE_PEOPLE not in ROLES[role][1])])
def test_other_roles_erase_nobody(company: Settings, eraser: Eraser, rows: Rows, role: Role | None) -> None:
    by = NOBODY if role is None else Principal(id="someone", roles=frozenset({role}))

    with pytest.raises(AccessDenied, match="erase_people"):
        eraser(by=by)

    assert rows("SELECT count(*) FROM hr.candidate") == [(3,)]


def test_the_database_role_alone_deletes_nobody(company: Settings) -> None:
    with postgres.unit_of_work(company, NOBODY, postgres.DatabaseRole.RETENTION) as session:
        deleted = session.execute(sa.text("DELETE FROM hr.ai_interview RETURNING 1")).all()

    assert deleted == []
