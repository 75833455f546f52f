"""`/v1/assessments`: Hiregate as the assessment vendor of an applicant tracking system, in Greenhouse's partner shape.

The system lists what can be ordered, orders it for an application, is told when there is a score and fetches it. The
key goes as the user of Basic authorization with a blank password; the source is the one named like the key's system.
What an order says of the candidate is read past: name, mail and résumé are not kept.
"""

import base64
import binascii
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, cast
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from models.inbox_schemas import ProblemDocument
from models.problems import Problem
from warehouse.access import Permission, Principal
from warehouse.settings import Settings
from warehouse.sync import assessments, sources
from warehouse.sync.assessments import Order, TooManyOrders
from warehouse.sync.connectors.greenhouse_push import HOSTS
from warehouse.sync.sources import Source

LOG = logging.getLogger("hiregate.api")
CONNECTOR = "greenhouse"
COMPLETE, PENDING = "complete", "pending"
DEFAULT_TEST = {"id": "hiregate_score", "name": "Hiregate AI interview score"}

_APPLICATION = re.compile(r"[A-Za-z0-9_-]{1,80}")
_WORD = re.compile(r"[a-z_]{1,40}")
_PROBLEMS: dict[int | str, dict[str, object]] = {
    status: {"model": ProblemDocument} for status in (401, 403, 404, 413, 422, 503)
}


class AvailableTest(BaseModel):
    """Something that can be ordered."""

    partner_test_id: str
    partner_test_name: str


class OrderRequest(BaseModel):
    """An order for one application; the rest of what is sent is read past."""

    model_config = ConfigDict(extra="ignore", strict=True)
    partner_test_id: str = Field(min_length=1, max_length=100)
    url: str = Field(min_length=1, max_length=1000, description="Told by PATCH when there is a score.")
    candidate: "OrderedCandidate"


class OrderedCandidate(BaseModel):
    """Only the address of the application at the ordering system is read."""

    model_config = ConfigDict(extra="ignore", strict=True)
    greenhouse_profile_url: str = Field(min_length=1, max_length=1000)


class OrderAnswer(BaseModel):
    """The id of the order."""

    partner_interview_id: str


class StatusAnswer(BaseModel):
    """Whether there is a score. `partner_score` is ours, 0 to 100, for whoever decides; it decides nothing."""

    partner_status: str
    partner_profile_url: str | None = None
    partner_score: float | None = None
    metadata: dict[str, str | float | int | bool | None] = Field(default_factory=dict)


class ErrorReport(BaseModel):
    """What the ordering system could not use of our answer."""

    model_config = ConfigDict(extra="ignore")
    api_call: str = ""
    errors: list[object] = Field(default_factory=list)


OrderRequest.model_rebuild()


def include(app: FastAPI) -> None:
    """Adds the routes to the application."""
    app.include_router(_router(app.state.settings))


def orderer(request: Request, authorization: Annotated[str | None, Header()] = None) -> Principal:
    """The system behind the key. Raises Problem `missing_key`, `unknown_key` or `not_allowed`."""
    principal: Principal = request.app.state.doorkeeper.admit(f"Bearer {_key(authorization)}")
    if not principal.may(Permission.SEND_INTERVIEWS):
        raise Problem("not_allowed")
    return principal


