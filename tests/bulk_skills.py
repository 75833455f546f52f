"""A million interviewed and labelled applications with thirty skills each, for the benchmarks of training.

Thirty million skill scores would keep the records busy for minutes and tell nothing of training, which reads the lake:
the applications come from records by a refresh, their interviews, outcomes and skills are written into the lake.
"""

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from tests.bulk import company
from warehouse import postgres
from warehouse.lake import storage
from warehouse.lake.refresh import refresh
from warehouse.lake.tables import APPLICATIONS, SKILL_SCORES, LakeTable
from warehouse.settings import Settings

ROWS = 1_000_000
SKILLS = tuple(f"s{number:02}" for number in range(30))
_AT_ONCE = 250_000

# Each skill is one trait of the person and noise; who has much of the trait passes more often.
_TRAIT = "(hash(application_key) % 1000003) / 1000003.0"
_NOISE = "(hash(application_key || '{}') % 1000003) / 1000003.0"
_INTERVIEWED = f"""SELECT * REPLACE (
    applied_at + INTERVAL 4 DAY AS ai_interviewed_at,
    round(100 * (0.5 * {_TRAIT} + 0.5 * {_NOISE.format("vendor")}), 1) AS ai_score,
    applied_at + INTERVAL 12 DAY AS re_interviewed_at,
    {_TRAIT} + {_NOISE.format("luck")} > 1.0 AS re_interview_passed)
  FROM read_parquet({{files}}, hive_partitioning = true) ORDER BY application_key"""
_SCORED = f"""SELECT application_key, department_id, applied_at + INTERVAL 4 DAY AS ai_interviewed_at, skill,
    round(100 * (0.3 * {_TRAIT} + 0.7 * (hash(application_key || skill) % 1000003) / 1000003.0), 2)::DOUBLE AS score,
    'acme' AS vendor, 'v1' AS vendor_version, '2024' AS rubric_version, refresh_seq, false AS is_deleted, layer
  FROM read_parquet({{files}}, hive_partitioning = true), unnest({list(SKILLS)}) AS k(skill)"""
_MOVE = """INSERT INTO app.lake_snapshot (lake_url, versions, watermark, origin, rows_written, is_full, is_generated)
  SELECT lake_url, versions || CAST(:versions AS jsonb), watermark, origin, rows_written, is_full, is_generated
  FROM app.lake_snapshot ORDER BY lake_snapshot_id DESC LIMIT 1"""


def skilled_company(rows: int = ROWS) -> Settings:
    """The settings of a home whose lake holds them; the records are made once a run, the lake is written by each call,
    for a refresh since would have taken interviews and skills out of it."""
    settings = company(rows)
    files = list(storage.files(settings, "applications", refresh(settings, full=True).versions["applications"]).base)
    with duckdb.connect() as engine:
        skills = storage.overwrite(settings, SKILL_SCORES, _batches(engine, SKILL_SCORES, _SCORED, files))
        applications = storage.overwrite(settings, APPLICATIONS, _batches(engine, APPLICATIONS, _INTERVIEWED, files))
    versions = f'{{"applications": {applications}, "skill_scores": {skills}}}'
    with postgres.engine(settings).begin() as connection:
        connection.execute(sa.text(_MOVE), {"versions": versions})
    return settings


def _batches(
    engine: duckdb.DuckDBPyConnection, table: LakeTable, query: str, files: list[str]
) -> Iterator[pa.RecordBatch]:
    engine.execute("SET TimeZone = 'UTC'")
    for batch in engine.sql(query.format(files=files)).to_arrow_reader(_AT_ONCE):
        whole = pa.table({name: batch.column(name) for name in table.stored.names})
        yield from whole.cast(table.stored).to_batches()
