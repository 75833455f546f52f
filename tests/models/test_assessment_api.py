"""`/v1/assessments` as Greenhouse uses it: listed, ordered, told, fetched, and nothing of the candidate kept."""

import base64
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from models.api import create
from tests.models.served import OPERATOR
from tests.standins.greenhouse import Greenhouse
from tests.standins.standin import running
from tests.warehouse.sync.lists import rows, with_source
from tests.warehouse.sync.messages import HR_ADMIN, Clock, draft, queue, told
from tests.warehouse.sync.messages import rows as messages
from warehouse import api_keys
from warehouse.access import Role
from warehouse.settings import Settings
from warehouse.sync import outbox
from warehouse.sync.connectors.greenhouse_push import GreenhousePusher
from warehouse.sync.kit.clock import JumpingClock
from warehouse.sync.outbox_delivery import send_due
from warehouse.sync.push import Message, MessageKind, Receipt
from warehouse.sync.sources import source

SCORE = {"external_id": "26234709", "score": 0.81, "band": "high", "model_version": "v3", "recommendation": "advance"}


class Partner:
    """The API with a Greenhouse source, its key, and the Greenhouse that is told."""

    def __init__(self, settings: Settings, stand_in: Greenhouse, url: str) -> None:
        self.settings, self.stand_in, self.url = settings, stand_in, url
        push = "push: {mode: live, hosts: ['127.0.0.1'], profile_url: 'https://hr.example/a/{application_id}'}\n"
        with_source(settings, f"source: acme\nconnector: greenhouse\n{push}")
        self.key = api_keys.create(settings, OPERATOR, "acme", role=Role.INTERVIEW_SOURCE)
        self.client = TestClient(create(settings), headers={"Authorization": basic(self.key)})

    def order(self, test: str = "hiregate_score", application: str = "26234709", **changes: object) -> dict:
        candidate = {"first_name": "Harry", "last_name": "Potter", "email": "hp@example.com", "phone_number": None}
        profile = f"https://app.greenhouse.io/people/17681532?application_id={application}"
        url = f"{self.url}/take_home_tests/1"
        return {
            "partner_test_id": test,
            "candidate": {**candidate, "greenhouse_profile_url": profile},
            "url": url,
            **changes,
        }

    def place(self) -> str:
        return self.client.post("/v1/assessments/send_test", json=self.order()).json()["partner_interview_id"]

    def status(self, order: str) -> dict:
        return self.client.get("/v1/assessments/test_status", params={"partner_interview_id": order}).json()

    def push(self, **changes: object) -> Receipt:
        given = {
            "outbox_id": 1,
            "target": "acme",
            "kind": MessageKind.SCORE,
            "subject": None,
            "payload": SCORE,
            **changes,
        }
        pusher = GreenhousePusher(self.settings, source(self.settings, "acme"), None, JumpingClock())
        return pusher.push([Message(**given)])[0]


