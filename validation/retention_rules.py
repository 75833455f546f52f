"""The minimum periods that laws ask records to be kept, read from the dated file `policies/retention.yaml`.

Where several rules hold the longest counts; a duty to delete on request is told beside it, for a person to reconcile.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from validation.bias_audit_dates import months_after
from validation.policy import FOLDER

_DAYS = {"days": 1.0, "months": 365.25 / 12, "years": 365.25}


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """One dated rule; `kind` is `keep`, `post`, `delete_within` or `answer_within`."""

    id: str
    jurisdiction: str
    kind: str
    amount: int
    unit: str
    effective: date
    source: str
    asks: str

    def until(self, start: date) -> date:
        """The last day of the period that begins on `start`."""
        if self.unit == "days":
            return date.fromordinal(start.toordinal() + self.amount)
        return months_after(start, self.amount * (12 if self.unit == "years" else 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """What a first violation and each later one may cost."""

    id: str
    jurisdiction: str
    first: int
    later_max: int
    currency: str
    source: str


def retention_rules(path: Path | None = None) -> tuple[RetentionRule, ...]:
    """All rules of the file, by default of the packaged one."""
    return tuple(
        RetentionRule(**{**entry, "effective": date.fromisoformat(entry["effective"])})
        for entry in _document(path)["rules"]
    )


def penalties(path: Path | None = None) -> tuple[Penalty, ...]:
    """All penalties of the file."""
    fields = ("id", "jurisdiction", "first", "later_max", "currency", "source")
    return tuple(Penalty(**{name: entry[name] for name in fields}) for entry in _document(path)["penalties"])


def longest(rules: Collection[RetentionRule], *, jurisdictions: Collection[str], on: date) -> RetentionRule | None:
    """The rule that asks to keep records longest, among those in force in these places on a day; None if none does."""
    held = [
        rule for rule in rules if rule.kind == "keep" and rule.jurisdiction in jurisdictions and rule.effective <= on
    ]
    return max(held, key=lambda rule: rule.amount * _DAYS[rule.unit], default=None)


def _document(path: Path | None) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((path or FOLDER / "retention.yaml").read_text(encoding="utf-8"))
    return document
