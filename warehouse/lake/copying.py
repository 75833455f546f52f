"""Rows of a query as Arrow batches, streamed out of PostgreSQL by COPY, so that memory stays small at any size."""

import io
from collections.abc import Iterator

import psycopg
import pyarrow as pa
from pyarrow import csv

BLOCK_BYTES = 8 << 20


class _CopiedText(io.RawIOBase):
    """The text of a COPY as a file, gathered from its rows."""

    def __init__(self, header: bytes, copy: psycopg.Copy) -> None:
        self._rows = iter(copy)
        self._rest = header

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; fewer only at the end."""
        parts, length = [self._rest], len(self._rest)
        while size < 0 or length < size:
            row = next(self._rows, None)
            if row is None:
                break
            parts.append(bytes(row))
            length += len(row)
        text = b"".join(parts)
        cut = length if size < 0 else size
        self._rest = text[cut:]
        return text[:cut]


def batches(connection: psycopg.Connection[object], query: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The rows of `query`, whose columns come in the order and types of `schema`; empty text is not null."""
    statement = f"COPY ({query}) TO STDOUT (FORMAT csv)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        header = ",".join(schema.names).encode() + b"\n"
        reader = csv.open_csv(
            pa.PythonFile(_CopiedText(header, copy), mode="r"),
            read_options=csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=True),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=_conversion(schema),
        )
        for batch in reader:
            yield batch.cast(schema)


def _conversion(schema: pa.Schema) -> csv.ConvertOptions:
    return csv.ConvertOptions(
        column_types=schema,
        include_columns=schema.names,
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        true_values=["t"],
        false_values=["f"],
    )
