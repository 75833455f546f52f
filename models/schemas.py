"""The shapes of the HTTP API's requests and answers."""

import datetime as dt
import uuid
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

Identifier = Annotated[str, Field(min_length=1, max_length=200)]


def _no_truth_value(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("a truth value is no number")  # noqa: TRY004 - pydantic reads a ValueError as a refusal
    return value


Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False), BeforeValidator(_no_truth_value)]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Skill(_Closed):
    """One skill of an AI interview on the 0-100 scale."""

    skill: Identifier
    score: Percent


def _once_each(skills: list[Skill]) -> list[Skill]:
    if len({one.skill for one in skills}) < len(skills):
        raise ValueError("a skill has two scores")
    return skills


class ApplicationId(_Closed):
    """An application as its own system names it."""

    source: Identifier = Field(description="The source's name here, as its rows carry it.")
    id: Identifier


class ScoreRequest(_Closed):
    """One AI interview to be scored. `candidate_id` is your own id of the person; it is kept as a pseudonym only."""

    candidate_id: Identifier
    interview_time: dt.datetime
    assessment_score: Percent | None = None
    skills: Annotated[list[Skill], Field(max_length=200), AfterValidator(_once_each)] = Field(default_factory=list)
    duration_minutes: (
        Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False), BeforeValidator(_no_truth_value)] | None
    ) = None
    job_family: Identifier | None = None
    job_level: Identifier | None = None
    channel: Identifier | None = None
    vendor: Identifier | None = Field(default=None, description="The vendor of the AI interview.")
    video_url: Annotated[str, Field(max_length=2000)] | None = Field(
        default=None, description="Accepted and never fetched, kept or logged."
    )
    application: ApplicationId | None = Field(
        default=None, description="Where the score goes back to, if the company's rules send scores back."
    )


class Reason(BaseModel):
    """One reason behind a score; `contribution` is in log-odds, positive where it raised the score."""

    code: str
    en: str
    zh: str
    contribution: float


class ScoreAnswer(BaseModel):
    """A score with what stands behind it. Nothing is rejected by the machine alone."""

    decision_id: uuid.UUID
    request_id: str
    score: float | None
    band: str | None
    cut_score: float
    recommendation: Literal["advance", "hold", "human_review", "cannot_score"]
    reasons: list[Reason]
    missing: list[str] = Field(description="Features of the model that the request did not hold.")
    model_version: str
    policy_version: str
    mode: Literal["live", "review_only"]
    is_generated: bool = Field(description="True where the model was trained on a generated company.")


class BatchRequest(_Closed):
    """Up to 1,000 interviews, scored one by one."""

    items: Annotated[list[ScoreRequest], Field(min_length=1, max_length=1000)]


class ModelAnswer(BaseModel):
    """The promoted model: what is live, since when and until when, and what it takes."""

    model_name: str
    version: int
    model_version: str
    sha256: str
    since: dt.datetime
    lease_until: dt.datetime
    lease_state: Literal["valid", "ends_soon", "review_only", "expired"]
    lease_ends_in_days: int = Field(description="Begun days counted whole; 0 and less after the end.")
    cut_score: float
    target: str
    snapshot: dict[str, object]
    feature_spec: dict[str, object]
    policy_version: str
    approved_by: list[str]
    waivers: list[dict[str, object]]
    card: dict[str, object] = Field(description="The model card; figures of small groups are withheld.")
    is_generated: bool


class Cause(BaseModel):
    """One thing that readiness needs, and whether it is there."""

    name: str
    is_ready: bool
    detail: str


class Readiness(BaseModel):
    """Whether scores can be given now, with causes."""

    is_ready: bool
    causes: list[Cause]
