"""Scores as the API gives them: protected fields refused first, then the shape, then one transaction for the rest.

In that transaction the champion is read, an earlier answer for the same idempotency key is looked for, and the decision
is kept; it commits before the caller hears of it.
"""

import datetime as dt
import json
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from models import scoring, shadow_scoring
from models.features import FeatureError
from models.problems import Problem
from models.prohibited import ProhibitedInput, prohibition
from models.schemas import BatchRequest, ScoreAnswer, ScoreRequest
from models.serving import Shelf
from warehouse import audit_log, decisions, telemetry
from warehouse.access import NOBODY, Principal
from warehouse.lake.pseudonyms import key_of, pseudonym
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings
from warehouse.sync.outbox_causes import Cause, score_given

_DEEPEST = 20
Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Who asks, for which model, under which request id and idempotency key."""

    client: str
    request_id: str
    model_name: str | None
    idempotency_key: str | None


Shadowed = Callable[[shadow_scoring.Work], object]
"""What is done with decisions beside which shadows run, once they are committed."""


def score(settings: Settings, shelf: Shelf, ask: Ask, body: bytes, shadowed: Shadowed | None = None) -> ScoreAnswer:
    """The answer to one request. Raises Problem."""
    document = _document(settings, ask, body)
    return _scored(settings, shelf, ask, [_shaped(ScoreRequest, document)], document, shadowed)[0]


def score_batch(
    settings: Settings, shelf: Shelf, ask: Ask, body: bytes, shadowed: Shadowed | None = None
) -> list[ScoreAnswer]:
    """The answers to a batch, in its order. Raises Problem; then nothing is kept."""
    document = _document(settings, ask, body)
    return _scored(settings, shelf, ask, _shaped(BatchRequest, document).items, document, shadowed)


def decision(settings: Settings, principal: Principal, decision_id: uuid.UUID) -> ScoreAnswer:
    """A kept decision of the principal's own system. Raises Problem `not_found` for any other."""
    with unit_of_work(settings, principal) as session:
        kept = decisions.found(session, decision_id, principal.id)
    if kept is None:
        raise Problem("not_found")
    return ScoreAnswer.model_validate(kept.answer)


def where(errors: Sequence[Mapping[str, object]]) -> str:
    """The places that a validation refused, with the rule and without the value."""
    return "; ".join(f"{_place(error)}: {error.get('type')}" for error in errors[:5])


def _place(error: Mapping[str, object]) -> str:
    place = error.get("loc", ())
    parts = place if isinstance(place, tuple) else ()
    known = [str(part) for part in parts if isinstance(part, int) or part in _FIELDS]
    return ".".join(known) or "body"


_FIELDS = frozenset(
    {*ScoreRequest.model_fields, *BatchRequest.model_fields, "skill", "score", "decision_id", "model", "source", "id"}
)
"""Names that may be repeated in an error; a caller's own field name could itself be a personal value."""


def _document(settings: Settings, ask: Ask, body: bytes) -> Mapping[str, object]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Problem("invalid_request", "the body is not JSON") from error
    if not isinstance(document, Mapping):
        raise Problem("invalid_request", "the body is not a JSON object")
    _refuse_protected(settings, ask, document)
    return document


def _refuse_protected(settings: Settings, ask: Ask, document: Mapping[str, object]) -> None:
    reasons = sorted({reason.value for name in _names(document) if (reason := prohibition(name)) is not None})
    if not reasons:
        return
    with unit_of_work(settings, NOBODY) as session:
        audit_log.append(
            session,
            actor=ask.client,
            action="protected_field_refused",
            subject=ask.request_id,
            detail={"reasons": reasons},
        )
    raise Problem("protected_field", ", ".join(reasons))


def _names(value: object, depth: int = 0) -> list[str]:
    """Every field name and every skill name in a request."""
    if depth > _DEEPEST:
        raise Problem("invalid_request", "the body is nested too deeply")
    if isinstance(value, list):
        return [name for item in value for name in _names(item, depth + 1)]
    if not isinstance(value, Mapping):
        return []
    own = [str(name) for name in value]
    skill = value.get("skill")
    named = [skill] if isinstance(skill, str) else []
    return own + named + [name for item in value.values() for name in _names(item, depth + 1)]


