"""A LinkedIn source, what talks to the stand-in for it, and records and messages to send."""

import datetime as dt
from collections.abc import Iterator

from tests.standins import linkedin
from tests.standins.linkedin import ORGANIZATION, LinkedIn
from warehouse.sync.connectors import registry
from warehouse.sync.connectors.linkedin import records
from warehouse.sync.connectors.linkedin.wire import EntityResult, Platform
from warehouse.sync.kit.clock import JumpingClock
from warehouse.sync.kit.records import Connector
from warehouse.sync.push import Message, MessageKind, Pusher, Receipt
from warehouse.sync.sources import Source

NOW = dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)
URN = "urn:li:jobApplication:1"
PERSON = "Ada Lovelace"


def source(url: str, **push: object) -> Source:
    """A LinkedIn source that reads from and pushes to an address."""
    auth = {
        "kind": "oauth2_client_credentials",
        "token_url": f"{url}/oauth/v2/accessToken",
        "client_id": linkedin.CLIENT,
        "client_secret": "env:LI_SECRET",
    }
    given = {"mode": "live", "base_url": url, "auth": auth, "organization": ORGANIZATION, **push}
    pull = {"base_url": url, "auth": auth, "organization": ORGANIZATION, "contract": "urn:li:contract:1"}
    return Source(
        name="acme_li", connector="linkedin", mapping="linkedin", pull={**pull, **push.get("pull", {})}, push=given
    )


class Setting:
    """The stand-in with its address, and what talks to it."""

    def __init__(self, server: LinkedIn, url: str) -> None:
        self.server, self.url, self.clock = server, url, JumpingClock(NOW)

    def platform(self, **push: object) -> Platform:
        return Platform.of(source(self.url, **push), part="push", transport=None, clock=self.clock)

    def pusher(self, **push: object) -> Pusher:
        return registry.pusher(source(self.url, **push), clock=self.clock)

    def reader(self, **pull: object) -> Connector:
        return registry.connector(source(self.url, pull=pull), clock=self.clock)


def candidate(id_: str = "C-1", **other: object) -> records.AtsCandidate:
    """A candidate with all that we know of one."""
    given = {
        "full_name": PERSON,
        "email": "ada@example.org",
        "phone": "+44 5550100",
        "country": "GB",
        "profile_url": None,
        "created_at": NOW,
        "changed_at": NOW,
        **other,
    }
    return records.AtsCandidate(id=id_, **given)


def application(id_: str = "A-1", **other: object) -> records.AtsApplication:
    """An application of it."""
    given = {
        "candidate_id": "C-1",
        "job_id": "R-1",
        "job_name": "Engineer",
        "full_name": PERSON,
        "email": None,
        "channel": "referral",
        "created_at": NOW,
        "changed_at": NOW,
        **other,
    }
    return records.AtsApplication(id=id_, **given)


def score(number: int = 1, external_id: str = "A-1", **other: object) -> Message:
    """A score as the outbox brings it."""
    payload = {
        "external_id": external_id,
        "score": 0.71,
        "band": "high",
        "recommendation": "advance",
        "model_version": "re-interview-pass@3",
        "decision_id": f"d-{number}",
        "decided_at": NOW.isoformat(),
        "reasons": [{"code": "logic", "en": "Strong logic.", "zh": "逻辑强。"}],
        **other,
    }
    return message(MessageKind.SCORE, payload, number)


def message(kind: MessageKind, payload: dict[str, object], number: int = 1) -> Message:
    """A message of any kind."""
    return Message(
        outbox_id=number,
        target="acme_li",
        kind=kind,
        subject="application:1",
        payload=payload,
        idempotency_key=f"key-{number}",
    )


def outcomes(receipts: list[Receipt]) -> dict[int, tuple[str, str | None]]:
    """State and error code by message."""
    return {receipt.outbox_id: (receipt.state.value, receipt.error_code) for receipt in receipts}


def done(results: Iterator[EntityResult]) -> dict[str, bool]:
    """Whether each record is there now."""
    return {result.id: result.is_done for result in results}
