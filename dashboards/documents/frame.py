"""What every document kind answers with, and what a made document carries: its basis, its sources, what is missing.

A kind's function takes (settings, principal, subject, language) and answers a `Draft`; `dashboards.documents.making`
puts who made it, when and from what around it, and the existing writers print it as HTML and PDF.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from dashboards.reports.document import Document, Section
from validation.outcome import Text
from warehouse.access import Permission, Principal
from warehouse.ledger_values import StoredGate, StoredRelease
from warehouse.settings import Settings


class DocumentError(ValueError):
    """A document cannot be made; the message says of which subject, why and what to do."""


class Subject(StrEnum):
    """What a document is about: a release's label (`model@3`), a decision's id, or a model's name."""

    RELEASE = "release"
    DECISION = "decision"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something that the document should say and cannot: what, which evidence would answer it, and who can supply it.

    `part` is a human part's name (`model_card.intended_use`) or another short identifier.
    """

    part: str
    what: Text
    answer: Text
    who: Text

    def as_json(self) -> dict[str, object]:
        """Plain JSON values, both languages."""
        texts = {"what": self.what, "answer": self.answer, "who": self.who}
        return {"part": self.part, **{name: {"en": text.en, "zh": text.zh} for name, text in texts.items()}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something that the document was written from, with the sha256 of its content."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The release that a document stands on, with its gate result and the hashes of what was read.

    `release` is None where the model has no release; then nothing is known but its name.
    """

    model_name: str
    release: StoredRelease | None = None
    gate: StoredGate | None = None
    sources: tuple[Source, ...] = ()

    @property
    def is_generated(self) -> bool:
        """Whether the company's data is generated."""
        return self.release is not None and self.release.is_generated


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a kind's function answers, in one language.

    `facts` come after those that every document carries; `sources` after those of the basis. A verdict is optional.
    """

    title: str
    basis: Basis
    sections: tuple[Section, ...]
    missing: tuple[Missing, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    sources: tuple[Source, ...] = ()
    limits: tuple[str, ...] = ()
    verdict: str = ""
    verdict_kind: str | None = None
    reason: str = ""


Build: TypeAlias = Callable[[Settings, Principal, str, str], Draft]
"""(settings, principal, subject, language) → Draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A document kind. `builder` is `module:function` of a `Build`, loaded when it is called.

    `needs` are the permissions to make it, all of them; `obligations` are ids of `policies/obligations.yaml` or
    citations. A kind that `is_public` is posted or handed to everybody: no id of ours, no command, no path, no hash and
    no name of who made or wrote it stands in it. One that is `for_candidates` is so too, and says not even when it was
    made; a letter has the id of its decision as its reference. Both list what is missing only where something is.
    """

    name: str
    title: Text
    needs: tuple[Permission, ...]
    subject: Subject
    obligations: tuple[str, ...]
    builder: str
    is_public: bool = False
    for_candidates: bool = False

    @property
    def leaves(self) -> bool:
        """Whether it is read outside the company."""
        return self.is_public or self.for_candidates


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A document with who made it and when, and what it lacks."""

    kind: Kind
    subject: str
    document: Document
    draft: Draft
    made_at: dt.datetime
    made_by: str

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What the document should say and cannot."""
        return self.draft.missing
