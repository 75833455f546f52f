"""The OpenTelemetry SDK, set up from the standard OTEL_* variables; the only module that imports it.

Counters and histograms go out as deltas and compressed unless a variable says otherwise, as New Relic prefers. The
providers are our own, never the process's global ones, so that no library's spans leave with ours. No exception message
is recorded and no exemplar kept: both can hold a value.
"""

import contextlib
import importlib.metadata
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Unpack

from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.metrics import Counter as Adding
from opentelemetry.metrics import Histogram as Spreading
from opentelemetry.sdk.metrics import AlwaysOffExemplarFilter, Counter, Histogram, MeterProvider, ObservableCounter
from opentelemetry.sdk.metrics.export import AggregationTemporality, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, Status, StatusCode, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from warehouse.telemetry_words import LAG_BOUNDS_S, METRICS, Attributes, CounterName, GaugeName, HistogramName, allowed
from warehouse.telemetry_words import Instrument as Kind

if TYPE_CHECKING:
    from opentelemetry.context import Context

    from warehouse.telemetry import Gauge

POINTS_AT_ONCE = 1_000
"""Data points of one request; New Relic takes up to 1 MB."""

LOG = logging.getLogger("hiregate.telemetry")
_DELTA: dict[type, AggregationTemporality] = dict.fromkeys(
    (Counter, Histogram, ObservableCounter), AggregationTemporality.DELTA
)
_W3C = TraceContextTextMapPropagator()


class SpanAct:
    """The work of a span that is recorded."""

    def __init__(self, span: Span) -> None:
        """The work of `span`."""
        self._span = span

    def note(self, **attributes: Unpack[Attributes]) -> None:
        """Adds attributes to the span."""
        self._span.set_attributes(allowed(attributes))


class Export:
    """Metrics and traces on their way to an OTLP endpoint; either may be absent. May be shared between threads."""

    def __init__(self, *, metrics: MeterProvider | None, traces: TracerProvider | None) -> None:
        """With providers that are set up already."""
        self._metrics, self._traces = metrics, traces
        self._tracer = None if traces is None else traces.get_tracer("hiregate")
        self._counters: dict[str, Adding] = {}
        self._histograms: dict[str, Spreading] = {}
        if metrics is not None:
            self._make_instruments(metrics)

    @classmethod
    def of_environment(cls, environment: Mapping[str, str]) -> "Export":
        """What the OTEL_* variables ask for; a protocol other than HTTP/protobuf is said and exports nothing."""
        resource = _resource(environment)
        return cls(
            metrics=_metrics(environment, resource) if _asks(environment, "METRICS") else None,
            traces=_traces(environment, resource) if _asks(environment, "TRACES") else None,
        )

    def count(self, name: CounterName, n: int, attributes: Mapping[str, object]) -> None:
        """`n` more of a counter."""
        if self._counters:
            self._counters[name].add(n, allowed(attributes, METRICS[name].attributes))

    def measure(self, name: HistogramName, value: float, attributes: Mapping[str, object]) -> None:
        """One value of a distribution."""
        if self._histograms:
            self._histograms[name].record(value, allowed(attributes, METRICS[name].attributes))

    def observe(self, name: GaugeName, read: Callable[[], "Iterable[Gauge]"]) -> None:
        """Reads a gauge at each export."""
        if self._metrics is None:
            return
        metric = METRICS[name]

        def observations(_: CallbackOptions) -> list[Observation]:
            return [Observation(value, allowed(attributes, metric.attributes)) for value, attributes in read()]

        meter = self._metrics.get_meter("hiregate")
        meter.create_observable_gauge(name, [observations], unit=metric.unit, description=metric.says)

    @contextlib.contextmanager
    def span(
        self, name: str, *, parent: str | None, links: Iterable[str], attributes: Mapping[str, object]
    ) -> Iterator[SpanAct]:
        """The work inside as a span; an error leaves its class and nothing else."""
        if self._tracer is None:
            yield SpanAct(get_current_span())
            return
        with self._tracer.start_as_current_span(
            name,
            context=_context(parent) if parent else None,
            links=[link for text in links if (link := _link(text)) is not None],
            attributes=allowed(attributes),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield SpanAct(span)
            except Exception as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def traceparent(self) -> str | None:
        """The W3C header of the span in hand; `tracestate` is not passed on, for it holds what a stranger wrote."""
        carrier: dict[str, str] = {}
        if self._tracer is not None:
            _W3C.inject(carrier)
        return carrier.get("traceparent")

    def shut_down(self) -> None:
        """Sends what waits, then stops."""
        for provider in (self._traces, self._metrics):
            if provider is not None:
                provider.shutdown()

    def _make_instruments(self, metrics: MeterProvider) -> None:
        meter = metrics.get_meter("hiregate")
        for name, metric in METRICS.items():
            if metric.instrument is Kind.COUNTER:
                self._counters[name] = meter.create_counter(name, metric.unit, metric.says)
            elif metric.instrument is Kind.HISTOGRAM:
                self._histograms[name] = meter.create_histogram(
                    name, metric.unit, metric.says, explicit_bucket_boundaries_advisory=LAG_BOUNDS_S
                )


def _context(traceparent: str) -> "Context":
    return _W3C.extract({"traceparent": traceparent})


def _link(traceparent: str) -> Link | None:
    found = get_current_span(_context(traceparent)).get_span_context()
    return Link(found) if found.is_valid else None


def _asks(environment: Mapping[str, str], signal: str) -> bool:
    endpoint = environment.get(f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") or environment.get(
        "OTEL_EXPORTER_OTLP_ENDPOINT"
    )
    if not endpoint or environment.get(f"OTEL_{signal}_EXPORTER", "otlp").strip().lower() == "none":
        return False
    protocol = environment.get(f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL") or environment.get(
        "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"
    )
    if protocol != "http/protobuf":
        LOG.error("no %s are exported: the OTLP protocol is %r, only http/protobuf is spoken", signal.lower(), protocol)
        return False
    return True


def _resource(environment: Mapping[str, str]) -> Resource:
    named = "service.name=" in environment.get("OTEL_RESOURCE_ATTRIBUTES", "") or environment.get("OTEL_SERVICE_NAME")
    version = {"service.version": importlib.metadata.version("hiregate")}
    return Resource.create(version if named else {"service.name": "hiregate", **version})


def _compression(environment: Mapping[str, str], signal: str) -> Compression | None:
    said = environment.get(f"OTEL_EXPORTER_OTLP_{signal}_COMPRESSION") or environment.get(
        "OTEL_EXPORTER_OTLP_COMPRESSION"
    )
    return None if said else Compression.Gzip


def _metrics(environment: Mapping[str, str], resource: Resource) -> MeterProvider:
    is_said = environment.get("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE")
    exporter = OTLPMetricExporter(
        compression=_compression(environment, "METRICS"),
        preferred_temporality=None if is_said else _DELTA,
        max_export_batch_size=POINTS_AT_ONCE,
    )
    return MeterProvider([PeriodicExportingMetricReader(exporter)], resource, exemplar_filter=AlwaysOffExemplarFilter())


def _traces(environment: Mapping[str, str], resource: Resource) -> TracerProvider:
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(compression=_compression(environment, "TRACES"))))
    return provider
