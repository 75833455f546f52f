"""Shipped profiles: usable as they are, and honest about how little is known of their vendors."""

import json
from collections.abc import Mapping

import pytest

from tests.standins.pulled import Pulled
from warehouse.files.mapping_file import mapping_for, shipped_names
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.sync.connectors.rest import rest_entities
from warehouse.sync.inbox import Arrival, put_all
from warehouse.sync.intake import INTAKE
from warehouse.sync.sources import Source, Verification, profile_names
from warehouse.sync.sources import source as source_named

HIREVUE = {
    "event": "interviewFinished",
    "interview_id": "I1",
    "position_id": "P1",
    "position_title": "Analyst",
    "candidate_id": "C1",
    "candidate_name": "Ada Lovelace",
    "candidate_email": "ada@example.com",
    "started_at": "2026-03-02T09:00:00Z",
    "completed_at": "2026-03-02T09:30:00Z",
}
SCORES = "SELECT vendor, score::float8 FROM hr.ai_interview WHERE is_current ORDER BY 1"
SKILLS = (
    "SELECT skill, s.score::float8 FROM hr.skill_score s JOIN hr.ai_interview USING (ai_interview_id)"
    " WHERE is_current ORDER BY 1"
)


def of_profile(settings: Settings, profile: str) -> Pulled:
    return Pulled(settings, "acme", {"connector": "webhook", "profile": profile})


def send(there: Pulled, *bodies: Mapping[str, object]) -> None:
    arrivals = [
        Arrival(source="acme", idempotency_key=json.dumps(body), payload=json.dumps(body).encode(), entity="event")
        for body in bodies
    ]
    with unit_of_work(there.settings, INTAKE, DatabaseRole.INTAKE) as session:
        put_all(session, arrivals)


def read(settings: Settings, profile: str) -> Source:
    (settings.home / "sources").mkdir()
    (settings.home / "sources" / "acme.yaml").write_text(f"source: acme\nprofile: {profile}\n", encoding="utf-8")
    return source_named(settings, "acme")


@pytest.mark.parametrize("profile", profile_names())
def test_a_source_of_a_profile_needs_nothing_else_and_says_that_it_is_unverified(
    tmp_path: object, profile: str
) -> None:
    found = read(Settings(home=tmp_path), profile)

    assert found.verification is Verification.UNVERIFIED
    assert mapping_for(found.mapping, None).source == found.mapping


@pytest.mark.parametrize("name", ["hirevue", "hirevue_export", "interviewing_io", "mya", "mya_export", "liepin"])
def test_the_mapping_of_a_vendor_without_documents_says_so(name: str) -> None:
    assert name in shipped_names()
    assert "UNVERIFIED" in str(mapping_for(name.removesuffix("_export"), name).document["description"])


def test_the_old_api_of_hirevue_is_never_asked_by_itself(tmp_path: object) -> None:
    found = read(Settings(home=tmp_path), "hirevue_v1_legacy")

    assert found.every_minutes is None
    assert set(rest_entities(found)) == {"Interview", "Position"}


def test_a_hirevue_interview_is_finished_first_scored_later_and_decided_by_a_person(records: Settings) -> None:
    there = of_profile(records, "hirevue")
    scored = {
        **HIREVUE,
        "event": "interviewScored",
        "overall_score": 71,
        "competencies": [{"name": "logic", "score": 64}],
    }
    decided = {
        "event": "decisionSubmitted",
        "interview_id": "I1",
        "position_id": "P1",
        "candidate_id": "C1",
        "decision": "yes",
        "decided_at": "2026-03-03T08:00:00Z",
    }
    send(there, HIREVUE)
    there.take()
    send(there, scored, decided)

    assert there.take().rows_rejected == 0
    assert there.rows(SCORES) == [("HireVue", 71.0)]
    assert there.rows(SKILLS) == [("logic", 64.0)]
    assert there.rows("SELECT outcome, decided_by FROM hr.stage_event") == [("advanced", "recruiter")]


def test_what_people_scored_at_hirevue_is_no_ai_score(records: Settings) -> None:
    there = of_profile(records, "hirevue")
    send(there, {**HIREVUE, "overall_score": 71, "scored_by": "human"})

    there.take()

    assert there.rows("SELECT count(*) FROM hr.application") == [(1,)]
    assert there.rows(SCORES) == []


def test_skills_of_interviewing_io_are_brought_to_one_scale_and_its_bias_is_a_finding(records: Settings) -> None:
    there = of_profile(records, "interviewing_io")
    body = {"job": "Engineer", "email": "ada@example.com", "name": "Ada Lovelace", "interviewed_on": "2026-03-02"}
    send(there, {**body, "technical_skills": 4, "communication_skills": 1, "problem_solving": 3})

    there.take()

    assert there.rows(SKILLS) == [("communication", 0.0), ("problem_solving", 66.66666666666667), ("technical", 100.0)]
    assert there.rows(SCORES) == [("Interviewing.io", None)]
    finding = "SELECT verdict, unexpected_n FROM landing.finding WHERE expectation = 'only_successes'"
    assert there.rows(finding) == [("review", 1)]


def test_a_conversation_of_mya_is_an_interview_with_its_answers_and_a_rules_decision(records: Settings) -> None:
    there = of_profile(records, "mya")
    body = {
        "conversation_id": "K1",
        "job_id": "J1",
        "candidate_id": "C1",
        "completed_at": "2026-03-02T09:30:00Z",
        "screening_score": 55,
        "answers": [{"question": "shift_work", "score": 100}],
        "qualified": True,
    }
    send(there, body)

    assert there.take().rows_rejected == 0
    assert (there.rows(SCORES), there.rows(SKILLS)) == ([("Mya", 55.0)], [("shift_work", 100.0)])
    assert there.rows("SELECT outcome, decided_by FROM hr.stage_event") == [("advanced", "rule")]


def test_alpharuns_documented_event_becomes_an_interview(records: Settings) -> None:
    there = of_profile(records, "alpharun")
    interview = {
        "id": "I1",
        "job_opening_id": "J1",
        "status": "completed",
        "contact": {"email": "ada@example.com", "name": "Ada Lovelace"},
        "started_at": "2026-03-02T09:00:00Z",
        "completed_at": "2026-03-02T09:30:00Z",
        "insights": {"assessment_score": 82},
        "assessment_criteria": [{"name": "clarity", "value": 77, "commentary": "clear"}],
    }
    send(there, {"event_type": "interview.call.completed", "interview": interview})

    assert there.take().rows_rejected == 0
    assert (there.rows(SCORES), there.rows(SKILLS)) == ([("Alpharun", 82.0)], [("clarity", 77.0)])


def test_jobmojito_gives_a_result_with_its_second_event_alone(records: Settings) -> None:
    there = of_profile(records, "jobmojito")
    raw = {"id": "M1", "interview_id": "J1", "candidate_external_id": "C1", "processing_status": "processing"}
    send(there, raw)
    there.take()
    before = there.rows(SCORES)
    send(there, {**raw, "processing_status": "done", "score": 64})
    there.take()

    assert (before, there.rows(SCORES)) == ([], [("JobMojito", 64.0)])
