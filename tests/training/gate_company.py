"""A company whose interviewers reward fluent speech, in which the vendor scores women lower; written in bulk.

A model of all skills learns the skew and selects few women; one of the job-related skills does not. 1 in 40 people has
not said of which sex or race they are, and a handful belong to a very small group.
"""

import datetime as dt
import json
import uuid
from collections import defaultdict
from typing import Any

import numpy as np
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from tests.builders import APPLIED_AT, build
from tests.training.company import DECLARED, mapping
from training.configuration import Configuration, configuration
from warehouse import postgres
from warehouse.access import NOBODY
from warehouse.lake.refresh import refresh
from warehouse.settings import Settings
from warehouse.tables import hiring, vault
from warehouse.tables.landing import Finding, Load

APPLICATIONS = 6_000
SKEW = 14.0
JOB_RELATED = ("content_logic", "problem_solving", "communication", "job_knowledge", "stress_handling")
RACES, SHARES = ("white", "asian", "black", "native"), (0.45, 0.30, 0.248, 0.002)


def plant(settings: Settings, applications: int = APPLICATIONS) -> None:
    """Builds the company with one checked load and refreshes the lake."""
    fill(settings, applications)
    refresh(settings)


def fill(settings: Settings, applications: int = APPLICATIONS) -> None:
    """Builds the company with one checked load."""
    with postgres.unit_of_work(settings, NOBODY, postgres.DatabaseRole.INTAKE) as session:
        for table, rows in _rows(settings, applications).items():
            session.execute(insert(table), rows)
        session.execute(
            text("INSERT INTO landing.mapping (source, version, sha256, document) VALUES ('built', 1, 'x', :document)"),
            {"document": json.dumps(mapping())},
        )
        add_load(session, "interviews.csv")


def add_load(session: Session, file_name: str, *, sha256: str = "aa", finding: tuple[str, int] | None = None) -> None:
    """A finished load of 100 rows; `finding` is a verdict with the number of values that it is about."""
    load_id, now = uuid.uuid4(), dt.datetime.now(dt.UTC)
    counts = {"rows_read": 100, "rows_new": 100, "rows_changed": 0, "rows_unchanged": 0, "rows_rejected": 0}
    session.add(
        Load(
            load_id=load_id,
            source="built",
            file_name=file_name,
            file_sha256=sha256,
            mapping_version=1,
            started_at=now,
            finished_at=now,
            actor="ira",
            tables={},
            **counts,
        )
    )
    session.flush()
    if finding:
        session.add(
            Finding(
                load_id=load_id,
                table_name="ai_interview",
                column_name="score",
                expectation="within the scale",
                verdict=finding[0],
                n=100,
                unexpected_n=finding[1],
                sentence_en="Some do not fit.",
                sentence_zh="有些不符合。",
            )
        )
        session.flush()


def config(*skills: str, alternatives: object = "off") -> Configuration:
    """A quick training on these skills, whose cut lets four in ten advance."""
    return configuration(
        {
            "name": "gate_test",
            "model_name": "re-interview-pass",
            "target": {"name": "re_interview_pass", "matured_after_days": 0},
            "features": [{"name": skill, "source": f"skill:{skill}"} for skill in skills],
            "cut": {"share": 0.4},
            "folds": 3,
            "alternatives": alternatives,
            "candidates": [{"name": "quick", "rounds": [80], "parameters": {"max_depth": 2, "eta": 0.1}}],
        }
    )


def _rows(settings: Settings, applications: int) -> dict[Any, list[dict[str, object]]]:
    random = np.random.default_rng(12)
    opening = build(settings, lambda builder: builder.requisition(builder.department("Sales")))
    with postgres.unit_of_work(settings, NOBODY, postgres.DatabaseRole.INTAKE) as session:
        department = session.get_one(hiring.Requisition, opening).department_id
    rows: dict[Any, list[dict[str, object]]] = defaultdict(list)
    for number in range(applications):
        moment = APPLIED_AT + dt.timedelta(days=360 * number / applications)
        _person(rows, number, moment, random, {"requisition_id": opening, "department_id": department})
    return rows


def _person(
    rows: dict[Any, list[dict[str, object]]],
    number: int,
    moment: dt.datetime,
    random: np.random.Generator,
    opening: dict[str, uuid.UUID],
) -> None:
    sex, race = "F" if random.random() < 0.45 else "M", str(random.choice(RACES, p=SHARES))
    skills = _skills(sex, random)
    is_good = bool(random.random() < 1 / (1 + np.exp(-_effect(skills))))
    skills["panel_alignment"] = float(np.clip(40.0 + 35.0 * is_good + random.normal(0, 12), 0, 100))
    score = float(np.clip(np.mean([skills[name] for name in DECLARED]) + random.normal(0, 9), 0, 100))
    person, application, interview = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    record = {"source": "built", "source_record_id": f"n{number}", "mapping_version": 1}
    record["payload_hash"] = uuid.UUID(int=number)
    day = dt.timedelta(days=1)
    rows[hiring.Candidate].append({"candidate_id": person, **record})
    if random.random() > 1 / 40:
        rows[vault.Demographics].append({"candidate_id": person, "sex": sex, "race_ethnicity": race, **record})
    rows[hiring.Application].append(
        {"application_id": application, "candidate_id": person, "applied_at": moment, **opening, **record}
    )
    rows[hiring.AiInterview].append(
        {
            "ai_interview_id": interview,
            "interview_id": uuid.uuid4(),
            "revision": 1,
            "application_id": application,
            "vendor": "acme",
            "interviewed_at": moment + day,
            "score": score,
            **record,
        }
    )
    rows[hiring.SkillScore].extend(
        {"ai_interview_id": interview, "skill": name, "score": value} for name, value in skills.items()
    )
    if score >= 60 or random.random() < 0.3:
        rows[hiring.ReInterview].append(
            {
                "re_interview_id": uuid.uuid4(),
                "application_id": application,
                "rated_at": moment + 5 * day,
                "rating": 4.0 if is_good else 2.0,
                "passed": is_good,
                **record,
            }
        )


def _skills(sex: str, random: np.random.Generator) -> dict[str, float]:
    skills = dict(zip(DECLARED, random.normal(65, 11, len(DECLARED)).tolist(), strict=True))
    skills["speech_fluency"] -= SKEW if sex == "F" else 0.0
    return {name: float(np.clip(value, 0, 100)) for name, value in skills.items()}


def _effect(skills: dict[str, float]) -> float:
    weights = {"content_logic": 0.06, "problem_solving": 0.06, "job_knowledge": 0.05, "speech_fluency": 0.09}
    return float(sum(weight * (skills[name] - 63) for name, weight in weights.items()))
