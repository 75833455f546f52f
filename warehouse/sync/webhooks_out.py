"""Signed webhooks out: a CloudEvent as body, the headers of the Standard Webhooks specification 1.0.0.

The id is the same on every attempt, time and signature are new. Each live secret signs. 2xx means taken; 410 ends the
endpoint, 429, 502 and 504 slow it down, and a redirect is a failure that is never followed.
"""

import base64
import datetime as dt
import hmac
import logging
import ssl
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

import httpx
import orjson

from warehouse import telemetry
from warehouse.settings import Settings
from warehouse.sync.notify_config import Endpoint
from warehouse.sync.outbox_subject import Subject, subject_of
from warehouse.sync.push import GONE, SLOW_DOWN, Message, Receipt, ReceiptState
from warehouse.sync.secrets import SecretError, plain_or_secret, secret
from warehouse.sync.webhooks_out_address import AddressError, AddressRefused, Pinned, Resolve, pinned, resolved

SOURCE = "/hiregate"
"""The CloudEvents source of everything that Hiregate sends."""

_SLOWING = frozenset({429, 502, 504})
_LONGEST_WAIT_S = 86_400.0
_IDS = uuid.UUID("8a9d3c5e-52c5-5f0e-9a6e-0f6d2b7f5a11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A message ready to send; it is kept nowhere."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookPusher:
    """Sends webhooks to one endpoint; `clock` answers Unix seconds, `tls` says whom to trust beside the usual."""

    settings: Settings
    endpoint: Endpoint
    clock: Callable[[], float] = time.time
    resolve: Resolve = resolved
    tls: ssl.SSLContext | None = None

    def push(self, messages: Sequence[Message]) -> Sequence[Receipt]:
        """One receipt a message; `sent` where the endpoint answered 2xx."""
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses, which may hold a secret
        # Proxies of the environment would be reached instead of the address that was checked.
        trusted = self.tls or True
        with httpx.Client(timeout=self.endpoint.timeout_s, trust_env=False, verify=trusted) as client:
            return [self._pushed(client, message) for message in messages]

    def _pushed(self, client: httpx.Client, message: Message) -> Receipt:
        about = subject_of(self.settings, message.payload.get("application_id"))
        if about is None and "application_id" in message.payload:
            return _receipt(message, ReceiptState.DEAD, "subject_gone", "the application or its candidate is gone")
        try:
            way = self._way()
            signed = sign(event(message, self.endpoint, about), self._keys(), message_id(message), self.clock())
            return self._answered(client, message, way, signed)
        except AddressRefused as error:
            return _receipt(message, ReceiptState.DEAD, "address_refused", str(error))
        except (AddressError, SecretError) as error:
            return _receipt(message, ReceiptState.FAILED, type(error).__name__, str(error))
        except httpx.HTTPError as error:
            return _receipt(message, ReceiptState.FAILED, type(error).__name__, "the endpoint did not answer")

    def _way(self) -> Pinned:
        return pinned(
            plain_or_secret(self.endpoint.url),
            allow_addresses=self.endpoint.allow_addresses,
            allow_http=self.endpoint.allow_http,
            resolve=self.resolve,
        )

    def _keys(self) -> list[bytes]:
        return [key_of(secret(reference)) for reference in self.endpoint.secrets]

    def _answered(self, client: httpx.Client, message: Message, way: Pinned, signed: Signed) -> Receipt:
        for url in way.urls[:-1]:
            try:
                return self._sent(client, message, url, way, signed)
            except httpx.ConnectError:
                continue  # nothing was sent; the name has another address
        return self._sent(client, message, way.urls[-1], way, signed)

    def _sent(self, client: httpx.Client, message: Message, url: str, way: Pinned, signed: Signed) -> Receipt:
        headers = {**signed.headers, "host": way.netloc}
        telemetry.carry(headers)
        named = {"sni_hostname": way.host}
        with client.stream("POST", url, content=signed.body, headers=headers, extensions=named) as response:
            return _judged(message, response, self.clock())  # the body of the answer is never read


def key_of(given: str) -> bytes:
    """The signing key: base64 behind `whsec_`, as the specification writes a symmetric secret. Raises SecretError."""
    try:
        key = base64.b64decode(given.removeprefix("whsec_") + "==")
    except ValueError:
        key = b""
    if not given.startswith("whsec_") or not 24 <= len(key) <= 64:
        raise SecretError("a signing secret is `whsec_` and base64 of 24 to 64 random bytes")
    return key


def message_id(message: Message) -> str:
    """The same on every attempt, and different for every target and idempotency key."""
    return f"msg_{uuid.uuid5(_IDS, f'{message.target} {message.idempotency_key}').hex}"


def event(message: Message, endpoint: Endpoint, about: Subject | None) -> dict[str, object]:
    """The CloudEvent; the candidate's name and contact are in it only where the endpoint asks for them."""
    payload = message.payload
    data = payload.get("data")
    personal = about.chosen(endpoint.personal) if about is not None else {}
    return {
        "specversion": "1.0",
        "id": message_id(message),
        "source": SOURCE,
        "type": payload.get("type"),
        **({"subject": message.subject.replace(":", "/", 1)} if message.subject else {}),
        "time": payload.get("at"),
        "datacontenttype": "application/json",
        "piiclass": "direct" if personal else "pseudonymous",
        "data": {**(data if isinstance(data, dict) else {}), **({"candidate": personal} if personal else {})},
    }


def sign(content: Mapping[str, object], keys: Sequence[bytes], id_: str, now: float) -> Signed:
    """The body's bytes and the headers that sign them: HMAC-SHA256 of `<id>.<timestamp>.<body>` by every key."""
    body = orjson.dumps(content)
    timestamp = str(int(now))
    signed = f"{id_}.{timestamp}.".encode() + body
    signatures = [base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in keys]
    return Signed(
        body=body,
        headers={
            "content-type": "application/cloudevents+json; charset=utf-8",
            "user-agent": "Hiregate",
            "webhook-id": id_,
            "webhook-timestamp": timestamp,
            "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
        },
    )


def _judged(message: Message, response: httpx.Response, now: float) -> Receipt:
    status = response.status_code
    said = f"the endpoint answered {status}"
    if response.is_success:
        return Receipt(outbox_id=message.outbox_id, state=ReceiptState.SENT, receipt=str(status))
    if status == httpx.codes.GONE:
        return _receipt(message, ReceiptState.DEAD, GONE, f"{said}: it wants no more messages")
    if status in _SLOWING:
        wait = _retry_after(response.headers.get("retry-after"), now)
        return _receipt(message, ReceiptState.FAILED, SLOW_DOWN, said, wait)
    if response.has_redirect_location or 300 <= status < 400:
        return _receipt(message, ReceiptState.FAILED, "redirect_refused", f"{said}: redirects are not followed")
    return _receipt(message, ReceiptState.FAILED, f"http_{status}", said)


def _retry_after(given: str | None, now: float) -> float | None:
    """Seconds from a Retry-After header, which holds seconds or a date; None where it holds neither."""
    if not given:
        return None
    if given.isascii() and given.isdecimal():
        return min(float(given), _LONGEST_WAIT_S)
    try:
        moment = parsedate_to_datetime(given)
    except ValueError:
        return None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)
    return min(max(moment.timestamp() - now, 0.0), _LONGEST_WAIT_S)


def _receipt(
    message: Message, state: ReceiptState, code: str, sentence: str, retry_after_s: float | None = None
) -> Receipt:
    return Receipt(
        outbox_id=message.outbox_id, state=state, error_code=code, error=sentence, retry_after_s=retry_after_s
    )
