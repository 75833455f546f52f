"""The worker's follower: as soon as an event is in the inbox it becomes a record, and the lake follows within seconds.

It listens for the inbox's notices and looks every few seconds for what a lost notice would have told. All it does can
be done twice, and each step is a transaction: a follower that is killed leaves its events waiting for the next one.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Collection

import psycopg

from warehouse import postgres, telemetry
from warehouse.files.findings import Check
from warehouse.lake.refresh import refresh
from warehouse.settings import Settings
from warehouse.sync.inbox import CHANNEL
from warehouse.sync.intake import rounds

POLL_S = 2.0
"""Seconds between looks where no notice comes."""

PAUSE_S = 1.0
"""Seconds before the next try after the database was lost."""

REFRESH_EVERY_S = 1.5
"""Seconds between refreshes while a backlog is worked off."""

_LOG = logging.getLogger(__name__)


class Follower:
    """Takes what waits and refreshes the lake, until it is told to stop."""

    def __init__(
        self, settings: Settings, *, check: Check | None, refreshing: Callable[[], object] | None = None
    ) -> None:
        """`refreshing` brings the lake up to the records; default is the refresh itself."""
        self._settings, self._check = settings, check
        self._refresh = refreshing or (lambda: refresh(settings))
        self._is_behind, self._refreshed_at = False, 0.0
        self._failures: dict[str, str] = {}

    def run(self, stop: threading.Event) -> None:
        """Follows the inbox until `stop` is set; nothing that goes wrong ends it, such as a database that goes away."""
        while not stop.is_set():
            try:
                self._listen(stop)
            except Exception as error:  # noqa: BLE001 - the next look tries again what failed
                _LOG.warning("events wait: %s; trying again", type(error).__name__)
                stop.wait(PAUSE_S)

    def once(self, traces: Collection[str] = ()) -> int:
        """Takes all that waits now, refreshes the lake where that changed anything, and answers how many events.

        `traces` are the traceparents of what brought the events.
        """
        failures: dict[str, str] = {}
        taken = 0
        # A look at an inbox that nobody told of is no work worth a trace.
        with telemetry.span("intake", links=traces) if traces else contextlib.nullcontext():
            for report in rounds(self._settings, check=self._check, failures=failures):
                taken += report.rows_read
                self._is_behind |= report.brought_something
                if time.monotonic() - self._refreshed_at > REFRESH_EVERY_S:
                    self._catch_up()
            self._catch_up()
        self._tell(failures)
        return taken

    def _listen(self, stop: threading.Event) -> None:
        with psycopg.connect(postgres.address(self._settings), autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self.once()
            looked_at = time.monotonic()
            while not stop.is_set():
                notices = list(connection.notifies(timeout=0.5, stop_after=1))
                notices += list(connection.notifies(timeout=0))  # one look answers all that piled up
                if notices or time.monotonic() - looked_at > POLL_S:
                    self.once({notice.payload for notice in notices if notice.payload})
                    looked_at = time.monotonic()

    def _catch_up(self) -> None:
        if not self._is_behind:
            return
        self._refresh()
        self._is_behind, self._refreshed_at = False, time.monotonic()

    def _tell(self, failures: dict[str, str]) -> None:
        """Says once which sources cannot be taken, and once when they can again."""
        for source in failures.keys() - self._failures.keys():
            _LOG.warning("events of %s wait: %s", source, failures[source])
        for source in self._failures.keys() - failures.keys():
            _LOG.info("events of %s are taken again", source)
        self._failures = failures
