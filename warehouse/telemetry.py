"""Counts, durations and traces of what the product does, for whoever listens: OTLP export, the API's own `/metrics`.

`count` and `span` are called where the work is done. With nobody listening they return at once: no library is loaded,
nothing is kept. OTLP export is switched on by the standard OTEL_* variables alone, read at the first call.
"""

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Unpack

from warehouse.telemetry_words import Attributes, CounterName, GaugeName, HistogramName, SpanName

if TYPE_CHECKING:
    from warehouse.telemetry_export import Export

Gauge = tuple[float, Attributes]
"""One value of a gauge with its attributes."""


class Listener(Protocol):
    """Hears of every count of this process."""

    def count(self, name: CounterName, n: int, attributes: Mapping[str, object]) -> None:
        """`n` more of `name`."""
        ...


class Act(Protocol):
    """The work that a span is about."""

    def note(self, **attributes: Unpack[Attributes]) -> None:
        """Adds what is known only at its end, such as rows or state."""
        ...


class _Unheard:
    """The act where nobody listens."""

    def note(self, **attributes: Unpack[Attributes]) -> None:
        del attributes


@dataclass(slots=True)
class _Ears:
    """Who listens in this process; `is_decided` once the environment was read."""

    is_decided: bool = False
    export: "Export | None" = None
    listeners: tuple[Listener, ...] = ()


_EARS = _Ears()
_LOCK = threading.Lock()
_SILENCE: AbstractContextManager[Act] = contextlib.nullcontext(_Unheard())


def count(name: CounterName, n: int = 1, **attributes: Unpack[Attributes]) -> None:
    """`n` more of a counter; nothing where `n` is 0."""
    if not _EARS.is_decided:
        _decide()
    if not _EARS.listeners or n == 0:
        return
    for listener in _EARS.listeners:
        listener.count(name, n, attributes)


def measure(name: HistogramName, value: float, **attributes: Unpack[Attributes]) -> None:
    """One value of a distribution."""
    export = _export()
    if export is not None:
        export.measure(name, value, attributes)


def span(
    name: SpanName, *, parent: str | None = None, links: Iterable[str] = (), **attributes: Unpack[Attributes]
) -> AbstractContextManager[Act]:
    """The work inside is one span of the trace; an error is noted by its class alone, never by its message.

    `parent` is the W3C `traceparent` that came with a request; without one the span belongs to the work around it.
    `links` are traceparents of work that this one finishes, such as the requests that an intake drains.
    """
    export = _export()
    return _SILENCE if export is None else export.span(name, parent=parent, links=links, attributes=attributes)


def traceparent() -> str | None:
    """The W3C header of the span around this call; None outside any, and where no trace is exported."""
    export = _export()
    return None if export is None else export.traceparent()


def carry(headers: MutableMapping[str, str]) -> None:
    """Adds `traceparent` to the headers of an outgoing request, where there is a trace."""
    found = traceparent()
    if found is not None:
        headers["traceparent"] = found


def observe(name: GaugeName, read: Callable[[], Iterable[Gauge]]) -> None:
    """Has a gauge read at each export; nothing where no metric is exported."""
    export = _export()
    if export is not None:
        export.observe(name, read)


def listen(listener: Listener) -> None:
    """Tells `listener` of every count from now on; the same one is told once."""
    _export()
    with _LOCK:
        if listener not in _EARS.listeners:
            _EARS.listeners = (*_EARS.listeners, listener)


def is_exporting() -> bool:
    """Whether the environment names an OTLP endpoint."""
    return _export() is not None


def shut_down() -> None:
    """Sends what waits and stops the export; the environment is read again at the next call."""
    with _LOCK:
        export, _EARS.export = _EARS.export, None
        _EARS.listeners = tuple(one for one in _EARS.listeners if one is not export)
        _EARS.is_decided = False
    if export is not None:
        export.shut_down()


def _export() -> "Export | None":
    if not _EARS.is_decided:
        _decide()
    return _EARS.export


def _decide() -> None:
    with _LOCK:
        if _EARS.is_decided:
            return
        if _is_wanted(os.environ):
            from warehouse.telemetry_export import Export  # noqa: PLC0415 - the SDK loads where something is exported

            _EARS.export = Export.of_environment(os.environ)
            _EARS.listeners = (*_EARS.listeners, _EARS.export)
        _EARS.is_decided = True


def _is_wanted(environment: Mapping[str, str]) -> bool:
    named = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    is_off = environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    return not is_off and any(environment.get(name, "").strip() for name in named)
