"""The HTTP API (`/v1`): scores by the promoted release, the release itself, and whether all of it can be reached.

An answer leaves only after its decision is committed. Errors are problem documents with a stable code. No value of a
request is logged or repeated in an error.
"""

import logging
import uuid
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from starlette.exceptions import HTTPException

from models import assessment_api, decision_service, inbox_api, metrics_api, model_service, shadow_scoring
from models.auth import Doorkeeper
from models.problems import KINDS, Problem
from models.schemas import BatchRequest, ModelAnswer, Readiness, ScoreAnswer, ScoreRequest
from models.serving import Shelf
from warehouse.access import Permission, Principal
from warehouse.settings import Settings, load

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LARGEST_BODY_BYTES = 4_000_000
LOG = logging.getLogger("hiregate.api")

ModelName = Annotated[str | None, Query(max_length=200, description="Needed only where several models are promoted.")]
IdempotencyKey = Annotated[
    str | None, Header(min_length=1, max_length=200, description="The same key again answers the same.")
]


def create(settings: Settings | None = None) -> FastAPI:
    """The application for these settings (default: the environment's)."""
    of = settings or load()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> "AsyncIterator[None]":
        LOG.info("the API is ready")
        yield
        await inbox.close()

    app = FastAPI(
        title="Hiregate",
        version="1",
        description="Scores by the promoted release only. Nothing is rejected by the machine alone.",
        lifespan=lifespan,
    )
    app.state.settings, app.state.shelf, app.state.doorkeeper = of, Shelf(), Doorkeeper(of)
    app.state.gallery = shadow_scoring.Gallery()
    _add_routes(app)
    _add_errors(app)
    app.middleware("http")(_carry_request_id)
    inbox = inbox_api.include(app, of, caller)
    assessment_api.include(app)
    metrics_api.include(app)
    return app


def caller(request: Request, authorization: Annotated[str | None, Header()] = None) -> Principal:
    """The principal behind the request's key."""
    door: Doorkeeper = request.app.state.doorkeeper
    return door.admit(authorization)


def scoring_caller(principal: Annotated[Principal, Depends(caller)]) -> Principal:
    """The same, where it may ask for scores. Raises Problem `not_allowed`."""
    if not principal.may(Permission.SCORE):
        raise Problem("not_allowed")
    return principal


Caller = Annotated[Principal, Depends(scoring_caller)]


async def body_of(request: Request) -> bytes:
    """The raw body, for the checks that come before its shape is looked at. Raises Problem `too_large`."""
    parts, size = [], 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > LARGEST_BODY_BYTES:
            raise Problem("too_large", f"at most {LARGEST_BODY_BYTES} bytes")
    return b"".join(parts)


Body = Annotated[bytes, Depends(body_of)]


