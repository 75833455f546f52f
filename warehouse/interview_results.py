"""A candidate's AI interviews as the reader may see them: PostgreSQL's row rights decide, nobody filters by hand."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from warehouse.keys import key
from warehouse.tables.hiring import AiInterview, Application, Candidate, SkillScore


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewResult:
    """One AI interview as it stands now; scores are on the 0-100 scale, `raw_score` on its own."""

    interview_id: uuid.UUID
    application_id: uuid.UUID
    interviewed_at: dt.datetime
    vendor: str
    vendor_model_version: str | None
    revision: int
    score: float | None
    raw_score: float | None
    scale_min: float
    scale_max: float
    skills: tuple[tuple[str, float | None], ...]


# One step into the index a source, however many loads each has.
_SOURCES = text("""
    WITH RECURSIVE found AS (
      SELECT min(source) AS source FROM landing.load
      UNION ALL SELECT (SELECT min(source) FROM landing.load WHERE source > found.source) FROM found
      WHERE found.source IS NOT NULL)
    SELECT source FROM found WHERE source IS NOT NULL
""")


def interview_results(session: Session, candidate: str) -> list[InterviewResult] | None:
    """The current AI interviews of the candidate with this key, or this id at any source, the newest first.

    None where the session's principal sees no such candidate, which is the same whether there is one or not.
    """
    wanted = Candidate.candidate_id.in_(_keys(session, candidate))
    keys = session.scalars(select(Candidate.candidate_id).where(wanted)).all()
    if not keys:
        return None
    current = (
        select(AiInterview)
        .join(Application, Application.application_id == AiInterview.application_id)
        .where(Application.candidate_id.in_(keys), AiInterview.is_current)
        .order_by(AiInterview.interviewed_at.desc(), AiInterview.interview_id)
    )
    rows = session.scalars(current).all()
    skills = _skills(session, [row.ai_interview_id for row in rows])
    return [_result(row, skills.get(row.ai_interview_id, ())) for row in rows]


def _keys(session: Session, candidate: str) -> list[uuid.UUID]:
    """Keys are made from source and id, so an id is found without an index over all candidates."""
    keys = [key("candidate", source, candidate) for source in session.scalars(_SOURCES)]
    try:
        return [*keys, uuid.UUID(candidate)]
    except ValueError:
        return keys


def _skills(session: Session, interviews: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[tuple[str, float | None], ...]]:
    found: dict[uuid.UUID, tuple[tuple[str, float | None], ...]] = {}
    query = select(SkillScore).where(SkillScore.ai_interview_id.in_(interviews)).order_by(SkillScore.skill)
    for row in session.scalars(query):
        found[row.ai_interview_id] = (*found.get(row.ai_interview_id, ()), (row.skill, row.score))
    return found


def _result(row: AiInterview, skills: tuple[tuple[str, float | None], ...]) -> InterviewResult:
    return InterviewResult(
        interview_id=row.interview_id,
        application_id=row.application_id,
        interviewed_at=row.interviewed_at,
        vendor=row.vendor,
        vendor_model_version=row.vendor_model_version,
        revision=row.revision,
        score=row.score,
        raw_score=row.raw_score,
        scale_min=row.scale_min,
        scale_max=row.scale_max,
        skills=skills,
    )
