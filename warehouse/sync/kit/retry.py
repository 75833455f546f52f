"""When a request is sent again, and after how long."""

import datetime as dt
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from warehouse.sync.kit.clock import Clock

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
"""Methods that HTTP (RFC 9110 §9.2.2) lets a client repeat."""

TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that may be gone at the next attempt."""

NOT_DONE = frozenset({425, 429})
"""Statuses that say that nothing was done, so that even an insert may be sent again."""


_EARLIEST_MOMENT = 1e9
"""From here on a number is a Unix time (2001), below it a number of seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """At most `attempts` sendings; waits grow from `first_wait_s` by doubling up to `longest_wait_s`, with jitter.

    A wait that the system itself asks for is kept up to `longest_asked_s`, beyond which the run ends as rate-limited.
    """

    attempts: int = 5
    first_wait_s: float = 0.5
    longest_wait_s: float = 60.0
    longest_asked_s: float = 330.0

    def wait_s(self, attempt: int, clock: Clock) -> float:
        """Seconds before sending again after `attempt` failed sendings: half of the ladder's step is chance."""
        step = min(self.longest_wait_s, self.first_wait_s * 2.0 ** (attempt - 1))
        return step * (0.5 + clock.jitter() / 2)


def asked_wait_s(headers: httpx.Headers, now: dt.datetime, *, is_limited: bool) -> float | None:
    """Seconds that `Retry-After` asks for, else those until `X-RateLimit-Reset`; None where neither can be read.

    The reset counts only where `is_limited` says that the limit is reached: many systems send it with every answer.
    Either may hold seconds, a date, or (as Greenhouse's does) a Unix time. A moment that has passed is no wait.
    """
    reset = headers.get("x-ratelimit-reset", "").strip() if is_limited else ""
    text = headers.get("retry-after", "").strip() or reset
    try:
        number = float(text)
    except ValueError:
        return _until(text, now) if text else None
    if number > _EARLIEST_MOMENT:
        return max(0.0, number - now.timestamp())
    return number if number >= 0 else None


def _until(text: str, now: dt.datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - now).total_seconds())
