"""A DuckDB query on its way into a PostgreSQL table: made in one thread, sent in another, so that both cores work."""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Self

import duckdb
import psycopg

from warehouse.files.binary_copy import SIGNATURE, TRAILER, rows_of

_ROWS = 20_000
_WAITING = 4
_ATTEMPTS = 60
_PATIENCE_S = 0.5


class StoppedError(RuntimeError):
    """A stream was told to stop while its rows were sent: the COPY fails, and nothing of it stays."""


class CopyStream:
    """The rows of a query as parts of a binary COPY; making them begins at once and runs a few parts ahead."""

    def __init__(
        self,
        staging: duckdb.DuckDBPyConnection,
        query: str,
        kinds: Sequence[str],
        stop: threading.Event | None = None,
    ) -> None:
        """Column i of `query` is of kind `kinds[i]`; once `stop` is set, reading on raises StoppedError."""
        self._cursor = staging.cursor()
        self._query, self._kinds, self._stop = query, kinds, stop or threading.Event()
        self._parts: queue.Queue[memoryview | BaseException | None] = queue.Queue(_WAITING)
        self._is_over = threading.Event()
        self._attempts = _ATTEMPTS
        self.once_flowing: Callable[[], object] = lambda: None
        """Called when the first part is taken: the sorting is over and a core is free."""
        self._thread = threading.Thread(target=self._produce, name="copy-producer")
        self._thread.start()

    def __enter__(self) -> Self:
        """The stream itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the thread, whether all was read or not."""
        self.close()

    def close(self) -> None:
        """Ends the thread."""
        self._is_over.set()
        self._thread.join()
        self._cursor.close()

    def __iter__(self) -> Iterator[memoryview]:
        """The parts in order; raises what went wrong while making them."""
        is_first = True
        while (part := self._next()) is not None:
            if isinstance(part, BaseException):
                raise part
            if is_first:
                self.once_flowing()
                is_first = False
            yield part

    def _next(self) -> memoryview | BaseException | None:
        while not self._stop.is_set():
            with contextlib.suppress(queue.Empty):
                return self._parts.get(timeout=0.2)
        raise StoppedError

    def _produce(self) -> None:
        try:
            while not self._has_produced():
                self._is_over.wait(_PATIENCE_S)
        except BaseException as error:  # noqa: BLE001 - handed over to the thread that asked
            self._put(error)

    def _has_produced(self) -> bool:
        """Makes all parts; False when memory is short before the first one, for another sort may hold it."""
        count = 0
        try:
            for batch in self._cursor.sql(self._query).to_arrow_reader(_ROWS):
                count += batch.num_rows
                if batch.num_rows:
                    self._put(rows_of(batch, self._kinds))
                if self._is_over.is_set():
                    return True
        except duckdb.OutOfMemoryException:
            self._attempts -= 1
            if count or not self._attempts or self._is_over.is_set():
                raise
            return False
        self._put(None)
        return True

    def _put(self, part: memoryview | BaseException | None) -> None:
        while not self._is_over.is_set():
            try:
                self._parts.put(part, timeout=0.5)
            except queue.Full:
                continue
            return


def copy_in(connection: psycopg.Connection[tuple[object, ...]], statement: str, stream: CopyStream) -> int:
    """Sends the stream through `statement`, a binary COPY FROM STDIN; answers how many rows."""
    with connection.cursor() as cursor, stream:
        with cursor.copy(statement) as copy:
            copy.write(SIGNATURE)
            for part in stream:
                copy.write(part)
            copy.write(TRAILER)
        return cursor.rowcount
