"""What only a person knows: that an audit was signed, a notice given, a summary posted, with the day it was.

Each statement is a line of the chained audit log, and so is each withdrawal of one: nothing is overwritten.

Errors:

  StatementError    not a kind that people state, a day to come, no note, an unknown model, or none to withdraw
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from validation.obligation_evidence import STATED, EvidenceKind
from warehouse import audit_log, ledger
from warehouse.access import Permission, Principal
from warehouse.postgres import unit_of_work
from warehouse.queries.evidence_dates import logged
from warehouse.settings import Settings

STATED_ACTION = "evidence_stated"
WITHDRAWN_ACTION = "evidence_withdrawn"
COMPANY = "company"
"""The subject of what holds for the whole company."""


class StatementError(ValueError):
    """A statement about evidence cannot be taken; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """That evidence of a kind is of a day, for one model or the company (empty name)."""

    kind: EvidenceKind
    day: dt.date
    model: str = ""

    @property
    def subject(self) -> str:
        """What the audit log calls it: the company and a model's name cannot be mistaken for each other."""
        return f"model:{self.model}" if self.model else COMPANY


def state(settings: Settings, principal: Principal, statement: Statement, *, note: str) -> None:
    """Records the statement with where the evidence lies (`note`). Needs APPROVE_RELEASE; raises StatementError."""
    _record(settings, principal, statement, STATED_ACTION, note)


def withdraw(settings: Settings, principal: Principal, statement: Statement, *, note: str) -> None:
    """Takes an earlier statement back, with the reason. Needs APPROVE_RELEASE; raises StatementError."""
    principal.require(Permission.APPROVE_RELEASE)
    if statement.day not in stated(settings, principal).get((statement.model, statement.kind), ()):
        raise StatementError(
            f"no statement of {statement.kind.value} of {statement.day} stands for {statement.subject}"
        )
    _record(settings, principal, statement, WITHDRAWN_ACTION, note)


def stated(
    settings: Settings, principal: Principal, *, until: dt.datetime | None = None
) -> Mapping[tuple[str, EvidenceKind], tuple[dt.date, ...]]:
    """The days that stand, by model (empty: the company) and kind, in order. Needs READ_MODELS."""
    standing: dict[tuple[str, EvidenceKind], set[dt.date]] = {}
    for line in logged(settings, principal, (STATED_ACTION, WITHDRAWN_ACTION), until=until):
        model = "" if line.subject == COMPANY else line.subject.removeprefix("model:")
        days = standing.setdefault((model, EvidenceKind(str(line.detail["kind"]))), set())
        day = dt.date.fromisoformat(str(line.detail["day"]))
        if line.action == STATED_ACTION:
            days.add(day)
        else:
            days.discard(day)
    return {key: tuple(sorted(days)) for key, days in standing.items() if days}


def _record(settings: Settings, principal: Principal, statement: Statement, action: str, note: str) -> None:
    principal.require(Permission.APPROVE_RELEASE)
    if statement.kind not in STATED:
        raise StatementError(f"{statement.kind.value} is in the records; only {_kinds()} are stated by people")
    if not note.strip():
        raise StatementError("a note is needed: where the evidence lies, or why it is withdrawn")
    with unit_of_work(settings, principal) as session:
        if statement.day > ledger.clock(session).astimezone(ZoneInfo(settings.timezone)).date():
            raise StatementError(f"{statement.day} is still to come; state what has happened")
        if statement.model and statement.model not in ledger.model_names(session):
            raise StatementError(f"there is no model {statement.model!r} in the ledger")
        audit_log.append(
            session,
            actor=principal.id,
            action=action,
            subject=statement.subject,
            detail={"kind": statement.kind.value, "day": statement.day.isoformat(), "note": note.strip()[:500]},
        )


def _kinds() -> str:
    return ", ".join(sorted(kind.value for kind in STATED))
