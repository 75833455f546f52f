"""The clock that waits are measured with: the machine's, or in tests one that jumps instead of sleeping."""

import datetime as dt
import random
import time
from typing import Protocol


class Clock(Protocol):
    """Time as the kit sees it."""

    def now(self) -> dt.datetime:
        """The moment, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow."""
        ...

    def sleep(self, seconds: float) -> None:
        """Waits."""
        ...

    def jitter(self) -> float:
        """A random share between 0 and 1."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        """The moment, in UTC."""
        return dt.datetime.now(dt.UTC)

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Waits; an interrupt ends it."""
        time.sleep(seconds)

    def jitter(self) -> float:
        """A random share between 0 and 1."""
        return random.random()  # noqa: S311 - spreads retries, guards nothing


class JumpingClock:
    """A clock for tests and rehearsals: a wait moves it and takes no time. `slept` holds each wait in seconds."""

    def __init__(self, start: dt.datetime = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), jitter: float = 0.5) -> None:
        """Stands at `start`; `jitter` is what its chance always says."""
        self._start = start
        self._jitter = jitter
        self.slept: list[float] = []

    def now(self) -> dt.datetime:
        """The start and all waits since."""
        return self._start + dt.timedelta(seconds=sum(self.slept))

    def monotonic(self) -> float:
        """All waits, in seconds."""
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        """Moves on."""
        self.slept.append(seconds)

    def jitter(self) -> float:
        """Always the same."""
        return self._jitter


SYSTEM = SystemClock()
