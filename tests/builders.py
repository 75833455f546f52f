"""Builders of records: each inserts one row as the intake role, fills what the test does not care about, and answers
the row's key. Nothing here reads the lake.
"""

import datetime as dt
import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy.orm import Session

from warehouse import postgres
from warehouse.access import NOBODY
from warehouse.settings import Settings
from warehouse.tables import hiring, vault
from warehouse.tables.columns import Base

T = TypeVar("T")

APPLIED_AT = dt.datetime(2025, 1, 1, 9, tzinfo=dt.UTC)

_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """Inserts through one session; `days` after `applied_at` place an event in time."""

    session: Session
    source: str = "built"
    started: dt.datetime = field(default=APPLIED_AT)

    def day(self, days: float) -> dt.datetime:
        """The moment that many days after the default application."""
        return self.started + dt.timedelta(days=days)

    def department(self, name: str = "Sales", **given: object) -> uuid.UUID:
        """A department."""
        return self._add(hiring.Department, "department_id", name=name, **given)

    def requisition(self, department_id: uuid.UUID, job_family: str = "sales", **given: object) -> uuid.UUID:
        """An approved opening of the department."""
        return self._add(
            hiring.Requisition, "requisition_id", department_id=department_id, job_family=job_family, **given
        )

    def candidate(self, **given: object) -> uuid.UUID:
        """A person; without a name unless the test gives one."""
        return self._add(hiring.Candidate, "candidate_id", **given)

    def application(
        self, requisition_id: uuid.UUID, candidate_id: uuid.UUID | None = None, **given: object
    ) -> uuid.UUID:
        """An application for the requisition, of a new candidate unless one is given."""
        requisition = self.session.get_one(hiring.Requisition, requisition_id)
        values = {"applied_at": self.started, "channel": "site", **given}
        return self._add(
            hiring.Application,
            "application_id",
            requisition_id=requisition_id,
            department_id=requisition.department_id,
            candidate_id=candidate_id or self.candidate(),
            **values,
        )

    def stage_event(
        self, application_id: uuid.UUID, stage: str, outcome: str = "pending", **given: object
    ) -> uuid.UUID:
        """The application entered the stage."""
        values = {"entered_at": self.day(1), **given}
        return self._add(
            hiring.StageEvent, "stage_event_id", application_id=application_id, stage=stage, outcome=outcome, **values
        )

    def ai_interview(
        self,
        application_id: uuid.UUID,
        score: float | None = 70.0,
        *,
        skills: dict[str, float] | None = None,
        **given: object,
    ) -> uuid.UUID:
        """A current first revision of an AI interview with its skill scores."""
        values = {"interview_id": uuid.uuid4(), "revision": 1, "vendor": "acme", "interviewed_at": self.day(3), **given}
        key = self._add(hiring.AiInterview, "ai_interview_id", application_id=application_id, score=score, **values)
        for skill, value in (skills or {}).items():
            self.session.add(hiring.SkillScore(ai_interview_id=key, skill=skill, score=value))
        self.session.flush()
        return key

    def re_interview(self, application_id: uuid.UUID, rating: float | None = 4.0, **given: object) -> uuid.UUID:
        """A human's interview, rated from 1 to 5, passed from 3.5 on."""
        passed = None if rating is None else rating >= 3.5
        values = {"rated_at": self.day(10), "is_blind": True, "rater_id": "E7", "passed": passed, **given}
        return self._add(hiring.ReInterview, "re_interview_id", application_id=application_id, rating=rating, **values)

    def offer(self, application_id: uuid.UUID, **given: object) -> uuid.UUID:
        """An offer, accepted unless told otherwise."""
        values = {"offered_at": self.day(20), "accepted_at": self.day(22), **given}
        return self._add(hiring.Offer, "offer_id", application_id=application_id, **values)

    def hire(self, application_id: uuid.UUID, **given: object) -> uuid.UUID:
        """A hire that started."""
        values = {"started_on": self.day(40).date(), **given}
        return self._add(hiring.Hire, "hire_id", application_id=application_id, **values)

    def performance_review(
        self, hire_id: uuid.UUID, months: int | None = 6, rating: float | None = 4.0, **given: object
    ) -> uuid.UUID:
        """A review from 1 to 5 of the criterion `overall`."""
        values = {"reviewed_on": self.day(40 + 30 * (months or 0)).date(), "reviewer_id": "E9", **given}
        return self._add(
            hiring.PerformanceReview, "performance_review_id", hire_id=hire_id, months=months, rating=rating, **values
        )

    def compensation(self, hire_id: uuid.UUID, annual_base: int = 123_456, **given: object) -> uuid.UUID:
        """Pay, which never reaches the lake."""
        values = {"currency": "EUR", **given}
        return self._add(hiring.Compensation, "compensation_id", hire_id=hire_id, annual_base=annual_base, **values)

    def demographics(self, candidate_id: uuid.UUID, **given: object) -> uuid.UUID:
        """What the candidate said of themselves."""
        record = {"source": self.source, "source_record_id": f"d{next(_NUMBERS)}", "mapping_version": 1}
        self.session.add(
            vault.Demographics(candidate_id=candidate_id, payload_hash=uuid.uuid4(), **{**record, **given})
        )
        self.session.flush()
        return candidate_id

    def hired(self, requisition_id: uuid.UUID, candidate_id: uuid.UUID | None = None) -> uuid.UUID:
        """An application that went all the way: interviewed, re-interviewed, offered, hired."""
        application = self.application(requisition_id, candidate_id)
        self.ai_interview(application)
        self.re_interview(application)
        self.offer(application)
        self.hire(application)
        return application

    def _add(self, table: Callable[..., Base], key_column: str, **values: object) -> uuid.UUID:
        number = next(_NUMBERS)
        record = {
            key_column: uuid.uuid4(),
            "source": self.source,
            "source_record_id": f"r{number}",
            "mapping_version": 1,
            "payload_hash": uuid.UUID(int=number),
        }
        row = table(**{**record, **values})
        self.session.add(row)
        self.session.flush()
        return uuid.UUID(str(getattr(row, key_column)))


def build(settings: Settings, of: Callable[[Builder], T]) -> T:
    """Runs `of` in one transaction of the intake role and answers what it answers."""
    with postgres.unit_of_work(settings, NOBODY, postgres.DatabaseRole.INTAKE) as session:
        return of(Builder(session=session))
