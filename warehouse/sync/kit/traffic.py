"""What a piece of work cost in requests: counted by every client that works inside `counting`, whoever made it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Traffic:
    """Requests that left, how many of them were repeats, and what the system says is left of its quota."""

    requests: int = 0
    retries: int = 0
    quota_left: int | None = None


_CURRENT: ContextVar[Traffic | None] = ContextVar("traffic", default=None)


@contextmanager
def counting() -> Iterator[Traffic]:
    """The traffic of what runs inside, in this thread."""
    traffic = Traffic()
    token = _CURRENT.set(traffic)
    try:
        yield traffic
    finally:
        _CURRENT.reset(token)


def current() -> Traffic:
    """The traffic that is counted now; one that nobody reads where nothing counts."""
    return _CURRENT.get() or Traffic()