Orderer = Annotated[Principal, Depends(orderer)]
InterviewId = Annotated[str, Query(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]


def _router(settings: Settings) -> APIRouter:
    router = APIRouter(prefix="/v1/assessments", tags=["assessments"], responses=_PROBLEMS)

    @router.get("/list_tests")
    def list_tests(principal: Orderer) -> list[AvailableTest]:
        """What can be ordered."""
        return [
            AvailableTest(partner_test_id=one["id"], partner_test_name=one["name"])
            for one in _tests(_source(settings, principal))
        ]

    @router.post("/send_test")
    def send_test(given: OrderRequest, principal: Orderer) -> OrderAnswer:
        """Order a score for an application; the same order again answers the same id."""
        source = _source(settings, principal)
        order = _order(source, given)
        try:
            return OrderAnswer(partner_interview_id=assessments.place(settings, principal, source.name, order))
        except TooManyOrders as error:
            raise Problem("invalid_request", "this application was ordered too often") from error

    @router.get("/test_status")
    def test_status(partner_interview_id: InterviewId, principal: Orderer) -> StatusAnswer:
        """The score of an order, once there is one."""
        source = _source(settings, principal)
        order = assessments.order(settings, principal, source.name, partner_interview_id)
        if order is None:
            raise Problem("not_found")
        score = assessments.score(settings, principal, source.name, order.application)
        return StatusAnswer(partner_status=PENDING) if score is None else _complete(source, order, score)

    @router.post("/response_error", status_code=200)
    def response_error(given: ErrorReport, principal: Orderer) -> dict[str, bool]:
        """Tell us what could not be used of an answer of ours."""
        call = given.api_call if _WORD.fullmatch(given.api_call) else "unknown"
        LOG.warning("%s could not use our answer to %s: %d errors", principal.id, call, len(given.errors))
        return {"received": True}

    return router


def _key(authorization: str | None) -> str:
    """The user of a Basic header, or the token of a Bearer one."""
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return value if scheme.lower() == "bearer" else ""
    try:
        return base64.b64decode(value, validate=True).decode("ascii").partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _source(settings: Settings, principal: Principal) -> Source:
    """The Greenhouse source that is named like the key's system. Raises Problem `not_found` or `source_closed`."""
    try:
        found = sources.source(settings, principal.id.removeprefix("system:"))
    except sources.UnknownSource as error:
        raise Problem("not_found") from error
    except sources.SourceInvalid as error:
        LOG.warning("the source of %s takes no orders: %s", principal.id, error)
        raise Problem("source_closed", headers={"Retry-After": "60"}) from error
    if found.connector != CONNECTOR:
        raise Problem("not_found")
    return found


def _tests(source: Source) -> Sequence[Mapping[str, str]]:
    return cast("Sequence[Mapping[str, str]]", source.push.get("tests", [DEFAULT_TEST]))


def _order(source: Source, given: OrderRequest) -> Order:
    """The order, checked. Raises Problem `invalid_request`, naming the field and no value."""
    profile, done = _address(given.candidate.greenhouse_profile_url), _address(given.url)
    if given.partner_test_id not in {one["id"] for one in _tests(source)}:
        raise Problem("invalid_request", "partner_test_id: there is no such test")
    hosts = cast("Sequence[str]", source.push.get("hosts", HOSTS))
    if done is None or done[0] not in hosts:
        raise Problem("invalid_request", "url: its host is not on the source's list")
    application = profile[1].get("application_id", [""])[0] if profile else ""
    if not _APPLICATION.fullmatch(application):
        raise Problem("invalid_request", "candidate.greenhouse_profile_url: it names no application_id")
    return Order(
        test=given.partner_test_id,
        application=application,
        done_url=given.url,
        profile_url=given.candidate.greenhouse_profile_url,
    )


def _address(text: str) -> tuple[str, Mapping[str, list[str]]] | None:
    """Host and query of an address; None where it is none."""
    try:
        parts = urlsplit(text)
        return (parts.hostname or "", parse_qs(parts.query)) if parts.scheme in {"https", "http"} else None
    except ValueError:
        return None


def _complete(source: Source, order: Order, score: Mapping[str, object]) -> StatusAnswer:
    value = score.get("score")
    template = cast("str | None", source.push.get("profile_url"))
    shown = {name: score.get(name) for name in ("band", "recommendation", "model_version", "decided_at")}
    return StatusAnswer(
        partner_status=COMPLETE,
        partner_profile_url=template.replace("{application_id}", order.application) if template else order.profile_url,
        partner_score=round(100 * float(value), 1) if isinstance(value, int | float) else None,
        metadata={name: one for name, one in shown.items() if isinstance(one, str | int | float)},
    )
