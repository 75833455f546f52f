"""`hiregate obligations` and `hiregate attest`: what is due by law, and what only a person can say about it."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboards.acting import acting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboards.obligation_calendar import Calendar
    from validation.obligation_evidence import EvidenceKind
    from validation.obligations import Entry

As = Annotated[str | None, typer.Option("--as", help="Act as this identity.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


class ObligationsCallError(ValueError):
    """The command was asked for something that is not there; the message says what there is."""


def obligations(
    jurisdiction: Annotated[
        list[str] | None,
        typer.Option("--jurisdiction", help="Where, such as US-NYC; without it where the policies hold."),
    ] = None,
    at: Annotated[str | None, typer.Option("--at", help="As of a date (its end) or a time, UTC.")] = None,
    model: Annotated[str | None, typer.Option("--model", help="One model's and the company's alone.")] = None,
    ics: Annotated[Path | None, typer.Option("--ics", help="Write the due days as an iCalendar file.")] = None,
    as_json: AsJson = False,
    acting_as: As = None,
) -> None:
    """Show what laws ask, from when, what is met, due, overdue or cannot be told; this is no legal advice."""
    from dashboards.audit_output import print_json, refuse  # noqa: PLC0415 - heavy parts load in their commands
    from dashboards.calendar_file import calendar_file  # noqa: PLC0415
    from dashboards.obligation_calendar import obligations as calendar_of  # noqa: PLC0415
    from models.release_moment import moment  # noqa: PLC0415

    of, who = acting(acting_as)
    _check_places(jurisdiction or ())
    found = calendar_of(
        of, who, at=None if at is None else moment(at, of.timezone), places=jurisdiction or (), model=model
    )
    if model is not None and model not in found.models:
        raise ObligationsCallError(f"no model {model!r} in the ledger; it has: {', '.join(found.models) or 'none'}")
    if ics is not None:
        try:
            ics.write_bytes(calendar_file(found.entries, made_at=dt.datetime.now(dt.UTC), language=of.language))
        except OSError as error:
            refuse(f"{ics.name}: cannot be written ({error.strerror})")
    if as_json:
        print_json(document(found))
        return
    for line in _lines(found, of.language):
        typer.echo(line)


def attest(
    kind: Annotated[str, typer.Argument(help="The kind of evidence, such as bias_audit or candidate_notice.")],
    day: Annotated[dt.datetime, typer.Argument(formats=["%Y-%m-%d"], help="The day it is of.")],
    note: Annotated[str, typer.Option("--note", help="Where the evidence lies, or why it is withdrawn.")],
    model: Annotated[str, typer.Option("--model", help="Of this model; without it of the whole company.")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take an earlier statement back.")] = False,
    acting_as: As = None,
) -> None:
    """State a date that only a person knows: an audit, a notice, a posting; it stands in the audit log."""
    from models import stated_evidence  # noqa: PLC0415 - heavy parts load in their commands

    of, who = acting(acting_as)
    statement = stated_evidence.Statement(kind=_kind(kind), day=day.date(), model=model)
    act = stated_evidence.withdraw if withdraw else stated_evidence.state
    act(of, who, statement, note=note)
    done = "is withdrawn" if withdraw else "is stated"
    typer.echo(f"{statement.kind.value} of {statement.day} for {statement.subject} {done} by {who.id}")


def document(found: "Calendar") -> dict[str, object]:
    """The calendar as plain JSON, both languages."""
    return {
        "at": found.on.isoformat(),
        "jurisdictions": list(found.places),
        "from_policies": found.is_from_policies,
        "sources_read_on": found.read_on.isoformat(),
        "entries": [_entry_json(entry) for entry in found.entries],
    }


def _entry_json(entry: "Entry") -> dict[str, object]:
    one = entry.obligation
    return {
        "id": one.id,
        "jurisdiction": one.jurisdiction,
        "model": entry.model or None,
        "law": {"en": one.law.en, "zh": one.law.zh},
        "article": {"en": one.article.en, "zh": one.article.zh},
        "source": {"title": one.source_title, "url": one.source_url},
        "applies_from": one.applies_from.isoformat() if one.applies_from else None,
        "status": one.status.value,
        "verified": one.is_verified,
        "note": {"en": one.note.en, "zh": one.note.zh} if one.note else None,
        "asks": {"en": one.asks.en, "zh": one.asks.zh},
        "state": entry.state.value,
        "due": entry.due.isoformat() if entry.due else None,
        "reason": {"en": entry.reason.en, "zh": entry.reason.zh},
        "evidence": {kind.value: day.isoformat() for kind, day in entry.evidence},
    }


def _lines(found: "Calendar", language: str) -> list[str]:
    from dashboards.wording.words import NOTHING, Words  # noqa: PLC0415 - heavy parts load in their commands

    say = Words(language)
    told = [say("obligations.as_of", day=found.on, places=say("app.comma").join(found.places), read=found.read_on)]
    for entry in found.entries:
        one, due = entry.obligation, entry.due.isoformat() if entry.due else NOTHING
        mark = "" if one.is_verified else f" [{say('obligations.unverified')}]"
        law = f"{one.law.in_language(language)}{say('app.comma')}{one.article.in_language(language)}"
        state = say(f"obligations.{entry.state.value}")
        told.append(f"{state:<20} {due:<10}  {one.jurisdiction:<7} {law}{mark} {entry.model}".rstrip())
        told.append(f"    {entry.reason.in_language(language)}")
    return [*told, say("obligations.no_advice")]


def _kind(name: str) -> "EvidenceKind":
    from validation.obligation_evidence import STATED, EvidenceKind  # noqa: PLC0415

    known = sorted(kind.value for kind in STATED)
    if name not in known:
        raise ObligationsCallError(f"people cannot state {name!r}; they can state {', '.join(known)}")
    return EvidenceKind(name)


def _check_places(places: "Sequence[str]") -> None:
    from validation.obligation_rules import load  # noqa: PLC0415

    known = load()
    for place in places:
        if not known.of([place]):
            raise ObligationsCallError(f"nothing is known of {place!r}; there are {', '.join(known.jurisdictions)}")
