"""`kill -9` between sending and recording: the message is sent again, with the id that the receiver knows."""

import base64
import signal
import subprocess
import sys

import pytest

from tests.warehouse.sync.messages import Clock, configure, draft, queue, rows
from tests.warehouse.sync.receiver import receiving
from warehouse.settings import Settings
from warehouse.sync.outbox_claims import CLAIM_S
from warehouse.sync.outbox_delivery import send_due
from warehouse.sync.push import MessageKind


def test_a_killed_sender_loses_nothing_and_the_receiver_can_tell_the_repeat(
    records: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", "whsec_" + base64.b64encode(b"n" * 32).decode())
    with receiving() as receiver:
        hook = {"url": receiver.url, "secrets": ["env:HOOK"], "mode": "live", "allow_http": True}
        configure(records, webhooks={"erp": {**hook, "allow_addresses": ["127.0.0.1/32"]}})
        payload = {"type": "talent.offer.accepted.v1", "at": "2026-03-02T08:00:00+00:00", "data": {}}
        queue(records, draft("webhook:erp", kind=MessageKind.WEBHOOK, payload=payload))
        arguments = ["-m", "tests.warehouse.sync.send_and_die", str(records.home), records.database_url]

        died = subprocess.run([sys.executable, *arguments], timeout=120, check=False)
        after_the_kill = rows(records)[0].state
        clock = Clock()
        clock.pass_(seconds=CLAIM_S)
        send_due(records, clock=clock)

    assert (died.returncode, after_the_kill, rows(records)[0].state) == (-signal.SIGKILL, "pending", "sent")
    assert len(receiver.got) == 2
    assert receiver.got[0].headers["webhook-id"] == receiver.got[1].headers["webhook-id"]
