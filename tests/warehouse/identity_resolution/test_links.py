"""A person links, rejects and takes back; hires come and go with the links, and every decision leaves a line."""

import uuid

import pytest
import sqlalchemy as sa

from tests.builders import Builder, build
from tests.warehouse.identity_resolution.records import (
    HR_ADMIN,
    STARTED,
    applied,
    candidate,
    employee,
    links,
    only_link,
    rows,
)
from warehouse import postgres
from warehouse.access import NOBODY
from warehouse.identity_resolution.errors import ContradictsDecision, NotDecidable, UnknownLink
from warehouse.identity_resolution.hires import make_hires
from warehouse.identity_resolution.links import lines, link, link_records, reject, unmerge
from warehouse.identity_resolution.sides import sides
from warehouse.identity_resolution.suggest import suggest
from warehouse.keys import key
from warehouse.postgres import DatabaseRole
from warehouse.settings import Settings

_HIRE = key("hire", "sf", "E1")


def _hired(records: Settings) -> uuid.UUID:
    """An employee who was linked by hand; the link."""
    who = candidate(records, email=None, phone=None)
    applied(records, who)
    employee(records, email=None, phone=None)
    suggest(records, HR_ADMIN)
    link(records, HR_ADMIN, only_link(records))
    return only_link(records)


def test_linking_an_employee_makes_the_hire_that_reviews_and_pay_look_for(records: Settings) -> None:
    _hired(records)

    build(records, lambda builder: builder.performance_review(_HIRE))

    assert rows(records, "SELECT hire_id, employee_number, mapping_version FROM hr.hire") == [(_HIRE, "0042", 0)]


def test_the_hire_follows_the_employees_record(records: Settings) -> None:
    _hired(records)
    with postgres.unit_of_work(records, NOBODY, DatabaseRole.INTAKE) as session:
        session.execute(sa.text("UPDATE hr.employee SET left_on = '2025-09-01', leaving_reason = 'voluntary'"))
        changed, again = make_hires(session), make_hires(session)

    assert (changed, again) == (1, 0)
    assert rows(records, "SELECT left_on::text, leaving_reason FROM hr.hire") == [("2025-09-01", "voluntary")]


def test_taking_a_link_back_takes_the_hire_and_what_hangs_on_it(records: Settings) -> None:
    link_id = _hired(records)
    build(records, lambda builder: (builder.performance_review(_HIRE), builder.compensation(_HIRE)))

    done = unmerge(records, HR_ADMIN, link_id)

    assert (done.taken_back.hires, done.taken_back.rows_of_files) == (1, 2)
    assert rows(records, "SELECT count(*) FROM hr.hire") == [(0,)]
    assert links(records) == {"employee": ["unmerged"]}


def test_a_review_that_came_as_an_event_waits_again_when_its_hire_is_taken_back(records: Settings) -> None:
    link_id = _hired(records)
    review = build(records, lambda builder: builder.performance_review(_HIRE))
    with postgres.engine(records).begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO landing.inbox (source, idempotency_key, payload, handled_at)"
                " VALUES ('sf', 'k', '{}', now())"
            )
        )
        connection.execute(
            sa.text(
                "INSERT INTO landing.record_version (table_name, record_key, inbox_id)"
                " SELECT 'performance_review', :review, inbox_id FROM landing.inbox"
            ),
            {"review": review},
        )

    done = unmerge(records, HR_ADMIN, link_id)

    assert (done.taken_back.events_waiting, done.taken_back.rows_of_files) == (1, 0)
    assert rows(records, "SELECT handled_at FROM landing.inbox") == [(None,)]


def test_a_hire_that_the_source_itself_named_is_never_taken_back(records: Settings) -> None:
    who = candidate(records)
    application = applied(records, who)
    employee(records)
    build(
        records,
        lambda builder: builder.hire(
            application, hire_id=_HIRE, source="sf", source_record_id="E1", started_on=STARTED
        ),
    )
    suggest(records, HR_ADMIN)

    done = unmerge(records, HR_ADMIN, only_link(records))

    assert done.taken_back.hires == 0
    assert rows(records, "SELECT hire_id FROM hr.hire") == [(_HIRE,)]


def test_a_link_before_the_offer_gets_its_hire_when_the_offer_has_come(records: Settings) -> None:
    who = candidate(records)
    application = applied(records, who, accepted=False)
    employee(records)
    first = suggest(records, HR_ADMIN)
    build(records, lambda builder: builder.offer(application))

    again = suggest(records, HR_ADMIN)

    assert (first.linked, first.hires, again.hires) == (1, 0, 1)


