"""Recruiting at Beisen, people at i人事: two systems that share no id meet where a person is the same."""

from collections.abc import Iterator

import pytest

from tests.standins import beisen, ihr360
from tests.standins.beisen import Beisen
from tests.standins.beisen_company import Company as Recruiting
from tests.standins.beisen_company import guid
from tests.standins.ihr360 import Ihr360
from tests.standins.ihr360_company import Company as People
from tests.standins.ihr360_company import staff_id
from tests.standins.pulled import Pulled
from tests.standins.standin import running
from warehouse.access import Role, principal
from warehouse.identity_resolution.suggest import suggest
from warehouse.settings import Settings

RESOLVER = principal("pat", [Role.HR_ADMIN, Role.INTEGRATION_ADMIN])
NUMBER = 10
"""Of the application that is hired at Beisen, and of the person at ihr360."""


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Both systems; the one who was hired has the same name, phone and mail in both."""
    monkeypatch.setenv("BEISEN_SECRET", beisen.SECRET)
    monkeypatch.setenv("IHR_SECRET", ihr360.SECRET)
    recruiting, hr = Recruiting.of(NUMBER), People.of(NUMBER)
    hr.staff[staff_id(NUMBER)].update(
        staffName=f"李伟{NUMBER}",
        mobileNo=f"+86 1380000{NUMBER:04}",
        email=f"li.wei{NUMBER}@example.com",
        workEmail=None,
        enrollInDate="2025-02-15",
        leaveDate=None,
    )
    hr.quits = []
    with running(Beisen(recruiting)) as at_beisen, running(Ihr360(hr)) as at_ihr360:
        yield at_beisen, at_ihr360


def test_a_review_and_a_salary_reach_the_application_that_brought_the_person(
    records: Settings, people: tuple[str, str]
) -> None:
    common = {"app_secret": "env:BEISEN_SECRET", "app_id": beisen.APP, "tenant_id": beisen.TENANT}
    wanted = ["Job", "Person", "Application", "Offer"]
    ats = Pulled(
        records,
        "ats",
        {"connector": "beisen", "pull": {**common, "base_url": people[0], "since": "2025-01-01", "entities": wanted}},
    )
    own = {"app_id": ihr360.APP, "app_secret": "env:IHR_SECRET", "base_salary": "BASE_SALARY"}
    hris = Pulled(records, "hris", {"connector": "ihr360", "pull": {**own, "base_url": people[1]}})
    assert (ats.run().state, hris.run().state) == ("succeeded", "succeeded")
    ats.take()

    found = suggest(records, RESOLVER)
    hris.take()

    assert (found.linked, found.hires) == (1, 1)
    query = (
        "SELECT a.source_record_id, p.rating::int, c.annual_base::int FROM hr.hire h"
        " JOIN hr.application a USING (application_id) JOIN hr.performance_review p USING (hire_id)"
        " JOIN hr.compensation c USING (hire_id)"
    )
    assert hris.rows(query) == [(guid("apply", NUMBER), 70, 12 * 10_010)]
