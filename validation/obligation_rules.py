"""The obligations of hiring with AI, read from the dated file `policies/obligations.yaml` and held to its schema.

Errors:

  ObligationsError    the file cannot be read or says what the schema does not allow; the message names the place
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from validation.obligation_evidence import EvidenceKind
from validation.outcome import Text
from validation.policy import FOLDER

_FILE = "obligations.yaml"
_SCHEMA = "obligations.schema.json"


class ObligationsError(ValueError):
    """The obligations cannot be used; the message names the file, the place in it and what to do."""


class Status(StrEnum):
    """Whether an obligation is in force, applies from a later date, or is only proposed."""

    IN_FORCE = "in_force"
    APPLIES_FROM = "applies_from"
    PROPOSED = "proposed"


class Scope(StrEnum):
    """Whether each model has to meet it, or the company once."""

    MODEL = "model"
    COMPANY = "company"


class Rhythm(StrEnum):
    """How an obligation comes back.

    `STANDING`: evidence once made answers it. `VALID_FOR`: evidence answers it for `months`. `BEFORE_USE`: evidence
    must lie `business_days` before the first use. `POSTED`: evidence must lie before the first use and stay for
    `months` after the last. `ON_REQUEST`: each request has `days`. `YEARLY_ON`: due every year on `month` and `day`.
    """

    STANDING = "standing"
    VALID_FOR = "valid_for"
    BEFORE_USE = "before_use"
    POSTED = "posted"
    ON_REQUEST = "on_request"
    YEARLY_ON = "yearly_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A rhythm with its numbers; those that the rhythm does not know are 0."""

    rhythm: Rhythm
    months: int = 0
    business_days: int = 0
    days: int = 0
    month: int = 0
    day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One dated duty. `otherwise_from` is the date that holds if the unverified `applies_from` does not."""

    id: str
    jurisdiction: str
    law: Text
    article: Text
    source_title: str
    source_url: str
    applies_from: date | None
    otherwise_from: date | None
    status: Status
    is_verified: bool
    note: Text | None
    scope: Scope
    asks: Text
    evidence: tuple[EvidenceKind, ...]
    recurrence: Recurrence

    def is_of(self, place: str) -> bool:
        """Whether it holds in this place: its own jurisdiction, or one inside it (US holds in US-NYC)."""
        return place == self.jurisdiction or place.startswith(f"{self.jurisdiction}-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligations:
    """The whole file: its obligations in order, when the sources were read, and public holidays by jurisdiction."""

    read_on: date
    obligations: tuple[Obligation, ...]
    holidays: Mapping[str, frozenset[date]]

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """Every jurisdiction of the file, in its order."""
        return tuple(dict.fromkeys(one.jurisdiction for one in self.obligations))

    def holidays_of(self, jurisdiction: str) -> frozenset[date]:
        """The public holidays of a place and of what it lies in."""
        found = [days for place, days in self.holidays.items() if f"{jurisdiction}-".startswith(f"{place}-")]
        return frozenset().union(*found)

    def of(self, places: Collection[str]) -> tuple[Obligation, ...]:
        """The obligations that hold in at least one of these places."""
        return tuple(one for one in self.obligations if any(one.is_of(place) for place in places))


def load(path: Path | None = None) -> Obligations:
    """The obligations of this file, by default of the shipped one. Raises ObligationsError."""
    file = path or FOLDER / _FILE
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ObligationsError(f"{file.name}: cannot be read ({type(error).__name__}); write YAML in UTF-8.") from error
    return parsed(document, file.name)


def parsed(document: object, name: str) -> Obligations:
    """The obligations that a document says; `name` is the file's, for messages. Raises ObligationsError."""
    schema = json.loads((FOLDER / _SCHEMA).read_text(encoding="utf-8"))
    error = best_match(Draft202012Validator(schema).iter_errors(document))
    if error is not None:
        place = ".".join(str(part) for part in error.absolute_path) or "the document"
        raise ObligationsError(f"{name}: {place}: {error.message[-160:]}")
    content: Any = document
    obligations = tuple(_obligation(entry, name) for entry in content["obligations"])
    _check_ids(obligations, name)
    return Obligations(
        read_on=_day(content["read_on"], name),
        obligations=obligations,
        holidays={place: frozenset(_day(day, name) for day in days) for place, days in content["holidays"].items()},
    )


def _obligation(entry: Mapping[str, Any], name: str) -> Obligation:
    at = f"{name}: {entry['id']}"
    article = entry["article"]
    return Obligation(
        id=entry["id"],
        jurisdiction=entry["jurisdiction"],
        law=Text(**entry["law"]),
        article=Text(en=article, zh=article) if isinstance(article, str) else Text(**article),
        source_title=entry["source"]["title"],
        source_url=entry["source"]["url"],
        applies_from=_day(entry["applies_from"], at) if entry["applies_from"] else None,
        otherwise_from=_day(entry["otherwise_from"], at) if "otherwise_from" in entry else None,
        status=Status(entry["status"]),
        is_verified=entry["verified"],
        note=Text(**entry["note"]) if "note" in entry else None,
        scope=Scope(entry["scope"]),
        asks=Text(**entry["asks"]),
        evidence=tuple(_kind(kind, at) for kind in entry["evidence"]),
        recurrence=_recurrence(entry["recurrence"]),
    )


def _recurrence(entry: Mapping[str, Any]) -> Recurrence:
    return Recurrence(
        rhythm=Rhythm(entry["kind"]),
        months=entry.get("months", entry.get("months_after_last_use", 0)),
        business_days=entry.get("business_days", 0),
        days=entry.get("days") or 0,
        month=entry.get("month", 0),
        day=entry.get("day", 0),
    )


def _kind(name: str, at: str) -> EvidenceKind:
    try:
        return EvidenceKind(name)
    except ValueError as error:
        raise ObligationsError(f"{at}: evidence: {name!r} is no kind of evidence.") from error


def _day(text: str, at: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ObligationsError(f"{at}: {text!r} is no day; write one such as 2026-11-23.") from error


def _check_ids(obligations: Sequence[Obligation], name: str) -> None:
    seen: set[str] = set()
    for one in obligations:
        if one.id in seen:
            raise ObligationsError(f"{name}: {one.id}: the id stands twice.")
        seen.add(one.id)
