"""The Greenhouse connector against its stand-in: the same rows through every fault, little asked for little."""

import datetime as dt
from collections.abc import Iterator

import pytest

from tests.standins.greenhouse import CLIENT, SECRET, START, TOKEN, Greenhouse
from tests.standins.standin import running
from tests.warehouse.sync.lists import RUNNER, inbox, rows, with_source
from validation.contracts import check_batch
from warehouse.settings import Settings
from warehouse.sync.intake import intake
from warehouse.sync.kit.clock import JumpingClock
from warehouse.sync.runner import RunReport, run

LATER = START + dt.timedelta(days=60)

V1 = """source: acme
connector: greenhouse
pull:
  api: v1
  base_url: "{url}/v1"
  auth: {{kind: basic, user: "env:HARVEST_TOKEN"}}
  page_size: 4
  timeout_seconds: 0.5
"""
V3 = """source: acme
connector: greenhouse
pull:
  base_url: "{url}/v3"
  auth:
    kind: oauth2_client_credentials
    token_url: /token
    client_id: "env:HARVEST_CLIENT"
    client_secret: "env:HARVEST_SECRET"
    send: basic
    extra: {{sub: "4080"}}
  page_size: 4
  timeout_seconds: 0.5
"""

Account = tuple[Greenhouse, Settings]


