"""A lease through its states, by the clock: live, ends soon, review only, refused; and what follows from each."""

import datetime as dt

import psycopg
import pytest
from fastapi.testclient import TestClient

from models import lease_watch, releases
from models.champion import LeaseState, LeaseTerms
from tests.models import served
from tests.models.release_builder import CHECKER, MAKER, MODEL, promoted
from warehouse import alerts, postgres
from warehouse.settings import Settings

DAY = dt.timedelta(days=1)
NOON = dt.datetime(2026, 3, 3, 12, tzinfo=dt.UTC)
TERMS = LeaseTerms(warn_from=NOON - 14 * DAY, until=NOON, grace_until=NOON + 30 * DAY)


@pytest.mark.parametrize(
    ("away", "state", "days"),
    [
        (-15, LeaseState.VALID, 15),
        (-14, LeaseState.ENDS_SOON, 14),
        (-0.5, LeaseState.ENDS_SOON, 1),
        (0, LeaseState.REVIEW_ONLY, 0),
        (29.9, LeaseState.REVIEW_ONLY, -29),
        (30, LeaseState.EXPIRED, -30),
    ],
)
def test_a_lease_has_the_state_of_its_moment(away: float, state: LeaseState, days: int) -> None:
    at = NOON + away * DAY

    assert (TERMS.state(at), TERMS.days_left(at)) == (state, days)


def _end_in(settings: Settings, days: float) -> None:
    """Moves the champion's promotion, for the database's clock cannot be moved; only its owner can."""
    shift = "lease_until = clock_timestamp() + make_interval(secs => %s)"
    with psycopg.connect(postgres.address(settings)) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(f"UPDATE governance.champion SET {shift}", [days * 86_400])
        owner.execute(
            f"UPDATE governance.release_event SET {shift} WHERE kind IN ('promoted', 'rolled_back')", [days * 86_400]
        )


@pytest.fixture
def client(records: Settings) -> TestClient:
    served.promote(records)
    return served.client(records)


@pytest.mark.parametrize(
    ("days", "state", "left", "mode"),
    [(20, "valid", 20, "live"), (10, "ends_soon", 10, "live"), (-3, "review_only", -3, "review_only")],
)
def test_the_api_scores_as_the_lease_lets_it(records: Settings, days: int, state: str, left: int, mode: str) -> None:
    served.promote(records)
    _end_in(records, days)
    client = served.client(records)

    shown, answer = client.get("/v1/model").json(), client.post("/v1/score", json=served.INTERVIEW).json()

    assert (shown["lease_state"], shown["lease_ends_in_days"]) == (state, left)
    assert answer["mode"] == mode
    assert (answer["recommendation"] == "human_review") is (mode == "review_only")


def test_after_the_grace_the_api_refuses_and_says_since_when(records: Settings) -> None:
    served.promote(records)
    _end_in(records, -31)
    client = served.client(records)

    refused, ready = client.post("/v1/score", json=served.INTERVIEW), client.get("/ready")

    assert (refused.status_code, refused.json()["code"]) == (409, "lease_expired")
    assert ready.status_code == 503
    assert client.get("/v1/model").json()["lease_state"] == "expired"


def test_a_lease_that_ends_while_the_api_serves_needs_no_restart(client: TestClient, records: Settings) -> None:
    before = client.post("/v1/score", json=served.INTERVIEW).json()["mode"]
    with psycopg.connect(postgres.address(records)) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(
            "WITH gone AS (INSERT INTO governance.release_event (model_name, release_id, kind, actor, lease_until)"
            " SELECT model_name, release_id, 'promoted', 'mia', now() - interval '1 day' FROM governance.champion"
            " RETURNING release_event_id, lease_until)"
            " UPDATE governance.champion c SET release_event_id = g.release_event_id, lease_until = g.lease_until"
            " FROM gone g"
        )

    after = client.post("/v1/score", json=served.INTERVIEW).json()["mode"]

    assert (before, after) == ("live", "review_only")


def test_the_end_of_a_lease_raises_one_alert_after_the_other_and_a_renewal_clears_it(records: Settings) -> None:
    promoted(records)
    found = []
    for days in (100, 10, -3, -31):
        _end_in(records, days)
        lease_watch.watch(records)
        found.append([one.kind for one in alerts.alerts(records, CHECKER)])

    promoted(records, "run-b")
    lease_watch.watch(records)

    assert found == [[], ["release.lease_ends_soon"], ["release.lease_review_only"], ["release.lease_expired"]]
    assert alerts.alerts(records, CHECKER) == ()


def test_an_alert_is_raised_once(records: Settings) -> None:
    promoted(records)
    _end_in(records, 5)

    raised = [len(lease_watch.watch(records)) for _ in range(3)]

    assert raised == [1, 0, 0]


@pytest.mark.parametrize(("days", "state"), [(20, "valid"), (5, "ends_soon"), (-3, "review_only"), (-31, "expired")])
def test_the_gauge_says_the_state(records: Settings, days: int, state: str) -> None:
    served.promote(records)
    _end_in(records, days)

    told = served.client(records).get("/metrics").text

    lines = [line for line in told.splitlines() if line.startswith("hiregate_lease_state{") and line.endswith(" 1.0")]
    assert lines == [f'hiregate_lease_state{{model="{MODEL}",state="{state}"}} 1.0']


def test_a_policy_that_warns_earlier_is_followed(records: Settings) -> None:
    release = promoted(records)
    with psycopg.connect(postgres.address(records)) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(
            "UPDATE governance.policy_version SET document = jsonb_set(document, '{release,warn_days}', '60')"
        )
    live = releases.champion(records, MODEL, at=dt.datetime.now(dt.UTC) + 320 * DAY)

    assert live is not None
    assert (live.release_id, live.state) == (release.release_id, LeaseState.ENDS_SOON)


def test_who_watches_may_read_models_and_change_nothing() -> None:
    assert not {"propose_release", "approve_release", "promote_release"} & lease_watch.WATCH.permissions
    assert MAKER.id != lease_watch.WATCH.id
