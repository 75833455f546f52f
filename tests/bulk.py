"""Records in bulk for the benchmarks: the database writes them itself, in a home that goes away at the end."""

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

import sqlalchemy as sa

from warehouse import postgres, schema
from warehouse.settings import Settings

SKILLS = 3
"""Skill scores of each AI interview."""

_RECORD = "'bulk', i::text, 1, md5(i::text)::uuid"
_RECORD_COLUMNS = "source, source_record_id, mapping_version, payload_hash"
_APPLIED = "timestamptz '2024-01-01 09:00+00' + (i % 700) * interval '1 day'"

# Of 20 applications 16 are interviewed, 8 re-interviewed, 4 offered, 3 hired; the others stopped, withdrew or wait.
_STATEMENTS = (
    f"""INSERT INTO hr.department (department_id, name, {_RECORD_COLUMNS})
        SELECT md5('d' || i)::uuid, 'Department ' || i, {_RECORD} FROM generate_series(0, 19) i""",
    f"""INSERT INTO hr.requisition (requisition_id, department_id, job_family, location, {_RECORD_COLUMNS})
        SELECT md5('r' || i)::uuid, md5('d' || i % 20)::uuid, 'family ' || i % 12, 'place ' || i % 7, {_RECORD}
        FROM generate_series(0, 499) i""",
    f"""INSERT INTO hr.candidate (candidate_id, full_name, email, language, country, {_RECORD_COLUMNS})
        SELECT md5('c' || i)::uuid, 'Name ' || i, i || '@example.org', 'en', 'FR', {_RECORD}
        FROM generate_series(1, :n) i""",
    f"""INSERT INTO vault.demographics (candidate_id, sex, race_ethnicity, birth_year, {_RECORD_COLUMNS})
        SELECT md5('c' || i)::uuid, (ARRAY['F', 'M', NULL])[1 + i % 3], (ARRAY['A', 'B', 'C', 'D'])[1 + i % 4],
          1960 + i % 45, {_RECORD}
        FROM generate_series(1, :n) i""",
    f"""INSERT INTO hr.application (application_id, candidate_id, requisition_id, department_id, applied_at, channel,
          rejected_at, withdrawn_at, {_RECORD_COLUMNS})
        SELECT md5('a' || i)::uuid, md5('c' || i)::uuid, md5('r' || i % 500)::uuid, md5('d' || i % 500 % 20)::uuid,
          {_APPLIED}, (ARRAY['site', 'referral', 'agency', 'fair'])[1 + i % 4],
          CASE WHEN i % 20 > 4 THEN {_APPLIED} + interval '30 days' END,
          CASE WHEN i % 20 = 4 THEN {_APPLIED} + interval '25 days' END, {_RECORD}
        FROM generate_series(1, :n) i""",
    f"""INSERT INTO hr.ai_interview (ai_interview_id, interview_id, revision, application_id, vendor,
          vendor_model_version, rubric_version, interviewed_at, duration_minutes, score, {_RECORD_COLUMNS})
        SELECT md5('i' || i)::uuid, md5('s' || i)::uuid, 1, md5('a' || i)::uuid, 'acme', 'v' || i % 2, '2024',
          {_APPLIED} + interval '4 days', 20 + i % 25, i::bigint * 7919 % 1000 / 10.0, {_RECORD}
        FROM generate_series(1, :n) i WHERE i % 20 < 16""",
    f"""INSERT INTO hr.skill_score (ai_interview_id, skill, score)
        SELECT md5('i' || i)::uuid, 'skill ' || k, (i::bigint * 7919 + k * 31) % 1000 / 10.0
        FROM generate_series(1, :n) i, generate_series(1, {SKILLS}) k WHERE i % 20 < 16""",
    f"""INSERT INTO hr.stage_event (stage_event_id, application_id, stage, entered_at, outcome, {_RECORD_COLUMNS})
        SELECT md5('e' || i)::uuid, md5('a' || i)::uuid, 'ai_interview', {_APPLIED} + interval '4 days',
          CASE WHEN i % 20 < 8 THEN 'advanced' ELSE 'not_advanced' END, {_RECORD}
        FROM generate_series(1, :n) i WHERE i % 20 < 16""",
    f"""INSERT INTO hr.re_interview (re_interview_id, application_id, rater_id, rated_at, is_blind, rating, passed,
          {_RECORD_COLUMNS})
        SELECT md5('m' || i)::uuid, md5('a' || i)::uuid, 'E' || i % 300, {_APPLIED} + interval '12 days', true,
          1 + i % 9 / 2.0, i % 9 > 4, {_RECORD}
        FROM generate_series(1, :n) i WHERE i % 20 < 8""",
    f"""INSERT INTO hr.offer (offer_id, application_id, offered_at, accepted_at, {_RECORD_COLUMNS})
        SELECT md5('o' || i)::uuid, md5('a' || i)::uuid, {_APPLIED} + interval '20 days',
          {_APPLIED} + interval '22 days', {_RECORD}
        FROM generate_series(1, :n) i WHERE i % 20 < 4""",
    f"""INSERT INTO hr.hire (hire_id, application_id, started_on, {_RECORD_COLUMNS})
        SELECT md5('h' || i)::uuid, md5('a' || i)::uuid, ({_APPLIED} + interval '40 days')::date, {_RECORD}
        FROM generate_series(1, :n) i WHERE i % 20 < 3""",
    f"""INSERT INTO hr.performance_review (performance_review_id, hire_id, months, reviewed_on, rating,
          {_RECORD_COLUMNS})
        SELECT md5('p' || i)::uuid, md5('h' || i)::uuid, 6, ({_APPLIED} + interval '220 days')::date,
          1 + i % 9 / 2.0, {_RECORD}
        FROM generate_series(1, :n) i WHERE i % 20 < 3""",
)  # fmt: skip


@functools.cache
def company(applications: int) -> Settings:
    """The settings of a home with so many applications; the same one for every caller of a run."""
    home = Path(tempfile.mkdtemp(prefix="hgb-"))
    settings = Settings(home=home)
    atexit.register(_remove, settings)
    schema.upgrade(settings)
    with postgres.engine(settings).begin() as connection:
        # Keys fit by construction; checking each of them would take longer than writing.
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        for statement in _STATEMENTS:
            connection.execute(sa.text(statement), {"n": applications})
    with postgres.engine(settings).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))
    return settings


def touch_scattered(settings: Settings, share: int) -> int:
    """Changes one application in `share`, scattered over all; answers how many."""
    statement = "UPDATE hr.application SET channel = 'changed' WHERE source_record_id::bigint % :share = 0"
    with postgres.engine(settings).begin() as connection:
        return connection.execute(sa.text(statement), {"share": share}).rowcount


def _remove(settings: Settings) -> None:
    postgres.stop(settings)
    shutil.rmtree(settings.home, ignore_errors=True)