@pytest.fixture(params=["v1", "v3"])
def account(request: pytest.FixtureRequest, records: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name, value in {"HARVEST_TOKEN": TOKEN, "HARVEST_CLIENT": CLIENT, "HARVEST_SECRET": SECRET}.items():
        monkeypatch.setenv(name, value)
    stand_in = Greenhouse(people=10)
    with running(stand_in) as url:
        yield stand_in, with_source(records, {"v1": V1, "v3": V3}[request.param].format(url=url))


def pull(settings: Settings, **options: object) -> RunReport:
    return run(settings, RUNNER, "acme", clock=JumpingClock(), **options)


def expected(stand_in: Greenhouse) -> set[tuple[str, str]]:
    """Entity and id of all that the account holds, prospects and stages too."""
    names = {"departments": "Department", "jobs": "Job", "candidates": "Candidate", "applications": "Application"}
    names |= {"scorecards": "Scorecard", "offers": "Offer"}
    found = {(entity, str(id_)) for listed, entity in names.items() for id_ in stand_in.rows[listed]}
    stages = {(id_, row["current_stage"]["name"]) for id_, row in stand_in.rows["applications"].items()}
    return found | {("ApplicationStage", f"{id_}-{name}") for id_, name in stages}


def test_everything_arrives_once(account: Account) -> None:
    stand_in, settings = account

    report = pull(settings)

    found = [(entity, id_) for entity, id_, _ in inbox(settings)]
    assert report.state == "succeeded"
    assert set(found) == expected(stand_in)
    assert len(found) == len(set(found))


FAULTS = ["429", "500", "timeout_after_commit", "duplicate", "reorder", "expired_token", "clock_skew", "401", "403"]


@pytest.mark.parametrize("fault", FAULTS)
def test_the_same_rows_arrive_through_a_fault(account: Account, fault: str) -> None:
    """What ends a run, as a refused login does, is over with the next run."""
    stand_in, settings = account
    stand_in.faults.inject(fault, path="applications", times=2)

    while pull(settings).state != "succeeded":
        pass

    found = [(entity, id_) for entity, id_, _ in inbox(settings)]
    assert fault == "clock_skew" or fault in stand_in.faults.taken
    assert set(found) == expected(stand_in)
    assert len(found) == len(set(found))


def test_a_later_change_of_stage_is_not_lost(account: Account) -> None:
    """A cursor on the date of application would never see it again."""
    stand_in, settings = account
    pull(settings)
    stand_in.touch("applications", 5_000, LATER, current_stage={"id": 2, "name": "Face to Face"})

    pull(settings)

    assert ("ApplicationStage", "5000-Face to Face") in {(entity, id_) for entity, id_, _ in inbox(settings)}


def test_a_change_that_shows_up_late_is_not_lost(account: Account) -> None:
    """It bears a time a little before the cursor: the overlap reaches back to it."""
    stand_in, settings = account
    pull(settings)
    newest = START + dt.timedelta(hours=9)
    stand_in.touch("applications", 5_001, newest - dt.timedelta(minutes=5), status="rejected")

    report = pull(settings, entities=["Application"])

    assert report.rows_new >= 1


def test_news_of_one_in_a_hundred_costs_in_proportion(account: Account) -> None:
    stand_in, settings = account
    for number in range(10, 200):
        stand_in.rows["candidates"][1_000 + number] = {**stand_in.rows["candidates"][1_000], "id": 1_000 + number}
    whole = pull(settings, entities=["Candidate"]).entities[0]
    for number in (50, 150):
        stand_in.touch("candidates", 1_000 + number, LATER, first_name="Mei")
    stand_in.seen.clear()

    part = pull(settings, entities=["Candidate"]).entities[0]

    asked = [seen for seen in stand_in.seen if seen.path.endswith("candidates")]
    assert (whole.rows_read, part.rows_new) == (200, 2)
    assert part.rows_read <= 3
    assert len(asked) == 1


def test_what_is_deleted_there_is_found_by_the_sweep(account: Account) -> None:
    stand_in, settings = account
    pull(settings, sweep=True)
    del stand_in.rows["offers"][7_000]

    report = pull(settings, sweep=True)

    assert {entity.entity: entity.rows_gone for entity in report.entities}["Offer"] == 1
    assert inbox(settings)[-1][:2] == ("Offer.gone", "7000")


def test_signed_addresses_and_own_fields_are_not_taken_over(account: Account) -> None:
    _, settings = account

    pull(settings)

    payloads = [bytes(row[0]) for row in rows(settings, "SELECT payload FROM landing.inbox")]
    assert not any(word in payload for payload in payloads for word in (b"cv.pdf", b"birthday"))


def test_records_become_rows_of_the_warehouse(account: Account) -> None:
    _, settings = account
    pull(settings)

    report = intake(settings, check=check_batch)

    counts = {name: rows(settings, f"SELECT count(*) FROM hr.{name}")[0][0] for name in ("application", "stage_event")}
    assert report.failures == {}
    assert counts == {"application": 10, "stage_event": 10}
    assert [float(row[0]) for row in rows(settings, "SELECT rating FROM hr.re_interview ORDER BY rating")] == [1, 2, 3]
    assert rows(settings, "SELECT count(*) FROM hr.hire")[0][0] == 1
    assert rows(settings, "SELECT count(*) FROM landing.quarantine")[0][0] == 0


def test_a_stage_keeps_the_earliest_time_it_was_seen_at(account: Account) -> None:
    """Activity within the same stage moves the application's last activity, not the entry into the stage."""
    stand_in, settings = account
    pull(settings)
    intake(settings, check=check_batch)
    stand_in.touch("applications", 5_000, LATER, rejected_at=None)

    pull(settings)
    intake(settings, check=check_batch)

    first = rows(settings, "SELECT min(entered_at) FROM hr.stage_event")[0][0]
    latest = rows(settings, "SELECT max(entered_at) FROM hr.stage_event")[0][0]
    assert first == START
    assert latest < LATER


def test_a_wrong_key_is_said_without_it(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    _, settings = account
    monkeypatch.setenv("HARVEST_TOKEN", "wrong-token")
    monkeypatch.setenv("HARVEST_SECRET", "wrong-token")

    report = pull(settings)

    assert report.state == "failed"
    assert report.entities[0].error_code == "unauthorized"
    assert all("wrong-token" not in (entity.error or "") for entity in report.entities)


def test_every_route_says_how_sure_it_is() -> None:
    labels = {(one.method, one.path): one.label for one in Greenhouse(people=1).routes}

    assert labels["GET", "/v1/applications"] == "D"
    assert labels["GET", "/v3/applications"] == "A"
