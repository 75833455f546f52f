"""The release policy: a dated YAML document that names each check, its role, its thresholds and where they come from.

A policy is data with a version and a fingerprint, never code; the JSON schema beside it refuses what is unknown and
fixes what no company may soften (a proven failure blocks, what is undefined never passes).

Errors:

  PolicyError    a policy cannot be read, or says what the schema does not allow; the message names file and place
"""

import datetime as dt
import hashlib
import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from validation import human_parts
from validation.decision_rule import Action, State
from validation.outcome import Text
from validation.policy_composition import FLOOR, CompositionError, extended, strictest
from validation.policy_settings import (
    CalibrationLimits,
    Contracts,
    DriftLimits,
    ErrorLimits,
    Impact,
    ImpactChange,
    InForce,
    Leakage,
    Performance,
    ProxyLimits,
    Role,
    StabilityLimits,
    Sufficiency,
    Validity,
)
from validation.vendor_change import VendorLimits
from warehouse.ledger_values import WARN_DAYS

_PACKAGED = Path(__file__).with_name("policies")
FOLDER = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).resolve().parents[1] / "policies"
"""Where the policies lie: inside the installed package, or at the top of a checkout."""

NOT_POLICIES = frozenset({"retention", "obligations"})
"""Other dated data in the same folder."""

_LONGEST_SHOWN = 80


class PolicyError(ValueError):
    """A policy cannot be used; the message names the file, the place in it and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of a policy; `sha256` is of its canonical content, whatever its comments and layout."""

    name: str
    version: str
    sha256: str
    title: Text
    lease_days: int
    grace_days: int
    longest_waiver_days: int
    warn_days: int
    roles: Mapping[str, Role]
    consequences: Mapping[Role, Mapping[State, Action]]
    contracts: Contracts
    sufficiency: Sufficiency
    chance_below: Sufficiency
    leakage: Leakage
    validity: Validity
    performance: Performance
    impact: Impact
    impact_change: ImpactChange
    drift: DriftLimits
    vendor: VendorLimits | None
    calibration: CalibrationLimits | None
    stability: StabilityLimits | None
    errors: ErrorLimits | None
    proxies: ProxyLimits | None
    documents: tuple[str, ...]
    criteria: tuple[str, ...]
    in_force: InForce
    tables: Mapping[str, tuple[tuple[str, ...], ...]]
    strata_by: tuple[str, ...]
    document: Mapping[str, object] = field(repr=False, compare=False)

    def action(self, check: str, state: State) -> Action:
        """What a release may do after this check in this state; `adverse_impact.sex` is of `adverse_impact`."""
        return self.consequences[self.role(check)][state]

    def asks(self, check: str) -> bool:
        """Whether the policy has this check."""
        return check in self.roles

    def require_in_force(self, day: dt.date) -> None:
        """Nothing on a day on which the policy is in force; raises PolicyError on any other."""
        if not self.in_force.has(day):
            first, last = self.in_force.first or "always", self.in_force.last or "further notice"
            raise PolicyError(f"{self.name}: in force from {first} until {last}, not on {day}; give another policy.")

    def role(self, check: str) -> Role:
        """The role of a check by its full name."""
        return self.roles[check.split(".", 1)[0]]


def names() -> tuple[str, ...]:
    """The policies that are shipped."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem not in NOT_POLICIES))


def load(*paths: Path | str | None) -> Policy:
    """The policy in this file, or the shipped one of this name; by default `default`.

    Several hold at once: the strictest of each setting. Raises PolicyError.
    """
    given = [path for path in paths if path is not None] or ["default"]
    return _composed([_read(path) for path in given])


def parse(text: str, name: str) -> Policy:
    """The policy that this YAML says; `name` is the file's, for messages. Raises PolicyError."""
    return _composed([(_yaml(text, name), name)])


def _composed(read: Sequence[tuple[Any, str]]) -> Policy:
    name = " + ".join(one for _, one in read)
    try:
        whole = [extended(_mapping(document, at), _shipped) for document, at in read]
        for document, (_, at) in zip(whole, read, strict=True):
            _check(document, at)
        document = strictest(whole)
    except CompositionError as error:
        raise PolicyError(f"{name}: {error}") from error
    _check(document, name)
    return _policy(document)


def _read(path: Path | str) -> tuple[Any, str]:
    file = FOLDER / f"{path}.yaml" if str(path) in names() else Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(names())
        raise PolicyError(f"{path}: the policy cannot be read; give a file, or one of {known}.") from error
    return _yaml(text, str(path)), str(path)


def _shipped(name: str) -> Mapping[str, Any]:
    if name not in names():
        raise CompositionError(f"there is no policy {name!r} to extend; shipped are {', '.join(names())}")
    document, _ = _read(name)
    return _mapping(document, name)


def _mapping(document: object, name: str) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise PolicyError(f"{name}: the document is not a mapping of settings.")
    return document


def _yaml(text: str, name: str) -> object:
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader that refuses repeated keys
    except yaml.YAMLError as error:
        raise PolicyError(f"{name}: not readable as YAML: {' '.join(str(error).split())}") from error


def from_document(document: Mapping[str, object]) -> Policy:
    """A policy as stored in the ledger. Raises PolicyError when the schema has moved on since."""
    _check(document, "the stored policy")
    return _policy(document)


