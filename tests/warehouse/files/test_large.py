"""Large loads take other ways than small ones: chunk by chunk, in bulk, written while the contracts are run."""

import threading
import time
from collections.abc import Sequence

import duckdb
import pyarrow as pa
import pytest

from tests.warehouse.files.conftest import Load
from tests.warehouse.files.conftest import Rows as Query
from warehouse.files import load as loading
from warehouse.files import rows, writing
from warehouse.files.copy_stream import CopyStream, StoppedError
from warehouse.files.findings import Checked

COUNT = 3000
HELD = (
    "SELECT a.source_record_id, c.full_name, r.source_record_id, d.name, i.raw_score FROM hr.application a"
    " JOIN hr.candidate c USING (candidate_id) JOIN hr.requisition r USING (requisition_id)"
    " JOIN hr.department d ON d.department_id = a.department_id LEFT JOIN hr.ai_interview i USING (application_id)"
    " ORDER BY a.source_record_id"
)
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'hr' ORDER BY indexdef"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few thousand rows count as large and come in several chunks."""
    monkeypatch.setattr(rows, "_ROWS", 100)
    monkeypatch.setattr(writing, "BULK", 1000)
    monkeypatch.setattr(loading, "BULK", 1000)
    monkeypatch.setattr("warehouse.files.csv_file._BLOCK", 1 << 15)


def _lines(count: int = COUNT) -> list[str]:
    return [
        f"A{i:05},P{i},Name {i},p{i}@example.com,R{i % 9},D{i % 3},engineering,2026-01-05,Indeed,{i % 10},{i % 10},50"
        for i in range(count)
    ]


def _expected(line: str) -> tuple[object, ...]:
    cells = line.split(",")
    return cells[0], cells[2], cells[4], cells[5], float(cells[9])


def _refuses(name: str, asked: list[str]) -> object:
    """A contract that lets no candidate of this name in, and notes which tables it saw."""

    def check(table: str, batch: pa.Table) -> Sequence[Checked]:
        asked.append(table)
        if table != "candidate":
            return []
        failing = [place for place, value in enumerate(batch.column("full_name").to_pylist()) if value == name]
        return [
            Checked(
                expectation="in_set",
                column="full_name",
                rejects=True,
                n=batch.num_rows,
                failing=failing,
                unexpected_n=len(failing),
                en="{n} of {of}",
                zh="{n} / {of}",
            )
        ]

    return check


@pytest.mark.usefixtures("large")
def test_a_large_file_arrives_whole_and_leaves_all_indexes(load: Load, rows: Query) -> None:
    before = rows(INDEXES)

    report = load(*_lines(), check=_refuses("nobody", []))

    assert rows(HELD) == [_expected(line) for line in _lines()]
    assert rows(INDEXES) == before
    assert (report.rows_new, report.rows_rejected) == (COUNT, 0)


@pytest.mark.usefixtures("large")
def test_a_row_that_a_contract_rejects_does_not_stay_of_what_was_written_early(load: Load, rows: Query) -> None:
    report = load(*_lines(), check=_refuses("Name 7", []))

    assert rows(HELD) == [_expected(line) for line in _lines() if ",Name 7," not in line]
    assert (report.rows_new, report.rows_rejected) == (COUNT - 1, 1)
    assert rows("SELECT row_number, reason_code FROM landing.quarantine") == [(9, "contract:in_set")]


@pytest.mark.usefixtures("large")
def test_a_contract_that_breaks_leaves_nothing_of_what_was_written_early(load: Load, rows: Query) -> None:
    def broken(table: str, batch: pa.Table) -> Sequence[Checked]:
        raise RuntimeError(f"{table} of {batch.num_rows}")

    with pytest.raises(RuntimeError, match="department of"):
        load(*_lines(), check=broken)

    assert rows("SELECT count(*) FROM hr.candidate") == [(0,)]
    assert rows("SELECT count(*) FROM landing.load") == [(0,)]


@pytest.mark.usefixtures("large")
def test_a_large_file_again_changes_nothing(load: Load, rows: Query) -> None:
    load(*_lines(), check=_refuses("nobody", []))
    before = rows("SELECT candidate_id, changed_xid::text FROM hr.candidate ORDER BY 1")

    again = load(*_lines(), check=_refuses("nobody", []))

    assert (again.rows_new, again.rows_changed, again.rows_unchanged) == (0, 0, COUNT)
    assert rows("SELECT candidate_id, changed_xid::text FROM hr.candidate ORDER BY 1") == before


@pytest.mark.usefixtures("large")
def test_a_rejected_row_of_a_large_file_is_taken_out_of_every_table(load: Load, rows: Query) -> None:
    """Its department stands in many chunks; the file is read once more without the row."""
    lines = _lines()
    lines[1500] = lines[1500].replace("2026-01-05", "soon")

    report = load(*lines)

    assert report.rows_rejected == 1
    assert rows(HELD) == [_expected(line) for line in lines if ",soon," not in line]


def test_a_stopped_stream_ends_its_reader() -> None:
    stop = threading.Event()

    with CopyStream(duckdb.connect(), "SELECT i FROM range(1000000) t(i)", ["bigint"], stop) as stream:
        parts = iter(stream)
        next(parts)
        stop.set()
        with pytest.raises(StoppedError):
            next(parts)


def test_a_stream_short_of_memory_waits_for_it() -> None:
    """Another table's sort may hold it; what is made ahead of need must not fail the load."""
    connection = duckdb.connect(config={"memory_limit": "1MB", "temp_directory": ""})
    query = "SELECT i FROM range(300000) t(i) ORDER BY hash(i)"
    with pytest.raises(duckdb.OutOfMemoryException):
        connection.execute(query).fetchall()

    with CopyStream(connection, query, ["bigint"]) as stream:
        time.sleep(1)
        connection.execute("SET memory_limit = '200MB'")
        size = sum(len(part) for part in stream)

    assert size == 300_000 * (2 + 4 + 8)
