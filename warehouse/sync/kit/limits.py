"""How many requests may leave: a bucket of tokens a second and one a minute; whoever finds it empty waits."""

import threading

from warehouse.sync.kit.clock import SYSTEM, Clock


class Bucket:
    """Holds up to `capacity` tokens and refills `rate` of them a second; may be shared between threads."""

    def __init__(self, *, rate: float, capacity: float, clock: Clock = SYSTEM) -> None:
        """Starts full."""
        self._rate, self._capacity, self._clock = rate, max(capacity, 1.0), clock
        self._tokens, self._at = self._capacity, clock.monotonic()
        self._lock = threading.Lock()

    def take(self) -> float:
        """Takes one token and answers the seconds to wait until it is due."""
        with self._lock:
            now = self._clock.monotonic()
            self._tokens = min(self._capacity, self._tokens + (now - self._at) * self._rate)
            self._at = now
            self._tokens -= 1
            return max(0.0, -self._tokens / self._rate)


class RateLimit:
    """Waits before a request so that neither limit is passed; None means no such limit."""

    def __init__(
        self, *, per_second: float | None = None, per_minute: float | None = None, clock: Clock = SYSTEM
    ) -> None:
        """Within any second, and within any minute, at most so many requests after the first burst of as many."""
        self._clock = clock
        self._buckets = [
            Bucket(rate=limit / seconds, capacity=limit, clock=clock)
            for limit, seconds in ((per_second, 1.0), (per_minute, 60.0))
            if limit is not None
        ]

    def wait(self) -> None:
        """Returns when the next request may leave."""
        due = max((bucket.take() for bucket in self._buckets), default=0.0)
        if due > 0:
            self._clock.sleep(due)
