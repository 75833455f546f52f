"""A million-row applicant export into the records, against a bare COPY of the same file into one table of its columns.

Both run on one fresh server, in turn, each with `REPEATS` repeats; the best of each counts. The load maps, checks by
data contract, keys, compares and writes departments, requisitions, candidates and applications; the bare COPY does none
of it.
"""

import gc
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import psycopg

from validation.contracts import check_batch
from warehouse import postgres, schema
from warehouse.access import Role, principal
from warehouse.files.load import load_file
from warehouse.settings import Settings

ROWS = 1_000_000
REPEATS = 3
LIMIT = 6.0

EXPORT = """
COPY (
  SELECT 'A' || lpad(i::VARCHAR, 8, '0') AS application_no,
    'C' || lpad(((i * 7919) % 1000003)::VARCHAR, 8, '0') AS candidate_no,
    'First' || (i * 31 % 5003) || ' Last' || (i * 17 % 70001) AS full_name,
    'person' || i || '@example.com' AS email,
    '+1 555 ' || lpad((i % 10000000)::VARCHAR, 7, '0') AS phone,
    ['en', 'zh', 'es', 'fr'][1 + i % 4] AS language,
    ['US', 'CN', 'MX', 'CA'][1 + i % 4] AS country,
    'R' || lpad((i % 2000)::VARCHAR, 5, '0') AS requisition_no,
    ['Engineering', 'Sales', 'Support', 'Finance'][1 + (i % 2000) % 4] AS job_family,
    'Senior Specialist ' || ((i % 2000) % 40) AS title,
    ['Shanghai', 'Boston', 'Berlin', 'Pune'][1 + (i % 2000) % 4] AS location,
    'L' || (1 + (i % 2000) % 6) AS job_level,
    'D' || lpad(((i % 2000) % 50)::VARCHAR, 3, '0') AS department_code,
    'Department of ' || ((i % 2000) % 50) AS department_name,
    strftime(TIMESTAMP '2024-01-01' + INTERVAL 1 SECOND * (i * 61 % 60000000), '%Y-%m-%d %H:%M:%S') AS applied,
    ['LinkedIn', 'Indeed', 'Referral', 'Campus'][1 + i % 4] AS channel,
    '2024-' || ['spring', 'autumn'][1 + i % 2] AS season,
    '' AS withdrawn,
    CASE WHEN i % 3 = 0 THEN
      strftime(TIMESTAMP '2024-01-11' + INTERVAL 1 SECOND * (i * 61 % 60000000), '%Y-%m-%d %H:%M:%S') ELSE '' END
      AS rejected,
    ['open', 'closed'][1 + i % 2] AS status
  FROM range({rows}) t(i)
) TO '{path}' (HEADER)
"""

MAPPING = """
source: bench_ats
dates: ["%Y-%m-%d %H:%M:%S"]
tables:
  - table: department
    id: department_code
    columns: {name: department_name}
  - table: requisition
    id: requisition_no
    columns:
      department_id: department_code
      job_family: job_family
      title: title
      location: location
      job_level: job_level
  - table: candidate
    id: candidate_no
    columns: {full_name: full_name, email: email, phone: phone, language: language, country: country}
  - table: application
    id: application_no
    columns:
      candidate_id: candidate_no
      requisition_id: requisition_no
      department_id: department_code
      applied_at: applied
      channel: channel
      season: season
      withdrawn_at: withdrawn
      rejected_at: rejected
"""


def run(report: Callable[[str, float, float, str], None]) -> None:
    """Reports the ratio of the load's time to the bare COPY's."""
    with tempfile.TemporaryDirectory(prefix="hg-bench-") as folder:
        settings = Settings(home=Path(folder))
        file, mapping = Path(folder) / "ats.csv", Path(folder) / "bench_ats.yaml"
        duckdb.connect().execute(EXPORT.format(rows=ROWS, path=file)).fetchall()
        mapping.write_text(MAPPING, encoding="utf-8")
        schema.upgrade(settings)
        try:
            bare, loaded = _measured(settings, file, mapping)
        finally:
            postgres.stop(settings)
    size = f"{ROWS:,} rows; COPY {bare:.1f} s, load {loaded:.1f} s"
    report("file into records, against a bare COPY of it", loaded / bare, LIMIT, size)


def _measured(settings: Settings, file: Path, mapping: Path) -> tuple[float, float]:
    """The best time of each, in seconds; the first load of ten thousand rows only warms the libraries up."""
    small = file.with_name("warm.csv")
    with file.open(encoding="utf-8") as lines:
        small.write_text("".join(next(lines) for _ in range(10_000)), encoding="utf-8")
    _load(settings, small, mapping)
    bare, loaded = [], []
    for _ in range(REPEATS):
        bare.append(_bare_copy(settings, file))
        _empty(settings)
        loaded.append(_load(settings, file, mapping))
    return min(bare), min(loaded)


def _load(settings: Settings, file: Path, mapping: Path) -> float:
    gc.collect()
    started = time.perf_counter()
    loader = principal("loader", [Role.HR_ADMIN])
    load_file(settings, loader, file, source="bench_ats", mapping=mapping, check=check_batch)
    return time.perf_counter() - started


def _bare_copy(settings: Settings, file: Path) -> float:
    with psycopg.connect(postgres.address(settings)) as connection, file.open("rb") as content:
        columns = content.readline().decode().strip().split(",")
        content.seek(0)
        connection.execute(f"CREATE TABLE bare ({', '.join(f'{name} text' for name in columns)})")
        connection.commit()
        started = time.perf_counter()
        with connection.cursor() as cursor, cursor.copy("COPY bare FROM STDIN (FORMAT csv, HEADER)") as copy:
            while chunk := content.read(1 << 20):
                copy.write(chunk)
        connection.commit()
        taken = time.perf_counter() - started
        connection.execute("DROP TABLE bare")
    return taken


def _empty(settings: Settings) -> None:
    tables = "hr.application, hr.candidate, hr.requisition, hr.department, landing.load, landing.mapping"
    with psycopg.connect(postgres.address(settings), autocommit=True) as connection:
        connection.execute(f"TRUNCATE {tables} CASCADE")
        connection.execute("CHECKPOINT")
