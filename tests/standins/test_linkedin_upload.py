"""Recruiter System Connect from the records: history once, then changes, refused ones again, nothing in a dry run."""

import datetime as dt
from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa

from tests.builders import Builder, build
from tests.standins import linkedin
from tests.standins.linkedin import LinkedIn
from tests.standins.linkedin_customer import source
from tests.standins.standin import running
from warehouse import postgres
from warehouse.access import AccessDenied, Principal, Role, principal
from warehouse.settings import Settings
from warehouse.sync.connectors.linkedin.upload import Uploaded, upload
from warehouse.sync.kit.clock import JumpingClock
from warehouse.sync.sources import Source

OPERATOR = principal("operator", [Role.OPERATOR])
NOW = dt.datetime.now(dt.UTC)


class Company:
    """Records of one source, and the LinkedIn that they go to."""

    def __init__(self, settings: Settings, server: LinkedIn, url: str) -> None:
        self.settings, self.server, self.url = settings, server, url

    def people(self, *names: str | None, applied: dt.datetime = NOW - dt.timedelta(days=30)) -> None:
        def make(builder: Builder) -> None:
            requisition = builder.requisition(builder.department(), title="Engineer", source="ats")
            for name in names:
                candidate = builder.candidate(full_name=name, email=f"{name}@example.org", source="ats")
                builder.application(requisition, candidate, applied_at=applied, channel="referral", source="ats")

        build(self.settings, make)

    def upload(self, **push: object) -> dict[str, Uploaded]:
        return {
            one.entity: one for one in upload(self.settings, OPERATOR, self.source(**push), clock=JumpingClock(NOW))
        }

    def source(self, **push: object) -> Source:
        return source(self.url, **{"records_of": "ats", **push})

    def rename(self, old: str, new: str) -> None:
        statement = (
            "UPDATE hr.candidate SET full_name = :new, changed_xid = pg_current_xact_id() WHERE full_name = :old"
        )
        with postgres.engine(self.settings).begin() as connection:
            connection.execute(sa.text(statement), {"old": old, "new": new})

    def runs(self) -> list[tuple[object, ...]]:
        query = "SELECT entity, state, rows_read, rows_new, rows_rejected FROM landing.sync_run ORDER BY sync_run_id"
        with psycopg.connect(postgres.address(self.settings)) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def company(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """A company without records yet."""
    monkeypatch.setenv("LI_SECRET", linkedin.SECRET)
    server = linkedin.create()
    with running(server) as url:
        yield Company(records, server, url)


def test_candidates_and_their_applications_are_synced(company: Company) -> None:
    company.people("Ada Lovelace", "李伟")

    found = company.upload()

    assert (found["atsCandidates"].taken, found["atsApplications"].taken) == (2, 2)
    assert {one["lastName"] for one in company.server.candidates.values()} == {"Lovelace", "李"}
    [first, _] = company.server.applications.values()
    assert first["atsCandidateId"] in company.server.candidates
    assert (first["atsJobPostingName"], first["source"]) == ("Engineer", "referral")


def test_a_second_upload_brings_what_changed_alone(company: Company) -> None:
    company.people(*(f"Ada N{number}" for number in range(120)))
    company.upload()
    company.server.batches.clear()
    company.rename("Ada N7", "Ada King")

    found = company.upload()

    assert (found["atsCandidates"].sent, found["atsApplications"].sent) == (1, 0)
    assert company.server.batches == [1]
    assert "King" in {one["lastName"] for one in company.server.candidates.values()}


def test_history_is_two_years(company: Company) -> None:
    company.people("Ada Old", applied=NOW - dt.timedelta(days=731))
    company.people("Ada New", applied=NOW - dt.timedelta(days=729))

    company.upload()

    assert [one["lastName"] for one in company.server.candidates.values()] == ["New"]
    assert len(company.server.applications) == 1


def test_a_refused_record_is_tried_again_by_the_next_upload(company: Company) -> None:
    company.people("Ada One", "Ada Two", "Ada Three")
    company.upload()
    company.rename("Ada Two", "Ada Changed")
    company.server.refused_ids = {id_ for id_, one in company.server.candidates.items() if one["lastName"] == "Two"}

    refused = company.upload()["atsCandidates"]
    company.server.refused_ids = set()
    again = company.upload()["atsCandidates"]

    assert (refused.taken, refused.refused) == (0, {"entity_400": 1})
    assert (again.sent, again.taken) == (1, 1)
    assert company.upload()["atsCandidates"].sent == 0


def test_a_candidate_without_two_names_is_counted_and_not_made_up(company: Company) -> None:
    company.people("Madonna", None, "Ada Lovelace")

    found = company.upload()

    assert found["atsCandidates"].refused == {"name_incomplete": 2}
    assert len(company.server.candidates) == 1


def test_an_upload_that_breaks_off_goes_on_where_it_stopped(company: Company) -> None:
    company.people(*(f"Ada N{number}" for number in range(150)))
    company.upload()
    company.people("Ada Late")
    company.server.faults.inject("403", path="/v2/ats", times=2)

    broken, after = company.upload(), company.upload()

    assert (broken["atsCandidates"].error_code, broken["atsApplications"].error_code) == ("forbidden", "forbidden")
    assert (after["atsCandidates"].sent, after["atsApplications"].sent) == (1, 1)


def test_every_upload_is_a_run_that_is_listed(company: Company) -> None:
    company.people("Ada Lovelace", "Madonna")

    company.upload()

    assert company.runs() == [("atsCandidates", "partial", 1, 1, 1), ("atsApplications", "partial", 1, 1, 1)]


def test_a_dry_run_sends_and_keeps_nothing(company: Company) -> None:
    company.people("Ada Lovelace")

    found = company.upload(mode="dry_run")

    assert (found["atsCandidates"].sent, found["atsCandidates"].is_dry_run) == (1, True)
    assert (company.server.seen, company.runs()) == ([], [])


def test_another_sources_people_are_not_sent(company: Company) -> None:
    build(company.settings, lambda builder: builder.application(builder.requisition(builder.department())))

    assert company.upload()["atsCandidates"].sent == 0


@pytest.mark.parametrize("fault", ["429", "500", "503", "expired_token", "timeout_after_commit"])
def test_the_same_records_are_there_whatever_goes_wrong(company: Company, fault: str) -> None:
    company.people(*(f"Ada N{number}" for number in range(150)))
    company.server.faults.inject(fault, path="/v2/ats")

    company.upload(timeout_seconds=1)

    assert (len(company.server.candidates), len(company.server.applications)) == (150, 150)


def test_whoever_may_not_run_a_sync_uploads_nothing(company: Company) -> None:
    with pytest.raises(AccessDenied):
        upload(company.settings, Principal(id="somebody"), company.source())
