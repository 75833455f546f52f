"""A source that sends webhooks, for tests of the HTTP API: its file, its secrets, and what its own library signs."""

import datetime as dt
import json
from collections.abc import Mapping

import psycopg
import yaml
from standardwebhooks import Webhook

from warehouse import postgres
from warehouse.settings import Settings

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PLAIN = {
    "candidate_id": "C1",
    "interview_time": "2026-05-01 09:00:00",
    "assessment_score": 71.5,
    "skills": ["logic", "clarity"],
    "video_url": "https://video.example/1",
}


def source(settings: Settings, name: str = "acme", **webhook: object) -> None:
    """Writes the source's file; Standard Webhooks with the secret of `env:ACME_SECRET` unless said otherwise."""
    settings.sources.mkdir(parents=True, exist_ok=True)
    rule = {"scheme": "standard_webhooks", "secrets": ["env:ACME_SECRET"], **webhook}
    content = {"source": name, "connector": "webhook", "mapping": "plain_interviews", "webhook": rule}
    (settings.sources / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")


def signed(body: str, id_: str = "msg_1", *, secret: str = SECRET, ago_s: float = 0) -> dict[str, str]:
    """The headers that the `standardwebhooks` package makes for a body signed so long ago."""
    at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=ago_s)
    return {
        "content-type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(id_, at, body),
    }


def stored(settings: Settings) -> list[tuple[str, str, object]]:
    """Source, entity and payload (as JSON) of every inbox row, in order."""
    with psycopg.connect(postgres.address(settings)) as connection:
        rows = connection.execute("SELECT source, entity, payload FROM landing.inbox ORDER BY inbox_id").fetchall()
    return [(source_, entity, json.loads(payload)) for source_, entity, payload in rows]


def count(settings: Settings) -> int:
    """How many rows the inbox holds."""
    return len(stored(settings))


def problem(answer: object) -> tuple[int, str]:
    """Status and code of a problem document."""
    document: Mapping[str, object] = answer.json()  # type: ignore[attr-defined]
    assert answer.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    return answer.status_code, str(document["code"])  # type: ignore[attr-defined]
