"""LinkedIn's pusher and reader against its stand-in: whole records, a result each, no word without a person."""

import datetime as dt
from collections.abc import Iterator

import pytest

from tests.standins import linkedin
from tests.standins.linkedin import ORGANIZATION, LinkedIn
from tests.standins.standin import running
from warehouse.sync.connectors import registry
from warehouse.sync.connectors.linkedin import records
from warehouse.sync.connectors.linkedin.wire import APPLICATIONS, CANDIDATES, EntityResult, Platform
from warehouse.sync.kit.clock import JumpingClock
from warehouse.sync.kit.errors import ConnectorError, Misconfigured, Refused
from warehouse.sync.kit.records import Connector
from warehouse.sync.push import SLOW_DOWN, Message, MessageKind, Pusher, Receipt
from warehouse.sync.sources import Source

NOW = dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)
URN = "urn:li:jobApplication:1"
PERSON = "Ada Lovelace"


def source(url: str, **push: object) -> Source:
    """A LinkedIn source that reads from and pushes to an address."""
    auth = {
        "kind": "oauth2_client_credentials",
        "token_url": f"{url}/oauth/v2/accessToken",
        "client_id": linkedin.CLIENT,
        "client_secret": "env:LI_SECRET",
    }
    given = {"mode": "live", "base_url": url, "auth": auth, "organization": ORGANIZATION, **push}
    pull = {"base_url": url, "auth": auth, "organization": ORGANIZATION, "contract": "urn:li:contract:1"}
    return Source(
        name="acme_li", connector="linkedin", mapping="linkedin", pull={**pull, **push.get("pull", {})}, push=given
    )


class Setting:
    """The stand-in with its address, and what talks to it."""

    def __init__(self, server: LinkedIn, url: str) -> None:
        self.server, self.url, self.clock = server, url, JumpingClock(NOW)

    def platform(self, **push: object) -> Platform:
        return Platform.of(source(self.url, **push), part="push", transport=None, clock=self.clock)

    def pusher(self, **push: object) -> Pusher:
        return registry.pusher(source(self.url, **push), clock=self.clock)

    def reader(self, **pull: object) -> Connector:
        return registry.connector(source(self.url, pull=pull), clock=self.clock)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[Setting]:
    """A LinkedIn without any record."""
    monkeypatch.setenv("LI_SECRET", linkedin.SECRET)
    server = linkedin.create()
    with running(server) as url:
        yield Setting(server, url)


def candidate(id_: str = "C-1", **other: object) -> records.AtsCandidate:
    """A candidate with all that we know of one."""
    given = {
        "full_name": PERSON,
        "email": "ada@example.org",
        "phone": "+44 5550100",
        "country": "GB",
        "profile_url": None,
        "created_at": NOW,
        "changed_at": NOW,
        **other,
    }
    return records.AtsCandidate(id=id_, **given)


def application(id_: str = "A-1", **other: object) -> records.AtsApplication:
    """An application of it."""
    given = {
        "candidate_id": "C-1",
        "job_id": "R-1",
        "job_name": "Engineer",
        "full_name": PERSON,
        "email": None,
        "channel": "referral",
        "created_at": NOW,
        "changed_at": NOW,
        **other,
    }
    return records.AtsApplication(id=id_, **given)


def score(number: int = 1, external_id: str = "A-1", **other: object) -> Message:
    """A score as the outbox brings it."""
    payload = {
        "external_id": external_id,
        "score": 0.71,
        "band": "high",
        "recommendation": "advance",
        "model_version": "re-interview-pass@3",
        "decision_id": f"d-{number}",
        "decided_at": NOW.isoformat(),
        "reasons": [{"code": "logic", "en": "Strong logic.", "zh": "逻辑强。"}],
        **other,
    }
    return message(MessageKind.SCORE, payload, number)


def message(kind: MessageKind, payload: dict[str, object], number: int = 1) -> Message:
    """A message of any kind."""
    return Message(
        outbox_id=number,
        target="acme_li",
        kind=kind,
        subject="application:1",
        payload=payload,
        idempotency_key=f"key-{number}",
    )


def outcomes(receipts: list[Receipt]) -> dict[int, tuple[str, str | None]]:
    """State and error code by message."""
    return {receipt.outbox_id: (receipt.state.value, receipt.error_code) for receipt in receipts}


def done(results: Iterator[EntityResult]) -> dict[str, bool]:
    """Whether each record is there now."""
    return {result.id: result.is_done for result in results}


