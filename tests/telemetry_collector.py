"""A collector for one test: New Relic's stand-in, with this process exporting to it."""

import contextlib
import os
from collections.abc import Iterator

import pytest

from tests.standins import newrelic
from tests.standins.newrelic import NewRelic
from tests.standins.standin import running
from warehouse import telemetry


@contextlib.contextmanager
def collecting(monkeypatch: pytest.MonkeyPatch) -> Iterator[NewRelic]:
    """Exports to a stand-in until the end; `telemetry.shut_down()` sends what waits."""
    stand_in = newrelic.create()
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    telemetry.shut_down()
    with running(stand_in) as url:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", f"api-key={newrelic.KEY}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "2")
        yield stand_in
        telemetry.shut_down()
        monkeypatch.undo()
        telemetry.shut_down()
