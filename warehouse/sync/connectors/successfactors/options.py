"""What a source file says of a SuccessFactors tenant: which sets, how often in full, its scales, codes and statuses.

Everything that a tenant decides for itself stands here, with defaults that are assumptions and named as such in the
documents: rating scales, pay frequencies, which status means which stage, who interviews by machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from warehouse.sync.kit.errors import Misconfigured
from warehouse.sync.sources import Source

Scale = Mapping[str, float]

STATUSES: Mapping[str, tuple[str, ...]] = {
    "applied": ("new application", "default", "applied", "new", "application submitted"),
    "ai_interview": ("ai interview", "video interview", "assessment", "online assessment"),
    "re_interview": ("interview", "re-interview", "phone screen", "interview 1", "interview 2", "panel interview"),
    "offer": ("offer", "offer extended", "offer approval", "offer accepted"),
    "hire": ("hired", "hirable", "ready for hire", "onboarding"),
    "rejected": ("rejected", "disqualified", "not selected", "declined by company"),
    "withdrawn": ("withdrawn", "withdrawn by candidate", "offer declined", "declined by candidate"),
}
"""Names of statuses, in lower case, by what they mean; a tenant names its own."""

FREQUENCIES: Mapping[str, float] = {
    "ANN": 1,
    "ANNUAL": 1,
    "ANNUALLY": 1,
    "MON": 12,
    "MONTHLY": 12,
    "SMT": 24,
    "SEMIMONTHLY": 24,
    "BWK": 26,
    "BIWEEKLY": 26,
    "WKL": 52,
    "WEEKLY": 52,
}
"""How often a year a pay component is paid, by the code of its frequency; an unknown code gives no annual amount."""

SENSITIVE = frozenset(
    {
        *(
            "gender",
            "dateOfBirth",
            "formattedDateOfBirth",
            "race",
            "ethnicity",
            "nationality",
            "religion",
            "maritalStatus",
        ),
        *("disability", "disabilityStatus", "veteranStatus", "ssn", "nationalId"),
    }
)
"""Fields that no record holds but the one that feeds the vault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The tenant as its source file describes it. Times are in the unit that the name says."""

    source: str
    page_size: int = 500
    overlap_seconds: int = 120
    revisit_days: int = 30
    full_every_days: int = 1
    locale: str = "en_US"
    demographics: bool = True
    only: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    leave_out: Mapping[str, frozenset[str]] = field(default_factory=dict)
    vendors: frozenset[str] = frozenset()
    assessment_scale: Scale = field(default_factory=lambda: {"min": 0, "max": 100})
    interview_scale: Scale = field(default_factory=lambda: {"min": 1, "max": 5})
    review_scale: Scale = field(default_factory=lambda: {"min": 1, "max": 5})
    completed: frozenset[str] = frozenset({"3", "completed"})
    base_pay: frozenset[str] = frozenset({"BASE"})
    frequencies: Mapping[str, float] = field(default_factory=lambda: FREQUENCIES)
    statuses: Mapping[str, str] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset({"offer accepted"})
    declined: frozenset[str] = frozenset({"offer declined"})

    def wants(self, entity: str) -> bool:
        """Whether the source file lets the entity be read."""
        return entity not in self.without and (self.only is None or entity in self.only)


def options(source: Source) -> Options:
    """The options of a source. Raises Misconfigured for what cannot be meant."""
    pull = source.pull
    given = {name: pull[name] for name in _PLAIN if name in pull}
    only, without, leave_out = _entities(pull.get("entities"), source.name)
    return Options(
        source=source.name,
        **given,  # type: ignore[arg-type]  # numbers and texts as the file gives them, checked below
        only=only,
        without=without,
        leave_out=leave_out,
        **{name: _scale(pull, name, source.name) for name in _SCALES if name in pull},  # type: ignore[arg-type]
        **{own: _words(pull[name]) for name, own in _LISTS.items() if name in pull},  # type: ignore[arg-type]
        frequencies={**FREQUENCIES, **_numbers(pull.get("frequencies"))},
        statuses=_statuses(pull.get("statuses")),
    )


_PLAIN = ("page_size", "overlap_seconds", "revisit_days", "full_every_days", "locale", "demographics")
_SCALES = ("assessment_scale", "interview_scale", "review_scale")
_LISTS = {
    "ai_interview_vendors": "vendors",
    "completed_status": "completed",
    "base_pay_components": "base_pay",
    "offer_accepted": "accepted",
    "offer_declined": "declined",
}


def _entities(given: object, source: str) -> tuple[frozenset[str] | None, frozenset[str], dict[str, frozenset[str]]]:
    if given is None:
        return None, frozenset(), {}
    if isinstance(given, list):
        return frozenset(str(one) for one in given), frozenset(), {}
    if not isinstance(given, dict):
        raise Misconfigured(f"{source}: pull.entities: give a list of names, or what to do by name")
    without = frozenset(name for name, how in given.items() if how is False)
    named = {name: how for name, how in given.items() if isinstance(how, dict)}
    return None, without, {name: _words(how.get("leave_out", [])) for name, how in named.items()}


def _scale(pull: Mapping[str, object], name: str, source: str) -> Scale:
    given = pull[name]
    if not isinstance(given, dict) or set(given) != {"min", "max"} or not given["min"] < given["max"]:
        raise Misconfigured(f"{source}: pull.{name}: give min and max, min below max")
    return {"min": float(given["min"]), "max": float(given["max"])}


def _words(given: object) -> frozenset[str]:
    found = given if isinstance(given, list) else [given]
    return frozenset(str(one) for one in found)


def _numbers(given: object) -> dict[str, float]:
    return {str(name): float(value) for name, value in given.items()} if isinstance(given, dict) else {}


def _statuses(given: object) -> dict[str, str]:
    """What each status name means; what the file names comes before the defaults."""
    named = cast("Mapping[str, list[str]]", given) if isinstance(given, dict) else {}
    found = {word: meaning for meaning, words in STATUSES.items() for word in words}
    return found | {str(word).strip().lower(): meaning for meaning, words in named.items() for word in words}
