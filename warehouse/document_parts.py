"""The texts that people write for documents: every version is kept, the newest of a part and language is in force.

Reading needs READ_MODELS, writing WRITE_DOCUMENTS; PostgreSQL's row rights hold both. Each writing is an audit line.

Errors:

  BadText    a text is empty, too long or holds control characters, or its language is neither en nor zh
"""

import datetime as dt
import hashlib
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from warehouse import audit_log
from warehouse.access import Permission, Principal
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings
from warehouse.tables.governance import DocumentPart

LONGEST = 20_000
"""Characters of one text."""

LANGUAGES = ("en", "zh")
_CONTROLS_KEPT = "\n\t"


class BadText(ValueError):
    """A text that cannot stand in a document; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPart:
    """One version of a part: what it says, who wrote it, when, and the sha256 of the text."""

    kind: str
    subject: str
    part: str
    language: str
    version: int
    text: str
    author: str
    written_at: dt.datetime
    sha256: str

    @property
    def name(self) -> str:
        """Kind and part, such as `model_card.intended_use`."""
        return f"{self.kind}.{self.part}"

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "part": self.part,
            "language": self.language,
            "version": self.version,
            "text": self.text,
            "author": self.author,
            "written_at": self.written_at.astimezone(dt.UTC).isoformat(),
            "sha256": self.sha256,
        }


def write(
    settings: Settings, principal: Principal, *, kind: str, subject: str, part: str, language: str, text: str
) -> WrittenPart:
    """Adds the next version of a part. The same text again adds nothing and answers the version in force.

    Needs READ_MODELS and WRITE_DOCUMENTS; raises BadText.
    """
    principal.require(Permission.READ_MODELS)
    principal.require(Permission.WRITE_DOCUMENTS)
    content = _cleaned(text, language)
    with unit_of_work(settings, principal) as session:
        _wait_for_turn(session, kind, subject, part, language)
        past = _versions(session, kind=kind, subject=subject, part=part, language=language)
        if past and past[0].text == content:
            return past[0]
        row = DocumentPart(
            document_part_id=uuid.uuid4(),
            kind=kind,
            subject=subject,
            part=part,
            language=language,
            version=past[0].version + 1 if past else 1,
            text=content,
            author=principal.id,
            sha256=hashlib.sha256(content.encode()).hexdigest(),
        )
        session.add(row)
        session.flush()
        detail: audit_log.Detail = {
            "kind": kind, "part": part, "language": language, "version": row.version, "sha256": row.sha256,
        }  # fmt: skip
        audit_log.append(session, actor=principal.id, action="document_part_written", subject=subject, detail=detail)
        return _value(row)


def versions(
    settings: Settings, principal: Principal, *, kind: str, subject: str, part: str, language: str
) -> list[WrittenPart]:
    """All versions of one part, the newest first. Needs READ_MODELS."""
    principal.require(Permission.READ_MODELS)
    with unit_of_work(settings, principal) as session:
        return _versions(session, kind=kind, subject=subject, part=part, language=language)


def in_force(
    settings: Settings, principal: Principal, subject: str, *, kind: str | None = None
) -> Mapping[tuple[str, str, str], WrittenPart]:
    """The newest version of each part of a model, by kind, part and language. Needs READ_MODELS."""
    principal.require(Permission.READ_MODELS)
    with unit_of_work(settings, principal) as session:
        return in_force_in(session, subject, kind=kind)


def in_force_in(
    session: Session, subject: str, *, kind: str | None = None
) -> Mapping[tuple[str, str, str], WrittenPart]:
    """The same within a transaction whose principal may read models; others see none."""
    of = DocumentPart
    newest = (
        select(of.kind, of.part, of.language, func.max(of.version).label("version"))
        .where(of.subject == subject)
        .group_by(of.kind, of.part, of.language)
        .subquery()
    )
    found = select(of).join(
        newest,
        (of.kind == newest.c.kind)
        & (of.part == newest.c.part)
        & (of.language == newest.c.language)
        & (of.version == newest.c.version),
    )
    found = found.where(of.subject == subject).order_by(of.kind, of.part, of.language)
    rows = session.scalars(found if kind is None else found.where(of.kind == kind))
    return {(row.kind, row.part, row.language): _value(row) for row in rows}


def _versions(session: Session, *, kind: str, subject: str, part: str, language: str) -> list[WrittenPart]:
    statement = (
        select(DocumentPart)
        .filter_by(kind=kind, subject=subject, part=part, language=language)
        .order_by(DocumentPart.version.desc())
    )
    return [_value(row) for row in session.scalars(statement)]


def _wait_for_turn(session: Session, *of: str) -> None:
    """Takes the lock that the table's trigger takes, before the versions are counted."""
    asked = "SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"
    session.execute(text(asked), {"name": "\x1f".join(("hiregate.document", *of))})


def _cleaned(text: str, language: str) -> str:
    """The text with one kind of line end and no blanks around it."""
    if language not in LANGUAGES:
        raise BadText(f"the language {language!r} is not known; write en or zh")
    content = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not content:
        raise BadText("the text is empty; write what the part asks for")
    if len(content) > LONGEST:
        raise BadText(f"the text has {len(content):,} characters; at most {LONGEST:,} are kept, shorten it")
    bad = next((letter for letter in content if _is_control(letter)), None)
    if bad is not None:
        raise BadText(f"the text holds the control character U+{ord(bad):04X}; remove it")
    return content


def _is_control(letter: str) -> bool:
    """Control characters and surrogates, and the marks that turn the direction of what follows."""
    return letter not in _CONTROLS_KEPT and (
        unicodedata.category(letter) in {"Cc", "Cs"}
        or letter in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


def _value(row: DocumentPart) -> WrittenPart:
    return WrittenPart(
        kind=row.kind,
        subject=row.subject,
        part=row.part,
        language=row.language,
        version=row.version,
        text=row.text,
        author=row.author,
        written_at=row.written_at,
        sha256=row.sha256,
    )