def _add_routes(app: FastAPI) -> None:
    score_body = {"requestBody": {"required": True, "content": _json_schema(ScoreRequest)}}
    batch_body = {"requestBody": {"required": True, "content": _json_schema(BatchRequest)}}

    @app.post("/v1/score", openapi_extra=score_body, tags=["scores"])
    def score(
        request: Request,
        principal: Caller,
        body: Body,
        after: BackgroundTasks,
        model: ModelName = None,
        idempotency_key: IdempotencyKey = None,
    ) -> ScoreAnswer:
        """Score one AI interview; the decision is kept before the answer leaves."""
        ask = _ask(request, principal, model, idempotency_key)
        return decision_service.score(app.state.settings, app.state.shelf, ask, body, _shadowed(app, after))

    @app.post("/v1/score/batch", openapi_extra=batch_body, tags=["scores"])
    def score_batch(
        request: Request,
        principal: Caller,
        body: Body,
        after: BackgroundTasks,
        model: ModelName = None,
        idempotency_key: IdempotencyKey = None,
    ) -> list[ScoreAnswer]:
        """Score up to 1,000 AI interviews in one transaction: all are kept, or none."""
        ask = _ask(request, principal, model, idempotency_key)
        return decision_service.score_batch(app.state.settings, app.state.shelf, ask, body, _shadowed(app, after))

    @app.get("/v1/decisions/{decision_id}", tags=["scores"])
    def decision(decision_id: uuid.UUID, principal: Caller) -> ScoreAnswer:
        """A decision that this key's system was given."""
        return decision_service.decision(app.state.settings, principal, decision_id)

    @app.get("/v1/model", tags=["model"])
    def model(response: Response, _: Caller, model: ModelName = None) -> ModelAnswer:
        """What is live, since when and until when, on whose approval."""
        answer = model_service.describe(app.state.settings, app.state.shelf, model)
        response.headers["ETag"] = f'"{answer.sha256}"'
        return answer

    @app.get("/v1/model/artifact", response_class=Response, tags=["model"])
    def artifact(_: Caller, model: ModelName = None, if_none_match: Annotated[str | None, Header()] = None) -> Response:
        """The promoted model itself: XGBoost's own UBJSON file, exactly the bytes that were approved."""
        return model_service.artifact(app.state.settings, app.state.shelf, model, if_none_match)

    @app.get("/health", tags=["health"])
    def health() -> dict[str, str]:
        """The process lives."""
        return {"status": "ok"}

    @app.get("/ready", tags=["health"])
    def ready(response: Response) -> Readiness:
        """Whether scores can be given now, with causes; 503 where not."""
        answer = model_service.readiness(app.state.settings, app.state.shelf)
        response.status_code = 200 if answer.is_ready else 503
        return answer


def _shadowed(app: FastAPI, after: BackgroundTasks) -> decision_service.Shadowed:
    """Shadows score when the answer has left."""
    return lambda work: after.add_task(shadow_scoring.score, app.state.settings, app.state.gallery, work)


def _ask(request: Request, principal: Principal, model: str | None, key: str | None) -> decision_service.Ask:
    return decision_service.Ask(
        client=principal.id, request_id=request.state.request_id, model_name=model, idempotency_key=key
    )


def _json_schema(shape: type[ScoreRequest] | type[BatchRequest]) -> dict[str, object]:
    return {"application/json": {"schema": shape.model_json_schema(ref_template="#/components/schemas/{model}")}}


async def _carry_request_id(request: Request, forward: Callable[[Request], Awaitable[Response]]) -> Response:
    given = request.headers.get("X-Request-Id", "")
    request.state.request_id = (
        given if given.isascii() and given.isprintable() and 0 < len(given) <= 100 else uuid.uuid4().hex
    )
    response = await forward(request)
    response.headers["X-Request-Id"] = request.state.request_id
    response.headers["Cache-Control"] = "no-store"
    return response


def _add_errors(app: FastAPI) -> None:
    def answer(request: Request, problem: Problem) -> JSONResponse:
        return JSONResponse(
            problem.as_json(getattr(request.state, "request_id", "")),
            status_code=KINDS[problem.code].status,
            headers=dict(problem.headers),
            media_type="application/problem+json",
        )

    @app.exception_handler(Problem)
    def refused(request: Request, problem: Problem) -> JSONResponse:
        return answer(request, problem)

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        return answer(request, Problem("invalid_request", decision_service.where(error.errors())))

    @app.exception_handler(HTTPException)
    def unknown(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return answer(request, Problem("not_found"))
        if error.status_code == 405:
            return answer(request, Problem("method_not_allowed", headers=error.headers))
        return JSONResponse({"status": error.status_code}, status_code=error.status_code, headers=error.headers)

    @app.exception_handler(DBAPIError)
    def unreachable(request: Request, error: DBAPIError) -> JSONResponse:
        if isinstance(error, DataError):
            return answer(request, Problem("invalid_request", "a value cannot be stored"))
        if not isinstance(error, OperationalError):
            raise error
        LOG.error("the records cannot be reached: %s", type(error.orig).__name__)
        return answer(request, Problem("unavailable", headers={"Retry-After": "1"}))
