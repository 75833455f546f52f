"""Scores of shadows, made after the champion's decision is committed and out of the caller's sight.

Nothing that happens here reaches an answer: a shadow that cannot be loaded, cannot score or cannot be kept is counted
(`shadow.scores`, state `failed`) and logged by its class of error alone, without a value of anybody.
"""

import json
import logging
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from models import scoring
from models.features import FeatureError
from models.prohibited import ProhibitedInput
from models.schemas import ScoreRequest
from models.scorer import Scorer
from warehouse import ledger, shadow_scores, telemetry
from warehouse.access import NOBODY
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings
from warehouse.shadow_scores import NewShadowScore

LOG = logging.getLogger("hiregate.shadow")
MOST_KEPT = 8
"""Parsed shadows that a process keeps; older ones are parsed again when they are needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Decisions just kept, by id with their requests, and the releases that ran in shadow at that moment."""

    model_name: str
    shadows: tuple[uuid.UUID, ...]
    decided: tuple[tuple[uuid.UUID, ScoreRequest], ...]


class Gallery:
    """Keeps the parsed shadows, whose files never change; may be shared between threads."""

    def __init__(self) -> None:
        """Empty: the first decision beside a shadow fills it."""
        self._lock = threading.Lock()
        self._kept: dict[uuid.UUID, Scorer] = {}

    def scorer(self, settings: Settings, release_id: uuid.UUID) -> Scorer:
        """The shadow ready to score. Raises whatever its files are refused with."""
        with self._lock:
            kept = self._kept.get(release_id)
        if kept is not None:
            return kept
        made = _parsed(settings, release_id)
        with self._lock:
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[release_id] = made
        return made


def score(settings: Settings, gallery: Gallery, work: Work) -> None:
    """Scores the decisions by each shadow and keeps the scores; raises nothing."""
    for release_id in work.shadows:
        try:
            made = _made(gallery.scorer(settings, release_id), release_id, work.decided)
            with unit_of_work(settings, NOBODY) as session:
                shadow_scores.record(session, made)
        except Exception as error:  # noqa: BLE001 - an edge: no shadow may disturb whoever asked for a score
            _failed(work, release_id, len(work.decided), error)
        else:
            _count(work.model_name, len(made), "given")


def _made(
    scorer: Scorer, release_id: uuid.UUID, decided: Sequence[tuple[uuid.UUID, ScoreRequest]]
) -> list[NewShadowScore]:
    return [_scored(scorer, release_id, decision_id, request) for decision_id, request in decided]


def _scored(scorer: Scorer, release_id: uuid.UUID, decision_id: uuid.UUID, request: ScoreRequest) -> NewShadowScore:
    """As the champion would have scored it; what the shadow's features cannot be computed from is `cannot_score`."""
    try:
        found = scoring.judged(scorer, scoring.features(request), with_reasons=False)
    except (FeatureError, ProhibitedInput):
        found = scoring.Judged(scored=None, missing=[], recommendation="cannot_score")
    return NewShadowScore(
        decision_id=decision_id,
        release_id=release_id,
        score=found.scored.score if found.scored else None,
        band=found.scored.band if found.scored else None,
        recommendation=found.recommendation,
    )


def _parsed(settings: Settings, release_id: uuid.UUID) -> Scorer:
    with unit_of_work(settings, NOBODY) as session:
        (release,) = ledger.releases(session, release_id=release_id)
        artifact = ledger.artifact(session, release_id)
    return Scorer.from_artefacts(artifact, json.dumps(release.feature_spec), json.dumps(release.details["training"]))


def _failed(work: Work, release_id: uuid.UUID, n: int, error: Exception) -> None:
    LOG.warning("the shadow %s of %s failed on %d decisions: %s", release_id, work.model_name, n, type(error).__name__)
    _count(work.model_name, n, "failed")


def _count(model_name: str, n: int, state: str) -> None:
    telemetry.count("shadow.scores", n, model=model_name, state=state)
