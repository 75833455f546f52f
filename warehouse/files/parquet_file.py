"""Parquet in batches, each column as text; a truncated file is refused before a row is read."""

from collections.abc import Iterator

import pyarrow as pa
from pyarrow import compute, parquet

from warehouse.files.errors import FileRefused
from warehouse.files.mapping import Shape
from warehouse.files.source_file import Place, SourceFile, named, numbered

_ROWS = 50_000


def opened(place: Place, _: Shape) -> SourceFile:
    """The file; raises FileRefused when its footer is missing or no row is in it."""
    try:
        file = parquet.ParquetFile(place.path)
    except (pa.ArrowInvalid, OSError) as error:
        raise FileRefused(place.name, "not readable as Parquet; the file is truncated or damaged") from error
    if file.metadata.num_rows == 0:
        raise FileRefused(place.name, "the file has columns and no row")
    done = [0]
    return SourceFile(
        name=place.name,
        columns=named(list(file.schema_arrow.names)),
        batches=lambda wanted: _batches(file, wanted, place, done),
        done=lambda: done[0],
        size=place.path.stat().st_size,
    )


def _batches(
    file: parquet.ParquetFile, wanted: tuple[str, ...], place: Place, done: list[int]
) -> Iterator[pa.RecordBatch]:
    size, total, row = place.path.stat().st_size, file.metadata.num_rows, 1
    names = list(file.schema_arrow.names)
    positions = [named(names).index(column) for column in wanted]
    try:
        for batch in file.iter_batches(_ROWS, columns=[names[position] for position in positions] or names[:1]):
            arrays = [_text(batch.column(names[position]), names[position], place.name) for position in positions]
            yield numbered(arrays, wanted, row, batch.num_rows)
            row += batch.num_rows
            done[0] = size * (row - 1) // total
    except (pa.ArrowInvalid, OSError) as error:
        raise FileRefused(place.name, "a page of the file cannot be read; it is damaged", row=row) from error


def _text(array: pa.Array, column: str, name: str) -> pa.Array:
    kind = array.type
    if pa.types.is_dictionary(kind):
        array = array.dictionary_decode()
        kind = array.type
    if pa.types.is_timestamp(kind):
        moments = compute.strftime(array, "%Y-%m-%dT%H:%M:%S")
        return compute.binary_join_element_wise(moments, "Z", "") if kind.tz else moments
    if pa.types.is_nested(kind):
        import orjson  # noqa: PLC0415 - only nested columns need it

        return pa.array(
            [None if item is None else orjson.dumps(item).decode() for item in array.to_pylist()], pa.string()
        )
    try:
        return compute.cast(array, pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:
        raise FileRefused(name, f"the type {kind} cannot be read as text", column=column) from error
