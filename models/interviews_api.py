"""`/v1/interviews`: results in the plain shape from a system with a key, and a candidate's results for whoever may see.

Of a list each item is answered by itself: what is right is taken, in one transaction, whatever stands beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from fastapi.responses import JSONResponse

from models.event_door import MOST_FAULTS, body_within, problem_of
from models.inbox_schemas import (
    AcceptedEvents,
    CandidateInterviews,
    InterviewAnswer,
    InterviewResult,
    ListAnswer,
    ProblemDocument,
    SkillScore,
)
from models.interview_intake import Items, Sender, Senders, items
from models.problems import Problem
from warehouse.access import Permission, Principal
from warehouse.interview_results import interview_results
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings
from warehouse.sync.envelopes import MOST_EVENTS, EnvelopeError
from warehouse.sync.group_commit import Inbox, InboxError
from warehouse.sync.inbox import Accepted
from warehouse.sync.signatures import Delivery

LARGEST_BODY_BYTES = 4_000_000
READERS = (Permission.READ_PEOPLE, Permission.READ_OWN_RECORD)

CandidateId = Annotated[
    str, Path(min_length=1, max_length=200, description="The candidate's key here, or the id at its source.")
]
IdempotencyKey = Annotated[
    str | None, Header(max_length=200, description="The same key again answers the same and adds nothing.")
]


def interviews_router(settings: Settings, inbox: Inbox, caller: Callable[..., Principal]) -> APIRouter:
    """The routes; `caller` answers the principal behind a request's key."""
    router = APIRouter(tags=["interviews"])
    senders = Senders(settings)

    def sender_of(principal: Annotated[Principal, Depends(caller)]) -> Sender:
        if not principal.may(Permission.SEND_INTERVIEWS):
            raise Problem("not_allowed")
        return senders.sender(principal)

    @router.post(
        "/v1/interviews",
        status_code=202,
        response_model=AcceptedEvents | ListAnswer,
        responses=_problems(400, 401, 403, 408, 413, 415, 422, 503),
        openapi_extra=_body(),
    )
    async def send_interviews(
        request: Request, sender: Annotated[Sender, Depends(sender_of)], idempotency_key: IdempotencyKey = None
    ) -> Response:
        """Send the result of one AI interview, or a list of up to 1,000: 202 once they are durable."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await body_within(LARGEST_BODY_BYTES, headers, request.receive)
        try:
            given = items(sender, Delivery(headers=headers, body=body), idempotency_key)
            accepted = await inbox.put_together(given.arrivals) if given.arrivals else []
        except (EnvelopeError, InboxError) as error:
            raise problem_of(error) from error
        return JSONResponse(_answer(given, accepted), status_code=202)

    @router.get("/v1/interviews/{candidate_id}", responses=_problems(401, 403, 404, 422, 503))
    def interviews(candidate_id: CandidateId, principal: Annotated[Principal, Depends(caller)]) -> CandidateInterviews:
        """A candidate's own results; a manager's department's; for HR everyone's."""
        if not any(principal.may(permission) for permission in READERS):
            raise Problem("not_allowed")
        with unit_of_work(settings, principal) as session:
            found = interview_results(session, candidate_id)
        if found is None:
            raise Problem("not_found")
        answers = [
            InterviewAnswer(
                **{**asdict(one), "skills": [SkillScore(skill=skill, score=score) for skill, score in one.skills]}
            )
            for one in found
        ]
        return CandidateInterviews(candidate_id=candidate_id, interviews=answers)

    return router


def _answer(given: Items, accepted: Sequence[Accepted]) -> dict[str, object]:
    """What a request is answered with. Raises Problem where nothing of it was right."""
    if not accepted:
        raise Problem("invalid_request", errors=_all_faults(given)[:MOST_FAULTS])
    ids = iter(accepted)
    answers: list[dict[str, object]] = [
        {"errors": [asdict(fault) for fault in item]} if isinstance(item, tuple) else {"id": next(ids).inbox_id}
        for item in given.items
    ]
    if not given.is_list:
        return answers[0]
    return {"accepted": len(accepted), "refused": len(answers) - len(accepted), "items": answers}


def _all_faults(given: Items) -> list[dict[str, object]]:
    """Every fault; in a list its path begins with the item's place."""
    return [
        {"path": f"[{number}].{fault.path}".rstrip(".") if given.is_list else fault.path, "code": fault.code}
        for number, item in enumerate(given.items)
        if isinstance(item, tuple)
        for fault in item
    ]


def _problems(*statuses: int) -> dict[int | str, dict[str, object]]:
    return {status: {"model": ProblemDocument} for status in statuses}


def _body() -> dict[str, object]:
    """One result, or a list of them."""
    one = InterviewResult.model_json_schema(ref_template="#/components/schemas/{model}")
    one.pop("$defs", None)
    shape = {"anyOf": [one, {"type": "array", "items": one, "minItems": 1, "maxItems": MOST_EVENTS}]}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": shape}}}}
