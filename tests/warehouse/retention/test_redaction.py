"""A kept file loses the rows it is told to, and every other row keeps its number and its bytes."""

import io
import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.files.mapping import Shape
from warehouse.files.reading import opened
from warehouse.files.redaction import redact
from warehouse.files.source_file import ROW, Place

NAMES = ("id", "name")
VALUES = [["1", "Ada"], ["2", 'Al "an", T.'], ["3", "Grace\nHopper"], ["4", "李 雷"]]


def _csv(end: str = "\n", delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    lines = [[f'"{value.replace(chr(34), chr(34) * 2)}"' for value in row] for row in [list(NAMES), *VALUES]]
    return "".join(delimiter.join(line) + end for line in lines).encode(encoding)


def _parquet() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({name: [row[place] for row in VALUES] for place, name in enumerate(NAMES)}), buffer)
    return buffer.getvalue()


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append([None, None])
    for row in [list(NAMES), *VALUES]:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _json_lines() -> bytes:
    return "\n".join(json.dumps(dict(zip(NAMES, row, strict=True)), ensure_ascii=False) for row in VALUES).encode()


FILES = {
    "rows.csv": (_csv(), Shape(), 2),
    "windows.csv": (b"\xef\xbb\xbf" + _csv("\r\n"), Shape(), 2),
    "semicolon.csv": (_csv(delimiter=";"), Shape(delimiter=";"), 2),
    "chinese.csv": (_csv(encoding="gb18030"), Shape(encodings=("utf-8", "gb18030")), 2),
    "wide.csv": (_csv(encoding="utf-16"), Shape(encoding="utf-16"), 2),
    "rows.parquet": (_parquet(), Shape(), 1),
    "rows.xlsx": (_workbook(), Shape(), 2),
    "rows.jsonl": (_json_lines(), Shape(), 1),
}


def _rows(place: Place, shape: Shape) -> dict[int, list[str | None]]:
    file = opened(place, shape)
    found: dict[int, list[str | None]] = {}
    for batch in file.batches(NAMES):
        for line in batch.to_pylist():
            found[line[ROW]] = [line[name] or None for name in NAMES]
    return found


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("gone", [{0}, {1, 2}, {3}])
def test_the_others_keep_number_and_value(tmp_path: Path, name: str, gone: set[int]) -> None:
    content, shape, first = FILES[name]
    place, out = Place(path=tmp_path / name, name=name), Place(path=tmp_path / f"out-{name}", name=name)
    place.path.write_bytes(content)
    before = _rows(place, shape)

    redact(place, shape, {first + one for one in gone}, out.path)

    after = {number: values for number, values in _rows(out, shape).items() if any(values)}
    assert after == {number: values for number, values in before.items() if number - first not in gone}


def test_the_other_bytes_of_a_text_file_stay(tmp_path: Path) -> None:
    place = Place(path=tmp_path / "a.csv", name="a.csv")
    place.path.write_bytes(b'id,name\r\n1,"A, B"\r\n\r\n2,  C \r\n3,D')

    redact(place, Shape(), {3}, tmp_path / "out.csv")

    assert (tmp_path / "out.csv").read_bytes() == b'id,name\r\n1,"A, B"\r\n\r\n,\r\n3,D'


@given(
    rows=st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6), min_size=2, max_size=2),
        min_size=1,
        max_size=8,
    ),
    gone=st.sets(st.integers(0, 7)),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_quoted_text_survives_beside_the_gone(tmp_path: Path, rows: list[list[str]], gone: set[int]) -> None:
    text = "".join(
        ",".join(f'"{value.replace(chr(34), chr(34) * 2)}"' for value in row) + "\n" for row in [list(NAMES), *rows]
    )
    place, out = Place(path=tmp_path / "a.csv", name="a.csv"), Place(path=tmp_path / "out.csv", name="a.csv")
    place.path.write_bytes(text.encode())
    before = _rows(place, Shape())

    redact(place, Shape(), {2 + one for one in gone if one < len(rows)}, out.path)

    kept = {number: values for number, values in before.items() if number - 2 not in gone}
    assert {number: values for number, values in _rows(out, Shape()).items() if number in kept} == kept