def basic(user: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:'.encode()).decode()}"


@pytest.fixture
def partner(records: Settings) -> Iterator[Partner]:
    stand_in = Greenhouse(people=1)
    with running(stand_in) as url:
        yield Partner(records, stand_in, url)


def test_what_can_be_ordered_is_listed(partner: Partner) -> None:
    answer = partner.client.get("/v1/assessments/list_tests")

    assert answer.json() == [{"partner_test_id": "hiregate_score", "partner_test_name": "Hiregate AI interview score"}]


def test_the_same_order_again_has_the_same_id_and_another_has_not(partner: Partner) -> None:
    first, again = partner.place(), partner.place()
    other = partner.order(url=f"{partner.url}/take_home_tests/2")
    second = partner.client.post("/v1/assessments/send_test", json=other).json()["partner_interview_id"]

    assert first == again != second


def test_nothing_of_the_candidate_is_kept(partner: Partner) -> None:
    partner.place()

    payloads = [bytes(row[0]) for row in rows(partner.settings, "SELECT payload FROM landing.inbox")]
    assert len(payloads) == 1
    assert not any(word in payloads[0] for word in (b"Potter", b"Harry", b"hp@example.com"))


def test_an_order_is_pending_until_a_score_goes_out(partner: Partner) -> None:
    order = partner.place()

    before = partner.status(order)
    queue(partner.settings, draft("acme", kind=MessageKind.SCORE, payload=SCORE))
    after = partner.status(order)

    assert before["partner_status"] == "pending"
    assert (after["partner_status"], after["partner_score"]) == ("complete", 81.0)
    assert after["partner_profile_url"] == "https://hr.example/a/26234709"


def test_a_score_that_greenhouse_could_not_be_told_of_is_shown_and_no_older_one(partner: Partner) -> None:
    order = partner.place()
    for key, score, state in (("k1", 0.81, "confirmed"), ("k2", 0.3, "dead")):
        queue(partner.settings, draft("acme", key, kind=MessageKind.SCORE, payload={**SCORE, "score": score}))
        send_due(partner.settings, lookup=told(state).lookup, clock=Clock())

    assert partner.status(order)["partner_score"] == 30.0


def test_a_score_from_before_its_order_is_shown_when_greenhouse_asks(partner: Partner) -> None:
    queue(partner.settings, draft("acme", kind=MessageKind.SCORE, payload=SCORE))
    send_due(partner.settings, lookup=told("dead", error_code="not_ordered").lookup, clock=Clock())

    assert partner.status(partner.place())["partner_status"] == "complete"


def test_a_score_that_a_person_gave_up_is_not_shown(partner: Partner) -> None:
    order = partner.place()
    queue(partner.settings, draft("acme", kind=MessageKind.SCORE, payload=SCORE))

    outbox.give_up(partner.settings, HR_ADMIN, messages(partner.settings)[0].outbox_id)

    assert partner.status(order)["partner_status"] == "pending"


def test_greenhouse_is_told_and_the_receipt_says_so(partner: Partner) -> None:
    partner.place()

    receipt = partner.push()

    assert (receipt.state, partner.stand_in.finished) == ("confirmed", ["1"])


def test_a_score_that_nobody_ordered_goes_nowhere(partner: Partner) -> None:
    receipt = partner.push()

    assert (receipt.state, receipt.error_code) == ("dead", "not_ordered")


def test_a_server_that_fails_is_told_again_later(partner: Partner) -> None:
    partner.place()
    partner.stand_in.faults.inject("503", times=9)

    receipt = partner.push()

    assert (receipt.state, receipt.error_code) == ("failed", "unavailable")


@pytest.mark.parametrize(("fault", "code"), [("401", "unauthorized"), ("403", "forbidden")])
def test_a_token_that_ran_out_holds_results_up_and_kills_none(partner: Partner, fault: str, code: str) -> None:
    partner.place()
    partner.stand_in.faults.inject(fault, times=9)

    receipt = partner.push()

    assert (receipt.state, receipt.error_code) == ("failed", code)


def test_a_stage_move_is_not_for_this_door(partner: Partner) -> None:
    assert partner.push(kind=MessageKind.STAGE_MOVE).error_code == "not_supported"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"test": "other"}, "partner_test_id"),
        ({"url": "https://evil.example/x"}, "url"),
        ({"url": "https://127.0.0.1@evil.example/x"}, "url"),
        ({"application": ""}, "greenhouse_profile_url"),
    ],
)
def test_an_order_that_cannot_be_served_is_refused_by_field(partner: Partner, changes: dict, named: str) -> None:
    answer = partner.client.post("/v1/assessments/send_test", json=partner.order(**changes))

    assert answer.status_code == 422
    assert named in answer.json()["detail"]
    assert "evil" not in answer.text


@pytest.mark.parametrize("header", [basic("hg_wrong_wrong"), "Basic ???", "", "Digest x"])
def test_only_a_key_opens_the_door(partner: Partner, header: str) -> None:
    answer = partner.client.get("/v1/assessments/list_tests", headers={"Authorization": header})

    assert answer.status_code == 401


def test_another_systems_order_does_not_exist(partner: Partner) -> None:
    order = partner.place()
    with_source(partner.settings, "source: beta\nconnector: greenhouse\n")
    key = api_keys.create(partner.settings, OPERATOR, "beta", role=Role.INTERVIEW_SOURCE)

    headers = {"Authorization": basic(key)}
    answer = partner.client.get("/v1/assessments/test_status", params={"partner_interview_id": order}, headers=headers)

    assert answer.status_code == 404


def test_a_key_without_a_greenhouse_source_orders_nothing(partner: Partner) -> None:
    key = api_keys.create(partner.settings, OPERATOR, "stranger", role=Role.INTERVIEW_SOURCE)

    answer = partner.client.get("/v1/assessments/list_tests", headers={"Authorization": basic(key)})

    assert answer.status_code == 404


def test_a_report_of_an_error_is_taken_without_its_words(partner: Partner, caplog: pytest.LogCaptureFixture) -> None:
    report = {"api_call": "test_status", "errors": ["Harry Potter has no score"]}

    answer = partner.client.post("/v1/assessments/response_error", json=report)

    assert answer.status_code == 200
    assert "Potter" not in caplog.text
    assert "test_status" in caplog.text
