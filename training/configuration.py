"""A training configuration: what is predicted, from what, and how it is judged. Read from YAML, checked, frozen.

Errors:

  ConfigurationError    a file that cannot be read, an unknown key, or a value out of range; names file and key
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any

from models.features import Feature, FeatureError, FeatureSpec, Kind, Missing
from models.prohibited import ProhibitedInput
from models.reasons import ReasonsIncomplete, reasons
from training.alternatives_settings import Trying, trying
from training.configuration_yaml import NotYaml, document
from training.grid import Candidate, Parameters, candidate, default_grid, defaults
from training.plain_values import flag, listed, mapped, number, text, whole
from training.signs import refuse_unusable, signed
from training.target import Target, target
from training.tune_settings import Method, Searching, searching

DEFAULT = "demo_job_related"
"""The product's own configuration that is trained when none is named."""


NEEDED = ("name", "model_name", "target", "features", "cut")
"""What a configuration cannot do without."""

LARGEST_SEED = 2**31 - 1
"""XGBoost's seed is a whole number of 32 bits."""

FEATURE_KEYS = ("name", "source", "kind", "level", "missing", "fill", "sign", "job_analysis")
"""What may be said of a feature."""


class ConfigurationError(ValueError):
    """A configuration that cannot be used; the message names the file and the key."""


class HoldoutKind(StrEnum):
    """How the holdout is cut off: the last period, or a share of the people where nothing has a date."""

    LAST_PERIOD = "last_period"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdout:
    """The share of rows (last period) or people that is never used to fit."""

    kind: HoldoutKind = HoldoutKind.LAST_PERIOD
    share: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The cut score: as many advance as at the vendor's cut (0-100), or a share of all who were interviewed."""

    match_vendor_cut: float | None = None
    share: float | None = None
    middle_share: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """One training configuration. `sources` limits the source systems; empty means all.

    `draws` is how many other draws of the same people the stability of the model is measured on; 0 measures none.
    `interviewed_from` leaves out who was interviewed before that day (UTC), such as before a vendor's change.
    `alternatives` says which less discriminatory fits are tried beside; None tries none. `signs` bind features by name,
    `job_analysis` says why; `candidates` are tried as they are, without their signs (see `to_try`).
    """

    name: str
    model_name: str
    target: Target
    features: tuple[Feature, ...]
    cut: Cut
    holdout: Holdout = Holdout()
    folds: int = 5
    seed: int = 20260101
    calibrate: bool = True
    draws: int = 4
    alternatives: Trying | None = None
    sources: tuple[str, ...] = ()
    interviewed_from: dt.date | None = None
    tuning: Searching = field(default_factory=Searching)
    candidates: tuple[Candidate, ...] = ()
    signs: Mapping[str, int] = field(default_factory=dict)
    job_analysis: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, object] = field(default_factory=dict)

    @property
    def to_try(self) -> tuple[Candidate, ...]:
        """The candidates with the signs of the features."""
        return tuple(replace(one, parameters={**one.parameters, **self.bound}) for one in self.candidates)

    @property
    def bound(self) -> Parameters:
        """The signs of the features as parameters of every fit; empty where there is none."""
        return signed({}, self.features, self.signs)

    def parameters(self) -> dict[str, object]:
        """What a run logs and a comparison shows, one flat name each."""
        flat: dict[str, object] = {
            "configuration": self.name,
            "model_name": self.model_name,
            "features": ", ".join(feature.source for feature in self.features),
            "folds": self.folds,
            "seed": self.seed,
            "calibrate": self.calibrate,
            "draws": self.draws,
            "alternatives": "off" if self.alternatives is None else self.alternatives.shown,
            "sources": ", ".join(self.sources) or "all",
            "interviewed_from": "all" if self.interviewed_from is None else self.interviewed_from.isoformat(),
            "tuning": self.tuning.shown,
            "candidates": ", ".join(one.name for one in self.candidates),
            "signs": ", ".join(f"{name} {sign:+d}" for name, sign in self.signs.items()) or "none",
        }
        flat |= {f"job_analysis.{name}": why for name, why in self.job_analysis.items()}
        flat |= {f"target.{key}": value for key, value in self.target.as_json().items()}
        for part in ("holdout", "cut"):
            flat |= {f"{part}.{key}": value for key, value in asdict(getattr(self, part)).items()}
        return flat