def _shaped(shape: type[Shape], document: Mapping[str, object]) -> Shape:
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        raise Problem("invalid_request", where(error.errors())) from None


def _scored(
    settings: Settings,
    shelf: Shelf,
    ask: Ask,
    requests: Sequence[ScoreRequest],
    document: Mapping[str, object],
    shadowed: Shadowed | None,
) -> list[ScoreAnswer]:
    fingerprint = scoring.request_fingerprint(document)
    key = key_of(settings)
    with telemetry.span("score", rows=len(requests)), unit_of_work(settings, NOBODY) as session:
        earlier = [_earlier(session, ask, number, fingerprint) for number in range(len(requests))]
        if all(answer is not None for answer in earlier):
            return [answer for answer in earlier if answer is not None]
        live = shelf.live(session, ask.model_name)
        made = [
            _decided(live, request, _asked(ask, number, fingerprint, pseudonym(key, "candidate", request.candidate_id)))
            for number, request in enumerate(requests)
        ]
        given = [ScoreAnswer.model_validate(kept.answer) for kept in _kept(session, made)]
        for request, answer in zip(requests, given, strict=True):
            _send_back(session, settings, request, answer)
    name = live.model_version.rpartition("@")[0]
    for recommendation, n in Counter(answer.recommendation for answer in given).items():
        telemetry.count("scores.given", n, model=name, recommendation=recommendation)
    if shadowed is not None and live.shadows:
        shadowed(shadow_scoring.Work(model_name=name, shadows=live.shadows, decided=_new(made, given, requests)))
    return given


def _new(
    made: Sequence[decisions.NewDecision], given: Sequence[ScoreAnswer], requests: Sequence[ScoreRequest]
) -> tuple[tuple[uuid.UUID, ScoreRequest], ...]:
    """The decisions that were taken now; an answer that was given before was shadowed then."""
    return tuple(
        (decision.decision_id, request)
        for decision, answer, request in zip(made, given, requests, strict=True)
        if decision.decision_id == answer.decision_id
    )


def _send_back(session: Session, settings: Settings, request: ScoreRequest, answer: ScoreAnswer) -> None:
    """Queues the score for the system that the application is from, where a rule of the company's asks for it.

    A decision that was given before is not queued again: the message bears the decision's id.
    """
    if request.application is None or answer.score is None:
        return
    cause = Cause(
        when="score_given",
        key=f"decision:{answer.decision_id}",
        at=dt.datetime.now(dt.UTC),
        source=request.application.source,
        external_id=request.application.id,
        is_generated=answer.is_generated,
    )
    payload = {
        "score": answer.score,
        "band": answer.band,
        "recommendation": answer.recommendation,
        "model_version": answer.model_version,
        "decision_id": str(answer.decision_id),
        "decided_at": cause.at.isoformat(),
        "reasons": [reason.model_dump() for reason in answer.reasons],
    }
    score_given(session, settings, payload, cause)


def _decided(live: scoring.Live, request: ScoreRequest, asked: scoring.Asked) -> decisions.NewDecision:
    try:
        return scoring.decide(live, request, asked)[0]
    except (FeatureError, ProhibitedInput) as error:
        raise Problem("invalid_request", str(error)) from error


def _asked(ask: Ask, number: int, fingerprint: str, subject: str) -> scoring.Asked:
    return scoring.Asked(
        client=ask.client,
        request_id=ask.request_id,
        request_sha256=fingerprint,
        idempotency_key=_numbered(ask.idempotency_key, number),
        subject=subject,
    )


def _earlier(session: Session, ask: Ask, number: int, fingerprint: str) -> ScoreAnswer | None:
    key = _numbered(ask.idempotency_key, number)
    if key is None:
        return None
    try:
        kept = decisions.earlier(session, ask.client, key, fingerprint)
    except decisions.KeyUsedDifferently as error:
        raise Problem("idempotency_conflict") from error
    return ScoreAnswer.model_validate(kept.answer) if kept else None


def _kept(session: Session, made: Sequence[decisions.NewDecision]) -> list[decisions.KeptDecision]:
    try:
        return decisions.record(session, made)
    except decisions.KeyUsedDifferently as error:
        raise Problem("idempotency_conflict") from error


def _numbered(key: str | None, number: int) -> str | None:
    """The key of one item: a batch's items share the caller's key and differ by their place."""
    return None if key is None else f"{key}#{number}"
