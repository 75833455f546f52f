"""Arrow rows in the form of PostgreSQL's binary COPY, made column by column.

Binary, because reading a uuid from text costs PostgreSQL as much as storing it (a row of five took 40 % longer).
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa
from pyarrow import compute

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_EPOCH_DAYS = 10_957
_EPOCH_US = _EPOCH_DAYS * 86_400_000_000

Bytes = np.ndarray[tuple[int, int], np.dtype[np.uint8]]


def rows_of(batch: pa.RecordBatch, kinds: Sequence[str]) -> memoryview:
    """The batch as binary COPY rows; column i is of kind `kinds[i]`."""
    count = np.full((batch.num_rows, 2), np.frombuffer(len(kinds).to_bytes(2, "big"), np.uint8), np.uint8)
    pieces = [_binary(count)]
    for column, kind in zip(batch.columns, kinds, strict=True):
        pieces += _MADE[kind](column)
    joined = compute.binary_join_element_wise(*pieces, b"")
    _, offsets, values = joined.buffers()
    ends = np.frombuffer(offsets, np.int32 if joined.type == pa.binary() else np.int64)
    return memoryview(values)[int(ends[joined.offset]) : int(ends[joined.offset + len(joined)])]


def _binary(rows: Bytes) -> pa.Array:
    """An array of equally long byte strings from a matrix of bytes."""
    width = rows.shape[1]
    offsets = np.arange(0, (len(rows) + 1) * width, width, dtype=np.int32)
    return pa.Array.from_buffers(pa.binary(), len(rows), [None, pa.py_buffer(offsets), pa.py_buffer(rows.tobytes())])


def _sized(values: Bytes, array: pa.Array) -> list[pa.Array]:
    """Length and value; NULL where the array has none."""
    width = values.shape[1]
    size = np.frombuffer(width.to_bytes(4, "big"), np.uint8)
    whole = _binary(np.hstack([np.broadcast_to(size, (len(values), 4)), values]))
    if array.null_count == 0:
        return [whole]
    return [compute.if_else(compute.is_valid(array), whole, pa.scalar(_NULL, pa.binary()))]


def _fixed(array: pa.Array, kind: str, shift: int = 0) -> list[pa.Array]:
    numbers = array.fill_null(0).to_numpy(zero_copy_only=False)
    swapped = (numbers - shift if shift else numbers).astype(kind)
    return _sized(swapped.view(np.uint8).reshape(len(array), -1), array)


def _uuid(array: pa.Array, *, is_reversed: bool = False) -> list[pa.Array]:
    storage = array.storage if isinstance(array, pa.ExtensionArray) else array
    filled = storage.fill_null(bytes(16)) if storage.null_count else storage
    start = filled.offset * 16
    content = np.frombuffer(filled.buffers()[1], np.uint8)[start : start + len(filled) * 16]
    rows = content.reshape(-1, 16)
    return _sized(rows[:, ::-1] if is_reversed else rows, storage)


def _timestamp(array: pa.Array) -> list[pa.Array]:
    return _fixed(array.cast(pa.timestamp("us")).cast(pa.int64()), ">i8", _EPOCH_US)


def _date(array: pa.Array) -> list[pa.Array]:
    return _fixed(array.cast(pa.date32()).cast(pa.int32()), ">i4", _EPOCH_DAYS)


def _boolean(array: pa.Array) -> list[pa.Array]:
    storage = array.storage if isinstance(array, pa.ExtensionArray) else array
    return _fixed(storage.cast(pa.int8()), "i1")


def _text(array: pa.Array, prefix: bytes = b"") -> list[pa.Array]:
    values = array.cast(pa.binary()) if array.type != pa.binary() else array
    lengths = compute.binary_length(values).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64) + len(prefix)
    sizes = lengths.astype(">i4").view(np.uint8).reshape(-1, 4)
    if prefix:
        sizes = np.hstack([sizes, np.broadcast_to(np.frombuffer(prefix, np.uint8), (len(array), len(prefix)))])
    heads = _binary(np.ascontiguousarray(sizes))
    if array.null_count == 0:
        return [heads, values]
    return [
        compute.if_else(compute.is_valid(values), heads, pa.scalar(_NULL, pa.binary())),
        values.fill_null(b""),
    ]


def _numeric(array: pa.Array) -> list[pa.Array]:
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


_MADE: Mapping[str, Callable[[pa.Array], list[pa.Array]]] = {
    "uuid": _uuid,
    "digest": lambda array: _uuid(array, is_reversed=True),
    "reference": lambda array: _uuid(array, is_reversed=True),
    "text": _text,
    "jsonb": lambda array: _text(array, b"\x01"),
    "timestamp": _timestamp,
    "date": _date,
    "double": lambda array: _fixed(array.cast(pa.float64()), ">f8"),
    "smallint": lambda array: _fixed(array.cast(pa.int16()), ">i2"),
    "bigint": lambda array: _fixed(array.cast(pa.int64()), ">i8"),
    "boolean": _boolean,
    "decimal": _numeric,
}
