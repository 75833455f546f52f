"""Who sent a webhook: each sender's signature scheme, checked over the raw bytes in constant time.

Any of a source's live secrets may have signed, so that a secret is replaced without a gap. What a scheme signs beside
the body is what it protects: Standard Webhooks its id and time, Lever only its token and time, Greenhouse and LinkedIn
neither.

Errors:

  SignatureError
    SignatureMissing    the delivery does not carry what its scheme needs
    SignatureWrong      no live secret made this signature
    TimestampOutside    it was signed too long ago, or in the future
    SecretUnusable      a secret of the source does not have the form that its scheme needs
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SCHEMES = ("standard_webhooks", "linkedin", "greenhouse", "lever", "static_token", "none")
"""Every scheme that a source may name."""

_PUBLIC = "whpk_"
MOST_SIGNATURES = 10
"""Signatures of one delivery that are looked at; a rotation needs two."""


class SignatureError(RuntimeError):
    """A delivery is not shown to come from its source."""


class SignatureMissing(SignatureError):
    """The delivery does not carry what its scheme needs."""


class SignatureWrong(SignatureError):
    """No live secret made this signature."""


class TimestampOutside(SignatureError):
    """It was signed too long ago, or in the future."""


class SecretUnusable(SignatureError):
    """A secret of the source does not have the form that its scheme needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A request as it came: header names in lower case, the body's raw bytes."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """The check of one source's deliveries; keys never appear in its `repr`."""

    scheme: str
    header: str | None
    tolerance_s: float
    keys: tuple[bytes, ...] = field(repr=False)
    public_keys: tuple[Ed25519PublicKey, ...] = ()

    def check(self, delivery: Delivery, now: float) -> None:
        """Nothing where a live secret signed the delivery; `now` is in Unix seconds. Raises SignatureError."""
        _CHECKS[self.scheme](self, delivery, now)

    def challenge_response(self, code: str) -> str:
        """LinkedIn's proof that the endpoint knows the secret: hex HMAC-SHA256 of its challenge code."""
        return hmac.digest(self.keys[0], code.encode(), "sha256").hex()


def verifier(scheme: str, secrets: Sequence[str], *, header: str | None = None, tolerance_s: float = 300.0) -> Verifier:
    """The check by `scheme` with the live `secrets`, the newest first. Raises SecretUnusable."""
    if scheme != "none" and not secrets:
        raise SecretUnusable(f"the scheme {scheme} needs a secret; set `webhook.secrets` of the source")
    is_standard = scheme == "standard_webhooks"
    public = [secret for secret in secrets if is_standard and secret.startswith(_PUBLIC)]
    private = [secret for secret in secrets if secret not in public]
    return Verifier(
        scheme=scheme,
        header=header.lower() if header else None,
        tolerance_s=tolerance_s,
        keys=tuple(_standard_key(secret) if is_standard else secret.encode() for secret in private),
        public_keys=tuple(_public_key(secret) for secret in public),
    )


def _public_key(secret: str) -> Ed25519PublicKey:
    """Standard Webhooks writes the public half of an asymmetric secret as `whpk_` and base64."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(secret.removeprefix(_PUBLIC), validate=True))
    except (binascii.Error, ValueError) as error:
        raise SecretUnusable("a Standard Webhooks public key is `whpk_` and base64 of 32 bytes (ed25519)") from error


def _standard_key(secret: str) -> bytes:
    """Standard Webhooks writes a symmetric secret as `whsec_` and base64."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_") + "==", validate=False)
    except (binascii.Error, ValueError):
        key = b""
    if not key or secret.startswith("whsk_"):
        raise SecretUnusable("a Standard Webhooks secret is `whsec_` and base64 of 24 to 64 random bytes")
    return key


def _check_standard(rule: Verifier, delivery: Delivery, now: float) -> None:
    """Signed is `<id>.<timestamp>.<raw body>`; blanks part several signatures: `v1,` HMAC, `v1a,` ed25519."""
    id_, timestamp, given = (_header(delivery, f"webhook-{name}") for name in ("id", "timestamp", "signature"))
    _check_time(rule, timestamp, now)
    signed = f"{id_}.{timestamp}.".encode() + delivery.body
    expected = [base64.b64encode(hmac.digest(key, signed, "sha256")) for key in rule.keys]
    versioned = [part.partition(",") for part in given.split(" ")[:MOST_SIGNATURES]]
    asymmetric = [signature for version, _, signature in versioned if version == "v1a"]
    if any(_has_signed(key, signed, signature) for key in rule.public_keys for signature in asymmetric):
        return
    _any_equal(expected, [signature.encode() for version, _, signature in versioned if version == "v1"])


