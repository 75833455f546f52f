"""Which records are linked at once, which wait for a person, and which are not spoken of again."""

import json
import uuid

import pytest

from tests.warehouse.identity_resolution.records import HR_ADMIN, applied, candidate, employee, links, only_link, rows
from warehouse.access import AccessDenied, Principal, Role
from warehouse.identity_resolution.links import lines, link, link_records, reject, unmerge
from warehouse.identity_resolution.suggest import suggest
from warehouse.settings import Settings


def test_two_identifiers_that_agree_link_two_candidates(records: Settings) -> None:
    candidate(records, "ats", email="Wei.Zhang+jobs@example.com")
    candidate(records, "liepin", phone="13812345678")

    done = suggest(records, HR_ADMIN)

    assert (done.linked, done.suggested) == (1, 0)
    assert links(records) == {"candidate": ["linked"]}


@pytest.mark.parametrize(
    "other",
    [
        {"phone": None, "full_name": None, "full_name_local": None},
        {"email": "ping@example.com", "full_name": None, "full_name_local": None},
    ],
)
def test_one_identifier_alone_never_links(records: Settings, other: dict[str, object]) -> None:
    candidate(records)
    candidate(records, "liepin", **other)

    done = suggest(records, HR_ADMIN)

    assert done.linked == 0


def test_a_family_that_shares_address_and_number_is_not_one_person(records: Settings) -> None:
    candidate(records)
    candidate(records, "liepin", full_name="Min Zhang", full_name_local="张敏")

    done = suggest(records, HR_ADMIN)

    assert (done.linked, done.suggested) == (0, 1)
    assert lines(records, HR_ADMIN)[0].evidence == {"agreed": ["email", "phone"], "differed": ["name"]}


def test_a_name_alone_is_no_reason_to_look(records: Settings) -> None:
    candidate(records)
    candidate(records, "liepin", email="other@example.com", phone="13900000001")

    assert suggest(records, HR_ADMIN).suggested == 0


def test_an_address_that_very_many_share_joins_nobody(records: Settings) -> None:
    for number in range(25):
        candidate(records, phone=None, email="agency@example.com", full_name=f"Name {number}", full_name_local=None)

    done = suggest(records, HR_ADMIN)

    assert (done.compared, done.linked, done.suggested) == (0, 0, 0)


def test_evidence_names_fields_and_no_value(records: Settings) -> None:
    candidate(records)
    candidate(records, "liepin", phone=None)
    suggest(records, HR_ADMIN)

    stored = json.dumps(rows(records, "SELECT evidence, kind, state FROM hr.identity_link"), ensure_ascii=False)

    assert not any(value in stored.lower() for value in ("wei", "zhang", "张", "138"))


def test_a_second_run_changes_nothing(records: Settings) -> None:
    candidate(records)
    candidate(records, "liepin")
    candidate(records, "moka", phone=None, full_name="Wei Zheng", full_name_local=None)
    suggest(records, HR_ADMIN)
    before = rows(records, "SELECT identity_link_id, state, changed_xid FROM hr.identity_link ORDER BY 1")

    again = suggest(records, HR_ADMIN)

    assert (again.linked, again.suggested) == (0, 0)
    assert rows(records, "SELECT identity_link_id, state, changed_xid FROM hr.identity_link ORDER BY 1") == before


@pytest.mark.parametrize("decide", [reject, unmerge])
def test_what_a_person_parted_is_not_suggested_again(records: Settings, decide) -> None:
    candidate(records)
    candidate(
        records,
        "liepin",
        **({} if decide is unmerge else {"phone": None, "full_name": "Wei Zheng", "full_name_local": None}),
    )
    suggest(records, HR_ADMIN)

    decide(records, HR_ADMIN, only_link(records))
    again = suggest(records, HR_ADMIN)

    assert (again.linked, again.suggested) == (0, 0)
    assert links(records) == {"candidate": ["unmerged" if decide is unmerge else "rejected"]}


def test_a_link_by_itself_never_joins_two_whom_somebody_parted(records: Settings) -> None:
    """A and B were parted; C looks like both. It may join one of them, and the other waits for a person."""
    candidate(records, "ats")
    candidate(records, "liepin")
    suggest(records, HR_ADMIN)
    unmerge(records, HR_ADMIN, only_link(records))
    candidate(records, "moka")

    done = suggest(records, HR_ADMIN)

    assert (done.linked, done.suggested) == (1, 1)


def test_an_employee_is_linked_to_the_candidate_whose_offer_was_accepted(records: Settings) -> None:
    application = applied(records, candidate(records))
    employee(records)

    done = suggest(records, HR_ADMIN)

    assert (done.linked, done.hires) == (1, 1)
    hires = rows(records, "SELECT application_id, source, source_record_id, started_on::text FROM hr.hire")
    assert hires == [(application, "sf", "E1", "2025-02-10")]


def test_an_employee_who_could_be_two_people_waits_for_a_person(records: Settings) -> None:
    applied(records, candidate(records, phone=None))
    applied(records, candidate(records, "liepin", email=None))
    employee(records)

    done = suggest(records, HR_ADMIN)

    assert (done.linked, done.suggested) == (0, 2)


def test_two_candidates_who_are_one_person_are_one_for_an_employee_too(records: Settings) -> None:
    candidate(records, "liepin")
    application = applied(records, candidate(records))
    employee(records)

    suggest(records, HR_ADMIN)

    assert links(records) == {"candidate": ["linked"], "employee": ["linked"]}
    assert rows(records, "SELECT application_id FROM hr.hire") == [(application,)]


def test_a_rare_name_and_a_beginning_near_the_offer_wait_for_a_person(records: Settings) -> None:
    applied(records, candidate(records, email=None, phone=None))
    employee(records, email=None, phone=None)

    done = suggest(records, HR_ADMIN)

    assert (done.linked, done.suggested) == (0, 1)
    assert lines(records, HR_ADMIN)[0].evidence["agreed"] == ["name", "date"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.HR_ADMIN])
@pytest.mark.parametrize("act", ["suggest", "list", "link", "reject", "unmerge", "by_hand", "sides"])
def test_only_hr_administration_decides_who_is_who(records: Settings, role: Role, act: str) -> None:
    from warehouse.identity_resolution.sides import sides  # noqa: PLC0415

    principal, anyone = Principal(id="x", roles=frozenset({role})), uuid.uuid4()
    acts = {
        "suggest": lambda: suggest(records, principal),
        "list": lambda: lines(records, principal),
        "link": lambda: link(records, principal, anyone),
        "reject": lambda: reject(records, principal, anyone),
        "unmerge": lambda: unmerge(records, principal, anyone),
        "by_hand": lambda: link_records(records, principal, anyone, anyone, "candidate"),
        "sides": lambda: sides(records, principal, anyone),
    }

    with pytest.raises(AccessDenied):
        acts[act]()
