"""Files that are refused as a whole: one line that names file, row, column and reason, and nothing written."""

import io
import resource
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.warehouse.files.conftest import HEADER, ROWS, Load, Rows, csv_text
from warehouse.files.errors import FileRefused
from warehouse.files.source_file import LONGEST_ROW

NOTHING = "SELECT (SELECT count(*) FROM hr.candidate) + (SELECT count(*) FROM landing.load)"

CASES = [
    ("an empty file", b"", r"^acme\.csv: the file is empty$"),
    ("blanks alone", b"\n\n", r"^acme\.csv: the file is empty$"),
    ("a header alone", HEADER.encode() + b"\n", r"^acme\.csv: the file has a header and no row$"),
    (
        "a short row",
        csv_text(ROWS[0], "A2,P2").encode(),
        r"^acme\.csv: row 3, 2 values where the header names 12 columns$",
    ),
    ("a long row", csv_text(ROWS[0] + ",x").encode(), r"^acme\.csv: row 2, 13 values where the header names 12"),
    ("another encoding", csv_text(ROWS[0], ROWS[1].replace("Alan", "Älan")).encode("latin-1"), r"row 3, the bytes are"),
    ("a NUL", csv_text(ROWS[0].replace("Ada", "A\0da")).encode(), r"row 2, a NUL character"),
    ("an open quote", csv_text(ROWS[0].replace("Ada", '"Ada')).encode(), r"a quote is opened and never closed"),
    ("a missing column", csv_text(ROWS[0]).replace("family", "kind").encode(), r"column 'family', the mapping reads"),
    ("a column twice", csv_text(ROWS[0]).replace("family", "name").encode(), r"row 1, column name, the header names"),
]


@pytest.mark.parametrize(("content", "message"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_csv_file_is_refused_in_one_line_for(content: bytes, message: str, load: Load, rows: Rows) -> None:
    with pytest.raises(FileRefused, match=message) as caught:
        load(content=content)

    assert "\n" not in str(caught.value)
    assert rows(NOTHING) == [(0,)]


def test_a_line_without_end_is_refused_before_memory_grows(load: Load, tmp_path: Path) -> None:
    """A sparse gigabyte of one line: refused after the first few megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    endless = csv_text(ROWS[0]).encode() + b"x" * (LONGEST_ROW * 16)

    with pytest.raises(FileRefused, match="a row longer than 1 MB"):
        load(content=endless)

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 400_000


def test_a_quote_that_swallows_the_rest_is_refused(load: Load) -> None:
    swallowed = csv_text(ROWS[0].replace("Ada", '"Ada')).encode() + (ROWS[1] + "\n").encode() * 200_000

    with pytest.raises(FileRefused, match=r"a row longer than 1 MB|a quote is opened"):
        load(content=swallowed)


def test_all_rows_rejected_refuse_the_file_with_the_first_ones_reason(load: Load, rows: Rows) -> None:
    with pytest.raises(FileRefused, match=r"row 2, column applied, the date lies in the future \(every row"):
        load(ROWS[0].replace("2026-01-05", "2036-01-05"))

    assert rows(NOTHING) == [(0,)]


def test_too_large_a_share_of_rejected_rows_refuses_the_file(load: Load) -> None:
    bad = [row.replace("2026-01", "soon") for row in ROWS[:2]]

    with pytest.raises(FileRefused, match=r"row 2, column applied, .* \(2 of 3 rows are rejected, more than 50%\)"):
        load(*bad, ROWS[2])


def _workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_zip_bomb_is_not_unpacked(load: Load) -> None:
    content = io.BytesIO(_workbook([HEADER.split(",")]))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b"0" * (64 << 20))

    with pytest.raises(FileRefused, match="refused as a zip bomb"):
        load(content=content.getvalue(), name="acme.xlsx")


def test_entities_in_a_workbook_are_refused(load: Load) -> None:
    content = io.BytesIO(_workbook([HEADER.split(",")]))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/more.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')

    with pytest.raises(FileRefused, match="defines entities"):
        load(content=content.getvalue(), name="acme.xlsx")


@pytest.mark.parametrize("cut", [10, 200])
def test_a_truncated_workbook_is_refused(load: Load, cut: int) -> None:
    with pytest.raises(FileRefused, match="not readable as XLSX"):
        load(content=_workbook([HEADER.split(","), ROWS[0].split(",")])[:-cut], name="acme.xlsx")


def test_a_truncated_parquet_file_is_refused(load: Load) -> None:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"app": ["A1"] * 1000}), buffer)

    with pytest.raises(FileRefused, match="not readable as Parquet"):
        load(content=buffer.getvalue()[:-100], name="acme.parquet")


@pytest.mark.parametrize(
    "line", [b'{"app": "A1\\u0000"}', b'{"a\\u0000pp": "A1"}', b'{"app": ["x", {"y": "\\u0000"}]}']
)
def test_a_nul_in_a_json_line_is_refused_and_never_dropped(load: Load, line: bytes) -> None:
    """Dropped, it would make `A1` of two applications."""
    with pytest.raises(FileRefused, match=r"^acme\.jsonl: row 2, a NUL character"):
        load(content=b'{"app": "A1 and \\\\u0000 in words"}\n' + line + b"\n", name="acme.jsonl")


def test_an_invalid_json_line_is_named(load: Load) -> None:
    with pytest.raises(FileRefused, match=r"^acme\.jsonl: row 2, not valid JSON at character 9 of the line$"):
        load(content=b'{"app": "A1"}\n{"app": x}\n', name="acme.jsonl")


def test_a_json_line_that_is_no_object_is_named(load: Load) -> None:
    with pytest.raises(FileRefused, match=r"row 1, the line is not a JSON object"):
        load(content=b"[1, 2]\n", name="acme.jsonl")


def test_an_ending_that_says_nothing_is_refused(load: Load) -> None:
    with pytest.raises(FileRefused, match=r"the ending '\.dat' is not one of"):
        load(content=b"x", name="acme.dat")


def test_an_unknown_encoding_is_refused(load: Load, tmp_path: Path, mapping: Path) -> None:
    odd = tmp_path / "odd.yaml"
    odd.write_text(mapping.read_text(encoding="utf-8") + "file: {encoding: klingon}\n", encoding="utf-8")

    with pytest.raises(FileRefused, match="the encoding 'klingon' is not known"):
        load(*ROWS, by=odd)
