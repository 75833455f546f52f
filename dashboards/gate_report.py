"""A stored gate report as pages read it: in the reader's language, as far as the reader may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.wording.words import Words
from validation.decision_rule import Action
from warehouse.access import Principal
from warehouse.gate_reading import readable


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """One figure of a check; `definition` and `comparator` are English, as the evidence has them."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    stratum: str
    period: str
    comparator: str
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One check: verdict, whether it decides, its sentences, and its figures; `withheld` were too small to show."""

    check: str
    verdict: str
    counts: bool
    is_blocking: bool
    reason: str
    next_step: str
    figures: tuple[FigureLine, ...]
    withheld: int


def checks(report: Mapping[str, Any], reader: Principal, language: str) -> tuple[CheckLine, ...]:
    """The report's checks, as far as the reader may see their figures."""
    return tuple(_check(one, language) for one in readable(report, reader)["checks"])


def gravest(lines: Sequence[CheckLine], verdict: str) -> CheckLine | None:
    """The first check that gave the whole its verdict; None where none did."""
    return next((line for line in lines if line.counts and line.verdict == verdict), None)


def check_name(say: Words, check: str) -> str:
    """A check in words, such as "Adverse impact: sex × race/ethnicity"."""
    kind, _, about = check.partition(".")
    if not about:
        return say.of("check", kind)
    named = " × ".join(say.of("attribute", part) for part in about.split("+"))
    return say("app.filter", name=say.of("check", kind), values=named)


def _check(plain: Mapping[str, Any], language: str) -> CheckLine:
    step = plain["next_step"]
    return CheckLine(
        check=plain["check"],
        verdict=plain["verdict"],
        counts=plain["action"] != Action.RELEASE_WITH_NOTE.value,
        is_blocking=plain["role"] == "blocking",
        reason=plain["reason"][language],
        next_step=step[language] if step else "",
        figures=tuple(_figure(one) for one in plain["figures"]),
        withheld=int(plain.get("withheld", 0)),
    )


def _figure(plain: Mapping[str, Any]) -> FigureLine:
    low, high = plain["interval"] or (None, None)
    return FigureLine(
        name=plain["name"],
        value=plain["value"],
        low=low,
        high=high,
        n=plain["n"],
        stratum=plain.get("stratum") or "",
        period=plain["period"] or "",
        comparator=plain["comparator"] or "",
        definition=plain["definition"],
    )
