"""Senders for the inbox: signed requests made beforehand, and a client cheap enough to leave the cores to the server.

The client speaks just enough HTTP/1.1 for answers with a content length. Each connection sends its next request when
the answer to the last one is there.
"""

import asyncio
import base64
import functools
import hmac
import itertools
import json
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import uvloop

SECRET = "whsec_" + base64.b64encode(b"only for tests and benchmarks!!!").decode()
SOURCE = "bench"
SKILLS = 8
"""Skills of each result."""

_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request: its webhook id and bytes."""

    id: str
    request: bytes


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What the answers were: HTTP status (0 where the connection broke), id, seconds."""

    statuses: dict[str, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    took_s: float = 0.0

    @property
    def accepted(self) -> set[str]:
        """The webhook ids that were acknowledged."""
        return {id_ for id_, status in self.statuses.items() if status == 202}

    def slowest(self, share: float) -> float:
        """Seconds within which this share of the answers came."""
        return sorted(self.seconds)[max(0, int(len(self.seconds) * share) - 1)]


def body(number: int) -> bytes:
    """A result in the plain shape, about 500 bytes."""
    return json.dumps(
        {
            "candidate_id": f"C{number:07d}",
            "interview_time": "2026-05-01 09:00:00",
            "assessment_score": 40 + number % 600 / 10,
            "skills": [{"name": f"skill {k}", "score": (number * 7 + k * 31) % 100} for k in range(SKILLS)],
            "video_url": f"https://video.example/{number}",
            "application_id": f"A{number:07d}",
            "job_id": f"J{number % 500}",
            "model_version": "2026.1",
        }
    ).encode()


def signed(count: int, run: str, path: str = f"/v1/events/{SOURCE}") -> list[Sent]:
    """Requests that a Standard Webhooks sender would make now, each with an id of its own."""
    key, now = base64.b64decode(SECRET.removeprefix("whsec_")), int(time.time())
    made = []
    for number in itertools.islice(_NUMBERS, count):
        id_, content = f"{run}-{number}", body(number)
        signature = base64.b64encode(hmac.digest(key, f"{id_}.{now}.".encode() + content, "sha256")).decode()
        head = (
            f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
            f"content-length: {len(content)}\r\nwebhook-id: {id_}\r\nwebhook-timestamp: {now}\r\n"
            f"webhook-signature: v1,{signature}\r\n\r\n"
        )
        made.append(Sent(id=id_, request=head.encode() + content))
    return made


def send(requests: Iterable[Sent], port: int, *, connections: int, limit_s: float = 60.0) -> Outcome:
    """Sends all requests over so many connections, opened at the same moment, for at most `limit_s` seconds."""
    return uvloop.run(_send(deque(requests), port, connections, limit_s))


async def _send(waiting: deque[Sent], port: int, connections: int, limit_s: float) -> Outcome:
    loop, outcome = asyncio.get_running_loop(), Outcome()
    began = time.perf_counter()
    until = began + limit_s
    clients = [_Client(waiting, outcome, until) for _ in range(connections)]
    await asyncio.gather(*(_connect(loop, client, port) for client in clients))
    await asyncio.wait([client.done for client in clients], timeout=limit_s + 30)
    outcome.took_s = time.perf_counter() - began
    return outcome


async def _connect(loop: asyncio.AbstractEventLoop, client: "_Client", port: int) -> None:
    try:
        await loop.create_connection(functools.partial(_same, client), "127.0.0.1", port)
    except OSError:
        client.broken()


def _same(client: "_Client") -> "_Client":
    return client


class _Client(asyncio.Protocol):
    def __init__(self, waiting: deque[Sent], outcome: Outcome, until: float) -> None:
        self._waiting, self._outcome, self._until = waiting, outcome, until
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._current: Sent | None = None
        self._began = time.perf_counter()
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next(self._began)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, content = self._received.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0])
        if len(content) < length or self._current is None:
            return
        now = time.perf_counter()
        self._outcome.statuses[self._current.id] = int(head[9:12])
        self._outcome.seconds.append(now - self._began)
        self._current, self._received = None, b""
        self._next(now)

    def connection_lost(self, _: Exception | None) -> None:
        self.broken()

    def broken(self) -> None:
        if self._current is not None:
            self._outcome.statuses[self._current.id] = 0
        if not self.done.done():
            self.done.set_result(None)

    def _next(self, now: float) -> None:
        if not self._waiting or now > self._until:
            self._transport.close()
            return
        self._current, self._began = self._waiting.popleft(), now if self._outcome.seconds else self._began
        self._transport.write(self._current.request)
