"""The words every check answers in: a verdict with its reason, and a figure that never travels alone.

A figure carries value, n, interval, period, cut, comparator, stratum, definition and snapshot (the lake version it
was read from). `None` means undefined: it is neither zero nor a failure, and it opens no gate.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a check concludes. Only `PASS` opens a gate by itself."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    REVIEW = "review"
    BLOCK = "block"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"


_GRAVITY = {Verdict.PASS: 0, Verdict.REVIEW: 1, Verdict.NOT_ENOUGH_EVIDENCE: 2, Verdict.BLOCK: 3}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The gravest of several verdicts; of none at all `NOT_ENOUGH_EVIDENCE`, for nothing was shown."""
    return max(verdicts, key=_GRAVITY.__getitem__, default=Verdict.NOT_ENOUGH_EVIDENCE)


def exit_code(verdict: Verdict) -> int:
    """The command's exit code: 1 for `BLOCK`, else 0."""
    return 1 if verdict is Verdict.BLOCK else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One sentence for people, in English and Chinese."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The sentence in `language` (`en` or `zh`)."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A confidence interval; either end may be None (undefined) and `level` is its coverage, such as 0.95."""

    low: float | None
    high: float | None
    level: float = 0.95
    method: str = ""

    def as_list(self) -> list[float | None]:
        """Low and high, as the contracts' JSON writes them."""
        return [finite(self.low), finite(self.high)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with all that is needed to read it.

    `period` is an ISO interval such as `2026-01-01/2026-06-30`; `cut` the cut score in force; `stratum` the filter the
    rows passed; `definition` a sentence; `snapshot` the lake versions it was read from.
    """

    name: str
    value: float | None
    n: int
    definition: str
    interval: Interval | None = None
    period: str | None = None
    cut: float | None = None
    comparator: str | None = None
    stratum: str | None = None
    snapshot: str | None = None

    def as_json(self) -> dict[str, object]:
        """Plain JSON values; what is undefined is null."""
        return {
            "name": self.name,
            "value": finite(self.value),
            "n": self.n,
            "interval": self.interval.as_list() if self.interval else None,
            "period": self.period,
            "cut": finite(self.cut),
            "comparator": self.comparator,
            "stratum": self.stratum,
            "definition": self.definition,
            "snapshot": self.snapshot,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check of a gate or an audit: what it saw, what it concludes and what to do next."""

    check: str
    verdict: Verdict
    reason: Text
    figures: tuple[Figure, ...] = ()
    next_step: Text | None = None

    def as_json(self) -> dict[str, object]:
        """Plain JSON values, both languages."""
        return {
            "check": self.check,
            "verdict": self.verdict.value,
            "reason": {"en": self.reason.en, "zh": self.reason.zh},
            "figures": [figure.as_json() for figure in self.figures],
            "next_step": {"en": self.next_step.en, "zh": self.next_step.zh} if self.next_step else None,
        }


def finite(value: float | None) -> float | None:
    """The value, or None where it is undefined, not a number or infinite, so that JSON stays valid."""
    return None if value is None or not math.isfinite(value) else float(value)