DOCUMENT_KEYS = tuple(key for key in Configuration.__dataclass_fields__ if key not in {"signs", "job_analysis"})
"""What a configuration may hold; signs and their reasons stand with their features."""


def names() -> tuple[str, ...]:
    """The product's own configurations."""
    found = files("training").joinpath("configurations").iterdir()
    return tuple(sorted(Path(one.name).stem for one in found if one.name.endswith(".yaml")))


def load(name_or_path: str | Path = DEFAULT) -> Configuration:
    """The configuration of this name, or in this YAML file. Raises ConfigurationError."""
    path = Path(name_or_path)
    own = files("training").joinpath("configurations", f"{name_or_path}.yaml")
    source = own if str(name_or_path) in names() else path
    try:
        plain = document(source.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{name_or_path}: this is no text in UTF-8; save it as UTF-8") from error
    except OSError as error:
        known = ", ".join(names())
        raise ConfigurationError(
            f"{name_or_path}: no such configuration; give a YAML file or one of {known}"
        ) from error
    except NotYaml as error:
        raise ConfigurationError(f"{name_or_path}: this is not YAML: {error}") from error
    return configuration(plain, str(name_or_path))


def configuration(plain: object, origin: str = "configuration") -> Configuration:
    """A configuration from its plain document. Raises ConfigurationError, naming `origin` and the key."""
    try:
        read = _read(_checked(plain, dict.fromkeys(DOCUMENT_KEYS), "the document"))
        reasons(FeatureSpec(features=read.features), read.reasons)
        refuse_unusable(read.features, read.signs)
        _refuse_out_of_range(read)
    except KeyError as error:
        raise ConfigurationError(f"{origin}: the key {error.args[0]!r} is missing") from error
    except (TypeError, ValueError, FeatureError, ProhibitedInput, ReasonsIncomplete) as error:
        raise ConfigurationError(f"{origin}: {error}") from error
    return read


def _read(plain: Mapping[str, Any]) -> Configuration:
    if missing := [key for key in NEEDED if key not in plain]:
        raise KeyError(missing[0])
    features = [_checked(one, dict.fromkeys(FEATURE_KEYS), "a feature") for one in listed(plain, "features")]
    tuning = searching(plain.get("tuning"))
    return Configuration(
        name=text(plain, "name"),
        model_name=text(plain, "model_name"),
        target=target(_checked(plain["target"], Target.__dataclass_fields__, "target")),
        features=tuple(_feature(one) for one in features),
        cut=_cut(plain["cut"]),
        holdout=_holdout(plain.get("holdout", {})),
        folds=whole(plain, "folds", 5, least=0, most=100),
        seed=whole(plain, "seed", 20260101, least=0, most=LARGEST_SEED),
        calibrate=flag(plain, "calibrate", usual=True),
        draws=whole(plain, "draws", 4, least=0, most=50),
        alternatives=trying(plain.get("alternatives")),
        sources=tuple(str(one) for one in listed(plain, "sources")),
        interviewed_from=_day(plain.get("interviewed_from")),
        tuning=tuning,
        candidates=_candidates(plain, tuning),
        signs={str(one["name"]): one["sign"] for one in features if one.get("sign") is not None},
        job_analysis={str(one["name"]): str(one["job_analysis"]) for one in features if one.get("job_analysis")},
        reasons=mapped(plain, "reasons"),
    )


def _cut(plain: object) -> Cut:
    read = _checked(plain, Cut.__dataclass_fields__, "cut")
    for key, value in read.items():
        if value is not None or key == "middle_share":
            number(value, f"cut.{key}")
    return Cut(**read)


def _holdout(plain: object) -> Holdout:
    read = _checked(plain, Holdout.__dataclass_fields__, "holdout")
    number(read.get("share", 0.2), "holdout.share")
    kind = read.get("kind", HoldoutKind.LAST_PERIOD)
    if kind not in tuple(HoldoutKind):
        raise ConfigurationError(f"holdout.kind is {kind!r}; it must be one of {', '.join(HoldoutKind)}")
    return Holdout(**{**read, "kind": HoldoutKind(kind)})


def _day(plain: object) -> dt.date | None:
    """A day as YAML writes it, 2025-02-01; a moment of a day is none."""
    if isinstance(plain, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", plain):
        return dt.date.fromisoformat(plain)
    if plain is None or (isinstance(plain, dt.date) and not isinstance(plain, dt.datetime)):
        return plain
    raise ConfigurationError(f"interviewed_from is {plain!r}; write a day such as 2025-02-01")


def _feature(plain: Mapping[str, Any]) -> Feature:
    """The feature alone: its sign is a matter of training and never reaches the spec that serves."""
    read = {key: value for key, value in plain.items() if key not in {"sign", "job_analysis"}}
    for key in ("name", "source"):
        if key not in read:
            raise ConfigurationError(f"the feature {plain.get('name', plain.get('source'))!r} has no {key}")
    kind, missing = Kind(read.get("kind", Kind.NUMBER)), Missing(read.get("missing", Missing.KEEP))
    return Feature(**{**read, "kind": kind, "missing": missing})


def _candidates(plain: Mapping[str, Any], tuning: Searching) -> tuple[Candidate, ...]:
    if plain.get("candidates") is None:
        return default_grid() if tuning.method is Method.GRID else (defaults(),)
    read = [_checked(one, Candidate.__dataclass_fields__, "a candidate") for one in listed(plain, "candidates")]
    found = tuple(candidate(one) for one in read)
    if len({one.name for one in found}) < len(found):
        raise ConfigurationError("candidates: a name stands twice; the record of the trials goes by it")
    return found


def _checked(plain: object, known: Mapping[str, object], where: str) -> dict[str, Any]:
    if not isinstance(plain, Mapping):
        raise ConfigurationError(f"{where} must be a mapping of keys to values")
    unknown = sorted(str(key) for key in plain if key not in known)
    if unknown:
        raise ConfigurationError(f"{where} has unknown keys: {', '.join(unknown)}; known are {', '.join(known)}")
    return dict(plain)


def _refuse_out_of_range(read: Configuration) -> None:
    if (read.cut.match_vendor_cut is None) is (read.cut.share is None):
        raise ConfigurationError("cut needs either match_vendor_cut or share")
    shares = {
        "cut.share": read.cut.share,
        "cut.middle_share": read.cut.middle_share,
        "holdout.share": read.holdout.share,
    }
    for name, share in shares.items():
        if share is not None and not 0 < share < 1:
            raise ConfigurationError(f"{name} is {share}; it must lie between 0 and 1")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", read.model_name):
        raise ConfigurationError(f"model_name is {read.model_name!r}; use lower-case letters, digits and hyphens")
    if read.folds == 1:
        raise ConfigurationError(f"folds is {read.folds}; cross-validation needs at least 2, and 0 does none")
    if not read.candidates:
        raise ConfigurationError("candidates is empty; leave the key out for the product's own grid")
    if not read.folds:
        _refuse_what_needs_folds(read)


def _refuse_what_needs_folds(read: Configuration) -> None:
    """Without folds nothing can be chosen, and no fitted row has a score of a model that did not see it."""
    is_settled = len(read.candidates) == 1 and len(read.candidates[0].rounds) == 1
    if not is_settled or read.tuning.method is not Method.GRID:
        raise ConfigurationError("folds is 0, so nothing can be chosen; name one candidate with one number of rounds")
    if read.calibrate or read.alternatives is not None:
        raise ConfigurationError("folds is 0; calibration and alternatives need folds: say calibrate: false, or more")
