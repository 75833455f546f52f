"""The shapes of the inbox routes: results in, acknowledgements and results out."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, StringConstraints

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
Finite = Annotated[float, Field(allow_inf_nan=False)]
HttpsUrl = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https://[^\s\x00]+$")]
WallClock = Annotated[
    str,
    StringConstraints(min_length=10, max_length=40, pattern=r"^\d{4}-\d{2}-\d{2}"),
    Field(description="ISO 8601, or `YYYY-MM-DD HH:MM:SS` in the source's own zone.", examples=["2026-05-01 09:00:00"]),
]


class SkillResult(BaseModel):
    """One skill; `scale_max` is 100 where it is not given."""

    model_config = ConfigDict(extra="allow")
    name: Annotated[Identifier, Field(validation_alias=AliasChoices("name", "skill"))]
    score: Finite | None = None
    scale_max: Finite | None = Field(default=None, gt=0)


class InterviewResult(BaseModel):
    """One AI interview's result in the plain shape. Fields that are not listed are kept in the raw record."""

    model_config = ConfigDict(extra="allow")
    candidate_id: Identifier
    interview_time: WallClock
    assessment_score: Finite | None = Field(default=None, ge=0, le=100)
    skills: Annotated[list[Identifier | SkillResult], Field(max_length=200)] = Field(default_factory=list)
    video_url: HttpsUrl | None = Field(default=None, description="Kept as a reference, https only; never fetched.")
    event_id: Identifier | None = Field(default=None, description="Your own id: the same again adds nothing.")
    event_type: Identifier | None = None
    application_id: Identifier | None = None
    job_id: Identifier | None = None
    attempt: Annotated[int, Field(ge=1, le=1000)] | None = None
    model_name: Identifier | None = None
    model_version: Identifier | None = None
    occurred_at: WallClock | None = None
    schema_version: Identifier | None = None


class Fault(BaseModel):
    """One thing that is wrong: where, and a stable code; never a value."""

    path: str
    code: str


class ProblemDocument(BaseModel):
    """A refusal (RFC 9457) with a stable code."""

    type: str
    code: str
    status: int
    title: str
    title_zh: str
    detail: str
    request_id: str
    errors: list[Fault] = Field(default_factory=list)


class AcceptedEvents(BaseModel):
    """What was taken: the row's id, and of a batch every row's."""

    id: int
    ids: list[int] | None = None


class LinkedInChallenge(BaseModel):
    """The proof that LinkedIn asks for."""

    challengeCode: str  # noqa: N815 - LinkedIn's spelling
    challengeResponse: str  # noqa: N815


class ItemAnswer(BaseModel):
    """One result of a list: its row's id, or what is wrong with it."""

    id: int | None = None
    errors: list[Fault] = Field(default_factory=list)


class ListAnswer(BaseModel):
    """The answers in the order of the list; what is right was taken, whatever stands beside it."""

    accepted: int
    refused: int
    items: list[ItemAnswer]


class SkillScore(BaseModel):
    """One skill of a result."""

    skill: str
    score: float | None


class InterviewAnswer(BaseModel):
    """One AI interview as it stands now, on the 0-100 scale, with the raw score and its scale beside it."""

    interview_id: uuid.UUID
    application_id: uuid.UUID
    interviewed_at: dt.datetime
    vendor: str
    vendor_model_version: str | None
    revision: int
    score: float | None
    raw_score: float | None
    scale_min: float
    scale_max: float
    skills: list[SkillScore]


class CandidateInterviews(BaseModel):
    """A candidate's AI interviews, the newest first."""

    candidate_id: str
    interviews: list[InterviewAnswer]
