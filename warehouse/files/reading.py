"""Opens a file as what it is: by the mapping's word, or by its name."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from warehouse.files import csv_file, json_lines, parquet_file, workbook
from warehouse.files.errors import FileRefused
from warehouse.files.mapping import Shape
from warehouse.files.source_file import Place, SourceFile
from warehouse.files.text_stream import fitting

ENDINGS: Mapping[str, str] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
}
"""The format that a file's ending stands for."""

_OPENERS: Mapping[str, Callable[[Place, Shape], SourceFile]] = {
    "csv": csv_file.opened,
    "xlsx": workbook.opened,
    "parquet": parquet_file.opened,
    "jsonl": json_lines.opened,
}


_TEXT = frozenset({"csv", "jsonl"})


def opened(place: Place, shape: Shape) -> SourceFile:
    """The file, its columns known; raises FileRefused when it cannot be read as what it is said to be."""
    ending = "." + place.name.rsplit(".", 1)[-1].lower()
    format_ = shape.format or ENDINGS.get(ending)
    if format_ is None:
        raise FileRefused(
            place.name, f"the ending {ending!r} is not one of {', '.join(ENDINGS)}; say the format in the mapping"
        )
    if not place.path.is_file():
        raise FileRefused(place.name, "there is no such file")
    if place.path.stat().st_size == 0:
        raise FileRefused(place.name, "the file is empty")
    if format_ in _TEXT and len(shape.encodings) > 1:
        shape = replace(shape, encoding=fitting(place, shape.encodings))
    return _OPENERS[format_](place, shape)
