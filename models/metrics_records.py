"""The state of the records as Prometheus gauges, read when asked and kept for a few seconds."""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import DBAPIError

from models.champion import LeaseState, LeaseTerms
from warehouse.postgres import PostgresError
from warehouse.queries.service_state import Lease, ServiceState, service_state
from warehouse.settings import Settings

KEPT_S = 5.0
"""Seconds that an answer of the database serves every scrape."""

LOG = logging.getLogger("hiregate.metrics")

Sample = tuple[tuple[str, ...], float]


def lease_of(lease: Lease) -> LeaseState:
    """The state of a lease that has so many seconds left."""
    now = dt.datetime.now(dt.UTC)
    until = now + dt.timedelta(seconds=lease.seconds_left)
    terms = LeaseTerms(
        warn_from=until - dt.timedelta(days=lease.warn_days),
        until=until,
        grace_until=until + dt.timedelta(days=lease.grace_days),
    )
    return terms.state(now)


class RecordsCollector(Collector):
    """The gauges of these settings' records. May be shared between threads."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is read before the first scrape."""
        self._settings = settings
        self._lock = threading.Lock()
        self._read_at: float | None = None
        self._state: ServiceState | None = None

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that registering does not read the database."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every gauge; `hiregate_records_reachable` alone where the database does not answer."""
        state = self._current()
        reachable = GaugeMetricFamily("hiregate_records_reachable", "Whether the database answered this process.")
        reachable.add_metric([], 0.0 if state is None else 1.0)
        yield reachable
        if state is not None:
            for name, says, labels, samples in GAUGES:
                family = GaugeMetricFamily(name, says, labels=labels)
                for values, value in samples(state):
                    family.add_metric(values, value)
                yield family

    def _current(self) -> ServiceState | None:
        with self._lock:
            if self._read_at is None or time.monotonic() - self._read_at > KEPT_S:
                self._state, self._read_at = self._read(), time.monotonic()
            return self._state

    def _read(self) -> ServiceState | None:
        try:
            return service_state(self._settings)
        except (DBAPIError, PostgresError) as error:
            LOG.warning("the records' gauges cannot be read: %s", type(error).__name__)
            return None


GAUGES: tuple[tuple[str, str, tuple[str, ...], Callable[[ServiceState], Iterable[Sample]]], ...] = (
    (
        "hiregate_inbox_waiting",
        "Events that the intake has not handled yet.",
        ("source",),
        lambda state: [((one.source,), float(one.n)) for one in state.waiting],
    ),
    (
        "hiregate_inbox_oldest_waiting_seconds",
        "Age of the oldest event that waits for the intake.",
        ("source",),
        lambda state: [((one.source,), one.oldest_s) for one in state.waiting],
    ),
    (
        "hiregate_source_freshness_seconds",
        "Seconds since the last success of a source and entity.",
        ("source", "entity"),
        lambda state: [((one.source, one.entity), one.age_s) for one in state.deliveries],
    ),
    (
        "hiregate_source_last_success_timestamp_seconds",
        "When a source and entity last succeeded, seconds since 1970.",
        ("source", "entity"),
        lambda state: [((one.source, one.entity), one.last_success_at.timestamp()) for one in state.deliveries],
    ),
    (
        "hiregate_quarantine_open",
        "Refused rows that nobody settled yet.",
        ("source", "reason"),
        lambda state: [((one.name, one.kind), float(one.n)) for one in state.quarantine],
    ),
    (
        "hiregate_outbox_messages",
        "Messages to outside systems by state.",
        ("target", "state"),
        lambda state: [((one.name, one.kind), float(one.n)) for one in state.outbox],
    ),
    (
        "hiregate_lease_seconds_left",
        "Seconds that the champion of a model may still serve.",
        ("model",),
        lambda state: [((one.model,), one.seconds_left) for one in state.leases],
    ),
    (
        "hiregate_lease_state",
        "1 for the state that the champion's lease is in: valid, ends_soon, review_only or expired.",
        ("model", "state"),
        lambda state: [
            ((one.model, name.value), float(name is lease_of(one))) for one in state.leases for name in LeaseState
        ],
    ),
    (
        "hiregate_shadows",
        "Releases that run in shadow of a champion.",
        ("model",),
        lambda state: [((one.name,), float(one.n)) for one in state.shadows],
    ),
    (
        "hiregate_audit_log_lines",
        "Lines of the audit log's chain.",
        (),
        lambda state: [((), float(state.audit_lines))],
    ),
    (
        "hiregate_jobs",
        "Background jobs by task and state.",
        ("task", "state"),
        lambda state: [((one.name, one.kind), float(one.n)) for one in state.jobs],
    ),
)
"""Name, sentence, labels and samples of each gauge."""
