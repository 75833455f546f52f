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
    """The release that decides, ready to score. `mode` is `live`, or `review_only` after the lease."""

    release_id: uuid.UUID
    model_version: str
    policy_version: str
    mode: str
    is_generated: bool
    scorer: Scorer


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
    missing = [name for name, source in _named_sources(live) if _absent(inputs.get(source))]
    scored = _scored(live, inputs)
    recommendation = _recommendation(live, scored, missing)
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
    used = {source: inputs.get(source) for _, source in _named_sources(live)}
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


def _named_sources(live: Live) -> list[tuple[str, str]]:
    return [(feature.name, feature.source) for feature in live.scorer.spec.features]


def _scored(live: Live, inputs: Mapping[str, object]) -> Scored | None:
    if all(_absent(inputs.get(source)) for _, source in _named_sources(live)):
        return None
    try:
        matrix = live.scorer.spec.row(inputs)
    except ValueMissing:
        return None
    score = float(live.scorer.score(matrix)[0])
    contributions = np.asarray(live.scorer.contributions(matrix)[0])
    return Scored(
        score=score,
        band=live.scorer.band(score),
        is_above_cut=score >= live.scorer.cut_score,
        reasons=live.scorer.reasons.top(contributions, REASONS_SHOWN),
    )


def _recommendation(live: Live, scored: Scored | None, missing: list[str]) -> str:
    if scored is None:
        return "cannot_score"
    if missing or live.mode == "review_only":
        return "human_review"
    return "advance" if scored.is_above_cut else "hold"


def _absent(value: object) -> bool:
    return value is None
