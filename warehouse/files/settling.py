"""A batch brought to rest: rejected rows out, references found, older records known, records in parts put together."""

import duckdb

from warehouse.files import newness, parts
from warehouse.files.batch import Batch
from warehouse.files.existing import Existing


def settle(connection: duckdb.DuckDBPyConnection, existing: Existing, batch: Batch, *, is_event: bool = False) -> None:
    """Rejects until what is left is whole; of events the place in the inbox tells which of two is newer."""
    while True:
        batch.settle(existing)
        for table in batch.tables:
            newness.read(connection, existing, batch, table, is_event=is_event)
        if not parts.complete(connection, existing, batch):
            return
