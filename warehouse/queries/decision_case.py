"""One decision for the person whom it is about: whose it is, as far as the reader may know, and what was answered.

A reader who may not see the person gets the same answer as for a decision that does not exist. A decision bears a
pseudonym only; the person is found by computing the pseudonyms of the records, in the database.

Errors:

  DecisionCaseError
    DecisionNotFound    there is none, or it is out of the reader's reach
    PersonErased        the person was erased: nothing is left to explain
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from warehouse.access import NOBODY, AccessDenied, Permission, Principal
from warehouse.lake.pseudonyms import expression, key_of, lend
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.queries.decision_outcome import DecisionOutcome, OutcomeKind, outcome_of
from warehouse.settings import Settings
from warehouse.tables.governance import Decision

_SUBJECTS = ", ".join(expression("candidate", f"c.{column}") for column in ("candidate_id::text", "source_record_id"))
_OF_APPLICATION = ", ".join(
    expression("candidate", f"a.{column}") for column in ("application_id::text", "source_record_id")
)
_PEOPLE = (
    f"SELECT c.candidate_id FROM hr.candidate c WHERE :subject IN ({_SUBJECTS})"  # noqa: S608 - our own expressions
    f" UNION SELECT a.candidate_id FROM hr.application a WHERE :subject IN ({_OF_APPLICATION})"
)
_APPLICATIONS = "SELECT count(*) FROM hr.application WHERE candidate_id = :person"
_NAME = "SELECT coalesce({column}, full_name, full_name_local) FROM hr.candidate WHERE candidate_id = :person"
_NAME_COLUMNS = {"en": "full_name", "zh": "full_name_local"}


class DecisionCaseError(LookupError):
    """A decision cannot be told to this reader."""


class DecisionNotFound(DecisionCaseError):
    """There is no such decision, or it is out of the reader's reach."""


class PersonErased(DecisionCaseError):
    """The person of the decision was erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCase:
    """A decision as it was answered, with what was decided about the application since; `name` is the candidate's where
    the reader may see it, else None.
    """

    decision_id: uuid.UUID
    decided_at: dt.datetime
    release_id: uuid.UUID
    answer: Mapping[str, object]
    outcome: DecisionOutcome
    name: str | None = field(repr=False)


def decision_case(settings: Settings, principal: Principal, decision_id: str, *, language: str) -> DecisionCase:
    """The case of this decision. Raises AccessDenied, DecisionNotFound, PersonErased.

    For those who read people (their departments' alone), for the candidate, and for who oversees decisions (all
    departments and the audit log), who gets no name.
    """
    oversees = principal.may(Permission.READ_AUDIT_LOG) and principal.may(Permission.READ_ALL_DEPARTMENTS)
    if not oversees and not (principal.may(Permission.READ_PEOPLE) or principal.may(Permission.READ_OWN_RECORD)):
        raise AccessDenied(principal, Permission.READ_PEOPLE)
    with unit_of_work(settings, principal) as session:
        row = _row(session, decision_id)
    sees_all = principal.may(Permission.READ_ALL_DEPARTMENTS)
    if row is not None and row.subject is None and sees_all:
        raise PersonErased(
            f"the person of decision {row.decision_id} was erased; no letter can be made, and no reasons are kept"
        )
    if row is None or row.subject is None:
        raise _not_found(decision_id)
    name = (
        _name(settings, principal, row.subject, language)
        if principal.may(Permission.READ_PEOPLE) or not oversees
        else None
    )
    if name is None and not sees_all:
        raise _not_found(decision_id)
    return DecisionCase(
        decision_id=row.decision_id,
        decided_at=row.decided_at,
        release_id=row.release_id,
        answer=row.answer,
        outcome=_outcome(settings, row.subject, row.decided_at),
        name=name or None,
    )


def _row(session: Session, decision_id: str) -> Decision | None:
    try:
        key = uuid.UUID(decision_id)
    except ValueError as error:
        raise _not_found(decision_id) from error
    return session.scalars(select(Decision).where(Decision.decision_id == key)).one_or_none()


def _name(settings: Settings, principal: Principal, subject: str, language: str) -> str | None:
    """The person's name, empty where none is known; None where the person is not, or not wholly, in reach.

    A manager's candidate may have applied elsewhere too, and the decision does not say for which application it was
    given: then it is out of reach. So it is where the pseudonym fits several people.
    """
    secret = key_of(settings)
    with unit_of_work(settings, NOBODY, DatabaseRole.INTAKE) as session:  # sees every record, and answers with counts
        lend(session, secret)
        people = session.scalars(text(_PEOPLE), {"subject": subject}).all()
        if len(people) != 1:
            return None
        given = {"person": people[0]}
        applications = session.scalar(text(_APPLICATIONS), given)
    with unit_of_work(settings, principal) as session:
        name = session.execute(text(_NAME.format(column=_NAME_COLUMNS[language])), given).one_or_none()
        if name is None or session.scalar(text(_APPLICATIONS), given) != applications:
            return None
    return str(name[0] or "")


def _outcome(settings: Settings, subject: str, decided_at: dt.datetime) -> DecisionOutcome:
    """What was decided; untold where the pseudonym fits nobody or several people."""
    with unit_of_work(settings, NOBODY, DatabaseRole.INTAKE) as session:
        lend(session, key_of(settings))
        people = session.scalars(text(_PEOPLE), {"subject": subject}).all()
        if len(people) != 1:
            return DecisionOutcome(kind=OutcomeKind.UNTOLD)
        return outcome_of(session, subject=subject, person=people[0], decided_at=decided_at)


def _not_found(decision_id: str) -> DecisionNotFound:
    shown = decision_id if len(decision_id) <= 36 else f"{decision_id[:36]}…"
    return DecisionNotFound(
        f"there is no decision {shown!r} that you may read; `decision_id` stands in the API's answer"
    )
