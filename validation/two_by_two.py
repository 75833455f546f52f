"""The statistics of one 2x2 table: a focal group and a comparator, selected or not.

None means undefined (nobody selected, or an empty group): never zero, never not-a-number. Every figure is computed
from the four counts when it is asked for, so a table of five hundred groups pays only for what it shows.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

from validation import ratio_interval
from validation.hypergeometric import ExactTest, exact_test
from validation.outcome import Interval
from validation.proportion import quantile, two_sided_p

FOUR_FIFTHS = Fraction(4, 5)

# Below this any of the four counts makes normal approximations unreliable.
SMALL_COUNT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoByTwo:
    """`x1` of `n1` in the focal group and `x2` of `n2` in the comparator were selected."""

    x1: int
    n1: int
    x2: int
    n2: int

    @property
    def status(self) -> str:
        """`ok`, `empty_group`, `no_selections` or `all_selected`."""
        if min(self.n1, self.n2) == 0:
            return "empty_group"
        if self.x1 + self.x2 == 0:
            return "no_selections"
        return "all_selected" if self._rejected == 0 else "ok"

    @property
    def is_small(self) -> bool:
        """Whether any of the four counts is below ten."""
        return min(self.x1, self.x2, self.n1 - self.x1, self.n2 - self.x2) < SMALL_COUNT

    @property
    def impact_ratio(self) -> float | None:
        """Focal rate over comparator rate; 0 when only the focal group had no selection."""
        exact = self.exact_ratio
        return None if exact is None else float(exact)

    @property
    def exact_ratio(self) -> Fraction | None:
        """The impact ratio without rounding."""
        if min(self.n1, self.n2) == 0 or self.x2 == 0:
            return None
        return Fraction(self.x1 * self.n2, self.n1 * self.x2)

    def is_below(self, threshold: Fraction = FOUR_FIFTHS) -> bool | None:
        """Whether the impact ratio is under the threshold, decided on integers: 48 of 60 is not below 4/5."""
        if self.status in {"empty_group", "no_selections"}:
            return None
        return self.x1 * self.n2 * threshold.denominator < threshold.numerator * self.x2 * self.n1

    @property
    def z(self) -> float | None:
        """Pooled two-proportion z, negative when the focal rate is lower; 0 when all or none were selected."""
        if min(self.n1, self.n2) == 0:
            return None
        share = (self.x1 + self.x2) / (self.n1 + self.n2)
        variance = share * (1 - share) * (1 / self.n1 + 1 / self.n2)
        return 0.0 if variance == 0 else (self.x1 / self.n1 - self.x2 / self.n2) / math.sqrt(variance)

    @property
    def z_p(self) -> float | None:
        """Two-sided p of the pooled z, without continuity correction."""
        return None if self.z is None else two_sided_p(self.z)

    @property
    def chi2(self) -> float | None:
        """Pearson's chi-square without correction: the square of the pooled z."""
        return None if self.z is None else self.z**2

    @property
    def chi2_yates(self) -> float | None:
        """Chi-square with Yates' correction; conservative, shown for comparison only."""
        if self.status != "ok":
            return None
        gap = abs(self._cross) - min((self.n1 + self.n2) / 2, abs(self._cross))
        return gap**2 * (self.n1 + self.n2) / (self.n1 * self.n2 * self._selected * self._rejected)

    @property
    def exact(self) -> ExactTest | None:
        """Fisher's exact test and the mid-p."""
        return exact_test(self.x1, self.n1, self.x2, self.n2)

    @property
    def z_ir(self) -> float | None:
        """Z of the log impact ratio (Morris & Lobsenz 2000)."""
        if self.status != "ok" or not self.x1 or not self.x2:
            return None
        total = self.n1 + self.n2
        share, focal = self._selected / total, self.n1 / total
        return self.log_ratio / math.sqrt((1 - share) / (share * total * focal * (1 - focal)))

    @property
    def log_ratio(self) -> float:
        """Natural logarithm of the impact ratio; both groups must have selections."""
        return math.log(self.x1) - math.log(self.n1) - math.log(self.x2) + math.log(self.n2)

    @property
    def cohen_h(self) -> float | None:
        """`2·asin(sqrt(p1)) - 2·asin(sqrt(p2))` (Cohen 1988)."""
        if min(self.n1, self.n2) == 0:
            return None
        return cohen_h(self.x1 / self.n1, self.x2 / self.n2)

    @property
    def phi(self) -> float | None:
        """The correlation of group and selection; undefined when all or none were selected."""
        if self.status != "ok":
            return None
        return self._cross / math.sqrt(self.n1 * self.n2 * self._selected * self._rejected)

    @property
    def odds_ratio(self) -> float | None:
        """Odds of selection, focal over comparator; with a zero cell 1/2 is added to each (Haldane-Anscombe)."""
        if self.status != "ok":
            return None
        a, b, c, d = self._cells
        return a * d / (b * c)

    def odds_ratio_interval(self, *, level: float = 0.95) -> Interval:
        """Woolf's interval of the odds ratio, on the same cells."""
        odds, method = self.odds_ratio, "woolf-haldane" if self.has_zero_cell else "woolf"
        if odds is None:
            return Interval(low=None, high=None, level=level, method=method)
        half = quantile(0.5 + level / 2) * math.sqrt(sum(1 / cell for cell in self._cells))
        return Interval(low=odds * math.exp(-half), high=odds * math.exp(half), level=level, method=method)

    @property
    def has_zero_cell(self) -> bool:
        """Whether the odds ratio needed the Haldane-Anscombe correction."""
        return min(self.x1, self.n1 - self.x1, self.x2, self.n2 - self.x2) == 0

    def ratio_interval(self, *, level: float = 0.95) -> Interval:
        """Koopman's score interval when any count is below ten, else Katz's log interval."""
        method = ratio_interval.score if self.is_small else ratio_interval.katz
        return method(self.x1, self.n1, self.x2, self.n2, level=level)

    @property
    def test(self) -> str:
        """Which test the p value is of: `mid_p` when any count is below ten, else `pooled_z`."""
        return "mid_p" if self.is_small else "pooled_z"

    @property
    def p_value(self) -> float | None:
        """Two-sided p of that test; the mid-p is the doubled one-sided one (Lancaster)."""
        if not self.is_small:
            return self.z_p
        exact = self.exact
        return None if exact is None else exact.midp_two_sided

    @property
    def shortfall_pooled(self) -> float | None:
        """Selections expected at the pooled rate minus actual ones; negative is a surplus."""
        if min(self.n1, self.n2) == 0:
            return None
        return self.n1 * self._selected / (self.n1 + self.n2) - self.x1

    @property
    def shortfall_reference(self) -> float | None:
        """Selections expected at the comparator's rate minus actual ones; negative is a surplus."""
        return self.n1 * self.x2 / self.n2 - self.x1 if min(self.n1, self.n2) else None

    def selections_needed(self, threshold: Fraction = FOUR_FIFTHS) -> int | None:
        """How many more selections would have brought the focal group to the threshold, on integers."""
        if min(self.n1, self.n2) == 0:
            return None
        line = threshold.numerator * self.x2 * self.n1
        return max(0, -(-line // (threshold.denominator * self.n2)) - self.x1)

    @property
    def flip_flops(self) -> bool | None:
        """Whether one selection given to the focal instead of the comparator would reverse who is favoured."""
        if min(self.n1, self.n2) == 0 or self.x2 == 0 or self.x1 == self.n1:
            return None if min(self.n1, self.n2) == 0 else False
        if self.x1 * self.n2 >= self.x2 * self.n1:
            return False
        return (self.x1 + 1) * self.n2 > (self.x2 - 1) * self.n1

    @property
    def _selected(self) -> int:
        return self.x1 + self.x2

    @property
    def _rejected(self) -> int:
        return self.n1 + self.n2 - self._selected

    @property
    def _cross(self) -> int:
        return self.x1 * (self.n2 - self.x2) - (self.n1 - self.x1) * self.x2

    @property
    def _cells(self) -> tuple[float, float, float, float]:
        add = 0.5 if self.has_zero_cell else 0.0
        return self.x1 + add, self.n1 - self.x1 + add, self.x2 + add, self.n2 - self.x2 + add


def cohen_h(first: float, second: float) -> float:
    """Cohen's effect size of two rates; negative when the first is lower."""
    return 2 * math.asin(math.sqrt(first)) - 2 * math.asin(math.sqrt(second))