def test_candidates_are_replaced_whole(there: Setting) -> None:
    results = done(there.platform().put(CANDIDATES, {"C-1": candidate().body()}))

    kept = there.server.candidates["C-1"]
    assert results == {"C-1": True}
    assert (kept["firstName"], kept["lastName"], kept["emailAddresses"]) == ("Ada", "Lovelace", ["ada@example.org"])


@pytest.mark.parametrize("body", [candidate().body(), application().body()])
def test_every_field_stands_in_every_body(body: dict[str, object]) -> None:
    """What a body leaves out becomes null at LinkedIn; the stand-in's list of fields is the documented one."""
    known = linkedin._CANDIDATE if "phoneNumbers" in body else linkedin._APPLICATION

    assert set(body) == set(known)


def test_what_a_body_leaves_out_becomes_null_there(there: Setting) -> None:
    platform, whole = there.platform(), candidate().body()
    list(platform.put(CANDIDATES, {"C-1": whole}))

    list(platform.put(CANDIDATES, {"C-1": {name: whole[name] for name in whole if name != "phoneNumbers"}}))

    assert there.server.candidates["C-1"]["phoneNumbers"] is None


def test_a_call_holds_at_most_a_hundred_records(there: Setting) -> None:
    bodies = {f"C-{number}": candidate().body() for number in range(250)}

    results = done(there.platform().put(CANDIDATES, bodies))

    assert there.server.batches == [100, 100, 50]
    assert sum(results.values()) == len(there.server.candidates) == 250


