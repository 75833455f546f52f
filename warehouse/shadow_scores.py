"""What shadows say of decisions: written once a decision and shadow, read only as counts (`warehouse.queries.shadow`).

A row names the decision and nothing of the person; an erasure takes it away together with the decision's person.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warehouse.tables.governance import ShadowScore


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShadowScore:
    """A shadow's score of one decision."""

    decision_id: uuid.UUID
    release_id: uuid.UUID
    score: float | None
    band: str | None
    recommendation: str


def record(session: Session, scores: Sequence[NewShadowScore]) -> int:
    """Writes the scores and answers how many are new; a decision that was erased meanwhile gets none."""
    rows = [
        {
            "decision_id": one.decision_id,
            "release_id": one.release_id,
            "score": one.score,
            "band": one.band,
            "recommendation": one.recommendation,
        }
        for one in scores
    ]
    statement = insert(ShadowScore).on_conflict_do_nothing().returning(ShadowScore.decision_id)
    return len(session.scalars(statement, rows).all())
