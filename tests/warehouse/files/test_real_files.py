"""The real data sets come in whole, and their known dirt is found."""

from pathlib import Path

import pytest

from tests.warehouse.files.conftest import LOADER, Rows
from warehouse.files.errors import ProhibitedInput
from warehouse.files.load import load_file
from warehouse.files.report import LoadReport
from warehouse.settings import Settings

pytestmark = pytest.mark.shared_data

CALL_BACKS = (
    "SELECT d.race_ethnicity, d.sex, count(*), count(*) FILTER (WHERE s.outcome = 'advanced') FROM hr.application a"
    " JOIN vault.demographics d USING (candidate_id) JOIN hr.stage_event s USING (application_id)"
    " WHERE a.source = '{source}' GROUP BY 1, 2 ORDER BY 1, 2"
)


def _load(records: Settings, path: Path, source: str, mapping: str | Path | None = None) -> LoadReport:
    return load_file(records, LOADER, path, source=source, mapping=mapping)


def _noted(report: LoadReport) -> dict[tuple[str, str | None], int]:
    return {(finding.expectation, finding.column): finding.unexpected_n for finding in report.findings}


def test_both_codings_of_the_resume_audit_give_the_published_counts(
    records: Settings, rows: Rows, shared_data: Path
) -> None:
    """Call-backs of 2,435 resumes each: 9.65 % of white, 6.45 % of black names (Bertrand and Mullainathan 2004)."""
    _load(records, shared_data / "resume_audit" / "resume.csv", "resume_audit")
    _load(records, shared_data / "resume_audit" / "ResumeNames.csv", "resume_names")

    first = rows(CALL_BACKS.format(source="resume_audit"))
    assert first == rows(CALL_BACKS.format(source="resume_names"))
    assert first == [
        ("black", "female", 1886, 125), ("black", "male", 549, 32),
        ("white", "female", 1860, 184), ("white", "male", 575, 51),
    ]  # fmt: skip


def test_two_files_of_one_source_meet_in_their_row_numbers(records: Settings, rows: Rows, shared_data: Path) -> None:
    folder = shared_data / "siop_2020_selection"
    _load(records, folder / "scale_scores.csv", "siop_2020_selection")

    report = _load(records, folder / "performance_ratings.csv", "siop_2020_selection", "siop_2020_ratings")

    assert (report.rows_new, report.rows_rejected) == (7544, 0)
    assert rows(
        "SELECT round(100.0 * avg((rating = 1)::int), 1)::text,"
        " (SELECT round(100.0 * avg((left_on IS NULL)::int), 1)::text"
        " FROM hr.hire), (SELECT round(100.0 * avg((race_ethnicity = 'protected group')::int), 1)::text"
        " FROM vault.demographics) FROM hr.performance_review WHERE criterion = 'high_performer'"
    ) == [("39.9", "57.8", "36.1")]


def test_the_dirt_of_an_hr_file_is_found_and_counted(records: Settings, rows: Rows, shared_data: Path) -> None:
    report = _load(records, shared_data / "hr_huebner_v14" / "HRDataset_v14.csv", "hr_huebner_v14")

    noted = _noted(report)
    assert noted["century", "birth_year"] == 42
    assert (noted["trimmed", "Sex"], noted["trimmed", "Department"]) == (135, 209)
    assert (noted["filled", "ManagerID"], noted["one_spelling", "HispanicLatino"]) == (8, 2)
    assert noted["has_one:PerformanceScore", "PerfScoreID"] == 2
    assert (noted["has_one:Department", "DeptID"], noted["has_one:ManagerID", "ManagerName"]) == (2, 2)
    assert noted["not_after:DateofTermination", "LastPerformanceReview_Date"] == 1
    assert rows("SELECT round(avg(annual_base)), min(annual_base), max(annual_base) FROM hr.compensation") == [
        (69021, 45046, 250000)
    ]


def test_hires_among_applicants_are_those_of_the_book(records: Settings, rows: Rows, shared_data: Path) -> None:
    _load(records, shared_data / "people_analytics_book" / "recruiting.csv", "people_analytics_recruiting")

    assert rows(
        "SELECT sex, count(*), round(100.0 * count(hire_id) / count(*), 1)::text FROM hr.application a"
        " JOIN vault.demographics USING (candidate_id) LEFT JOIN hr.hire USING (application_id) GROUP BY 1 ORDER BY 1"
    ) == [("female", 494, "15.8"), ("male", 472, "22.9")]


def test_first_and_second_interviews_meet_in_one_application(records: Settings, rows: Rows, shared_data: Path) -> None:
    _load(records, shared_data / "mit_interview" / "ratings_18_traits.csv", "mit_interview")

    assert rows(
        "SELECT count(*), round(corr(i.raw_score, r.rating)::numeric, 3)::text,"
        " round(avg(i.raw_score)::numeric, 2)::text,"
        " round(avg(r.rating)::numeric, 2)::text FROM hr.ai_interview i JOIN hr.re_interview r USING (application_id)"
    ) == [(69, "0.679", "4.99", "5.20")]


def test_a_word_that_means_empty_is_left_empty_and_counted(records: Settings, rows: Rows, shared_data: Path) -> None:
    report = _load(records, shared_data / "mit_interview" / "prosodic_features.csv", "mit_prosody")

    assert _noted(report)["null_word", "avgBand3"] == 22
    assert rows("SELECT count(*) FROM hr.skill_score WHERE skill = 'avgBand3'") == [(690 - 22,)]


def test_face_features_are_refused(records: Settings, shared_data: Path, tmp_path: Path) -> None:
    face = tmp_path / "face.yaml"
    face.write_text(
        f"source: mit_features\nfile: {{header: false, columns: [{', '.join(f'f{i}' for i in range(101))}]}}\n"
        "tables:\n  - table: ai_interview\n    id: f0\n    columns:\n      application_id: f0\n"
        "      vendor: {constant: MIT}\n      interviewed_at: {constant: '2015-01-02'}\n"
        "    skills: {mouth_width: {column: f75, derived_from: face}}\n",
        encoding="utf-8",
    )

    with pytest.raises(ProhibitedInput, match="column f75: the skill 'mouth_width' is derived from a face"):
        _load(
            records, shared_data / "mit_interview" / "audio_facial_lexical_features_noheader.csv", "mit_features", face
        )
