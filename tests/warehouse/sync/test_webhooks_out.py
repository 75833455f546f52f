"""Signed webhooks out, received by a server that verifies them with the standard's own library."""

import base64
import json
import logging
import time

import pytest
from cloudevents.v1.conversion import from_json
from cloudevents.v1.http import CloudEvent
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.warehouse.sync.messages import Clock, configure, draft, person, queue, rows
from tests.warehouse.sync.receiver import Receiver, receiving
from warehouse.settings import Settings
from warehouse.sync import outbox_claims, outbox_delivery, webhooks_out
from warehouse.sync.push import MessageKind

_NEW = "whsec_" + base64.b64encode(b"n" * 32).decode()
_OLD = "whsec_" + base64.b64encode(b"o" * 32).decode()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch):
    """A receiver on loopback; both secrets are in the environment."""
    monkeypatch.setenv("HOOK_NEW", _NEW)
    monkeypatch.setenv("HOOK_OLD", _OLD)
    with receiving() as found:
        yield found


def _hook(settings: Settings, receiver: Receiver, **given: object) -> None:
    """A message waits for the receiver, which may be reached although it is on loopback."""
    endpoint = {
        "url": f"{receiver.url}/in?token=sesame",
        "secrets": ["env:HOOK_NEW", "env:HOOK_OLD"],
        "mode": "live",
        "allow_http": True,
        "allow_addresses": ["127.0.0.0/8"],
    }
    configure(settings, webhooks={"payroll": {**endpoint, **given}})
    application = str(person(settings))
    payload = {
        "type": "talent.offer.accepted.v1",
        "at": "2026-03-02T08:00:00+00:00",
        "application_id": application,
        "data": {"application": "r1"},
    }
    queue(
        settings,
        draft("webhook:payroll", kind=MessageKind.WEBHOOK, payload=payload, subject=f"application:{application}"),
    )


def _sent(settings: Settings, clock: Clock | None = None) -> str:
    outbox_delivery.send_due(settings, clock=clock or Clock())
    return rows(settings)[0].state


@pytest.mark.parametrize("secret", [_NEW, _OLD])
def test_the_standards_library_accepts_what_either_live_secret_signed(
    records: Settings, receiver: Receiver, secret: str
) -> None:
    _hook(records, receiver)

    state = _sent(records)

    got = receiver.got[0]
    assert Webhook(secret).verify(got.body, got.headers)["type"] == "talent.offer.accepted.v1"
    assert state == "sent"


def test_tampered_bytes_are_refused_by_the_standards_library(records: Settings, receiver: Receiver) -> None:
    _hook(records, receiver)
    _sent(records)
    got = receiver.got[0]

    with pytest.raises(WebhookVerificationError):
        Webhook(_NEW).verify(got.body.replace(b"accepted", b"declined"), got.headers)


def test_the_body_is_a_cloudevent_whose_id_is_the_webhooks(records: Settings, receiver: Receiver) -> None:
    _hook(records, receiver)
    _sent(records)
    got = receiver.got[0]

    event = from_json(CloudEvent, got.body)

    assert event["id"] == got.headers["webhook-id"]
    assert (event["source"], event["specversion"], event["piiclass"]) == ("/hiregate", "1.0", "pseudonymous")


def test_id_stays_and_signature_changes_from_attempt_to_attempt(records: Settings, receiver: Receiver) -> None:
    _hook(records, receiver)
    receiver.answers.append((500, {}))
    clock = Clock()

    first = _sent(records, clock)
    clock.pass_(minutes=1)
    pusher = webhooks_out.WebhookPusher(
        settings=records,
        endpoint=outbox_delivery.outbox_targets.notifications(records).webhooks["payroll"],
        clock=lambda: time.time() + 60,
    )
    pusher.push(outbox_claims.claimed(records, "webhook:payroll", 1, clock()).messages)

    one, two = (got.headers for got in receiver.got)
    assert first == "failed"
    assert one["webhook-id"] == two["webhook-id"]
    assert one["webhook-signature"] != two["webhook-signature"]


def test_names_and_contact_are_filled_in_only_where_the_endpoint_asks(records: Settings, receiver: Receiver) -> None:
    _hook(records, receiver, personal=["full_name", "email"])

    _sent(records)

    event = json.loads(receiver.got[0].body)
    assert event["data"]["candidate"] == {"full_name": "Wei Zhang", "email": "wei@example.com"}
    assert event["piiclass"] == "direct"
    assert "Wei" not in json.dumps(rows(records)[0].payload)


@pytest.mark.parametrize(
    ("status", "headers", "state", "code"),
    [
        (410, {}, "dead", "gone"),
        (429, {"retry-after": "7"}, "failed", "slow_down"),
        (502, {}, "failed", "slow_down"),
        (504, {}, "failed", "slow_down"),
        (301, {"location": "http://127.0.0.1:1/elsewhere"}, "failed", "redirect_refused"),
        (307, {"location": "/again"}, "failed", "redirect_refused"),
        (500, {}, "failed", "http_500"),
        (404, {}, "failed", "http_404"),
    ],
)
def test_each_answer_is_judged_as_the_standard_says(
    records: Settings, receiver: Receiver, status: int, headers: dict[str, str], state: str, code: str
) -> None:
    _hook(records, receiver)
    receiver.answers.append((status, headers))

    _sent(records)

    (row,) = rows(records)
    assert (row.state, row.error_code, len(receiver.got)) == (state, code, 1)


def test_a_private_address_is_refused_unless_the_endpoint_names_it(records: Settings, receiver: Receiver) -> None:
    _hook(records, receiver, allow_addresses=[])

    state = _sent(records)

    assert (state, rows(records)[0].error_code, receiver.got) == ("dead", "address_refused", [])


def test_plain_http_is_refused_unless_the_endpoint_allows_it(records: Settings, receiver: Receiver) -> None:
    _hook(records, receiver, allow_http=False)

    state = _sent(records)

    assert (state, receiver.got) == ("dead", [])


def test_neither_log_nor_row_repeats_address_secret_or_name(
    records: Settings, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    _hook(records, receiver, personal=["full_name", "email"])
    receiver.answers.append((500, {}))

    _sent(records)

    (row,) = rows(records)
    written = f"{caplog.text} {row.error} {row.error_code} {row.receipt} {row.payload}"
    assert not any(word in written for word in ("sesame", "whsec_", "Wei", "wei@"))


def test_an_erased_candidate_gets_nothing(records: Settings, receiver: Receiver) -> None:
    _hook(records, receiver)
    queued = rows(records)[0].payload | {"application_id": "00000000-0000-0000-0000-000000000001"}
    queue(records, draft("webhook:payroll", "gone", kind=MessageKind.WEBHOOK, payload=queued))

    _sent(records)

    assert [(row.state, row.error_code) for row in rows(records)] == [("sent", None), ("dead", "subject_gone")]


@pytest.mark.parametrize("secret", ["hush", "whsec_c2hvcnQ=", "whsec_%%%"])
def test_a_weak_or_malformed_secret_signs_nothing(
    records: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("HOOK_OLD", secret)
    _hook(records, receiver)

    state = _sent(records)

    assert (state, rows(records)[0].error_code, receiver.got) == ("failed", "SecretError", [])
