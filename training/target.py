"""What a configuration predicts: one outcome, or a composite of several that are weighted, averaged and cut once."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

COMPOSITE = "composite"
"""The name of the target that is made of several outcomes."""

PARTS = ("re_interview_pass", "performance_6m", "performance_12m", "retention_12m", "high_performer")
"""The outcomes that a composite may be made of; each lies between 0 and 1."""

RETENTION = "retention_12m"
"""The outcome that tells who left: only they may lack a part that is not required."""

_OF_A_COMPOSITE = ("parts", "required", "top_share", "standardise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is predicted. `at_least` cuts a 0-1 rating; a label counts `matured_after_days` after its date.

    `undated_is_matured` accepts labels of records that carry no date. A composite names its `parts` with their
    weights, those that even who left within the year must have (`required`; empty means all), and is cut by
    `at_least` or so that `top_share` of the labelled people of the fit period are good; `standardise` puts every part
    on the same spread first.
    """

    name: str
    at_least: float | None = None
    matured_after_days: int = 0
    undated_is_matured: bool = False
    parts: Mapping[str, float] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    top_share: float | None = None
    standardise: bool = False

    @property
    def needed(self) -> tuple[str, ...]:
        """The parts without which no row of a composite has a label."""
        return self.required or tuple(self.parts)

    def as_json(self) -> dict[str, object]:
        """Plain JSON values; what only a composite has stands only there."""
        plain: dict[str, object] = {
            "name": self.name,
            "at_least": self.at_least,
            "matured_after_days": self.matured_after_days,
            "undated_is_matured": self.undated_is_matured,
        }
        if self.name != COMPOSITE:
            return plain
        own = {"parts": dict(self.parts), "required": list(self.needed)}
        return {**plain, **own, "top_share": self.top_share, "standardise": self.standardise}


def target(plain: Mapping[str, Any]) -> Target:
    """A target from its plain document, whose keys are known. Raises ValueError or TypeError for what
    cannot be meant."""
    parts, required = plain.get("parts", {}), plain.get("required", ())
    if not isinstance(parts, Mapping) or not isinstance(required, list | tuple):
        raise TypeError("target.parts is a mapping of outcome to weight, target.required a list of outcomes")
    read = Target(**{**plain, "parts": dict(parts), "required": tuple(required)})
    _refuse_outside("at_least", read.at_least, is_closed=True)
    _refuse_outside("top_share", read.top_share, is_closed=False)
    if isinstance(read.matured_after_days, bool) or not isinstance(read.matured_after_days, int):
        raise TypeError(f"target.matured_after_days is {read.matured_after_days!r}; it is a whole number of days")
    if read.matured_after_days < 0:
        raise ValueError("target.matured_after_days is below 0; an outcome is not known before its day")
    if read.name == COMPOSITE:
        _refuse_composite(read)
    elif given := [key for key in _OF_A_COMPOSITE if key in plain]:
        raise ValueError(f"target.{given[0]} belongs to the target {COMPOSITE!r} alone")
    return read


def _refuse_composite(read: Target) -> None:
    unknown = [name for name in (*read.parts, *read.required) if name not in PARTS]
    if unknown or len(read.parts) < 2:
        raise ValueError(f"target.parts names two or more of {', '.join(PARTS)}, each with its weight")
    for name, weight in read.parts.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < math.inf:
            raise ValueError(f"target.parts.{name} is {weight!r}; a weight is a number above 0")
    if not set(read.required) <= set(read.parts):
        raise ValueError("target.required names outcomes that are not among target.parts")
    if set(read.needed) != set(read.parts) and RETENTION not in read.needed:
        raise ValueError(f"target.required may leave parts out only for who left, so it must name {RETENTION}")
    if (read.at_least is None) is (read.top_share is None):
        raise ValueError("a composite is cut by either target.at_least or target.top_share")
    if read.standardise and read.top_share is None:
        raise ValueError("target.standardise leaves no 0-1 scale for target.at_least; give target.top_share")


def _refuse_outside(name: str, value: object, *, is_closed: bool) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"target.{name} is {value!r}; it is a number between 0 and 1")
    if not (0 <= value <= 1 if is_closed else 0 < value < 1):
        raise ValueError(f"target.{name} is {value}; it must lie between 0 and 1")
