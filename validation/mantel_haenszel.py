"""One pair of groups over several strata: Mantel-Haenszel ratios, the CMH test, and whether the strata agree at all.

Pooling is honest only over strata that agree: the crude table of two equal jobs with different selectivity shows a
gap that no job has.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from validation.outcome import Interval
from validation.proportion import quantile
from validation.two_by_two import TwoByTwo

# Breslow-Day p below which strata are held to differ (a test of few strata has little power, hence not .05).
HOMOGENEITY_P = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Homogeneity:
    """Breslow-Day's statistic that all strata share one odds ratio, plain and with Tarone's correction."""

    breslow_day: float
    tarone: float
    degrees: int

    @property
    def p_value(self) -> float:
        """P of the plain statistic."""
        return _chi2_tail(self.breslow_day, self.degrees)

    @property
    def tarone_p(self) -> float:
        """P of the corrected statistic."""
        return _chi2_tail(self.tarone, self.degrees)


@dataclass(frozen=True, slots=True, kw_only=True)
class MantelHaenszel:
    """The focal group against the comparator in each stratum; strata without both groups add nothing."""

    tables: tuple[TwoByTwo, ...]

    @property
    def n1(self) -> int:
        """People of the focal group in all strata."""
        return sum(table.n1 for table in self.tables)

    @property
    def n2(self) -> int:
        """People of the comparator in all strata."""
        return sum(table.n2 for table in self.tables)

    @property
    def odds_ratio(self) -> float | None:
        """`sum(ad/N) / sum(bc/N)`; None where the denominator has nobody."""
        over = math.fsum(table.x1 * (table.n2 - table.x2) / _size(table) for table in self._paired)
        under = math.fsum(table.x2 * (table.n1 - table.x1) / _size(table) for table in self._paired)
        return over / under if under else None

    def odds_ratio_interval(self, *, level: float = 0.95) -> Interval:
        """Robins-Breslow-Greenland interval (1986) of the common odds ratio."""
        odds = self.odds_ratio
        method = "robins-breslow-greenland"
        if not odds:
            return Interval(low=None, high=None, level=level, method=method)
        half = quantile(0.5 + level / 2) * math.sqrt(self._log_odds_variance())
        return Interval(low=odds * math.exp(-half), high=odds * math.exp(half), level=level, method=method)

    @property
    def impact_ratio(self) -> float | None:
        """`sum(x1·n2/N) / sum(x2·n1/N)`: the ratio within strata; None if no comparator was selected."""
        over, under = self._ratio_sums()
        return over / under if under else None

    def ratio_interval(self, *, level: float = 0.95) -> Interval:
        """Greenland-Robins interval (1985) of the common impact ratio."""
        over, under = self._ratio_sums()
        if not over or not under:
            return Interval(low=None, high=None, level=level, method="greenland-robins")
        spread = math.fsum(
            (table.n1 * table.n2 * (table.x1 + table.x2) - table.x1 * table.x2 * _size(table)) / _size(table) ** 2
            for table in self._paired
        )
        half = quantile(0.5 + level / 2) * math.sqrt(max(0.0, spread / (over * under)))
        ratio = over / under
        return Interval(
            low=ratio * math.exp(-half), high=ratio * math.exp(half), level=level, method="greenland-robins"
        )

    def chi2(self, *, is_corrected: bool = False) -> float | None:
        """Cochran-Mantel-Haenszel chi-square with one degree; `is_corrected` takes the continuity correction."""
        gap = abs(math.fsum(table.x1 - _expected(table) for table in self._paired))
        variance = math.fsum(_variance(table) for table in self._paired)
        if not variance:
            return None
        return max(0.0, gap - 0.5 * is_corrected) ** 2 / variance

    def p_value(self, *, is_corrected: bool = False) -> float | None:
        """P of that chi-square."""
        chi2 = self.chi2(is_corrected=is_corrected)
        return None if chi2 is None else _chi2_tail(chi2, 1)

    @property
    def homogeneity(self) -> Homogeneity | None:
        """Breslow-Day over the strata that say something; None with fewer than two, or without an odds ratio."""
        odds = self.odds_ratio
        informative = [table for table in self._paired if 0 < table.x1 + table.x2 < _size(table)]
        if not odds or len(informative) < 2:
            return None
        fitted = [_fitted(table, odds) for table in informative]
        gaps = [table.x1 - value for table, value in zip(informative, fitted, strict=True)]
        variances = [_fitted_variance(table, value) for table, value in zip(informative, fitted, strict=True)]
        plain = math.fsum(gap**2 / variance for gap, variance in zip(gaps, variances, strict=True))
        correction = math.fsum(gaps) ** 2 / math.fsum(variances)
        return Homogeneity(breslow_day=plain, tarone=plain - correction, degrees=len(informative) - 1)

    @property
    def is_homogeneous(self) -> bool | None:
        """Whether pooling is allowed; one informative stratum agrees with itself, an untestable set gives None."""
        homogeneity = self.homogeneity
        if homogeneity is not None:
            return homogeneity.p_value >= HOMOGENEITY_P
        informative = sum(0 < table.x1 + table.x2 < _size(table) for table in self._paired)
        return True if informative == 1 else None

    @property
    def reversed(self) -> "MantelHaenszel":
        """The comparator against the focal group."""
        return MantelHaenszel(
            tables=tuple(TwoByTwo(x1=table.x2, n1=table.n2, x2=table.x1, n2=table.n1) for table in self.tables)
        )

    @property
    def _paired(self) -> Sequence[TwoByTwo]:
        return [table for table in self.tables if table.n1 and table.n2]

    def _ratio_sums(self) -> tuple[float, float]:
        over = math.fsum(table.x1 * table.n2 / _size(table) for table in self._paired)
        under = math.fsum(table.x2 * table.n1 / _size(table) for table in self._paired)
        return over, under

    def _log_odds_variance(self) -> float:
        terms = [_rbg_terms(table) for table in self._paired]
        r, s = math.fsum(term[0] for term in terms), math.fsum(term[1] for term in terms)
        pr, mixed, qs = (math.fsum(term[index] for term in terms) for index in (2, 3, 4))
        return pr / (2 * r * r) + mixed / (2 * r * s) + qs / (2 * s * s)


def _chi2_tail(chi2: float, degrees: int) -> float:
    """Probability of a chi-square above this."""
    if degrees == 1:
        return math.erfc(math.sqrt(max(0.0, chi2) / 2))
    from scipy.special import chdtrc  # noqa: PLC0415 - half a second of import that a table without strata saves

    return float(chdtrc(degrees, max(0.0, chi2)))


def _rbg_terms(table: TwoByTwo) -> tuple[float, float, float, float, float]:
    size = _size(table)
    p = (table.x1 + table.n2 - table.x2) / size
    r = table.x1 * (table.n2 - table.x2) / size
    s = table.x2 * (table.n1 - table.x1) / size
    return r, s, p * r, p * s + (1 - p) * r, (1 - p) * s


def _size(table: TwoByTwo) -> int:
    return table.n1 + table.n2


def _expected(table: TwoByTwo) -> float:
    return table.n1 * (table.x1 + table.x2) / _size(table)


def _variance(table: TwoByTwo) -> float:
    size, selected = _size(table), table.x1 + table.x2
    return table.n1 * table.n2 * selected * (size - selected) / (size**2 * (size - 1))


def _fitted(table: TwoByTwo, odds: float) -> float:
    """Focal selections this stratum would have at the common odds ratio, its margins kept."""
    selected = table.x1 + table.x2
    b = table.n2 - selected + odds * (table.n1 + selected)
    root = math.sqrt(b * b + 4 * (1 - odds) * odds * selected * table.n1)
    return 2 * odds * selected * table.n1 / (b + root)


def _fitted_variance(table: TwoByTwo, fitted: float) -> float:
    selected = table.x1 + table.x2
    cells = (fitted, selected - fitted, table.n1 - fitted, table.n2 - selected + fitted)
    return 1 / math.fsum(1 / cell for cell in cells)