def test_parting_two_candidates_takes_the_hire_that_only_the_other_ones_offer_made(records: Settings) -> None:
    one, other = candidate(records, email=None), candidate(records, "liepin", phone=None)
    applied(records, other)
    who = employee(records, email=None, phone=None, full_name="A B", full_name_local=None)
    link_records(records, HR_ADMIN, one, other, "candidate")
    link_records(records, HR_ADMIN, one, who, "employee")
    pair = next(line for line in lines(records, HR_ADMIN, state="linked") if line.kind == "candidate")

    done = unmerge(records, HR_ADMIN, pair.link_id)

    assert (done.taken_back.hires, rows(records, "SELECT count(*) FROM hr.hire")) == (1, [(0,)])


def test_of_two_accepted_offers_the_nearer_one_is_the_hires(records: Settings) -> None:
    who = candidate(records)

    def two(builder: Builder) -> uuid.UUID:
        opening = builder.requisition(builder.department())
        early, near = builder.application(opening, who), builder.application(opening, who)
        builder.offer(early, offered_at=builder.day(-300), accepted_at=builder.day(-290))
        builder.offer(near)
        return near

    near = build(records, two)
    employee(records)
    suggest(records, HR_ADMIN)

    assert rows(records, "SELECT application_id FROM hr.hire") == [(near,)]


def test_an_employee_is_one_person_only(records: Settings) -> None:
    _hired(records)
    stranger = candidate(records, "liepin", email="s@example.com", phone=None, full_name="S T", full_name_local=None)

    with pytest.raises(ContradictsDecision, match="another person"):
        link_records(records, HR_ADMIN, stranger, key("employee", "sf", "E1"), "employee")


def test_a_link_that_would_join_two_parted_records_by_a_third_is_refused(records: Settings) -> None:
    a, b, c = (candidate(records, source, email=None, phone=None) for source in ("ats", "liepin", "moka"))
    link_records(records, HR_ADMIN, a, b, "candidate")
    unmerge(records, HR_ADMIN, only_link(records))
    link_records(records, HR_ADMIN, a, c, "candidate")

    with pytest.raises(ContradictsDecision, match="somebody parted"):
        link_records(records, HR_ADMIN, b, c, "candidate")


def test_a_person_may_change_the_decision_about_the_very_pair(records: Settings) -> None:
    candidate(records)
    candidate(records, "liepin")
    suggest(records, HR_ADMIN)
    unmerge(records, HR_ADMIN, only_link(records))

    link(records, HR_ADMIN, only_link(records))

    assert links(records) == {"candidate": ["linked"]}


def test_taking_back_one_of_three_links_says_that_the_two_are_still_one(records: Settings) -> None:
    a, b, c = (candidate(records, source, email=None, phone=None) for source in ("ats", "liepin", "moka"))
    for one, other in ((a, b), (b, c), (a, c)):
        link_records(records, HR_ADMIN, one, other, "candidate")

    done = unmerge(records, HR_ADMIN, key("identity_link", "candidate", f"{min(a, b)}:{max(a, b)}"))

    assert done.is_still_one


@pytest.mark.parametrize("act", [reject, unmerge])
def test_a_pair_in_another_state_is_refused(records: Settings, act) -> None:
    candidate(records)
    candidate(records, "liepin", phone=None, full_name="Wei Zheng", full_name_local=None)
    suggest(records, HR_ADMIN)
    reject(records, HR_ADMIN, only_link(records))

    with pytest.raises(NotDecidable, match="rejected"):
        act(records, HR_ADMIN, only_link(records))


def test_a_pair_that_nobody_knows_is_said_so(records: Settings) -> None:
    with pytest.raises(UnknownLink):
        link(records, HR_ADMIN, uuid.uuid4())
    with pytest.raises(UnknownLink):
        link_records(records, HR_ADMIN, candidate(records), uuid.uuid4(), "employee")


def test_every_decision_and_every_look_leaves_a_line(records: Settings) -> None:
    candidate(records)
    candidate(records, "liepin")
    suggest(records, HR_ADMIN)
    left, right = sides(records, HR_ADMIN, only_link(records))
    unmerge(records, HR_ADMIN, only_link(records))

    actions = [row[0] for row in rows(records, "SELECT action FROM governance.audit_log ORDER BY position")]

    assert {left.email, right.email} == {"wei.zhang@example.com"}
    assert "wei" not in repr(left)
    assert actions == ["identities_linked", "identities_compared", "identity_unmerged"]
