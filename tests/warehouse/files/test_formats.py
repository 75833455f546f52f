"""The same rows in every format and coding give the same records."""

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.warehouse.files.conftest import HEADER, ROWS, Load, Rows, csv_text
from warehouse.files import text_stream
from warehouse.files.source_file import Place
from warehouse.files.text_stream import TextStream

STATE = (
    "SELECT application_id::text, payload_hash::text, applied_at FROM hr.application"
    " UNION ALL SELECT candidate_id::text, payload_hash::text, NULL FROM hr.candidate"
    " UNION ALL SELECT interview_id::text, payload_hash::text, interviewed_at FROM hr.ai_interview ORDER BY 1"
)


def _values() -> list[list[str]]:
    return [row.split(",") for row in ROWS]


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEADER.split(","))
    for row in _values():
        day = dt.datetime.fromisoformat(row[7])
        book.active.append([*row[:7], day, row[8], *(float(value) if value else None for value in row[9:])])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _parquet() -> bytes:
    columns: dict[str, object] = dict(zip(HEADER.split(","), map(list, zip(*_values(), strict=True)), strict=True))
    columns["applied"] = [dt.date.fromisoformat(row[7]) for row in _values()]
    columns["points"] = pa.array([float(row[9]) if row[9] else None for row in _values()])
    columns["dept"] = pa.array([row[5] for row in _values()]).dictionary_encode()
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def _json_lines() -> bytes:
    return "\n".join(json.dumps(dict(zip(HEADER.split(","), row, strict=True))) for row in _values()).encode()


def _quoted() -> bytes:
    lines = [",".join(f'"{value}"' for value in row) for row in [HEADER.split(","), *_values()]]
    return ("\ufeff" + "\r\n".join(lines)).encode()


@pytest.mark.parametrize(
    ("name", "make"),
    [("a.xlsx", _workbook), ("a.parquet", _parquet), ("a.jsonl", _json_lines), ("a.csv", _quoted)],
    ids=["xlsx", "parquet", "jsonl", "csv with byte-order mark, quotes and CRLF"],
)
def test_rows_of_another_format_are_unchanged(name: str, make: Callable[[], bytes], load: Load, rows: Rows) -> None:
    load(*ROWS)
    before = rows(STATE)

    report = load(content=make(), name=name)

    assert (report.rows_read, report.rows_unchanged) == (3, 3)
    assert rows(STATE) == before


def _with_file(mapping: Path, shape: str) -> Path:
    path = mapping.with_name("shaped.yaml")
    path.write_text(mapping.read_text(encoding="utf-8") + f"file: {shape}\n", encoding="utf-8")
    return path


def test_chinese_names_arrive_from_gb18030(load: Load, rows: Rows, mapping: Path) -> None:
    content = csv_text(ROWS[0].replace("Ada Lovelace", "王小明")).encode("gb18030")

    load(content=content, by=_with_file(mapping, "{encoding: gb18030}"))

    assert rows("SELECT full_name FROM hr.candidate") == [("王小明",)]


def test_a_file_without_a_header_takes_its_names_from_the_mapping(load: Load, rows: Rows, mapping: Path) -> None:
    content = "\n".join(row.replace(",", ";") for row in ROWS).encode()

    report = load(content=content, by=_with_file(mapping, f'{{header: false, delimiter: ";", columns: [{HEADER}]}}'))

    assert report.rows_new == 3
    assert rows("SELECT count(*) FROM hr.application") == [(3,)]


def test_a_quoted_value_may_hold_line_breaks_and_delimiters(load: Load, rows: Rows) -> None:
    load(ROWS[0].replace("Ada Lovelace", '"Ada\nKing, ""Lovelace"""'))

    assert rows("SELECT full_name FROM hr.candidate") == [('Ada\nKing, "Lovelace"',)]


def test_tabs_and_backslashes_reach_the_records_as_they_are(load: Load, rows: Rows) -> None:
    load(ROWS[0].replace("Ada Lovelace", "Ada\\t\\N\tKing"))

    assert rows("SELECT full_name FROM hr.candidate") == [("Ada\\t\\N\tKing",)]


def test_a_sheet_is_chosen_by_its_name(load: Load, mapping: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Export").append(HEADER.split(","))
    book["Export"].append(ROWS[0].split(","))
    buffer = io.BytesIO()
    book.save(buffer)

    report = load(content=buffer.getvalue(), name="a.xlsx", by=_with_file(mapping, "{sheet: Export}"))

    assert report.rows_new == 1


def test_nested_json_is_reached_by_dots_and_lists_of_skills_are_read(load: Load, rows: Rows, tmp_path: Path) -> None:
    mapping = tmp_path / "vendor.yaml"
    mapping.write_text(
        "source: acme\ntables:\n  - table: ai_interview\n    id: id\n    columns:\n      application_id: id\n"
        "      vendor: {constant: V}\n      interviewed_at: at\n      score: result.total\n"
        "    skills: {list: result.skills, name: skill, score: points}\n",
        encoding="utf-8",
    )
    load(*ROWS)
    skills = [{"skill": "logic", "points": 71.5}, {"skill": "clarity", "points": 64}]
    line = {"id": "A3", "at": "2026-01-09T10:00:00+02:00", "result": {"total": 70, "skills": skills}}

    load(content=json.dumps(line).encode(), name="v.jsonl", by=mapping)

    assert rows(
        "SELECT skill, s.score, interviewed_at AT TIME ZONE 'UTC' FROM hr.skill_score s"
        " JOIN hr.ai_interview USING (ai_interview_id) WHERE source_record_id = 'A3' ORDER BY 1"
    ) == [("clarity", 64.0, dt.datetime(2026, 1, 9, 8)), ("logic", 71.5, dt.datetime(2026, 1, 9, 8))]  # noqa: DTZ001


def test_a_skill_list_with_an_emotion_rejects_its_row(load: Load, rows: Rows, tmp_path: Path) -> None:
    mapping = tmp_path / "vendor.yaml"
    mapping.write_text(
        "source: acme\nmax_rejected_share: 0.9\ntables:\n  - table: ai_interview\n    id: id\n    columns:\n"
        "      application_id: id\n      vendor: {constant: V}\n      interviewed_at: at\n"
        "    skills: {list: skills}\n",
        encoding="utf-8",
    )
    load(*ROWS)
    lists = [{"logic": 71}, {"logic": 71, "emotion_joy": 3}, "high", [{"name": "a", "score": "x"}]]
    lines = [{"id": f"A{1 + i % 3}", "at": "2026-01-09", "skills": item} for i, item in enumerate(lists)]

    report = load(content="\n".join(map(json.dumps, lines)).encode(), name="v.jsonl", by=mapping)

    assert report.rows_rejected == 3
    assert rows("SELECT row_number, reason_code FROM landing.quarantine ORDER BY 1") == [
        (2, "prohibited_input"), (3, "not_a_skill_list"), (4, "not_a_skill_list"),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_characters_that_a_chunk_cuts_in_two_arrive_whole(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_stream, "LONGEST_ROW", 1 << 30)
    text = "x" + "王小明" * 1_000_000
    path = tmp_path / "long.txt"
    path.write_bytes(text.encode(encoding))

    with io.BufferedReader(TextStream(Place(path=path, name="long.txt"), encoding)) as stream:
        read = b"".join(iter(lambda: stream.read(700_001), b""))

    assert read.decode() == text
