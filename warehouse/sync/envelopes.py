"""From a delivery to arrivals: CloudEvents in all three modes, and sources' own JSON with an id that we can rely on.

The payload kept is the sender's own bytes; of a batch each event's own slice. Only the envelope is looked at: whatever
is wrong inside is the intake's to put in quarantine, for an event that was accepted is never dropped.

Errors:

  EnvelopeError
    MediaTypeUnknown    the body is neither JSON nor a CloudEvent
    NotJson             the body cannot be read as JSON
    NotAnEvent          it is JSON without what makes it an event
"""

import datetime as dt
import hashlib
import json
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import orjson

from warehouse.sync.event_values import at, moment, version
from warehouse.sync.inbox import Arrival
from warehouse.sync.signatures import Delivery

MOST_EVENTS = 1_000
"""Events of one batch."""

LONGEST_NAME = 200
"""Characters of an event's type."""

CLOUD_EVENT = "application/cloudevents+json"
CLOUD_EVENTS = "application/cloudevents-batch+json"
INTERVIEW = "interview"
"""The entity of the plain shape, which does not name one."""

_TYPE_NAMES = ("type", "event_type", "event", "action")
_TIME_NAMES = ("timestamp", "occurred_at", "triggeredAt", "interview_time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: where, and a stable code; never a value of the event."""

    path: str
    code: str


class EnvelopeError(ValueError):
    """A delivery cannot be taken as events; `faults` says where and why."""

    def __init__(self, *faults: Fault) -> None:
        """Holds no value of the delivery."""
        super().__init__("; ".join(f"{fault.path}: {fault.code}" for fault in faults))
        self.faults = faults


class MediaTypeUnknown(EnvelopeError):
    """The body is neither JSON nor a CloudEvent."""


class NotJson(EnvelopeError):
    """The body cannot be read as JSON."""


class NotAnEvent(EnvelopeError):
    """It is JSON without what makes it an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Where a source puts what an event says about itself; an empty path means the usual places.

    With `is_lever` nothing but the signed token names an event: whatever else could is not signed, so that an event
    that somebody overheard would count again under another name.
    """

    source: str
    zone: ZoneInfo
    entity: tuple[str, ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()
    happened_at: tuple[str, ...] = ()
    version: tuple[str, ...] = ()
    is_lever: bool = False


def arrivals(reading: Reading, delivery: Delivery) -> list[Arrival]:
    """The events of a delivery, in its order. Raises EnvelopeError."""
    found = _arrivals(reading, delivery)
    if not reading.is_lever:
        return found
    document = json_of(delivery.body)
    key = _lever_key(document) if isinstance(document, dict) else None
    if key is None or len(found) != 1:
        raise NotAnEvent(Fault(path="token", code="missing"))
    return [replace(found[0], idempotency_key=key)]


def _arrivals(reading: Reading, delivery: Delivery) -> list[Arrival]:
    media = media_type(delivery)
    if "ce-specversion" in delivery.headers and media not in {CLOUD_EVENT, CLOUD_EVENTS}:
        payload, attributes = _from_binary_mode(delivery)
        return [_cloud_event(reading, attributes, payload, "", delivery.headers.get("webhook-id"))]
    document = json_of(delivery.body)
    if isinstance(document, list):
        return [
            _event(reading, item, raw, place=f"[{number}]", is_cloud_event=media == CLOUD_EVENTS)
            for number, (raw, item) in enumerate(elements(delivery.body))
        ]
    if media == CLOUD_EVENTS:
        raise NotAnEvent(Fault(path="", code="not_a_list"))
    return [_event(reading, document, delivery.body, is_cloud_event=media == CLOUD_EVENT, headers=delivery.headers)]


def interview_key(source: str, document: Mapping[str, object], zone: ZoneInfo, raw: bytes) -> str | None:
    """The key of a result without an id: of its candidate, UTC time and job, and then of its bytes.

    The same interview with other bytes has a key of its own, for it is a revision. None where it is no interview.
    """
    candidate, happened = document.get("candidate_id"), document.get("interview_time")
    if not isinstance(candidate, str | int) or not isinstance(happened, str):
        return None
    at_utc = moment(happened, zone)
    job = document.get("application_id") or document.get("job_id") or ""
    parts = (source, str(candidate), at_utc.isoformat() if at_utc else happened, str(job))
    identity = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{INTERVIEW}:{identity[:32]}:{hashlib.sha256(raw).hexdigest()[:32]}"


def _event(
    reading: Reading,
    document: object,
    raw: bytes,
    *,
    is_cloud_event: bool,
    place: str = "",
    headers: Mapping[str, str] | None = None,
) -> Arrival:
    if not isinstance(document, dict):
        raise NotAnEvent(Fault(path=place, code="not_an_object"))
    headers = headers or {}
    if is_cloud_event or document.get("specversion") == "1.0":
        return _cloud_event(reading, document, raw, place, headers.get("webhook-id"))
    given = headers.get("webhook-id") or headers.get("greenhouse-event-id") or _configured_key(reading, document)
    key = given or _lever_key(document) or interview_key(reading.source, document, reading.zone, raw)
    named = at(document, reading.entity) if reading.entity else _first_text(document, _TYPE_NAMES)
    is_plain = named is None and not reading.entity and "interview_time" in document
    happened = reading.happened_at or next(((name,) for name in _TIME_NAMES if name in document), ())
    return _arrival(
        reading,
        document,
        raw,
        key=key or f"sha256:{hashlib.sha256(raw).hexdigest()}",
        entity=INTERVIEW if is_plain else named,
        happened_at=moment(at(document, happened), reading.zone) if happened else None,
        content_type="application/json",
        place=place,
    )


def _cloud_event(
    reading: Reading, document: Mapping[str, object], raw: bytes, place: str, webhook_id: str | None
) -> Arrival:
    """Source and id together name a CloudEvent."""
    faults = [
        Fault(path=f"{place}.{name}".lstrip("."), code="missing")
        for name in ("id", "source", "type")
        if not isinstance(document.get(name), str) or not document[name]
    ]
    if document.get("specversion") != "1.0":
        faults.append(Fault(path=f"{place}.specversion".lstrip("."), code="unsupported"))
    if faults:
        raise NotAnEvent(*faults)
    return _arrival(
        reading,
        document,
        raw,
        key=webhook_id or f"{document['source']} {document['id']}",
        entity=at(document, reading.entity) if reading.entity else document["type"],
        happened_at=moment(at(document, reading.happened_at or ("time",)), reading.zone),
        content_type=CLOUD_EVENT,
        place=place,
    )


def _arrival(
    reading: Reading,
    document: Mapping[str, object],
    raw: bytes,
    *,
    key: str,
    entity: object,
    happened_at: dt.datetime | None,
    content_type: str,
    place: str,
) -> Arrival:
    name = str(entity) if isinstance(entity, str | int) else None
    for text, field in ((key, "id"), (name or "", "type")):
        if "\x00" in text or (field == "type" and len(text) > LONGEST_NAME):
            raise NotAnEvent(Fault(path=f"{place}.{field}".lstrip("."), code="not_usable"))
    return Arrival(
        source=reading.source,
        idempotency_key=key,
        payload=raw,
        content_type=content_type,
        entity=name,
        happened_at=happened_at,
        source_version=version(at(document, reading.version), reading.zone) if reading.version else None,
    )


def _from_binary_mode(delivery: Delivery) -> tuple[bytes, dict[str, object]]:
    """The attributes come as headers, the data as the body; both are kept as one structured CloudEvent."""
    attributes: dict[str, object] = {
        name[3:]: urllib.parse.unquote(value)
        for name, value in delivery.headers.items()
        if name.startswith("ce-") and name not in {"ce-data", "ce-data_base64"}
    }
    head = orjson.dumps({**attributes, "datacontenttype": "application/json"})
    if not delivery.body:
        return head, attributes
    json_of(delivery.body)
    return head[:-1] + b',"data":' + delivery.body + b"}", attributes


def _configured_key(reading: Reading, document: Mapping[str, object]) -> str | None:
    """The values under the source's key paths, all of which must be there."""
    values = [at(document, path) for path in reading.keys]
    if not values:
        return None
    faults = [
        Fault(path=".".join(path), code="missing")
        for path, value in zip(reading.keys, values, strict=True)
        if not isinstance(value, str | int) or value == ""
    ]
    if faults:
        raise NotAnEvent(*faults)
    return "\x1f".join(str(value) for value in values)


def _lever_key(document: Mapping[str, object]) -> str | None:
    """Lever signs a token that is new for each event, and not the body: the token is what must not come twice."""
    if not {"token", "triggeredAt", "signature"} <= document.keys():
        return None
    return f"{document['token']}:{document['triggeredAt']}"


def _first_text(document: Mapping[str, object], names: Sequence[str]) -> str | None:
    return next((value for name in names if isinstance(value := document.get(name), str) and value), None)


def media_type(delivery: Delivery) -> str:
    """The body's media type in lower case; without one it is taken for JSON."""
    media, *parameters = (part.strip().lower() for part in delivery.headers.get("content-type", "").split(";"))
    charset = next((part.removeprefix("charset=").strip('"') for part in parameters if part.startswith("charset=")), "")
    is_json = media in {"", "application/json", "text/json"} or media.endswith("+json")
    if not is_json or charset not in {"", "utf-8", "utf8", "us-ascii"}:
        raise MediaTypeUnknown(Fault(path="content-type", code="not_json"))
    if delivery.headers.get("content-encoding", "identity").lower() not in {"", "identity"}:
        raise MediaTypeUnknown(Fault(path="content-encoding", code="not_supported"))
    return media


def json_of(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise NotJson(Fault(path="", code="not_json")) from None


def elements(body: bytes) -> Iterator[tuple[bytes, object]]:
    """Each element of a list, whose text was read as JSON before, with the very bytes it was sent in.

    Raises EnvelopeError where there is none, or more than `MOST_EVENTS`.
    """
    text, decoder, position = body.decode(), json.JSONDecoder(), body.index(b"[") + 1
    count = 0
    while (position := _after_blanks(text, position)) < len(text) and text[position] != "]":
        count += 1
        if count > MOST_EVENTS:
            raise NotAnEvent(Fault(path="", code="too_many_events"))
        try:
            item, end = decoder.raw_decode(text, position)
        except RecursionError:
            raise NotJson(Fault(path="", code="too_deep")) from None
        yield text[position:end].encode(), item
        position = end
    if not count:
        raise NotAnEvent(Fault(path="", code="no_events"))


def _after_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n,":
        position += 1
    return position
