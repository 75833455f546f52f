"""Arrow rows in the form of PostgreSQL's binary COPY, made column by column.

Binary, because reading a uuid from text costs PostgreSQL as much as storing it (a row of five took 40 % longer).
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from pyarrow import compute

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_EPOCH_DAYS = 10_957
_EPOCH_US = _EPOCH_DAYS * 86_400_000_000

Bytes = np.ndarray[tuple[int, int], np.dtype[np.uint8]]

Piece: TypeAlias = "Bytes | pa.Array"
"""A part of each row: of a fixed width, or byte strings."""


def rows_of(batch: pa.RecordBatch, kinds: Sequence[str]) -> memoryview:
    """The batch as binary COPY rows; column i is of kind `kinds[i]`."""
    pieces: list[Piece] = [_repeated(len(kinds).to_bytes(2, "big"), batch.num_rows)]
    for column, kind in zip(batch.columns, kinds, strict=True):
        pieces += _MADE[kind](column)
    joined = compute.binary_join_element_wise(*_merged(pieces), b"")
    _, offsets, values = joined.buffers()
    ends = np.frombuffer(offsets, np.int32 if joined.type == pa.binary() else np.int64)
    return memoryview(values)[int(ends[joined.offset]) : int(ends[joined.offset + len(joined)])]


def _merged(pieces: list[Piece]) -> Iterator[pa.Array]:
    """Neighbours of a fixed width as one array: joining costs by the piece."""
    for is_fixed, run in itertools.groupby(pieces, lambda piece: isinstance(piece, np.ndarray)):
        if is_fixed:
            yield _binary(np.hstack(list(run)))
        else:
            yield from run


def _binary(rows: Bytes) -> pa.Array:
    """An array of equally long byte strings from a matrix of bytes."""
    width = rows.shape[1]
    offsets = np.arange(0, (len(rows) + 1) * width, width, dtype=np.int32)
    content = pa.py_buffer(np.ascontiguousarray(rows))
    return pa.Array.from_buffers(pa.binary(), len(rows), [None, pa.py_buffer(offsets), content])


def _repeated(value: bytes, count: int) -> Bytes:
    return np.broadcast_to(np.frombuffer(value, np.uint8), (count, len(value)))


def _sized(values: Bytes, array: pa.Array) -> list[Piece]:
    """Length and value; NULL where the array has none."""
    pieces: list[Piece] = [_repeated(values.shape[1].to_bytes(4, "big"), len(values)), values]
    if array.null_count == 0:
        return pieces
    whole = _binary(np.hstack(pieces))
    return [compute.if_else(compute.is_valid(array), whole, pa.scalar(_NULL, pa.binary()))]


def _fixed(array: pa.Array, kind: str, shift: int = 0) -> list[Piece]:
    numbers = array.fill_null(0).to_numpy(zero_copy_only=False)
    swapped = (numbers - shift if shift else numbers).astype(kind)
    return _sized(swapped.view(np.uint8).reshape(len(array), -1), array)


def _uuid(array: pa.Array, *, is_reversed: bool = False) -> list[Piece]:
    storage = array.storage if isinstance(array, pa.ExtensionArray) else array
    filled = storage.fill_null(bytes(16)) if storage.null_count else storage
    start = filled.offset * 16
    content = np.frombuffer(filled.buffers()[1], np.uint8)[start : start + len(filled) * 16]
    rows = content.reshape(-1, 16)
    return _sized(rows[:, ::-1] if is_reversed else rows, storage)


def _timestamp(array: pa.Array) -> list[Piece]:
    return _fixed(array.cast(pa.timestamp("us")).cast(pa.int64()), ">i8", _EPOCH_US)


def _date(array: pa.Array) -> list[Piece]:
    return _fixed(array.cast(pa.date32()).cast(pa.int32()), ">i4", _EPOCH_DAYS)


def _boolean(array: pa.Array) -> list[Piece]:
    storage = array.storage if isinstance(array, pa.ExtensionArray) else array
    return _fixed(storage.cast(pa.int8()), "i1")


def _text(array: pa.Array) -> list[Piece]:
    """Length and characters, the length -1 where there are none."""
    values = array.cast(pa.binary())
    if len(values) and values.null_count == 0 and compute.all(compute.equal(values, values[0])).as_py():
        value = values[0].as_py()
        return [_repeated(len(value).to_bytes(4, "big") + value, len(values))]
    lengths = compute.binary_length(values).fill_null(-1).to_numpy(zero_copy_only=False)
    heads = lengths.astype(">i4").view(np.uint8).reshape(-1, 4)
    return [heads, values.fill_null(b"") if values.null_count else values]


def _jsonb(array: pa.Array) -> list[Piece]:
    """Text after the format's version, 1."""
    return _text(compute.binary_join_element_wise(b"\x01", array.cast(pa.binary()), b""))


def _numeric(array: pa.Array) -> list[Piece]:
    """numeric(14,2): four base-10000 digits, the first of weight 2, two places after the point."""
    cents = compute.multiply(array.cast(pa.decimal128(18, 2)).cast(pa.float64()), 100.0)
    whole = np.rint(cents.fill_null(0).to_numpy(zero_copy_only=False)).astype(np.int64)
    size = np.abs(whole)
    units = size // 100
    parts = [
        np.full(len(whole), 4), np.full(len(whole), 2), np.where(whole < 0, 0x4000, 0), np.full(len(whole), 2),
        units // 10**8, units // 10**4 % 10**4, units % 10**4, size % 100 * 100,
    ]  # fmt: skip
    return _sized(np.ascontiguousarray(np.stack(parts, axis=1).astype(">i2")).view(np.uint8), array)


_MADE: Mapping[str, Callable[[pa.Array], list[Piece]]] = {
    "uuid": _uuid,
    "digest": lambda array: _uuid(array, is_reversed=True),
    "reference": lambda array: _uuid(array, is_reversed=True),
    "text": _text,
    "jsonb": _jsonb,
    "timestamp": _timestamp,
    "date": _date,
    "double": lambda array: _fixed(array.cast(pa.float64()), ">f8"),
    "smallint": lambda array: _fixed(array.cast(pa.int16()), ">i2"),
    "bigint": lambda array: _fixed(array.cast(pa.int64()), ">i8"),
    "boolean": _boolean,
    "decimal": _numeric,
}
