"""From events to a joined person: an HR record system that knows no application, its reviews, and a rebuild."""

import pytest

from tests.warehouse.identity_resolution.records import HR_ADMIN, only_link, rows
from tests.warehouse.sync.intake_source import Source
from warehouse.access import Principal, Role
from warehouse.identity_resolution.links import unmerge
from warehouse.identity_resolution.suggest import suggest
from warehouse.rebuild import rebuild
from warehouse.settings import Settings

_MAPPING = """
source: acme
timezone: UTC
tables:
  - table: department
    id: dept
    when: {column: _entity, is: [application]}
    columns: {name: dept}
  - table: requisition
    id: req
    when: {column: _entity, is: [application]}
    columns: {department_id: dept, job_family: dept}
  - table: candidate
    id: person
    when: {column: _entity, is: [application]}
    columns: {full_name: name, email: email, phone: phone}
  - table: application
    id: app
    when: {column: _entity, is: [application]}
    columns: {candidate_id: person, requisition_id: req, applied_at: applied}
  - table: offer
    id: app
    when: {column: _entity, is: [application]}
    columns: {application_id: app, offered_at: accepted, accepted_at: accepted}
  - table: employee
    id: employee
    when: {column: _entity, is: [employee]}
    columns: {full_name: name, email: email, phone: phone, started_on: started}
  - table: performance_review
    id: review
    when: {column: _entity, is: [review]}
    columns: {hire_id: employee, rating: rating, reviewed_on: on}
"""
_WHO = {"name": "Wei Zhang", "email": "wei@example.com", "phone": "+86 138 1234 5678"}
_APPLICATION = {"app": "A1", "person": "P1", "req": "R1", "dept": "Sales", "applied": "2025-01-02T09:00:00", **_WHO}
_REVIEWS = "SELECT r.source_record_id, a.source_record_id FROM hr.performance_review r JOIN hr.hire USING (hire_id)"
_OF_APPLICATION = f"{_REVIEWS} JOIN hr.application a USING (application_id)"
_HIRES = "SELECT hire_id, application_id, started_on, loaded_at, payload_hash FROM hr.hire ORDER BY 1"


@pytest.fixture
def acme(records: Settings) -> Source:
    """The application with its accepted offer, the employee, and a review of the employee have come."""
    source = Source(records, mapping=_MAPPING)
    source.send_all(
        [
            ("application", {**_APPLICATION, "accepted": "2025-02-01T09:00:00"}),
            ("employee", {"employee": "E1", "started": "2025-02-10", **_WHO}),
            ("review", {"review": "V1", "employee": "E1", "rating": 4, "on": "2025-08-10"}),
        ]
    )
    source.take()
    return source


def test_a_review_waits_until_its_employee_is_linked_and_then_finds_the_application(acme: Source) -> None:
    before = rows(acme.settings, _OF_APPLICATION)
    suggest(acme.settings, HR_ADMIN)

    acme.take()

    assert (before, rows(acme.settings, _OF_APPLICATION)) == ([], [("V1", "A1")])


def test_after_an_unmerge_the_review_waits_again(acme: Source) -> None:
    suggest(acme.settings, HR_ADMIN)
    acme.take()

    done = unmerge(acme.settings, HR_ADMIN, only_link(acme.settings))
    acme.take()

    assert done.taken_back.events_waiting == 1
    waiting = "SELECT reason_code, waits_in FROM landing.quarantine WHERE status = 'open'"
    assert rows(acme.settings, waiting) == [("missing_reference", "hire")]


def test_a_rebuild_makes_the_same_hire_and_review_again(acme: Source) -> None:
    suggest(acme.settings, HR_ADMIN)
    acme.take()
    before = rows(acme.settings, _HIRES), rows(acme.settings, _OF_APPLICATION)

    rebuild(acme.settings, Principal(id="li", roles=frozenset({Role.HR_ADMIN})))

    assert (rows(acme.settings, _HIRES), rows(acme.settings, _OF_APPLICATION)) == before
