"""One group's line in an adverse-impact table: its rate, its ratio to the comparator, and what follows."""

from dataclasses import dataclass
from fractions import Fraction

from validation.decision_rule import Decision, State
from validation.group_count import GroupCount
from validation.impact_power import minimum_detectable_ratio
from validation.outcome import Interval, Text, Verdict, finite
from validation.proportion import wilson
from validation.two_by_two import FOUR_FIFTHS, TwoByTwo
from validation.unknowns import Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupImpact:
    """A group against the comparator; `excluded` says why it cannot set the bar, and `table` holds the four counts.

    The comparator's own line has a table with itself, no test and ratio 1. `harm_is_proven` marks an excluded group
    whose ratio would have blocked.
    """

    count: GroupCount
    share: float
    table: TwoByTwo | None
    is_comparator: bool
    decision: Decision
    excluded: Text | None = None
    bounds: Bounds | None = None
    p_holm: float | None = None
    threshold: Fraction = FOUR_FIFTHS
    harm_is_proven: bool = False

    @property
    def state(self) -> State:
        """The state of the group's impact ratio."""
        return self.decision.state

    @property
    def verdict(self) -> Verdict:
        """The state as one of the four verdicts."""
        return self.decision.verdict

    @property
    def rate(self) -> float | None:
        """Selected over considered."""
        return self.count.rate

    @property
    def rate_ci(self) -> Interval:
        """Wilson's 95 % interval of the rate."""
        return wilson(self.count.selected, self.count.n)

    @property
    def impact_ratio(self) -> float | None:
        """The rate over the comparator's; never clipped at 1."""
        return self.table.impact_ratio if self.table else None

    @property
    def impact_ratio_ci(self) -> Interval:
        """95 % interval of the ratio: Katz, or Koopman's score interval with small counts."""
        if self.table is None or self.is_comparator:
            return Interval(low=None, high=None)
        return self.table.ratio_interval()

    @property
    def is_below_threshold(self) -> bool | None:
        """Whether the ratio is under the line, decided on integers."""
        return self.table.is_below(self.threshold) if self.table else None

    @property
    def minimum_detectable_ratio(self) -> float | None:
        """The ratio these group sizes can tell from 1 with 80 % power; read it beside every verdict."""
        if self.table is None or self.is_comparator or not self.table.n2:
            return None
        rate = self.table.x2 / self.table.n2
        return minimum_detectable_ratio(reference_rate=rate, focal_n=self.table.n1, reference_n=self.table.n2)

    def as_json(self) -> dict[str, object]:
        """Plain JSON values; what is undefined is null."""
        tested = None if self.is_comparator else self.table
        return {
            "group": dict(self.count.group),
            "n": self.count.n,
            "selected": self.count.selected,
            "rate": finite(self.rate),
            "rate_ci": self.rate_ci.as_list(),
            "share": finite(self.share),
            "is_comparator": self.is_comparator,
            "impact_ratio": finite(self.impact_ratio),
            "impact_ratio_ci": self.impact_ratio_ci.as_list(),
            "impact_ratio_ci_method": self.impact_ratio_ci.method or None,
            "below_threshold": self.is_below_threshold,
            **_tests(tested),
            "p_holm": finite(self.p_holm),
            **_practical(tested, self.threshold),
            "minimum_detectable_ratio": finite(self.minimum_detectable_ratio),
            "unknown_bounds": _bounds_json(self.bounds),
            "state": self.state.value,
            "verdict": self.verdict.value,
            "reason": {"en": self.decision.reason.en, "zh": self.decision.reason.zh},
            "excluded": self.excluded.en if self.excluded else None,
        }


def _tests(table: TwoByTwo | None) -> dict[str, object]:
    names = ("p_value", "test", "z", "phi", "cohen_h", "odds_ratio")
    if table is None or table.status == "empty_group":
        return dict.fromkeys(names)
    odds_ci = table.odds_ratio_interval()
    return {**{name: getattr(table, name) for name in names}, "odds_ratio_ci": odds_ci.as_list()}


def _practical(table: TwoByTwo | None, threshold: Fraction) -> dict[str, object]:
    return {
        "shortfall": table.shortfall_pooled if table else None,
        "shortfall_reference_rate": table.shortfall_reference if table else None,
        "selections_needed": table.selections_needed(threshold) if table else None,
        "flip_flops": table.flip_flops if table else None,
    }


def _bounds_json(bounds: Bounds | None) -> dict[str, list[float | None]] | None:
    if bounds is None:
        return None
    return {"worst_case": bounds.worst_case.as_list(), "proportional": bounds.proportional.as_list()}
