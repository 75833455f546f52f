"""The outgoing event `rcm_assessment_alert_v2` of SuccessFactors: SOAP that says which assessment order was made.

The event holds a token that was agreed on and the order's id, hardly more; the order itself is read by OData. The token
is compared and dropped: what reaches the inbox is the event's fields as JSON.

Errors:

  NotAnAlert    the body is no such event
  TokenWrong    the token is missing or is none of ours
"""

import datetime as dt
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from lxml import etree

from warehouse.sync.connectors.successfactors.xml import UnsafeXml, local_name, parsed
from warehouse.sync.envelopes import Fault, NotAnEvent
from warehouse.sync.inbox import Accepted, Arrival
from warehouse.sync.kit.records import Record
from warehouse.sync.signatures import Delivery, SignatureMissing, SignatureWrong

ALERT = "rcm_assessment_alert_v2"
ROOT = "createRcmAssessmentRequest"
TOKEN = "externalTriggerToken"  # noqa: S105 - the element's name
MEDIA_TYPES = frozenset({"text/xml", "application/xml", "application/soap+xml"})
LARGEST_BYTES = 65_536

_SPACE = "http://alert.successfactors.com"
_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"


class NotAnAlert(ValueError):
    """The body is no such event; the message holds none of it."""


class TokenWrong(ValueError):
    """The token is missing or is none of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One event. `fields` are all its texts by name, without the token."""

    order_id: str
    fields: Mapping[str, str]
    token: str | None = field(default=None, repr=False)

    def check(self, secrets: Sequence[str]) -> None:
        """Compares the token with each secret in the same time. Raises TokenWrong."""
        given = (self.token or "").encode()
        matches = [hmac.compare_digest(given, secret.encode()) for secret in secrets if secret]
        if not given or not any(matches):
            raise TokenWrong("the event's token is missing or is none of ours")

    def arrival(self, source: str) -> Arrival:
        """The event as a row of the inbox; the same event sent again has the same key."""
        record = Record(entity=ALERT, id=self.order_id, body={"orderId": self.order_id, **self.fields})
        return Arrival(
            source=source,
            idempotency_key=f"{ALERT}:{self.order_id}:{record.sha256}",
            payload=json.dumps(record.body, ensure_ascii=False, sort_keys=True).encode(),
            content_type="application/json",
            entity=ALERT,
        )


def alert(body: bytes) -> Alert:
    """The event in a SOAP body. Raises NotAnAlert; no entity is resolved and no document type is read."""
    if len(body) > LARGEST_BYTES:
        raise NotAnAlert("the event is too large")
    try:
        root = parsed(body)
    except UnsafeXml as error:
        raise NotAnAlert(str(error)) from None
    request = next((one for one in root.iter() if local_name(one) == ROOT), None)
    if request is None:
        raise NotAnAlert(f"there is no {ROOT} in the body")
    texts = {local_name(one): (one.text or "").strip() for one in root.iter() if len(one) == 0 and local_name(one)}
    token = texts.pop(TOKEN, None)
    order_id = _order(request)
    return Alert(order_id=order_id, fields={name: text for name, text in texts.items() if text}, token=token)


class AlertAdapter:
    """Takes the alerts of one source at the door of the inbox."""

    media_type = "text/xml"

    def __init__(self, source: str, secrets: Sequence[str]) -> None:
        """`secrets` are the tokens that are live, the newest first."""
        self._source, self._secrets = source, tuple(secrets)

    def reads(self, headers: Mapping[str, str]) -> bool:
        """Whether the delivery is XML."""
        return headers.get("content-type", "").partition(";")[0].strip().lower() in MEDIA_TYPES

    def arrivals(self, delivery: Delivery) -> list[Arrival]:
        """The one event of the delivery. Raises SignatureError, EnvelopeError."""
        try:
            found = alert(delivery.body)
        except NotAnAlert:
            raise NotAnEvent(Fault(path="", code="not_an_alert")) from None
        try:
            found.check(self._secrets)
        except TokenWrong as error:
            kind = SignatureWrong if found.token else SignatureMissing
            raise kind(str(error)) from None
        return [found.arrival(self._source)]

    def answer(self, arrivals: Sequence[Arrival], accepted: Sequence[Accepted]) -> bytes:
        """The SOAP answer that the event is kept; the inbox row is its receipt."""
        order_id = str(json.loads(arrivals[0].payload)["orderId"])
        return acknowledgement(order_id, dt.datetime.now(dt.UTC), str(accepted[0].inbox_id))


def adapter(source: str, secrets: Sequence[str]) -> AlertAdapter:
    """The adapter of a source."""
    return AlertAdapter(source, secrets)


def acknowledgement(order_id: str, at: dt.datetime, receipt: str) -> bytes:
    """The SOAP answer to an event that is kept."""
    return _answer(
        f"<entityId>{escape(order_id)}</entityId><statusDate>{at.isoformat()}</statusDate>"
        f"<statusDetails>RECEIVED</statusDetails><receiptId>{escape(receipt)}</receiptId>"
    )


def _order(request: etree._Element) -> str:
    found = [(one.text or "").strip() for one in request.iter() if local_name(one) == "entityId"]
    if len(found) != 1 or not found[0].isascii() or not found[0].isdecimal() or len(found[0]) > 19:
        raise NotAnAlert("the event names no assessment order")
    return found[0]


def _answer(inner: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="{_ENVELOPE}"><S:Body>'
        f'<{ROOT}Response xmlns="{_SPACE}"><rcmAssessmentResponse>{inner}</rcmAssessmentResponse></{ROOT}Response>'
        "</S:Body></S:Envelope>"
    ).encode()
