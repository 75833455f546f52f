"""Who signed: each scheme accepts its sender's bytes and nothing else. Oracles: the senders' own libraries and text."""

import base64
import datetime as dt
import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks import Webhook

from warehouse.sync.signatures import (
    Delivery,
    SecretUnusable,
    SignatureError,
    SignatureMissing,
    SignatureWrong,
    TimestampOutside,
    verifier,
)

OLD, NEW = ("whsec_" + base64.b64encode(word * 8).decode() for word in (b"old!", b"new!"))
NOW = dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)
BODY = '{"candidate_id": "C1", "name": "王小明 Zoë 🎈"}'


def _standard(secret: str = NEW, body: str = BODY, at: dt.datetime = NOW) -> Delivery:
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, body),
    }
    return Delivery(headers=headers, body=body.encode())


def _changed(delivery: Delivery, **headers: str) -> Delivery:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Delivery(headers={**delivery.headers, **named}, body=delivery.body)


@pytest.mark.parametrize("signer", [NEW, OLD])
def test_both_live_secrets_of_a_standard_webhooks_sender_are_taken(signer: str) -> None:
    verifier("standard_webhooks", [NEW, OLD]).check(_standard(signer), NOW.timestamp())


def test_a_secret_that_is_no_longer_live_is_refused() -> None:
    with pytest.raises(SignatureWrong):
        verifier("standard_webhooks", [NEW]).check(_standard(OLD), NOW.timestamp())


def test_a_sender_in_the_middle_of_a_rotation_sends_two_signatures() -> None:
    both = _standard(OLD).headers["webhook-signature"] + " " + _standard(NEW).headers["webhook-signature"]

    verifier("standard_webhooks", [NEW]).check(_changed(_standard(), webhook_signature=both), NOW.timestamp())


@pytest.mark.parametrize("place", [0, 10, len(BODY.encode()) - 1])
def test_one_changed_byte_is_noticed(place: int) -> None:
    content = bytearray(BODY.encode())
    content[place] ^= 1

    with pytest.raises(SignatureWrong):
        verifier("standard_webhooks", [NEW]).check(
            Delivery(headers=_standard().headers, body=bytes(content)), NOW.timestamp()
        )


def test_another_id_or_time_under_the_same_signature_is_noticed() -> None:
    rule = verifier("standard_webhooks", [NEW])

    for other in ({"webhook_id": "msg_2"}, {"webhook_timestamp": str(int(NOW.timestamp()) + 1)}):
        with pytest.raises(SignatureWrong):
            rule.check(_changed(_standard(), **other), NOW.timestamp())


@pytest.mark.parametrize(("off_s", "is_taken"), [(-301, False), (-299, True), (299, True), (301, False)])
def test_only_a_timestamp_near_now_is_taken(off_s: int, is_taken: bool) -> None:
    delivery = _standard(at=NOW + dt.timedelta(seconds=off_s))
    rule = verifier("standard_webhooks", [NEW], tolerance_s=300)

    if is_taken:
        rule.check(delivery, NOW.timestamp())
    else:
        with pytest.raises(TimestampOutside):
            rule.check(delivery, NOW.timestamp())


@pytest.mark.parametrize("text", ["", "soon", "1e9", "-1", "٣", "9" * 400])
def test_a_timestamp_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(SignatureError):
        verifier("standard_webhooks", [NEW]).check(_changed(_standard(), webhook_timestamp=text), NOW.timestamp())


@pytest.mark.parametrize("signature", ["v1", "v1,", "v1a,AAAA", "v2," + "A" * 43 + "=", ",", "é,ü", "v1,not base64"])
def test_a_signature_of_another_form_is_refused_without_a_fault(signature: str) -> None:
    with pytest.raises(SignatureWrong):
        verifier("standard_webhooks", [NEW]).check(_changed(_standard(), webhook_signature=signature), NOW.timestamp())


@pytest.mark.parametrize("scheme", ["standard_webhooks", "linkedin", "greenhouse", "lever", "static_token"])
def test_a_delivery_without_any_proof_is_refused(scheme: str) -> None:
    with pytest.raises(SignatureMissing):
        verifier(scheme, [NEW]).check(Delivery(headers={}, body=BODY.encode()), NOW.timestamp())


@pytest.mark.parametrize("scheme", ["standard_webhooks", "linkedin", "greenhouse", "lever", "static_token"])
def test_a_scheme_without_a_secret_lets_nobody_in(scheme: str) -> None:
    with pytest.raises(SecretUnusable, match="needs a secret"):
        verifier(scheme, [])


@pytest.mark.parametrize("secret", ["whsec_", "whsk_AAAA", "whsec_é"])
def test_a_standard_secret_of_another_form_is_refused_without_repeating_it(secret: str) -> None:
    with pytest.raises(SecretUnusable) as refused:
        verifier("standard_webhooks", [secret])

    assert secret not in str(refused.value).replace("`whsec_`", "")


@pytest.mark.parametrize("secret", ["whpk_", "whpk_AAAA", "whpk_é", "whpk_" + "A" * 44])
def test_a_public_key_of_another_form_is_refused(secret: str) -> None:
    with pytest.raises(SecretUnusable, match="public key"):
        verifier("standard_webhooks", [secret])


