"""Where features come from, as mappings declare it; training takes only what was fixed before the outcome."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from warehouse.files.mapping import Entry, Value, parse

EVERY_SKILL = "skill:*"
"""Stands for all skills of a mapping whose skills come as a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a mapping declares of one feature: `ai_score`, `skill:<name>` or `skill:*`."""

    feature: str
    fixed_before_outcome: bool
    derived_from: str | None
    source: str


def declared(documents: Iterable[Mapping[str, object]]) -> dict[str, Provenance]:
    """The features that mapping documents (`landing.mapping.document`, oldest first) declare; the newest one counts."""
    found: dict[str, Provenance] = {}
    for document in documents:
        mapping = parse(document)
        for entry in mapping.tables:
            found |= {item.feature: item for item in _of_entry(entry, mapping.source)}
    return found


def is_fixed_before_outcome(found: Mapping[str, Provenance], feature: str) -> bool:
    """Whether `feature` was declared fixed before the outcome; what nobody declared was not."""
    of_all = found.get(EVERY_SKILL) if feature.startswith("skill:") else None
    item = found.get(feature, of_all)
    return item is not None and item.fixed_before_outcome


def _of_entry(entry: Entry, source: str) -> Iterable[Provenance]:
    if entry.table != "ai_interview":
        return
    score = entry.columns.get("score", entry.columns.get("raw_score"))
    if score is not None:
        yield _of_value("ai_score", score, source)
    for name, value in entry.skills.items():
        yield _of_value(f"skill:{name}", value, source)
    if entry.skill_list is not None:
        yield Provenance(
            feature=EVERY_SKILL,
            fixed_before_outcome=entry.skill_list.fixed_before_outcome,
            derived_from=entry.skill_list.derived_from,
            source=source,
        )


def _of_value(feature: str, value: Value, source: str) -> Provenance:
    return Provenance(
        feature=feature,
        fixed_before_outcome=value.fixed_before_outcome,
        derived_from=value.derived_from,
        source=source,
    )