def test_the_stand_in_refuses_a_hundred_and_one(there: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.sync.connectors.linkedin.wire.MOST_AT_ONCE", 101)
    bodies = {f"C-{number}": candidate().body() for number in range(101)}

    with pytest.raises(Refused):
        list(there.platform().put(CANDIDATES, bodies))

    assert there.server.candidates == {}


def test_one_refused_record_inside_200_is_that_record_alone(there: Setting) -> None:
    there.server.refused_ids = {"C-2"}
    bodies = {f"C-{number}": candidate().body() for number in (1, 2, 3)}

    results = list(there.platform().put(CANDIDATES, bodies))

    assert {one.id: one.status for one in results} == {"C-1": 204, "C-2": 400, "C-3": 204}


def test_a_record_of_which_nothing_is_said_is_not_done() -> None:
    assert not EntityResult(id="C-1", status=None).is_done
    assert EntityResult(id="C-1", status=None).is_transient


@pytest.mark.parametrize("id_", ["C 1", "a&b=c", "李-1", "100%", "a+b", "x?y#z"])
def test_an_id_arrives_as_it_is_whatever_it_holds(there: Setting, id_: str) -> None:
    results = done(there.platform().put(APPLICATIONS, {id_: application(id_).body()}))

    assert results == {id_: True}
    assert list(there.server.applications) == [id_]


def test_without_the_version_header_the_stand_in_answers_400(there: Setting) -> None:
    platform = there.platform()
    platform.client._sending._client.headers.pop("LinkedIn-Version")

    with pytest.raises(Refused) as caught:
        list(platform.put(CANDIDATES, {"C-1": candidate().body()}))

    assert caught.value.status == 400


def test_the_version_of_the_file_is_what_is_sent(there: Setting) -> None:
    list(there.platform(version="202609").put(CANDIDATES, {"C-1": candidate().body()}))

    assert there.server.seen[-1].headers["linkedin-version"] == "202609"
    assert there.server.seen[-1].headers["x-restli-method"] == "batch_update"


@pytest.mark.parametrize("push", [{"organization": "2414183"}, {"version": "latest"}])
def test_a_source_that_says_it_wrongly_is_refused(there: Setting, push: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        there.pusher(**push)


@pytest.mark.parametrize("fault", ["429", "500", "503", "expired_token"])
def test_a_fault_that_passes_changes_nothing(there: Setting, fault: str) -> None:
    platform = there.platform()
    list(platform.put(CANDIDATES, {"C-0": candidate().body()}))
    there.server.faults.inject(fault, path="/v2/")

    results = done(platform.put(CANDIDATES, {"C-1": candidate().body()}))

    assert results == {"C-1": True}
    assert set(there.server.candidates) == {"C-0", "C-1"}


def test_a_time_out_after_the_commit_is_the_same_record_again(there: Setting) -> None:
    clock = there.clock
    given = source(there.url)
    fast = Source(**{**{f: getattr(given, f) for f in given.__slots__}, "push": {**given.push, "timeout_seconds": 0.5}})
    platform = Platform.of(fast, part="push", transport=None, clock=clock)
    there.server.faults.inject("timeout_after_commit", path="atsCandidates")

    assert done(platform.put(CANDIDATES, {"C-1": candidate().body()})) == {"C-1": True}
    assert len(there.server.candidates) == 1


def test_a_403_is_said_without_any_value(there: Setting) -> None:
    there.server.faults.inject("403", path="/v2/")

    with pytest.raises(ConnectorError) as caught:
        list(there.platform().put(CANDIDATES, {"C-1": candidate().body()}))

    assert caught.value.code == "forbidden"
    assert "Lovelace" not in str(caught.value)
    assert "example.org" not in str(caught.value)


def test_a_score_becomes_feedback_with_its_reasons(there: Setting) -> None:
    receipts = there.pusher().push([score()])

    kept = there.server.below["A-1"]["interviewFeedback"]["d-1"]
    assert outcomes(receipts) == {1: ("confirmed", None)}
    assert {one["attribute"]: one["result"] for one in kept["evaluations"]} == {
        "Score": "0.71",
        "Band": "high",
        "Recommendation": "advance",
        "Model": "re-interview-pass@3",
    }
    assert kept["feedback"] == "Strong logic."


def test_the_same_score_again_replaces_itself(there: Setting) -> None:
    pusher = there.pusher()
    pusher.push([score()])

    pusher.push([score(score=0.72)])

    [kept] = there.server.below["A-1"]["interviewFeedback"].values()
    assert kept["evaluations"][0]["result"] == "0.72"


def test_scores_of_one_application_go_together_and_others_apart(there: Setting) -> None:
    receipts = there.pusher().push([score(1, "A-1"), score(2, "A-1"), score(3, "A-2")])

    assert {state for state, _ in outcomes(receipts).values()} == {"confirmed"}
    assert there.server.batches == [2, 1]


def test_each_message_gets_its_own_records_result(there: Setting) -> None:
    there.server.refused_ids = {"d-2"}

    receipts = there.pusher().push([score(1), score(2), score(3)])

    assert outcomes(receipts) == {1: ("confirmed", None), 2: ("dead", "entity_400"), 3: ("confirmed", None)}


def test_a_records_own_500_is_tried_again_later(there: Setting) -> None:
    there.server.faults.inject("partial_failure")

    receipts = there.pusher().push([score(1), score(2)])

    assert outcomes(receipts) == {1: ("confirmed", None), 2: ("failed", "entity_500")}


def test_a_long_429_slows_the_target_down(there: Setting) -> None:
    there.server.faults.inject("429", path="/v2/", retry_after="7200")

    [receipt] = there.pusher().push([score()])

    assert (receipt.state.value, receipt.error_code, receipt.retry_after_s) == ("failed", SLOW_DOWN, 7200)


def test_a_released_move_becomes_a_stage(there: Setting) -> None:
    receipts = there.pusher().push([message(MessageKind.STAGE_MOVE, {"external_id": "A-1", "to": "Onsite interview"})])

    [kept] = there.server.below["A-1"]["stages"].values()
    assert outcomes(receipts) == {1: ("confirmed", None)}
    assert (kept["stage"], kept["atsCreatedAt"]) == ("Onsite interview", 1_777_626_000_000)


def test_a_released_rejection_is_told_to_who_applied_through_linkedin(there: Setting) -> None:
    there.pusher().push([message(MessageKind.STAGE_MOVE, {"external_id": URN, "to": "rejected"})])

    assert there.server.mails == [(URN, "APPLICATION_REJECTED")]


def test_nobody_else_is_told_of_a_rejection_by_linkedin(there: Setting) -> None:
    there.pusher().push([message(MessageKind.STAGE_MOVE, {"external_id": "A-1", "to": "rejected"})])

    assert there.server.mails == []


@pytest.mark.parametrize(
    "payload", [{"action": "APPLICATION_REJECTED"}, {"outcome": "not_advanced", "action": "APPLICATION_VIEWED"}]
)
def test_a_rejection_without_a_release_is_never_sent(there: Setting, payload: dict[str, str]) -> None:
    receipts = there.pusher().push([message(MessageKind.STATUS, {"external_id": URN, **payload})])

    assert outcomes(receipts) == {1: ("dead", "needs_person")}
    assert there.server.seen == []


def test_an_applicant_is_told_what_the_message_names(there: Setting) -> None:
    payload = {"external_id": URN, "action": "APPLICATION_VIEWED", "at": NOW.isoformat()}

    receipts = there.pusher().push([message(MessageKind.STATUS, payload)])

    assert outcomes(receipts) == {1: ("confirmed", None)}
    assert there.server.actions == [
        {
            "jobApplicationId": URN,
            "action": "APPLICATION_VIEWED",
            "performedAt": 1_777_626_000_000,
            "integrationContext": ORGANIZATION,
        }
    ]


def test_a_stage_is_told_only_where_the_source_names_its_action(there: Setting) -> None:
    status = message(MessageKind.STATUS, {"external_id": URN, "stage": "ai_interview", "outcome": "advanced"})

    unnamed = there.pusher().push([status])
    named = there.pusher(actions={"ai_interview": "APPLICATION_SCREENED"}).push([status])

    assert outcomes(unnamed) == {1: ("dead", "no_action")}
    assert outcomes(named) == {1: ("confirmed", None)}


def test_an_applicant_who_did_not_come_through_linkedin_is_not_told(there: Setting) -> None:
    receipts = there.pusher().push(
        [message(MessageKind.STATUS, {"external_id": "A-1", "action": "APPLICATION_VIEWED"})]
    )

    assert outcomes(receipts) == {1: ("dead", "not_theirs")}


@pytest.mark.parametrize(
    ("kind", "payload", "code"),
    [
        (MessageKind.SCORE, {"score": 0.7, "recommendation": "hold"}, "no_application"),
        (MessageKind.SCORE, {"external_id": "A-1", "score": 0.7}, "no_recommendation"),
        (MessageKind.STAGE_MOVE, {"external_id": "A-1", "to": " "}, "no_stage"),
        (MessageKind.STAGE_MOVE, {"external_id": "A-1", "to": "Not Available"}, "no_stage"),
        (MessageKind.NOTE, {"external_id": "A-1"}, "no_note"),
        (MessageKind.WEBHOOK, {"external_id": "A-1"}, "kind_unknown"),
    ],
)
def test_what_cannot_be_sent_is_dead_and_says_why(
    there: Setting, kind: MessageKind, payload: dict[str, object], code: str
) -> None:
    assert outcomes(there.pusher().push([message(kind, payload)])) == {1: ("dead", code)}


def test_a_note_is_the_pipelines_own(there: Setting) -> None:
    there.pusher().push([message(MessageKind.NOTE, {"external_id": "A-1", "note": "Re-interview on Monday."})])

    [kept] = there.server.below["A-1"]["notes"].values()
    assert (kept["note"], kept["author"]["firstName"]) == ("Re-interview on Monday.", "Hiregate")


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ada Lovelace", "Ada", "Lovelace"),
        ("Ana María de la Cruz", "Ana María de la", "Cruz"),
        ("李伟", "伟", "李"),
        ("欧阳娜娜", "娜娜", "欧阳"),
        ("王小明", "小明", "王"),
    ],
)
def test_names_are_split_as_their_script_does(name: str, first: str, last: str) -> None:
    assert records.person(name) == records.Person(first=first, last=last)