def fingerprint(document: Mapping[str, object]) -> str:
    """The sha256 of the document as canonical JSON."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class _StrictLoader(yaml.SafeLoader):
    """Refuses a key that is written twice, for the second would replace the first in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """The mapping, if each of its keys stands once."""
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} is written twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _check(document: Any, name: str) -> None:  # noqa: ANN401 - YAML, held to the schema here
    schema = json.loads((FOLDER / "policy.schema.json").read_text(encoding="utf-8"))
    error = best_match(Draft202012Validator(schema).iter_errors(document))
    if error is not None:
        raise PolicyError(f"{name}: {_place(error)}: {_shortened(error.message)}")
    _check_finite(document, name)
    _check_days(document.get("in_force", {}), name)
    _check_citations(document, name)
    for wrong in human_parts.unknown(document["checks"].get("documents", {}).get("required", ())):
        raise PolicyError(f"{name}: checks.documents.required: there is no part {wrong!r} that a person writes.")


def _check_finite(document: object, name: str) -> None:
    """Not-a-number passes every minimum and maximum of a JSON schema, and no comparison afterwards."""
    try:
        json.dumps(document, allow_nan=False)
    except ValueError as error:
        raise PolicyError(f"{name}: a number is infinite or not a number; write a finite one.") from error


def _check_days(when: Mapping[str, str], name: str) -> None:
    """The schema knows a date by its digits only: there is no 31 February, and no policy ends before it begins."""
    try:
        days = {side: dt.date.fromisoformat(day) for side, day in when.items()}
    except ValueError as error:
        raise PolicyError(f"{name}: in_force: {error}; write a day that exists.") from error
    if days.get("from", dt.date.min) > days.get("until", dt.date.max):
        raise PolicyError(f"{name}: in_force: it ends before it begins.")


def _check_citations(document: Any, name: str) -> None:  # noqa: ANN401 - YAML, held to the schema before
    known = {source["id"] for source in document["sources"]}
    for check, settings in document["checks"].items():
        unknown = [source for source in settings.get("sources", ()) if source not in known]
        if unknown:
            raise PolicyError(f"{name}: checks.{check}.sources: {unknown[0]!r} is not among the sources.")


def _place(error: ValidationError) -> str:
    return ".".join(str(part) for part in error.absolute_path) or "the document"


def _shortened(message: str) -> str:
    """The start of the message: jsonschema prints the whole value first."""
    return message if len(message) <= _LONGEST_SHOWN * 2 else f"…{message[-_LONGEST_SHOWN:]}"


def _policy(document: Any) -> Policy:  # noqa: ANN401 - YAML, held to the schema before
    rows = _settings(document["checks"]["data_sufficiency"])
    floor = rows.pop(FLOOR, {})
    checks, release, when = document["checks"], document["release"], document.get("in_force", {})
    impact, change, against = checks["adverse_impact"], checks["adverse_impact_champion"], checks["performance"]
    contracts, errors = checks["data_contracts"], checks.get("error_rates")
    return Policy(
        name=document["name"],
        version=document["version"],
        sha256=fingerprint(document),
        title=Text(**document["title"]),
        lease_days=release["lease_days"],
        grace_days=release["grace_days"],
        longest_waiver_days=release["longest_waiver_days"],
        warn_days=release.get("warn_days", WARN_DAYS),
        roles={name: Role(settings["role"]) for name, settings in checks.items()},
        consequences={
            Role(role): {State(state): Action(action) for state, action in actions.items()}
            for role, actions in document["consequences"].items()
        },
        contracts=Contracts(**_settings(contracts) | {"noted": tuple(contracts["noted"])}),
        sufficiency=Sufficiency(**rows),
        chance_below=Sufficiency(**rows | floor),
        leakage=Leakage(**_settings(checks["leakage"])),
        validity=Validity(**_settings(checks["validity"])),
        performance=Performance(
            margins={name: other["margin"] for name, other in against["against"].items()}, alpha=against["alpha"]
        ),
        impact=Impact(
            **_settings(impact)
            | {
                "tables": _tables(impact),
                "threshold": Fraction(str(impact["threshold"])),
                "min_share": Fraction(str(impact["min_share"])),
                "asked": {name: tuple(places) for name, places in impact.get("asked", {}).items()},
            }
        ),
        impact_change=ImpactChange(**_settings(change) | {"tables": _tables(change)}),
        drift=DriftLimits(**_settings(checks["drift"])),
        vendor=VendorLimits(**_settings(checks["vendor_change"])) if "vendor_change" in checks else None,
        calibration=CalibrationLimits(**_settings(checks["calibration"])) if "calibration" in checks else None,
        stability=StabilityLimits(**_settings(checks["stability"])) if "stability" in checks else None,
        errors=ErrorLimits(**_settings(errors) | {"tables": _tables(errors)}) if errors else None,
        proxies=ProxyLimits(**_settings(checks["proxies"])) if "proxies" in checks else None,
        documents=tuple(checks.get("documents", {}).get("required", ())),
        criteria=tuple(checks.get("criterion", {}).get("accepted", ())),
        in_force=InForce(first=_day(when.get("from")), last=_day(when.get("until"))),
        tables={name: _tables(check) for name, check in checks.items() if "tables" in check},
        strata_by=tuple(checks.get("adverse_impact_strata", {}).get("by", ("job_family",))),
        document=document,
    )


def _day(written: str | None) -> dt.date | None:
    return None if written is None else dt.date.fromisoformat(written)


def _settings(check: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in check.items() if name not in {"role", "sources"}}


def _tables(check: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(table) for table in check["tables"])
