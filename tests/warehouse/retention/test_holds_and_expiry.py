"""A hold keeps a person's records against every erasure; expiry takes whom no rule keeps, and nobody else."""

import datetime as dt

import pytest
from sqlalchemy import text

from tests.builders import Builder, build
from tests.warehouse.retention.conftest import ERASER, Eraser, Rows, nothing_elsewhere
from warehouse import retention_holds
from warehouse.access import NOBODY, ROLES, AccessDenied, Permission, Principal, Role
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.retention import preview
from warehouse.retention_errors import HeldPerson, UnknownCandidate, UnknownHold
from warehouse.retention_expiry import expire, expired
from warehouse.settings import Settings

TODAY = dt.datetime.now(dt.UTC).date()
FAR = TODAY + dt.timedelta(days=400)


def test_a_held_person_is_not_erased_and_the_refusal_says_until_when(
    company: Settings, eraser: Eraser, rows: Rows
) -> None:
    hold = retention_holds.add(company, ERASER, "P1", matter="case 12", until=FAR)

    with pytest.raises(HeldPerson, match=rf"hold {hold.number} \(case 12\) until {FAR.isoformat()}"):
        eraser()

    assert rows("SELECT count(*) FROM hr.candidate") == [(3,)]
    assert rows("SELECT count(*) FROM hr.erasure") == [(0,)]


def test_a_dry_run_is_refused_by_a_hold_too(company: Settings) -> None:
    retention_holds.add(company, ERASER, "P1", matter="case 12")

    with pytest.raises(HeldPerson, match="until it is lifted"):
        preview(company, ERASER, "P1")


def test_a_hold_on_a_linked_candidate_counts(company: Settings, eraser: Eraser, rows: Rows) -> None:
    _link(company, rows)
    retention_holds.add(company, ERASER, "P2", matter="case 12")

    with pytest.raises(HeldPerson, match="case 12"):
        eraser("P1")


def test_linked_candidates_go_together(company: Settings, eraser: Eraser, rows: Rows) -> None:
    _link(company, rows)

    eraser("P1")

    assert rows("SELECT full_name FROM hr.candidate") == [("Grace Hopper",)]
    assert rows("SELECT count(*) FROM hr.identity_link") == [(0,)]


@pytest.mark.parametrize("ends", ["lifted", "past"])
def test_a_hold_that_ended_keeps_nobody(company: Settings, eraser: Eraser, rows: Rows, ends: str) -> None:
    past = TODAY - dt.timedelta(days=1)
    hold = retention_holds.add(company, ERASER, "P1", matter="case 12", until=past if ends == "past" else None)
    if ends == "lifted":
        retention_holds.lift(company, ERASER, hold.number)

    eraser()

    assert rows("SELECT candidate_id, matter FROM hr.legal_hold") == [(None, "case 12")]


def test_a_hold_is_lifted_once(company: Settings) -> None:
    hold = retention_holds.add(company, ERASER, "P1", matter="case 12")
    retention_holds.lift(company, ERASER, hold.number)

    with pytest.raises(UnknownHold, match=f"no hold {hold.number} stands"):
        retention_holds.lift(company, ERASER, hold.number)

    assert retention_holds.listed(company, ERASER) == []
    assert [one.lifted_by for one in retention_holds.listed(company, ERASER, also_lifted=True)] == ["li"]


def test_nobody_unknown_is_held(company: Settings) -> None:
    with pytest.raises(UnknownCandidate):
        retention_holds.add(company, ERASER, "P9", matter="case 12")


@pytest.mark.parametrize("role", [None, *(role for role in Role if Permission.ERASE_PEOPLE not in ROLES[role][1])])
def test_other_roles_neither_hold_nor_expire(company: Settings, role: Role | None) -> None:
    by = NOBODY if role is None else Principal(id="someone", roles=frozenset({role}))

    for ask in (
        lambda: retention_holds.add(company, by, "P1", matter="m"),
        lambda: retention_holds.listed(company, by),
        lambda: retention_holds.lift(company, by, 1),
        lambda: expired(company, by, keep_until=lambda day: day, on=TODAY),
    ):
        with pytest.raises(AccessDenied, match="erase_people"):
            ask()


def test_expiry_takes_whom_no_rule_keeps(records: Settings, rows: Rows) -> None:
    build(records, _three_who_left_and_one_who_works)
    held = rows("SELECT candidate_id::text FROM hr.candidate WHERE full_name = 'Held'")[0][0]
    retention_holds.add(records, ERASER, str(held), matter="case 12")

    found = expired(records, ERASER, keep_until=lambda day: day.replace(year=day.year + 4), on=dt.date(2024, 6, 1))
    report = expire(records, ERASER, found, reason="past the rule", elsewhere=nothing_elsewhere)

    assert (found.people, found.held, found.employed) == (1, 1, 1)
    assert report is not None
    assert report.people == 1
    assert rows("SELECT full_name FROM hr.candidate ORDER BY 1") == [("Held",), ("Recent",), ("Works",)]


def test_without_anybody_past_the_rules_nothing_happens(company: Settings, rows: Rows) -> None:
    found = expired(company, ERASER, keep_until=lambda _: FAR, on=TODAY)

    assert expire(company, ERASER, found, reason="past the rule", elsewhere=nothing_elsewhere) is None
    assert rows("SELECT count(*) FROM hr.erasure") == [(0,)]


def _link(settings: Settings, rows: Rows) -> None:
    keys = sorted(str(row[0]) for row in rows("SELECT candidate_id FROM hr.candidate WHERE full_name LIKE 'A%'"))
    with unit_of_work(settings, NOBODY, DatabaseRole.INTAKE) as session:
        session.execute(
            text(
                "INSERT INTO hr.identity_link (identity_link_id, kind, left_key, right_key, score, evidence, state)"
                " VALUES (gen_random_uuid(), 'candidate', :left, :right, 1, '{}', 'linked')"
            ),
            {"left": keys[0], "right": keys[1]},
        )


def _three_who_left_and_one_who_works(make: Builder) -> None:
    opening = make.requisition(make.department())
    for name, year in (("Past", 2019), ("Held", 2019), ("Recent", 2023)):
        person = make.candidate(full_name=name)
        make.application(opening, person, applied_at=dt.datetime(year, 5, 1, tzinfo=dt.UTC))
    works = make.candidate(full_name="Works")
    application = make.application(opening, works, applied_at=dt.datetime(2019, 5, 1, tzinfo=dt.UTC))
    make.hire(application, started_on=dt.date(2019, 7, 1))
