"""The routes into the inbox: `/v1/events/{source}` for signed webhooks and `/v1/interviews` for the plain shape."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, FastAPI, Path, Request
from fastapi.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from models.event_door import Answer, EventDoor
from models.inbox_schemas import AcceptedEvents, LinkedInChallenge, ProblemDocument
from models.interviews_api import interviews_router
from models.metrics_process import ROUTE
from warehouse.access import Principal
from warehouse.settings import Settings
from warehouse.sync.gates import Gates
from warehouse.sync.group_commit import Inbox

EVENTS = "/v1/events/"
_PROBLEMS = {
    400: "The body is not JSON; `errors` says where.",
    401: "The signature is missing or wrong, or too old.",
    403: "The sender's network address is not on the source's list.",
    404: "There is no such source.",
    405: "Only LinkedIn's challenge is a GET.",
    408: "The body did not arrive in time.",
    413: "The body is larger than the source's limit.",
    415: "The body is neither JSON nor a CloudEvent.",
    422: "It is JSON, but not an event; `errors` says where.",
    429: "Too many events; `Retry-After` says when to come again.",
    503: "PostgreSQL does not answer; nothing was kept for sure, so send it again with the same id.",
}
_RESPONSES: dict[int | str, dict[str, object]] = {
    status: {"description": text, "model": ProblemDocument, "content": {"application/problem+json": {}}}
    for status, text in _PROBLEMS.items()
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "application/cloudevents+json": {"schema": {"type": "object"}},
            "application/cloudevents-batch+json": {"schema": {"type": "array", "items": {"type": "object"}}},
        },
    }
}
SourceName = Annotated[str, Path(description="The source's name, as its file in HIREGATE_SOURCES gives it.")]


def include(app: FastAPI, settings: Settings, caller: Callable[..., Principal]) -> Inbox:
    """Adds the routes and answers the inbox, which the application closes when it stops.

    `caller` answers the principal behind a request's key.
    """
    inbox, gates = Inbox(settings), Gates(settings)
    door = EventDoor(gates, inbox)
    app.include_router(_events_router(door))
    app.include_router(interviews_router(settings, inbox, caller))
    app.add_middleware(ShortWay, door=door)
    return inbox


class ShortWay:
    """Takes events past the routing and middleware of all other routes, which cost several times the event itself."""

    def __init__(self, app: ASGIApp, door: EventDoor) -> None:
        """`app` answers everything else."""
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(EVENTS):
            await self._app(scope, receive, send)
            return
        scope[ROUTE] = EVENTS + "{source}"
        answer = await self._door.answer(scope, receive, path.removeprefix(EVENTS))
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})


def _events_router(door: EventDoor) -> APIRouter:
    """The same door as the short way's, where its OpenAPI description comes from."""
    router = APIRouter(tags=["events"])

    @router.post(
        EVENTS + "{source}",
        status_code=202,
        response_model=AcceptedEvents,
        responses=_RESPONSES,
        openapi_extra=_BODY,
        response_description="The events are durable; the same ids again answer the same and add nothing.",
    )
    async def receive_event(request: Request, source: SourceName) -> Response:
        """Take a signed webhook: a CloudEvent (structured, binary or a batch) or the source's own JSON."""
        return _response(await door.answer(request.scope, request.receive, source))

    @router.get(EVENTS + "{source}", response_model=LinkedInChallenge, responses=_RESPONSES)
    async def answer_challenge(request: Request, source: SourceName) -> Response:
        """Prove to LinkedIn that this endpoint knows the source's secret (`?challengeCode=<uuid>`)."""
        return _response(await door.answer(request.scope, request.receive, source))

    return router


def _response(answer: Answer) -> Response:
    headers = {name.decode(): value.decode("latin-1") for name, value in answer.headers}
    return Response(answer.body, status_code=answer.status, headers=headers)
