"""From deliveries to arrivals: CloudEvents in three modes, sources' own shapes, and a key that nobody has to guess."""

import datetime as dt
import hashlib
import json
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.sync.envelopes import (
    CLOUD_EVENT,
    CLOUD_EVENTS,
    EnvelopeError,
    Fault,
    MediaTypeUnknown,
    NotAnEvent,
    NotJson,
    Reading,
    arrivals,
    elements,
)
from warehouse.sync.event_values import at, moment, version
from warehouse.sync.inbox import Arrival
from warehouse.sync.signatures import Delivery

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
EVENT = {
    "specversion": "1.0",
    "id": "e1",
    "source": "/acme",
    "type": "interview.completed",
    "time": "2026-05-01T09:00Z",
}
PLAIN = {"candidate_id": "C1", "interview_time": "2026-05-01 09:00:00", "assessment_score": 71.5}


def _read(body: object, *, reading: Reading | None = None, **headers: str) -> list[Arrival]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return arrivals(reading or Reading(source="acme", zone=SHANGHAI), Delivery(headers=named, body=content))


def test_a_structured_cloud_event_is_named_by_its_source_and_id() -> None:
    (arrival,) = _read({**EVENT, "data": {"x": 1}}, content_type=CLOUD_EVENT)

    assert (arrival.idempotency_key, arrival.entity) == ("/acme e1", "interview.completed")
    assert arrival.happened_at == dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)


def test_a_cloud_event_in_binary_mode_is_kept_as_a_structured_one_around_its_own_bytes() -> None:
    content = b'{ "score": 1.10, "name": "\\u738b" }'

    (arrival,) = _read(
        content, ce_specversion="1.0", ce_id="e1", ce_source="/acme", ce_type="t", ce_subject="caf%C3%A9", ce_data="x"
    )

    assert content in arrival.payload
    assert json.loads(arrival.payload)["data"] == {"score": 1.1, "name": "王"}
    assert json.loads(arrival.payload)["subject"] == "café"


def test_a_batch_becomes_one_arrival_an_event_with_the_events_own_bytes() -> None:
    raw = [json.dumps({**EVENT, "id": id_}) for id_ in ("a", "b")]
    raw[0] = raw[0].replace("{", '{ "big": 1234567890123456789012345.10 ,', 1)

    found = _read(f" [ {raw[0]} ,\n{raw[1]}]".encode(), content_type=CLOUD_EVENTS)

    assert [arrival.payload.decode() for arrival in found] == raw
    assert [arrival.idempotency_key for arrival in found] == ["/acme a", "/acme b"]


@pytest.mark.parametrize(
    ("body", "media", "fault"),
    [
        ({**EVENT, "id": ""}, CLOUD_EVENT, Fault(path="id", code="missing")),
        ({**EVENT, "source": 5}, CLOUD_EVENT, Fault(path="source", code="missing")),
        ({**EVENT, "specversion": "0.3"}, CLOUD_EVENT, Fault(path="specversion", code="unsupported")),
        ([EVENT, {**EVENT, "type": None}], CLOUD_EVENTS, Fault(path="[1].type", code="missing")),
        ([EVENT, 5], CLOUD_EVENTS, Fault(path="[1]", code="not_an_object")),
        ({**EVENT, "type": "t\x00"}, CLOUD_EVENT, Fault(path="type", code="not_usable")),
        ({**EVENT, "type": "t" * 201}, CLOUD_EVENT, Fault(path="type", code="not_usable")),
        (EVENT, CLOUD_EVENTS, Fault(path="", code="not_a_list")),
        ([], "application/json", Fault(path="", code="no_events")),
        ([{}] * 1001, "application/json", Fault(path="", code="too_many_events")),
        ("text", "application/json", Fault(path="", code="not_an_object")),
    ],
)
def test_json_that_is_no_event_is_refused_with_its_place(body: object, media: str, fault: Fault) -> None:
    with pytest.raises(NotAnEvent) as refused:
        _read(body, content_type=media)

    assert refused.value.faults == (fault,)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b'{"a": NaN}', b"\xff\xfe", b"\xef\xbb\xbf{}", b'{"a": "\\ud800"}', b"[" * 5000 + b"]" * 5000],
)
def test_bytes_that_are_no_json_are_refused_with_one_kind_of_error(content: bytes) -> None:
    with pytest.raises(NotJson):
        _read(content)


def test_a_deep_event_inside_a_batch_is_refused_without_a_fault() -> None:
    with pytest.raises(EnvelopeError):
        _read(b"[" + b'{"a":' * 1000 + b"1" + b"}" * 1000 + b"]")


@pytest.mark.parametrize(
    "headers",
    [
        {"content_type": "text/plain"},
        {"content_type": "application/xml"},
        {"content_type": "application/json; charset=gb18030"},
        {"content_type": "application/json", "content_encoding": "gzip"},
    ],
)
def test_what_is_not_json_in_utf_8_is_not_looked_at(headers: dict[str, str]) -> None:
    with pytest.raises(MediaTypeUnknown):
        _read(PLAIN, **headers)


def test_a_webhook_id_is_the_key_of_whatever_comes_under_it() -> None:
    keys = [
        _read(body, webhook_id="msg_1", content_type=media)[0].idempotency_key
        for body, media in ((PLAIN, "application/json; charset=UTF-8"), (EVENT, CLOUD_EVENT))
    ]

    assert keys == ["msg_1", "msg_1"]


