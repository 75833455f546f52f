"""What a shadow said beside what the champion decided, as counts: no row of a decision leaves the database.

Needs READ_MODELS. Nothing here is about a person: decisions are counted, and small counts are hidden by whoever shows
them (`models.shadow_report`).
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import text

from warehouse import postgres
from warehouse.access import Permission, Principal
from warehouse.ledger_values import SHADOWING
from warehouse.settings import Settings

DIFFERENCE_STEP = 0.1
SCORE_DIGITS = 4
"""Scores are counted by this many digits, so that what comes back grows with the scale and not with the people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCell:
    """Decisions of one champion with the same pair of recommendations and about the same difference of scores.

    `step` is the difference (shadow − champion) in whole steps of 0.1, rounded down; None where one has no score.
    `total` and `squares` are the sums of the differences and of their squares.
    """

    champion_version: int
    champion: str
    shadow: str
    step: int | None
    n: int
    total: float
    squares: float
    first_at: dt.datetime
    last_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCell:
    """How many decisions a shadow scored alike; `score` None counts those that it could not."""

    score: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowCells:
    """All of it; `unscored` counts decisions taken while the shadow ran, of people still known, that it has not."""

    pairs: tuple[PairCell, ...]
    scores: tuple[ScoreCell, ...]
    unscored: int


def shadow_cells(settings: Settings, principal: Principal, release_id: uuid.UUID) -> ShadowCells:
    """The counts of one release's shadow."""
    principal.require(Permission.READ_MODELS)
    given = {"release": release_id, "step": DIFFERENCE_STEP, "digits": SCORE_DIGITS, "kinds": list(SHADOWING)}
    with postgres.unit_of_work(settings, principal) as session:
        return ShadowCells(
            pairs=tuple(PairCell(**row) for row in session.execute(text(_PAIRS), given).mappings()),
            scores=tuple(ScoreCell(**row) for row in session.execute(text(_SCORES), given).mappings()),
            unscored=int(session.execute(text(_UNSCORED), given).scalar_one()),
        )


_PAIRS = """
SELECT r.version AS champion_version, d.recommendation AS champion, s.recommendation AS shadow,
  floor(round(((s.score - d.score) / :step)::numeric, 9))::int AS step, count(*) AS n,
  coalesce(sum(s.score - d.score), 0)::float8 AS total, coalesce(sum((s.score - d.score) ^ 2), 0)::float8 AS squares,
  min(d.decided_at) AS first_at, max(d.decided_at) AS last_at
FROM governance.shadow_score s
JOIN governance.decision d USING (decision_id) JOIN governance.release r ON r.release_id = d.release_id
WHERE s.release_id = :release GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""

_SCORES = """
SELECT round(score::numeric, :digits)::float8 AS score, count(*) AS n
FROM governance.shadow_score WHERE release_id = :release GROUP BY 1 ORDER BY 1
"""

_UNSCORED = """
WITH span AS (
  SELECT e.model_name, e.happened_at AS began, (
    SELECT min(x.happened_at) FROM governance.release_event x WHERE x.release_id = e.release_id
      AND x.release_event_id > e.release_event_id AND x.kind = ANY (:kinds)
  ) AS ended FROM governance.release_event e WHERE e.release_id = :release AND e.kind = 'shadowed'
)
SELECT count(*) FROM span JOIN governance.release r USING (model_name) JOIN governance.decision d USING (release_id)
WHERE d.decided_at >= span.began AND d.decided_at < coalesce(span.ended, 'infinity')
  AND d.release_id <> :release AND d.subject IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM governance.shadow_score s WHERE s.decision_id = d.decision_id AND s.release_id = :release
  )
"""
