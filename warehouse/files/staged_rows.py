"""The file's rows in DuckDB as they came: one text column for each column that the mapping reads, trimmed, null words out."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from warehouse.files.duck import number
from warehouse.files.errors import FileRefused, LoadError
from warehouse.files.mapping import Mapping
from warehouse.files.expressions import literal, quoted
from warehouse.files.mapped_sql import columns_of, optional_columns
from warehouse.files.source_file import ROW, ROW_NUMBER, Progress, SourceFile, schema

_BLANK = " \t\r\n\v\f\u00a0\u3000\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedRows:
    """The table `staged` (row_no, c0, c1, …): `names` gives each file column's SQL, `count` the rows."""

    names: dict[str, str]
    count: int


def stage(
    connection: duckdb.DuckDBPyConnection, file: SourceFile, mapping: Mapping, progress: Progress | None
) -> StagedRows:
    """Reads the file through once; raises FileRefused for whatever makes it unreadable."""
    wanted = _wanted(file, mapping)
    names = {name: f"c{position}" for position, name in enumerate(wanted)}
    columns = [
        f"{_normal(quoted(name), mapping.shape.null_words)} AS {names[name]}" for name in wanted
    ]
    _insert(connection, file, wanted, f"SELECT {', '.join([f'{quoted(ROW)} AS row_no', *columns])} FROM rows_of_file", progress)
    count = number(connection, "SELECT count(*) FROM staged")
    if count == 0:
        raise FileRefused(file.name, "the file has a header and no row")
    return StagedRows(names=_with_absent(names, file, mapping), count=count)


def _insert(
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    wanted: tuple[str, ...],
    query: str,
    progress: Progress | None,
) -> None:
    refusal: list[LoadError] = []

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            for batch in file.batches(wanted):
                _check_nul(batch, file.name, wanted)
                yield batch
                if progress is not None:
                    progress(file.done(), file.size)
        except LoadError as error:
            refusal.append(error)
            raise

    reader = pa.RecordBatchReader.from_batches(schema(wanted), batches())
    connection.register("rows_of_file", reader)
    try:
        connection.execute(f"CREATE TABLE staged AS {query}")
    except duckdb.Error as error:
        raise (refusal[0] if refusal else error) from None
    finally:
        connection.unregister("rows_of_file")


def _check_nul(batch: pa.RecordBatch, name: str, wanted: tuple[str, ...]) -> None:
    """PostgreSQL's text holds no NUL; a file that has one is damaged."""
    for position, column in enumerate(wanted):
        values = batch.column(position).buffers()[2]
        if values is not None and b"\0" in memoryview(values).tobytes():
            raise FileRefused(name, "a NUL character; the file is binary or damaged", column=column)


def _wanted(file: SourceFile, mapping: Mapping) -> tuple[str, ...]:
    read: dict[str, None] = {}
    optional: set[str] = set()
    for entry in mapping.tables:
        read |= dict.fromkeys(columns_of(entry))
        optional |= optional_columns(entry)
    for name in read:
        if name not in file.columns and name not in optional and name != ROW_NUMBER:
            raise FileRefused(file.name, "the mapping reads this column and the file does not have it", column=repr(name))
    return tuple(name for name in read if name in file.columns)


def _with_absent(names: dict[str, str], file: SourceFile, mapping: Mapping) -> dict[str, str]:
    absent = {
        name: "CAST(NULL AS VARCHAR)" for entry in mapping.tables for name in columns_of(entry) if name not in file.columns
    }
    number = {} if ROW_NUMBER in file.columns else {ROW_NUMBER: "CAST(row_no AS VARCHAR)"}
    return absent | names | number


def _normal(column: str, null_words: tuple[str, ...]) -> str:
    trimmed = f"trim({column}, {literal(_BLANK)})"
    words = [word for word in null_words if word]
    if not words:
        return f"nullif({trimmed}, '')"
    longest = max(len(word) for word in words)
    is_word = f"length({trimmed}) <= {longest} AND lower({trimmed}) IN ({', '.join(map(literal, words))})"
    return f"CASE WHEN {trimmed} = '' OR ({is_word}) THEN NULL ELSE {trimmed} END"