def test_greenhouse_names_its_events_in_a_header() -> None:
    (arrival,) = _read({"action": "hire_candidate", "payload": {}}, greenhouse_event_id="77")

    assert (arrival.idempotency_key, arrival.entity) == ("77", "hire_candidate")


def test_lever_s_signed_token_is_its_key() -> None:
    body = {"token": "t", "triggeredAt": 1777626000000, "signature": "x", "event": "candidateHired", "data": {}}

    (arrival,) = _read(body)

    assert (arrival.idempotency_key, arrival.entity) == ("t:1777626000000", "candidateHired")
    assert arrival.happened_at == dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)


def test_a_source_says_where_its_own_shape_keeps_what() -> None:
    reading = Reading(
        source="acme",
        zone=BERLIN,
        entity=("kind",),
        keys=(("meta", "id"), ("items", "0", "no")),
        happened_at=("meta", "at"),
        version=("meta", "changed"),
    )
    meta = {"id": 5, "at": "2026-07-01 09:00", "changed": "2026-07-01T07:00:01Z"}

    (arrival,) = _read({"kind": "Review", "meta": meta, "items": [{"no": "x"}]}, reading=reading)

    assert (arrival.idempotency_key, arrival.entity) == ("5\x1fx", "Review")
    assert arrival.happened_at == dt.datetime(2026, 7, 1, 7, tzinfo=dt.UTC)
    assert arrival.source_version == 1782889201000


def test_a_configured_key_that_is_not_there_is_refused_by_its_path() -> None:
    with pytest.raises(NotAnEvent) as refused:
        _read(PLAIN, reading=Reading(source="acme", zone=SHANGHAI, keys=(("meta", "id"),)))

    assert refused.value.faults == (Fault(path="meta.id", code="missing"),)


def test_the_plain_shape_is_an_interview_in_the_sources_zone() -> None:
    (arrival,) = _read(PLAIN)

    assert arrival.entity == "interview"
    assert arrival.happened_at == dt.datetime(2026, 5, 1, 1, tzinfo=dt.UTC)


def test_the_same_interview_with_another_body_has_a_key_of_its_own_beside_the_same_identity() -> None:
    """A corrected score is a revision: it must neither be taken for a repetition nor for another interview."""
    keys = [_read({**PLAIN, "assessment_score": score})[0].idempotency_key for score in (70, 75, 70)]

    assert keys[0] == keys[2] != keys[1]
    assert keys[0].split(":")[:2] == keys[1].split(":")[:2]


@pytest.mark.parametrize(
    "change",
    [{"candidate_id": "C2"}, {"interview_time": "2026-05-01 09:00:01"}, {"job_id": "J"}, {"application_id": "A"}],
)
def test_another_candidate_time_or_job_is_another_interview(change: dict[str, str]) -> None:
    first, second = (_read(body)[0].idempotency_key.split(":")[1] for body in (PLAIN, {**PLAIN, **change}))

    assert first != second


def test_the_same_moment_in_another_spelling_is_the_same_interview() -> None:
    times = ("2026-05-01 09:00:00", "2026-05-01T01:00:00Z", "2026-05-01T03:00:00+02:00")

    identities = {_read({**PLAIN, "interview_time": time})[0].idempotency_key.split(":")[1] for time in times}

    assert len(identities) == 1


def test_a_shape_without_any_identity_is_known_by_its_bytes() -> None:
    (arrival,) = _read(b'{"x": 1}')

    assert arrival.idempotency_key == "sha256:" + hashlib.sha256(b'{"x": 1}').hexdigest()


@pytest.mark.parametrize("text", ["2026-10-25 02:30:00", "2026-03-29 02:30:00"])
def test_a_wall_clock_time_that_came_twice_or_never_is_not_guessed(text: str) -> None:
    assert moment(text, BERLIN) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1777626000, dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)),
        (1777626000123, dt.datetime(2026, 5, 1, 9, 0, 0, 123000, tzinfo=dt.UTC)),
        ("1777626000", dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)),
        ("20260501", dt.datetime(2026, 4, 30, 16, tzinfo=dt.UTC)),
        (True, None),
        (None, None),
        ({}, None),
        (1e300, None),
        ("0001-01-01T00:00:00+09:00", None),
        ("tomorrow", None),
    ],
)
def test_times_are_read_in_the_ways_senders_write_them(value: object, expected: dt.datetime | None) -> None:
    assert moment(value, SHANGHAI) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(7, 7), ("42", 42), (-1, None), (2**63, None), ("x", None), (True, None), (None, None)]
)
def test_a_version_is_a_number_that_the_inbox_can_hold(value: object, expected: int | None) -> None:
    assert version(value, SHANGHAI) == expected


@given(st.recursive(st.none() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)))
def test_a_path_into_any_document_ends_at_a_value_or_nowhere(document: object) -> None:
    for path in (("a",), ("0",), ("a", "0", "b"), ("", "")):
        at(document, path)


@given(st.lists(st.dictionaries(st.text(), st.integers() | st.text() | st.lists(st.floats())), min_size=1, max_size=9))
def test_the_slices_of_any_list_are_its_elements(listed: list[dict[str, object]]) -> None:
    spaced = json.dumps(listed, indent=1, ensure_ascii=False).encode("utf-8", "surrogatepass")

    assert [repr(json.loads(raw.decode("utf-8"))) for raw, _ in elements(spaced)] == [repr(item) for item in listed]