@pytest.mark.parametrize("name", [None, "", "Madonna", "李", "李伟伟伟伟"])
def test_a_name_is_not_made_up(name: str | None) -> None:
    with pytest.raises(records.NameIncomplete):
        records.person(name)


def test_a_change_before_the_creation_is_sent_as_the_creation() -> None:
    body = candidate(changed_at=NOW - dt.timedelta(days=1)).body()

    assert body["atsLastModifiedAt"] == body["atsCreatedAt"]


def test_a_repr_shows_no_person() -> None:
    assert "Ada" not in repr(candidate()) + repr(application()) + repr(records.person(PERSON))


@pytest.mark.parametrize("fault", [None, "429", "500", "expired_token", "duplicate", "reorder"])
def test_all_seats_are_read_whatever_goes_wrong(there: Setting, fault: str | None) -> None:
    there.server.seats = [{"seatUrn": f"urn:li:seat:{number}", "active": True} for number in range(250)]
    if fault:
        there.server.faults.inject(fault, path="/v2/seats")

    pages = list(there.reader().pull("Seat", None))

    found = {record.id for page in pages for record in page.records}
    assert len(found) == pages[-1].source_total == 250
    assert pages[-1].position == {}


def test_exported_candidates_are_read_by_their_request(there: Setting) -> None:
    there.server.exports = {"req-1": [{"personUrn": "urn:li:person:x", "firstName": "Ada", "lastName": "Lovelace"}, {}]}

    [page, missing] = there.reader(export_requests=["req-1", "req-2"]).pull("ExportedCandidate", None)

    assert [record.id for record in page.records] == ["urn:li:person:x"]
    assert (page.rejected, missing.records) == (1, [])


def test_only_what_the_file_names_is_read(there: Setting) -> None:
    assert [one.name for one in there.reader().entities()] == ["Seat"]
    assert [one.name for one in there.reader(contract=None, export_requests=["r"]).entities()] == ["ExportedCandidate"]
