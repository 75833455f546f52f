"""A large load's records written while the contracts still judge them, so that both cores work.

Nothing of it is seen before the load's transaction ends. A contract that rejects a row stops it and undoes it to the
last row; the records are then written once more, without that row.
"""

import threading
from collections.abc import Mapping

from warehouse.files import comparison
from warehouse.files.copy_stream import StoppedError
from warehouse.files.writing import Writer


class EarlyWrite:
    """Begins at once; until `keep` or `undo` has returned, nobody else may use the writer's connection."""

    def __init__(self, writer: Writer, counts: Mapping[str, comparison.TableCounts]) -> None:
        """`counts` are the records that the writer will find new and changed."""
        self._writer, self._counts = writer, counts
        self._error: BaseException | None = None
        writer.connection.execute("SAVEPOINT unjudged")
        self._thread = threading.Thread(target=self._write, name="early-write")
        self._thread.start()

    def stop(self) -> None:
        """Lets it end soon; returns at once."""
        self._writer.stop.set()

    def keep(self) -> None:
        """Waits for the last record; raises what went wrong."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        self._writer.connection.execute("RELEASE SAVEPOINT unjudged")

    def undo(self) -> None:
        """Stops it and takes back what is written; raises what went wrong before it was stopped."""
        self.stop()
        self._thread.join()
        if self._error is not None and not isinstance(self._error, StoppedError):
            raise self._error
        self._writer.connection.execute("ROLLBACK TO SAVEPOINT unjudged")

    def _write(self) -> None:
        try:
            self._writer.write(self._counts)
        except BaseException as error:  # noqa: BLE001 - handed over to the thread that waits
            self._error = error