def test_an_ed25519_signature_is_taken_beside_symmetric_ones_and_from_its_own_key_only() -> None:
    """The signature is made by another library's primitive over the bytes that the specification names."""
    signer, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    plain = _standard()
    signed = f"{plain.headers['webhook-id']}.{plain.headers['webhook-timestamp']}.".encode() + plain.body
    right, wrong = (base64.b64encode(key.sign(signed)).decode() for key in (signer, other))
    public = "whpk_" + base64.b64encode(signer.public_key().public_bytes_raw()).decode()
    rule = verifier("standard_webhooks", [public, OLD])

    rule.check(_changed(plain, webhook_signature=f"v1a,{right}"), NOW.timestamp())
    rule.check(_changed(plain, webhook_signature=f"v1a,{wrong} v1a,{right}"), NOW.timestamp())
    for given in (f"v1a,{wrong}", f"v1,{right}", "v1a,", "v1a,AAAA"):
        with pytest.raises(SignatureWrong):
            rule.check(_changed(plain, webhook_signature=given), NOW.timestamp())


def test_keys_do_not_appear_when_a_verifier_is_printed() -> None:
    assert "top-secret" not in repr(verifier("greenhouse", ["top-secret"]))


def test_greenhouse_signs_the_raw_body_with_its_algorithm_in_front() -> None:
    body = json.dumps({"action": "hire_candidate", "payload": {"name": "Zoë"}}).encode()
    signature = hmac.new(b"key", body, hashlib.sha256).hexdigest()
    rule = verifier("greenhouse", ["newer", "key"])

    rule.check(Delivery(headers={"signature": f"sha256 {signature}"}, body=body), 0)
    for wrong in (f"sha1 {signature}", signature, "sha256", f"sha256 {signature[:-1]}0"):
        with pytest.raises(SignatureWrong):
            rule.check(Delivery(headers={"signature": wrong}, body=body + b" "), 0)


@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_linkedin_signs_the_body_with_escapes_in_place_of_other_scripts(case: object) -> None:
    """The classic failure: 王 is signed as \\u738b, and 🎈 as the two halves that UTF-16 makes of it."""
    escaped = BODY
    for letter, escape in (("王", "738b"), ("小", "5c0f"), ("明", "660e"), ("ë", "00eb")):
        escaped = escaped.replace(letter, "\\u" + case(escape))  # type: ignore[operator]
    escaped = escaped.replace("🎈", "\\u" + case("d83c") + "\\u" + case("df88"))  # type: ignore[operator]
    signature = hmac.new(b"client-secret", f"hmacsha256={escaped}".encode(), hashlib.sha256).hexdigest()

    verifier("linkedin", ["client-secret"]).check(
        Delivery(headers={"x-li-signature": signature}, body=BODY.encode()), 0
    )


def test_linkedin_bytes_that_are_no_text_are_refused_without_a_fault() -> None:
    with pytest.raises(SignatureWrong):
        verifier("linkedin", ["k"]).check(Delivery(headers={"x-li-signature": "00"}, body=b"\xff\xfe"), 0)


def test_linkedin_s_challenge_is_answered_with_the_hmac_of_its_code() -> None:
    code = "890e4665-4dfe-4ab1-b689-ed553bceeed0"

    answer = verifier("linkedin", ["client-secret"]).challenge_response(code)

    assert answer == hmac.new(b"client-secret", code.encode(), hashlib.sha256).hexdigest()


def _lever(triggered: int, **changes: object) -> Delivery:
    signature = hmac.new(b"key", f"tok{triggered}".encode(), hashlib.sha256).hexdigest()
    body = {"token": "tok", "triggeredAt": triggered, "signature": signature, "event": "candidateHired", **changes}
    return Delivery(headers={}, body=json.dumps(body).encode())


def test_lever_signs_its_token_and_time_inside_the_body() -> None:
    verifier("lever", ["key"]).check(_lever(int(NOW.timestamp() * 1000)), NOW.timestamp())


def test_an_old_lever_event_is_refused() -> None:
    with pytest.raises(TimestampOutside):
        verifier("lever", ["key"]).check(_lever(int(NOW.timestamp() * 1000)), NOW.timestamp() + 3600)


@pytest.mark.parametrize("change", [{"token": None}, {"token": "other"}, {"triggeredAt": 5}, {"signature": {}}])
def test_a_changed_lever_proof_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(SignatureError):
        verifier("lever", ["key"]).check(_lever(int(NOW.timestamp() * 1000), **change), NOW.timestamp())


@pytest.mark.parametrize("content", [b"", b"not json", b"[]", b"5"])
def test_a_lever_body_of_another_form_is_refused_without_a_fault(content: bytes) -> None:
    with pytest.raises(SignatureMissing):
        verifier("lever", ["key"]).check(Delivery(headers={}, body=content), 0)


def test_a_static_token_stands_in_its_header_or_after_the_word_bearer() -> None:
    named = verifier("static_token", ["t0ken"], header="X-AtsiToken")
    bearer = verifier("static_token", ["t0ken"])

    named.check(Delivery(headers={"x-atsitoken": "t0ken"}, body=b""), 0)
    bearer.check(Delivery(headers={"authorization": "Bearer t0ken"}, body=b""), 0)
    with pytest.raises(SignatureWrong):
        named.check(Delivery(headers={"x-atsitoken": "t0ke"}, body=b""), 0)


def test_without_a_scheme_everyone_is_believed() -> None:
    verifier("none", []).check(Delivery(headers={}, body=b"x"), 0)
