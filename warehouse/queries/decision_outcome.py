"""What became of the application that a decision was about: what was decided, when, and whether by a person.

A decision names a candidate or an application by pseudonym. Where it names a candidate who applied several times,
nobody can tell which application it was about, and no outcome is told.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.lake.pseudonyms import expression

_NAMED = ", ".join(expression("candidate", f"a.{column}") for column in ("application_id::text", "source_record_id"))
_APPLICATIONS = (
    f"SELECT a.application_id, a.withdrawn_at, a.rejected_at, :subject IN ({_NAMED}) AS is_named"  # noqa: S608 - ours
    " FROM hr.application a WHERE a.candidate_id = :person"
)
_DECIDED = """
SELECT outcome, left_at, decided_by FROM hr.stage_event
WHERE application_id = :application AND stage <> 'applied' AND outcome IN ('advanced', 'not_advanced')
  AND left_at IS NOT NULL
ORDER BY left_at < :at, CASE WHEN left_at >= :at THEN left_at END, left_at DESC LIMIT 1
"""
"""The first decision after the moment, else the last one before it."""
RULE = "rule"
"""Who decided where no person did."""


class OutcomeKind(StrEnum):
    """What was decided; `untold` where it cannot be said of which application."""

    ADVANCED = "advanced"
    NOT_ADVANCED = "not_advanced"
    WITHDRAWN = "withdrawn"
    PENDING = "pending"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOutcome:
    """The outcome with its moment; `by` is a role, `rule`, or None where the records do not say."""

    kind: OutcomeKind
    happened_at: dt.datetime | None = None
    by: str | None = None


def outcome_of(session: Session, *, subject: str, person: uuid.UUID, decided_at: dt.datetime) -> DecisionOutcome:
    """What was decided about the subject's application. The session sees every record and has the pseudonyms' key."""
    found = session.execute(text(_APPLICATIONS), {"subject": subject, "person": person}).all()
    meant = [one for one in found if one.is_named] or found
    if len(meant) != 1:
        return DecisionOutcome(kind=OutcomeKind.UNTOLD)
    application = meant[0]
    if application.withdrawn_at is not None:
        return DecisionOutcome(kind=OutcomeKind.WITHDRAWN, happened_at=application.withdrawn_at)
    given = {"application": application.application_id, "at": decided_at}
    event = session.execute(text(_DECIDED), given).one_or_none()
    if event is not None:
        return DecisionOutcome(kind=OutcomeKind(event.outcome), happened_at=event.left_at, by=event.decided_by)
    if application.rejected_at is not None:
        return DecisionOutcome(kind=OutcomeKind.NOT_ADVANCED, happened_at=application.rejected_at)
    return DecisionOutcome(kind=OutcomeKind.PENDING)
