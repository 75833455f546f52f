"""What command and page do with the parts that people write: list them, write one, show what changed.

Errors:

  NoModel                                   no release of this model was ever proposed
  UnknownPart (validation.human_parts), BadText (warehouse.document_parts)
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from dashboards.documents.frame import DocumentError
from validation import human_parts
from validation.human_part import HumanPart
from warehouse import document_parts, ledger
from warehouse.access import Principal
from warehouse.document_parts import LANGUAGES, WrittenPart
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings


class NoModel(DocumentError):
    """The ledger knows no model of this name; a text of it would stand in no document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """A part with the versions in force, by language."""

    part: HumanPart
    written: tuple[WrittenPart, ...]

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        texts = {"title": self.part.title, "asks": self.part.asks, "supplier": self.part.supplier}
        return {
            "part": self.part.key,
            "is_required": self.part.is_required,
            **{name: {"en": text.en, "zh": text.zh} for name, text in texts.items()},
            "in_force": [one.as_json() for one in self.written],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A line of a difference: `+` came, `-` went, a blank stayed."""

    sign: str
    line: str


def write(
    settings: Settings, principal: Principal, *, kind: str, model_name: str, key: str, language: str, text: str
) -> WrittenPart:
    """The next version of a part. Needs READ_MODELS and WRITE_DOCUMENTS; raises NoModel, UnknownPart and BadText."""
    part = human_parts.part(kind.replace("-", "_"), key.replace("-", "_"))
    with unit_of_work(settings, principal) as session:
        known = ledger.model_names(session)
    if known and model_name not in known:
        raise NoModel(f"there is no model {model_name!r} in the ledger; there are {', '.join(known)}")
    return document_parts.write(
        settings, principal, kind=part.kind, subject=model_name, part=part.key, language=language, text=text
    )


def listed(settings: Settings, principal: Principal, *, kind: str, model_name: str) -> tuple[PartLine, ...]:
    """Each part of a kind with what stands in force. Needs READ_MODELS."""
    found = document_parts.in_force(settings, principal, model_name, kind=kind.replace("-", "_"))
    return tuple(
        PartLine(
            part=part,
            written=tuple(
                found[(part.kind, part.key, tongue)] for tongue in LANGUAGES if (part.kind, part.key, tongue) in found
            ),
        )
        for part in human_parts.of_kind(kind.replace("-", "_"))
    )


def history(
    settings: Settings, principal: Principal, *, kind: str, model_name: str, key: str
) -> tuple[WrittenPart, ...]:
    """All versions of a part in both languages, the newest first. Needs READ_MODELS; raises UnknownPart."""
    part = human_parts.part(kind.replace("-", "_"), key.replace("-", "_"))
    past = [
        one
        for language in LANGUAGES
        for one in document_parts.versions(
            settings, principal, kind=part.kind, subject=model_name, part=part.key, language=language
        )
    ]
    return tuple(sorted(past, key=lambda one: one.written_at, reverse=True))


def changes(before: str, after: str) -> Iterator[Change]:
    """What one version changed in another, line by line."""
    for line in difflib.ndiff(before.splitlines(), after.splitlines()):
        if line[0] in "+- ":
            yield Change(sign=line[0], line=line[2:])
