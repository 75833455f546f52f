"""A small company with interviews, re-interviews and a planted effect, from records to a refreshed lake.

Content logic and problem solving decide the re-interview; `panel_alignment` is written after it and not declared; only
those above 60 are re-interviewed. Interviews spread over 2025.
"""

import json
import uuid

import numpy as np
from sqlalchemy import text

from tests.builders import Builder, build
from warehouse import postgres
from warehouse.access import NOBODY, Principal, Role
from warehouse.lake.refresh import refresh
from warehouse.settings import Settings

SCIENTIST = Principal(id="sam", roles=frozenset({Role.DATA_SCIENTIST}))
LEADER = Principal(id="lena", roles=frozenset({Role.HR_LEADER}))
DECLARED = ("content_logic", "problem_solving", "communication", "job_knowledge", "stress_handling", "speech_fluency")
APPLICATIONS = 700


def plant(settings: Settings, applications: int = APPLICATIONS) -> None:
    """Builds the company and refreshes the lake."""
    build(settings, lambda builder: _people(builder, applications))
    with postgres.unit_of_work(settings, NOBODY, postgres.DatabaseRole.INTAKE) as session:
        session.execute(
            text("INSERT INTO landing.mapping (source, version, sha256, document) VALUES ('built', 1, 'x', :document)"),
            {"document": json.dumps(mapping())},
        )
    refresh(settings)


def mapping() -> dict[str, object]:
    """The mapping that the company's interviews name: all skills but one are declared fixed before the outcome."""
    skills: dict[str, object] = {skill: {"column": skill, "fixed_before_outcome": True} for skill in DECLARED}
    skills["panel_alignment"] = {"column": "panel_alignment"}
    columns = {"score": {"column": "score", "fixed_before_outcome": True}}
    return {"source": "built", "tables": [{"table": "ai_interview", "columns": columns, "skills": skills}]}


def _people(builder: Builder, applications: int) -> None:
    random = np.random.default_rng(11)
    department = builder.department("Sales")
    opening = builder.requisition(department)
    for number in range(applications):
        _person(builder, opening, 360 * number / applications, random)


def _person(builder: Builder, opening: uuid.UUID, day: float, random: np.random.Generator) -> None:
    skills = dict(zip(DECLARED, np.clip(random.normal(65, 14, len(DECLARED)), 0, 100).tolist(), strict=True))
    score = float(np.mean(list(skills.values())))
    application = builder.application(opening, applied_at=builder.day(day))
    effect = 0.08 * (skills["content_logic"] - 65) + 0.06 * (skills["problem_solving"] - 65)
    is_good = bool(random.random() < 1 / (1 + np.exp(-effect)))
    skills["panel_alignment"] = 40.0 + 35.0 * is_good + float(random.normal(0, 12))
    builder.ai_interview(
        application,
        score,
        skills={name: float(np.clip(value, 0, 100)) for name, value in skills.items()},
        interviewed_at=builder.day(day + 1),
        duration_minutes=25.0,
    )
    if score >= 60:
        builder.re_interview(application, 4.0 if is_good else 2.0, rated_at=builder.day(day + 5))
