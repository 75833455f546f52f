"""LinkedIn's platform against its stand-in: whole records, a result each, whatever goes wrong."""

import datetime as dt

import pytest

from tests.standins import linkedin
from tests.standins.linkedin_customer import NOW, PERSON, Setting, application, candidate, done, source
from warehouse.sync.connectors.linkedin import records
from warehouse.sync.connectors.linkedin.wire import APPLICATIONS, CANDIDATES, EntityResult, Platform
from warehouse.sync.kit.errors import ConnectorError, Misconfigured, Refused
from warehouse.sync.sources import Source


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
