"""The one definition of features and the only code that computes them, for training and for scoring alike.

A spec names each feature, the source it is read from and where that source comes from. `matrix` computes it for a frame
of applications, `row` for one request; both run the same conversion, so a person gets the same numbers from either.
Sources are a closed list of what is known when the AI interview ends; everything else is refused.

Errors:

  FeatureError
    SpecMalformed       a stored spec or a configured feature that cannot be read
    SourceNotAllowed    a source that is not known before the interview ends
    ValueUnreadable     a value that is no number where one is needed
    ValueMissing        a feature that must be present is absent
  models.prohibited.ProhibitedInput    a protected, face-, emotion- or outcome-derived name
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from models.prohibited import refuse_prohibited

if TYPE_CHECKING:
    import pandas as pd

Matrix = NDArray[np.float32]

SKILL = "skill:"
"""How a source that is one skill of the AI interview begins."""

NUMBERS = frozenset({"ai_score", "ai_duration_minutes"})
TEXTS = frozenset({"ai_vendor", "job_family", "job_level", "channel"})
"""Columns of an application that are known when the AI interview ends; place and language stand for origin, so they
are not among them."""


LARGEST = float(np.finfo(np.float32).max)
"""The largest magnitude that the matrix can hold."""


class FeatureError(ValueError):
    """A feature that cannot be defined or computed."""


class SpecMalformed(FeatureError):
    """A spec that cannot be read."""


class SourceNotAllowed(FeatureError):
    """A source outside the closed list; `source` names it."""

    def __init__(self, source: str) -> None:
        """`source` was configured."""
        allowed = ", ".join(sorted(NUMBERS | TEXTS))
        super().__init__(f"The source {source!r} is not known when the AI interview ends; use {SKILL}NAME or {allowed}")
        self.source = source


class ValueUnreadable(FeatureError):
    """A value that is no finite number; `feature` names where, the value itself is not repeated."""

    def __init__(self, feature: str) -> None:
        """`feature` could not be computed."""
        super().__init__(f"The feature {feature!r} needs a finite number; send a number or leave it out")
        self.feature = feature


class ValueMissing(FeatureError):
    """A feature that must be present is absent; `feature` names it."""

    def __init__(self, feature: str) -> None:
        """`feature` has no value."""
        super().__init__(f"The feature {feature!r} must be present; without it nothing can be scored")
        self.feature = feature


class Kind(StrEnum):
    """How a source becomes a number: itself, or 1 where it equals a level and 0 where not."""

    NUMBER = "number"
    LEVEL = "level"


class Missing(StrEnum):
    """What an absent value becomes: it stays absent (the trees have a branch for it), a fixed number, or a refusal."""

    KEEP = "keep"
    FILL = "fill"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a source comes from: systems, their mappings with versions, what it is derived from (`answers`, `voice`),
    and whether its scoring was fixed before any outcome was known (None: nobody has declared it)."""

    systems: tuple[str, ...] = ()
    mappings: tuple[str, ...] = ()
    derived_from: tuple[str, ...] = ()
    fixed_before_outcome: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One input of a model. `level` belongs to `Kind.LEVEL`, `fill` to `Missing.FILL`."""

    name: str
    source: str
    kind: Kind = Kind.NUMBER
    level: str | None = None
    missing: Missing = Missing.KEEP
    fill: float | None = None
    provenance: Provenance = Provenance()

    def __post_init__(self) -> None:
        """Refuses what no model may see, and definitions that contradict themselves."""
        refuse_prohibited((self.name, self.source.removeprefix(SKILL)))
        is_number = self.source in NUMBERS or (self.source.startswith(SKILL) and len(self.source) > len(SKILL))
        if not is_number and self.source not in TEXTS:
            raise SourceNotAllowed(self.source)
        if is_number is not (self.kind is Kind.NUMBER):
            raise SpecMalformed(f"The feature {self.name!r}: {self.source!r} cannot be of kind {self.kind.value!r}")
        if (self.kind is Kind.LEVEL) is (self.level is None):
            raise SpecMalformed(f"The feature {self.name!r}: a level belongs to kind 'level' and only there")
        if (self.missing is Missing.FILL) is (self.fill is None):
            raise SpecMalformed(f"The feature {self.name!r}: a fill value belongs to missing 'fill' and only there")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSpec:
    """The inputs of a model in their order. `version` counts up when the meaning of a spec changes."""

    features: tuple[Feature, ...]
    version: int = 1

    def __post_init__(self) -> None:
        """Refuses an empty spec and a name that stands twice."""
        if not self.features:
            raise SpecMalformed("A feature spec needs at least one feature")
        if len(set(self.names)) != len(self.features):
            raise SpecMalformed(f"A feature name stands twice in {', '.join(self.names)}")

    @property
    def names(self) -> tuple[str, ...]:
        """The features' names in the order of the matrix's columns."""
        return tuple(feature.name for feature in self.features)

    @property
    def sources(self) -> tuple[str, ...]:
        """The distinct sources in the order of their first use."""
        return tuple(dict.fromkeys(feature.source for feature in self.features))

    @property
    def sha256(self) -> str:
        """The hash of the spec's JSON."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()

    def matrix(self, frame: "pd.DataFrame") -> Matrix:
        """One row an application, one column a feature; `frame` has a column for each source.

        Raises ValueUnreadable, and ValueMissing where a feature of `Missing.REFUSE` is absent in any row.
        """
        matrix = np.empty((len(frame), len(self.features)), dtype=np.float32)
        for at, feature in enumerate(self.features):
            matrix[:, at] = _computed(feature, _column(frame, feature.source))
        return matrix

    def row(self, payload: Mapping[str, object]) -> Matrix:
        """The matrix of one application, from a mapping of source to value (see `sources_of`); raises like `matrix`."""
        numbers = [_computed(feature, _single(payload.get(feature.source)))[0] for feature in self.features]
        return np.asarray([numbers], dtype=np.float32)

    def incomplete(self, frame: "pd.DataFrame") -> NDArray[np.bool_]:
        """Which rows lack a feature that must be present."""
        absent = np.zeros(len(frame), dtype=bool)
        for feature in self.features:
            if feature.missing is Missing.REFUSE:
                absent |= _is_absent(_column(frame, feature.source))
        return absent

    def as_json(self) -> str:
        """One JSON document with sorted keys; `from_json` reads it back to an equal value."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """A spec as stored by `as_json`. Raises SpecMalformed when the document is something else."""
        try:
            plain = json.loads(text)
            return cls(features=tuple(_stored(one) for one in plain["features"]), version=int(plain["version"]))
        except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
            raise SpecMalformed(f"This is not a stored feature spec ({type(error).__name__}); train again") from error


def sources_of(payload: Mapping[str, object]) -> dict[str, object]:
    """A request's fields as source to value: `skills` (a mapping, or a list of skill and score) and
    `assessment_score` are spelled out.

    Raises ProhibitedInput for a field that no model may see and SpecMalformed for skills of another shape.
    """
    refuse_prohibited(payload)
    values = {name: value for name, value in payload.items() if name not in {"skills", "assessment_score"}}
    if "assessment_score" in payload:
        values["ai_score"] = payload["assessment_score"]
    skills = _skills(payload.get("skills"))
    refuse_prohibited(skills)
    return values | {SKILL + name: score for name, score in skills.items()}


def _skills(skills: object) -> dict[str, object]:
    if skills is None:
        return {}
    if isinstance(skills, Mapping):
        return {str(name): score for name, score in skills.items()}
    if isinstance(skills, Sequence) and all(isinstance(one, Mapping) and "skill" in one for one in skills):
        return {str(one["skill"]): one.get("score") for one in skills}
    raise SpecMalformed("skills must be a mapping of name to score, or a list of objects with skill and score")


def _stored(plain: Mapping[str, object]) -> Feature:
    from_ = plain["provenance"]
    if not isinstance(from_, Mapping):
        raise SpecMalformed("A stored feature has no provenance; train again")
    fixed, level, fill = from_["fixed_before_outcome"], plain["level"], plain["fill"]
    return Feature(
        name=str(plain["name"]),
        source=str(plain["source"]),
        kind=Kind(str(plain["kind"])),
        level=None if level is None else str(level),
        missing=Missing(str(plain["missing"])),
        fill=None if fill is None else float(str(fill)),
        provenance=Provenance(
            systems=tuple(from_["systems"]),
            mappings=tuple(from_["mappings"]),
            derived_from=tuple(from_["derived_from"]),
            fixed_before_outcome=None if fixed is None else bool(fixed),
        ),
    )


def _column(frame: "pd.DataFrame", source: str) -> NDArray[np.generic]:
    if source not in frame.columns:
        raise SpecMalformed(f"The data has no column {source!r}; check the spelling, or whether it was ever loaded")
    values = frame[source]
    if values.dtype.kind in "fiu":
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    texts: NDArray[np.generic] = values.astype(object).where(values.notna(), None).to_numpy()
    return texts


def _single(value: object) -> NDArray[np.generic]:
    cell = np.empty(1, dtype=object)
    cell[0] = value
    return cell


def _is_absent(values: NDArray[np.generic]) -> NDArray[np.bool_]:
    if values.dtype.kind == "f":
        return np.isnan(values.astype(np.float64, copy=False))
    return np.fromiter((_is_blank(value) for value in values), dtype=bool, count=len(values))


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, float | np.floating) and math.isnan(value))


def _computed(feature: Feature, values: NDArray[np.generic]) -> NDArray[np.float64]:
    absent = _is_absent(values)
    if feature.missing is Missing.REFUSE and absent.any():
        raise ValueMissing(feature.name)
    if feature.kind is Kind.NUMBER and not absent.any():
        return _numbers(feature, values)
    numbers = np.full(len(values), np.nan if feature.fill is None else feature.fill)
    present = values[~absent]
    if feature.kind is Kind.LEVEL:
        numbers[~absent] = [float(str(value).strip() == feature.level) for value in present]
    else:
        numbers[~absent] = _numbers(feature, present)
    return numbers


def _numbers(feature: Feature, values: NDArray[np.generic]) -> NDArray[np.float64]:
    if values.dtype.kind == "O" and any(isinstance(value, bool | str | bytes) for value in values):
        values = np.asarray([_parsed(value) for value in values], dtype=np.float64)
    try:
        numbers = values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueUnreadable(feature.name) from error
    if not (np.abs(numbers) <= LARGEST).all():
        raise ValueUnreadable(feature.name)
    return numbers


def _parsed(value: object) -> float:
    """A number written as text counts as that number; a truth value is no score."""
    try:
        return math.nan if isinstance(value, bool) else float(str(value))
    except ValueError:
        return math.nan
