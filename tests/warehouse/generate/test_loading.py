"""The generated files go through the shipped mappings into a real database, all rows, in the manifest's order."""

import json
from pathlib import Path

import psycopg
import pytest

from warehouse import access, postgres
from warehouse.files.load import load_file
from warehouse.generate import company
from warehouse.settings import Settings

ADMIN = access.principal("load test", [access.Role.HR_ADMIN])
TABLES = {
    "ats_requisitions.csv": "hr.requisition",
    "ats_candidates.csv": "hr.candidate",
    "ats_applications.csv": "hr.application",
    "ats_stages.csv": "hr.stage_event",
    "ai_interviews.jsonl": "hr.ai_interview",
    "re_interviews.csv": "hr.re_interview",
    "offers_and_hires.csv": "hr.offer",
    "performance_reviews.xlsx": "hr.performance_review",
    "pay.parquet": "hr.compensation",
    "courses.csv": "hr.course",
    "demographics.csv": "vault.demographics",
}


def _load(settings: Settings, folder: Path):
    entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    return {
        entry["file"]: load_file(
            settings, ADMIN, folder / entry["file"], source=entry["source"], mapping=entry["mapping"]
        )
        for entry in entries
    }


def _scalar(settings: Settings, query: str):
    with psycopg.connect(postgres.address(settings)) as connection:
        return connection.execute(query).fetchone()[0]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    return folder, company.write(folder, applications=1_200)


def test_every_row_of_every_file_becomes_a_record(records, small):
    folder, truth = small

    reports = _load(records, folder)

    assert {name: report.rows_new for name, report in reports.items()} == truth.rows
    assert all(report.is_generated and not report.rows_rejected for report in reports.values())
    for file, table in TABLES.items():
        assert _scalar(records, f"SELECT count(*) FROM {table}") == truth.rows[file]


def test_what_the_records_say_is_what_was_generated(records, small):
    folder, truth = small
    _load(records, folder)

    departments = _scalar(records, "SELECT count(*) FROM hr.department WHERE name_zh IS NOT NULL")
    skills = _scalar(records, "SELECT count(*) FROM hr.skill_score WHERE skill = 'speech_fluency'")
    blind = _scalar(records, "SELECT avg(is_blind::int) FROM hr.re_interview")
    leaks = _scalar(records, "SELECT count(score) FROM hr.skill_score WHERE skill = 'panel_alignment'")

    assert departments == 12
    assert skills == truth.rows["ai_interviews.jsonl"]
    assert 0.4 < blind < 0.6
    assert 0.9 * truth.rows["re_interviews.csv"] < leaks <= truth.rows["re_interviews.csv"]
