"""The last rung: scores as a CSV file that somebody imports. Nothing confirms it, so such a message is only `sent`."""

import csv
import hashlib
import io
import os
from collections.abc import Sequence
from pathlib import Path

from warehouse.sync.connectors.successfactors.push_options import PushOptions
from warehouse.sync.connectors.successfactors.rungs import external_id
from warehouse.sync.push import Message

HEADER = ("applicationId", "score", "recommendation", "decision_id", "model_version", "decided_at", "message_id")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def written(folder: Path, options: PushOptions, messages: Sequence[Message]) -> str:
    """Writes one file for the messages and answers its name; the same messages write the same file. Raises OSError."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(HEADER)
    lines.writerows([_plain(value) for value in _values(options, message)] for message in messages)
    content = text.getvalue().encode("utf-8-sig")
    ids = ",".join(message.idempotency_key or str(message.outbox_id) for message in messages)
    name = f"{options.source}-scores-{hashlib.sha256(ids.encode()).hexdigest()[:16]}.csv"
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{name}.part"
    with part.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(folder / name)
    return name


def _values(options: PushOptions, message: Message) -> list[str]:
    given = message.payload
    return [
        external_id(message),
        options.score(given),
        str(given.get("recommendation") or ""),
        str(given.get("decision_id") or ""),
        str(given.get("model_version") or ""),
        str(given.get("decided_at") or ""),
        message.idempotency_key or str(message.outbox_id),
    ]


def _plain(value: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value
