"""The plain shape becomes records: attempts, corrections, names alone as skills, and the source's own zone."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from warehouse import postgres
from warehouse.access import NOBODY
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings
from warehouse.sync.inbox import Arrival, put_all
from warehouse.sync.intake import intake

PLAIN = {"candidate_id": "C1", "interview_time": "2026-05-01 09:00:00", "assessment_score": 71.5}


def _taken(settings: Settings, *bodies: dict[str, object]) -> None:
    with unit_of_work(settings, NOBODY) as session:
        put_all(
            session,
            [
                Arrival(
                    source="plain_interviews",
                    idempotency_key=f"{number} {body}",
                    payload=json.dumps(body).encode(),
                    entity="interview",
                )
                for number, body in enumerate(bodies)
            ],
        )
    intake(settings, check=None)


def _rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with postgres.engine(settings).connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def test_a_result_without_any_application_stands_on_one_of_its_own(records: Settings) -> None:
    _taken(records, PLAIN)

    assert _rows(records, "SELECT raw_score, score, vendor, interviewed_at FROM hr.ai_interview") == [
        (71.5, 71.5, "plain_interviews", dt.datetime(2026, 5, 1, 1, tzinfo=dt.UTC))
    ]
    assert _rows(records, "SELECT count(*) FROM hr.application") == [(1,)]


def test_a_corrected_score_is_a_revision_and_another_day_is_another_attempt(records: Settings) -> None:
    later = {**PLAIN, "interview_time": "2026-06-01 09:00:00", "assessment_score": 80}

    _taken(records, PLAIN, later)
    _taken(records, {**PLAIN, "assessment_score": 75})

    found = _rows(
        records, "SELECT revision, raw_score, is_current FROM hr.ai_interview ORDER BY interviewed_at, revision"
    )
    assert found == [(1, 71.5, False), (2, 75.0, True), (1, 80.0, True)]


@pytest.mark.parametrize(
    ("skills", "scores"),
    [
        (["logic", "clarity"], []),
        (
            [{"name": "logic", "score": 4, "scale_max": 5}, {"skill": "clarity", "score": 70}],
            [("clarity", 70.0), ("logic", 80.0)],
        ),
        (["clarity", {"name": "logic", "score": 64}], [("logic", 64.0)]),
        ([], []),
        (None, []),
    ],
)
def test_skills_come_as_names_or_with_scores_on_their_own_scale(
    records: Settings, skills: object, scores: list[tuple[str, float]]
) -> None:
    _taken(records, {**PLAIN, "skills": skills})

    assert _rows(records, "SELECT skill, score FROM hr.skill_score ORDER BY skill") == scores
    assert _rows(records, "SELECT count(*) FROM hr.ai_interview") == [(1,)]
