"""From one request and the live release to the decision that is kept and the answer that is given.

Nothing is rejected by the machine alone: a score at or above the cut score advises `advance`, below it `hold`. A model
whose lease ran out, or a request that lacks features, goes to a person. What cannot be computed is `cannot_score`.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.features import ValueMissing, sources_of
from models.schemas import Reason, ScoreAnswer, ScoreRequest
from models.scorer import Scored, Scorer
from warehouse.decisions import NewDecision

REASONS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Live:
    """The release that decides, ready to score. `mode` is `live`, or `review_only` after the lease.

    `shadows` are the releases that score the same decisions unseen.
    """

    release_id: uuid.UUID
    model_version: str
    policy_version: str
    mode: str
    is_generated: bool
    scorer: Scorer
    shadows: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A model's view of one interview: the score (None where it cannot be computed), what lacked, what follows."""

    scored: Scored | None
    missing: list[str]
    recommendation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks, under which ids, and for which pseudonym."""

    client: str
    request_id: str
    request_sha256: str
    idempotency_key: str | None
    subject: str


def request_fingerprint(body: Mapping[str, object]) -> str:
    """The sha256 of a request's canonical JSON: the same content has the same fingerprint."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def decide(live: Live, request: ScoreRequest, asked: Asked) -> tuple[NewDecision, ScoreAnswer]:
    """Scores one request; the decision to keep and the answer to give."""
    inputs = features(request)
    found = judged(live.scorer, inputs, is_review_only=live.mode == "review_only")
    scored, missing, recommendation = found.scored, found.missing, found.recommendation
    decision_id = uuid.uuid4()
    answer = ScoreAnswer(
        decision_id=decision_id,
        request_id=asked.request_id,
        score=scored.score if scored else None,
        band=scored.band if scored else None,
        cut_score=live.scorer.cut_score,
        recommendation=recommendation,  # type: ignore[arg-type]  # one of the four words below
        reasons=[Reason.model_validate(reason.as_json()) for reason in scored.reasons] if scored else [],
        missing=missing,
        model_version=live.model_version,
        policy_version=live.policy_version,
        mode="review_only" if live.mode == "review_only" else "live",
        is_generated=live.is_generated,
    )
    used = {source: inputs.get(source) for _, source in _named_sources(live.scorer)}
    decision = NewDecision(
        decision_id=decision_id,
        client=asked.client,
        idempotency_key=asked.idempotency_key,
        request_sha256=asked.request_sha256,
        subject=asked.subject,
        release_id=live.release_id,
        policy_version=live.policy_version,
        score=answer.score,
        band=answer.band,
        cut_score=answer.cut_score,
        recommendation=recommendation,
        inputs=used,
        answer=answer.model_dump(mode="json"),
    )
    return decision, answer


def features(request: ScoreRequest) -> dict[str, object]:
    """The request as feature sources. Raises ProhibitedInput for a skill that no model may see."""
    return sources_of(
        {
            "assessment_score": request.assessment_score,
            "ai_duration_minutes": request.duration_minutes,
            "ai_vendor": request.vendor,
            "job_family": request.job_family,
            "job_level": request.job_level,
            "channel": request.channel,
            "skills": {skill.skill: skill.score for skill in request.skills},
        }
    )


def judged(
    scorer: Scorer, inputs: Mapping[str, object], *, is_review_only: bool = False, with_reasons: bool = True
) -> Judged:
    """The model's score of the features, and the recommendation that follows from it. Raises FeatureError."""
    missing = [name for name, source in _named_sources(scorer) if _absent(inputs.get(source))]
    scored = _scored(scorer, inputs, with_reasons=with_reasons)
    return Judged(scored=scored, missing=missing, recommendation=_recommendation(scored, missing, is_review_only))


def _named_sources(scorer: Scorer) -> list[tuple[str, str]]:
    return [(feature.name, feature.source) for feature in scorer.spec.features]


def _scored(scorer: Scorer, inputs: Mapping[str, object], *, with_reasons: bool) -> Scored | None:
    if all(_absent(inputs.get(source)) for _, source in _named_sources(scorer)):
        return None
    try:
        matrix = scorer.spec.row(inputs)
    except ValueMissing:
        return None
    score = float(scorer.score(matrix)[0])
    contributions = np.asarray(scorer.contributions(matrix)[0]) if with_reasons else None
    return Scored(
        score=score,
        band=scorer.band(score),
        is_above_cut=score >= scorer.cut_score,
        reasons=() if contributions is None else scorer.reasons.top(contributions, REASONS_SHOWN),
    )


def _recommendation(scored: Scored | None, missing: list[str], is_review_only: bool) -> str:
    if scored is None:
        return "cannot_score"
    if missing or is_review_only:
        return "human_review"
    return "advance" if scored.is_above_cut else "hold"


def _absent(value: object) -> bool:
    return value is None