def _has_signed(key: Ed25519PublicKey, signed: bytes, signature: str) -> bool:
    try:
        key.verify(base64.b64decode(signature, validate=True), signed)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _check_greenhouse(rule: Verifier, delivery: Delivery, _: float) -> None:
    """The header reads `sha256 <hex>`."""
    given = _header(delivery, rule.header or "signature")
    algorithm, *signature = given.split()
    if algorithm.lower() != "sha256":
        raise SignatureWrong("the signature's algorithm is not sha256")
    expected = [hmac.digest(key, delivery.body, "sha256").hex().encode() for key in rule.keys]
    _any_equal(expected, [part.lower().encode() for part in signature[:1]])


def _check_linkedin(rule: Verifier, delivery: Delivery, _: float) -> None:
    """Signed is `hmacsha256=` and the body with its non-ASCII characters as JSON escapes, in either letter case."""
    given = _header(delivery, rule.header or "x-li-signature").strip().removeprefix("hmacsha256=")
    expected = [
        hmac.digest(key, b"hmacsha256=" + body, "sha256").hex().encode()
        for key in rule.keys
        for body in _escaped(delivery.body)
    ]
    _any_equal(expected, [given.lower().encode()])


def _escaped(body: bytes) -> list[bytes]:
    if body.isascii():
        return [body]
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return [body]
    lower = _NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text).encode()
    upper = _NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1].upper().replace("\\U", "\\u"), text).encode()
    return [lower, upper, body]


_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def _check_lever(rule: Verifier, delivery: Delivery, now: float) -> None:
    """The body holds `signature`: hex HMAC-SHA256 of its `token` and `triggeredAt` (milliseconds)."""
    try:
        body = orjson.loads(delivery.body)
    except orjson.JSONDecodeError as error:
        raise SignatureMissing("the body is not JSON, so it holds no signature") from error
    fields = [body.get(name) for name in ("token", "triggeredAt", "signature")] if isinstance(body, dict) else []
    if not fields or not all(isinstance(value, str | int) and value != "" for value in fields):
        raise SignatureMissing("the body lacks token, triggeredAt or signature")
    token, triggered, signature = (str(value) for value in fields)
    expected = [hmac.digest(key, f"{token}{triggered}".encode(), "sha256").hex().encode() for key in rule.keys]
    _any_equal(expected, [signature.lower().encode()])
    _check_time(rule, triggered[:-3], now)


def _check_token(rule: Verifier, delivery: Delivery, _: float) -> None:
    """A fixed token in a header; in `Authorization` it may follow the word Bearer."""
    name = rule.header or "authorization"
    given = _header(delivery, name).strip()
    if name == "authorization" and given[:7].lower() == "bearer ":
        given = given[7:].strip()
    digests = [hashlib.sha256(key).digest() for key in rule.keys]
    _any_equal(digests, [hashlib.sha256(given.encode()).digest()])


def _check_nothing(_: Verifier, __: Delivery, ___: float) -> None:
    """A source that was configured to be believed without proof."""


def _header(delivery: Delivery, name: str) -> str:
    value = delivery.headers.get(name)
    if not value:
        raise SignatureMissing(f"the header {name} is missing")
    return value


def _check_time(rule: Verifier, timestamp: str, now: float) -> None:
    """`timestamp` is in whole Unix seconds; the tolerance holds in both directions."""
    is_number = timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12
    if not is_number or abs(now - int(timestamp)) > rule.tolerance_s:
        raise TimestampOutside(f"the timestamp is not within {rule.tolerance_s:.0f} s of now")


def _any_equal(expected: Sequence[bytes], given: Sequence[bytes]) -> None:
    """Compares every pair, so that the time taken does not tell which secret is live."""
    if not sum(hmac.compare_digest(right, left) for right in expected for left in given):
        raise SignatureWrong("no live secret of the source made this signature")


_CHECKS: Mapping[str, Callable[[Verifier, Delivery, float], None]] = {
    "standard_webhooks": _check_standard,
    "linkedin": _check_linkedin,
    "greenhouse": _check_greenhouse,
    "lever": _check_lever,
    "static_token": _check_token,
    "none": _check_nothing,
}
