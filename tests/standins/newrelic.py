"""A local New Relic: OTLP metrics and traces over HTTP/protobuf, and the Event API.

Bad data is taken with 2xx and told of later, as there: what could not be read stands in `integration_errors`.
"""

import gzip
import json
import re
import threading
import uuid
import zlib

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.standins.standin import StandIn, body_of

LARGEST_BYTES = 1_000_000
DAY_MS = 86_400_000
KEY = "nr-licence-key"
ACCOUNT = "1234567"
_OTLP = "docs.newrelic.com, OTLP endpoint configuration"
_EVENTS = "docs.newrelic.com, Event API"
_TYPE = re.compile(r"[A-Za-z0-9_: ]{1,255}")
_RESERVED = frozenset({"accountId", "appId"})


class NewRelic(StandIn):
    """What arrived: `metrics`, `spans`, `resources` by OTLP, `events` by the Event API."""

    def __init__(self) -> None:
        super().__init__("newrelic")
        self.metrics: list[Metric] = []
        self.spans: list[Span] = []
        self.resources: list[dict[str, str]] = []
        self.events: list[dict[str, object]] = []
        self.integration_errors: list[str] = []
        self.sizes: list[int] = []
        self._lock = threading.Lock()
        self.route("POST", "/v1/metrics", "D", _OTLP)(self._take_metrics)
        self.route("POST", "/v1/traces", "D", _OTLP)(self._take_traces)
        self.route("POST", f"/v1/accounts/{ACCOUNT}/events", "D", _EVENTS)(self._take_events)

    def metric(self, name: str) -> list[Metric]:
        """Every export of one metric, in order of arrival."""
        return [metric for metric in self.metrics if metric.name == name]

    def names(self) -> set[str]:
        """Every attribute name that came with any point or span."""
        points = [point for metric in self.metrics for point in points_of(metric)]
        return {one.key for bearer in (*points, *self.spans) for one in bearer.attributes}

    def _take_metrics(self, request: Request) -> Response:
        refused, body = self._otlp(request)
        if refused is not None:
            return refused
        asked = ExportMetricsServiceRequest()
        if self._parsed(asked, body):
            with self._lock:
                for resource in asked.resource_metrics:
                    self.resources.append(attributes_of(resource.resource.attributes))
                    self.metrics += [metric for scope in resource.scope_metrics for metric in scope.metrics]
        return _protobuf(ExportMetricsServiceResponse().SerializeToString())

    def _take_traces(self, request: Request) -> Response:
        refused, body = self._otlp(request)
        if refused is not None:
            return refused
        asked = ExportTraceServiceRequest()
        if self._parsed(asked, body):
            with self._lock:
                for resource in asked.resource_spans:
                    self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        return _protobuf(ExportTraceServiceResponse().SerializeToString())

    def _otlp(self, request: Request) -> tuple[Response | None, bytes]:
        if request.headers.get("api-key") != KEY:
            return Response(status_code=403), b""
        if request.headers.get("content-type") != "application/x-protobuf":
            return Response(status_code=415), b""
        return self._body(request)

    def _body(self, request: Request) -> tuple[Response | None, bytes]:
        raw = body_of(request)
        self.sizes.append(len(raw))
        if len(raw) > LARGEST_BYTES:
            return Response(status_code=413), b""
        if request.headers.get("content-encoding") != "gzip":
            return None, raw
        try:
            return None, gzip.decompress(raw)
        except (OSError, EOFError, zlib.error):
            return Response(status_code=400), b""

    def _parsed(self, into: ExportMetricsServiceRequest | ExportTraceServiceRequest, body: bytes) -> bool:
        try:
            into.ParseFromString(body)
        except DecodeError:
            self.integration_errors.append("cannot be decoded")
            return False
        return True

    def _take_events(self, request: Request) -> Response:
        if request.headers.get("api-key") != KEY:
            return JSONResponse({"error": "forbidden"}, 403)
        refused, body = self._body(request)
        if refused is not None:
            return refused
        try:
            events = json.loads(body)
        except ValueError:
            return JSONResponse({"error": "bad request"}, 400)
        events = events if isinstance(events, list) else [events]
        if not all(_is_event(event) for event in events):
            return JSONResponse({"error": "bad request"}, 400)
        now_ms = self.now().timestamp() * 1000
        with self._lock:
            for event in events:
                self._keep(event, now_ms)
        return JSONResponse({"success": True, "uuid": str(uuid.uuid4())})

    def _keep(self, event: dict[str, object], now_ms: float) -> None:
        at = float(event.get("timestamp", now_ms))
        at = at if at > 1e11 else at * 1000
        if abs(now_ms - at) > DAY_MS:
            self.integration_errors.append("timestamp outside of 24 hours")
        else:
            self.events.append(event)


def create() -> NewRelic:
    """A New Relic that has received nothing."""
    return NewRelic()


def points_of(metric: Metric) -> list:
    """The data points of a metric of any kind."""
    return list(getattr(metric, metric.WhichOneof("data")).data_points)


def attributes_of(pairs: list[KeyValue]) -> dict[str, str]:
    """Attributes as text."""
    return {
        one.key: one.value.string_value if one.value.HasField("string_value") else str(one.value.int_value)
        for one in pairs
    }


def _is_event(event: object) -> bool:
    if not isinstance(event, dict) or not _TYPE.fullmatch(str(event.get("eventType", ""))):
        return False
    flat = all(isinstance(value, str | int | float) for value in event.values())
    return flat and len(event) <= 255 and not _RESERVED & set(event)


def _protobuf(body: bytes) -> Response:
    return Response(body, media_type="application/x-protobuf")
