"""What this process does, counted for Prometheus: requests by route and status, and every count of `telemetry`.

The counts belong to the process, as Prometheus expects, whichever application in it was asked.
"""

import functools
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics
from starlette.datastructures import Headers

from warehouse import telemetry
from warehouse.telemetry_words import METRICS, OTHER, CounterName, Instrument, allowed

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_SERIES = 1_000
"""Series of one counter; what comes after is counted as `other`, so that no sender can fill the memory."""

MOST_REMEMBERED = 10_000
"""Combinations of attributes whose series is found without working out its labels again."""

DURATIONS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the request durations' buckets, seconds."""

ROUTE = "hiregate.route"
"""Where what answers a request without the router leaves the route's template in the request's scope."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_UNMATCHED = "unmatched"


def exposed(name: str) -> str:
    """The Prometheus name of one of telemetry's counters, without the suffix `_total`."""
    return "hiregate_" + name.replace(".", "_")


class ProcessMetrics:
    """Counters of this process. May be shared between threads."""

    def __init__(self) -> None:
        """All at zero."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        labels = ["method", "route"]
        self._requests = Counter(
            "hiregate_http_requests", "HTTP requests.", [*labels, "status"], registry=self.registry
        )
        self._durations = Histogram(
            "hiregate_http_request_duration_seconds",
            "Seconds from a request to the end of its answer.",
            labels,
            buckets=DURATIONS_S,
            registry=self.registry,
        )
        self._counters = {
            name: Counter(exposed(name), metric.says, metric.attributes, registry=self.registry)
            for name, metric in METRICS.items()
            if metric.instrument is Instrument.COUNTER
        }
        self._series: dict[str, set[tuple[str, ...]]] = {name: set() for name in self._counters}
        self._children: dict[tuple[object, ...], Counter] = {}
        self._lock = threading.Lock()

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request that was answered."""
        method = method if method in _METHODS else OTHER
        answered, took = self._of_route(method, route, status)
        answered.inc()
        took.observe(seconds)

    def count(self, name: CounterName, n: int, attributes: Mapping[str, object]) -> None:
        """`n` more of one of telemetry's counters."""
        key = (name, *attributes.items())
        child = self._children.get(key)
        if child is None:
            child = self._child(name, attributes)
            if len(self._children) < MOST_REMEMBERED:
                self._children[key] = child
        child.inc(n)

    def _child(self, name: CounterName, attributes: Mapping[str, object]) -> Counter:
        labels = METRICS[name].attributes
        given = allowed(attributes, labels)
        values = self._bounded(name, tuple(str(given.get(label, "")) for label in labels))
        return self._counters[name].labels(*values)

    @functools.lru_cache(maxsize=MOST_SERIES)  # noqa: B019 - one object a process, and labels() costs more than the count
    def _of_route(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        return self._requests.labels(method, route, str(status)), self._durations.labels(method, route)

    def _bounded(self, name: str, values: tuple[str, ...]) -> tuple[str, ...]:
        known = self._series[name]
        if values in known:
            return values
        with self._lock:
            if len(known) >= MOST_SERIES:
                return (OTHER,) * len(values)
            known.add(values)
        return values


@functools.cache
def process_metrics() -> ProcessMetrics:
    """The metrics of this process; always the same ones, without a second series for when each began."""
    disable_created_metrics()  # type: ignore[no-untyped-call]  # the library leaves it unannotated
    return ProcessMetrics()


class Measured:
    """Measures every request, and makes it one span of the caller's trace."""

    def __init__(self, app: "ASGIApp", *, watched: ProcessMetrics) -> None:
        """Around `app`, counting in `watched`."""
        self._app, self._watched = app, watched

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Passes the request on; an answer that never began counts as 500."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, started, ended = 500, time.perf_counter(), 0.0

        async def noting(message: "Message") -> None:
            nonlocal status, ended
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                ended = time.perf_counter()

        with telemetry.span("http.request", parent=_traceparent(scope)) as act:
            try:
                await self._app(scope, receive, noting)
            finally:
                route = str(scope.get(ROUTE) or getattr(scope.get("route"), "path", _UNMATCHED))
                # What goes on after the answer, such as scores of shadows, is nobody's waiting.
                seconds = (ended or time.perf_counter()) - started
                self._watched.request(scope["method"], route, status, seconds)
                act.note(method=scope["method"], route=route, status_code=status)


def _traceparent(scope: "Scope") -> str | None:
    return Headers(scope=scope).get("traceparent") if telemetry.is_exporting() else None
