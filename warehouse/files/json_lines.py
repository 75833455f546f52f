"""JSON lines in batches: one object a line; a dot in a column's name goes into an object; lists stay JSON text."""

import io
from collections.abc import Iterator
from typing import cast

import orjson
import pyarrow as pa

from warehouse.files.errors import FileRefused
from warehouse.files.mapping import Shape
from warehouse.files.source_file import LONGEST_ROW, Place, SourceFile, batch
from warehouse.files.text_stream import TextStream, too_long

_ROWS = 20_000
_PEEKED = 1000


def opened(place: Place, shape: Shape) -> SourceFile:
    """The file; its columns are the dotted paths of the first thousand lines."""
    stream = TextStream(place, shape.encoding)
    return SourceFile(
        name=place.name,
        columns=_columns(place, shape),
        batches=lambda wanted: _batches(stream, place.name, wanted),
        done=lambda: stream.consumed,
        size=place.path.stat().st_size,
    )


def _columns(place: Place, shape: Shape) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for count, (_, item) in enumerate(_objects(TextStream(place, shape.encoding), place.name)):
        found |= dict.fromkeys(_paths(item, ""))
        if count >= _PEEKED:
            break
    if not found:
        raise FileRefused(place.name, "the file is empty")
    return tuple(found)


def _paths(item: dict[str, object], prefix: str) -> Iterator[str]:
    for name, value in item.items():
        yield prefix + name
        if isinstance(value, dict):
            yield from _paths(value, f"{prefix}{name}.")


def _objects(stream: TextStream, name: str) -> Iterator[tuple[int, dict[str, object]]]:
    with io.BufferedReader(stream, LONGEST_ROW) as lines:
        row = 0
        while line := lines.readline(LONGEST_ROW + 1):
            row += 1
            if len(line) > LONGEST_ROW:
                raise too_long(name, row)
            if line.strip():
                yield row, _object(line, name, row)


def _object(line: bytes, name: str, row: int) -> dict[str, object]:
    try:
        item = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise FileRefused(name, f"not valid JSON at character {error.pos + 1} of the line", row=row) from error
    if not isinstance(item, dict):
        raise FileRefused(name, "the line is not a JSON object", row=row)
    if b"\\u0000" in line and _holds_nul(item):  # left out, it would make two ids one
        raise FileRefused(name, "a NUL character, which no record can hold", row=row)
    return item


def _holds_nul(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_nul(name) or _holds_nul(one) for name, one in value.items())
    if isinstance(value, list):
        return any(_holds_nul(one) for one in value)
    return isinstance(value, str) and "\0" in value


def _batches(stream: TextStream, name: str, wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    paths = [_steps(column) for column in wanted]
    rows: list[int] = []
    values: list[list[str | None]] = [[] for _ in wanted]
    for row, item in _objects(stream, name):
        rows.append(row)
        for (whole, steps), column in zip(paths, values, strict=True):
            column.append(_text(item[whole] if whole in item else _at(item, steps)))
        if len(rows) == _ROWS:
            yield _batch(wanted, values, rows)
            rows, values = [], [[] for _ in wanted]
    if rows:
        yield _batch(wanted, values, rows)


def value_at(item: dict[str, object], column: str) -> str | None:
    """The text under a column's name: a field of that very name, or the end of a dotted path."""
    return _text(item[column] if column in item else _at(item, column.split(".")))


def _batch(wanted: tuple[str, ...], values: list[list[str | None]], rows: list[int]) -> pa.RecordBatch:
    made = batch(wanted, values, 0)
    if not wanted:
        return pa.RecordBatch.from_arrays([pa.array(rows, pa.int64())], schema=made.schema)
    return made.set_column(len(wanted), made.schema.field(len(wanted)), pa.array(rows, pa.int64()))


def _steps(column: str) -> tuple[str, list[str]]:
    return column, column.split(".")


def _at(item: dict[str, object], steps: list[str]) -> object:
    value: object = item
    for step in steps:
        if not isinstance(value, dict):
            return None
        value = cast("dict[str, object]", value).get(step)
    return value


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value.replace("\0", "") if value and "\0" in value else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return orjson.dumps(value).decode()
