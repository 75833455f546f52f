"""The SOAP event of SuccessFactors: read without harm, its token compared and dropped."""

import datetime as dt

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standins.successfactors import TRIGGER_TOKEN, SuccessFactors
from tests.standins.successfactors_tenant import small_tenant
from warehouse.sync.connectors.successfactors.soap import ALERT, NotAnAlert, TokenWrong, acknowledgement, alert
from warehouse.sync.connectors.successfactors.xml import parsed

SERVER = SuccessFactors(small_tenant(candidates=1, requisitions=1))
EVENT = SERVER.event(90_123)


def hostile(declaration: str, inside: str) -> bytes:
    return (
        f'<?xml version="1.0"?><!DOCTYPE x [{declaration}]>'
        f"<createRcmAssessmentRequest><entityId>{inside}</entityId></createRcmAssessmentRequest>"
    ).encode()


def test_an_event_names_its_order_and_its_token_is_ours() -> None:
    found = alert(EVENT)

    found.check(["another-token", TRIGGER_TOKEN])

    assert (found.order_id, found.fields["entityName"]) == ("90123", "AssessmentOrder")


@pytest.mark.parametrize("secrets", [[], [""], ["another-token"], [TRIGGER_TOKEN + "x"]])
def test_a_token_that_is_not_ours_is_refused(secrets: list[str]) -> None:
    with pytest.raises(TokenWrong):
        alert(EVENT).check(secrets)


def test_an_event_without_a_token_is_refused() -> None:
    with pytest.raises(TokenWrong):
        alert(SERVER.event(1, token="")).check([""])


def test_the_token_reaches_neither_inbox_nor_repr() -> None:
    found = alert(EVENT)

    arrival = found.arrival("acme_sf")

    assert TRIGGER_TOKEN not in repr(found)
    assert TRIGGER_TOKEN.encode() not in arrival.payload


def test_the_same_event_again_has_the_same_key() -> None:
    first, again, other = (alert(one).arrival("acme_sf") for one in (EVENT, EVENT, SERVER.event(90_124)))

    assert first.key == again.key != other.key
    assert (first.entity, orjson.loads(first.payload)["orderId"]) == (ALERT, "90123")


@pytest.mark.parametrize(
    "body",
    [
        hostile('<!ENTITY e SYSTEM "file:///etc/passwd">', "&e;"),
        hostile('<!ENTITY e SYSTEM "http://127.0.0.1:9/x">', "&e;"),
        hostile('<!ENTITY a "1"><!ENTITY b "&a;&a;&a;&a;">', "&b;"),
        hostile('<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;', "1"),
        hostile("", "1"),
        hostile("", "1").decode().encode("utf-16"),
    ],
    ids=["file", "address", "many", "parameter", "empty type", "utf-16"],
)
def test_a_document_type_is_refused_whatever_it_declares(body: bytes) -> None:
    with pytest.raises(NotAnAlert):
        alert(body)


@pytest.mark.parametrize("number", ["", "-1", "1 OR 1", "９９", "1" * 20])
def test_an_order_that_is_no_number_is_refused(number: str) -> None:
    body = f"<createRcmAssessmentRequest><entityId>{number}</entityId></createRcmAssessmentRequest>"

    with pytest.raises(NotAnAlert):
        alert(body.encode())


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_not_an_alert(body: bytes) -> None:
    with pytest.raises(NotAnAlert):
        alert(body)


def test_the_answer_is_soap_and_escapes_what_it_says() -> None:
    answer = acknowledgement("90123", dt.datetime(2026, 2, 1, tzinfo=dt.UTC), "a < b & c")

    assert b"<entityId>90123</entityId>" in answer
    assert "a < b & c" in "".join(parsed(answer).itertext())
