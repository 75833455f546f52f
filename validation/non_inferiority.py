"""Is a challenger at least as fair as the champion: the ratio of two impact ratios, and who would flip.

Two independent samples need many people; the same applicants scored by both models need far fewer, for then the
decisions are paired.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr

from validation.group_count import BadCounts
from validation.outcome import Text, Verdict
from validation.proportion import quantile
from validation.two_by_two import TwoByTwo

MARGIN = 0.90


@dataclass(frozen=True, slots=True, kw_only=True)
class NonInferiority:
    """The challenger's impact ratio over the champion's, its lower bound, and whether it clears the margin."""

    champion: float | None
    challenger: float | None
    ratio: float | None
    lower: float | None
    z: float | None
    is_noninferior: bool | None
    method: str

    @property
    def verdict(self) -> Verdict:
        """Shown not to be worse passes, not shown asks for review, undefined is no evidence."""
        if self.is_noninferior is None:
            return Verdict.NOT_ENOUGH_EVIDENCE
        return Verdict.PASS if self.is_noninferior else Verdict.REVIEW

    @property
    def reason(self) -> Text:
        """The bound in a sentence."""
        if self.ratio is None or self.lower is None:
            return Text(en="The change of the impact ratio is undefined.", zh="影响比的变化无定义。")
        return Text(
            en=f"The impact ratio is {self.ratio:.3f} of the champion's, lower bound {self.lower:.3f}.",
            zh=f"影响比为现役模型的 {self.ratio:.3f} 倍，下限 {self.lower:.3f}。",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedDecisions:
    """One group decided by both models: selected by both, by the champion alone, by the challenger alone, by none."""

    both: int
    champion_only: int
    challenger_only: int
    neither: int

    def __post_init__(self) -> None:
        if min(self.both, self.champion_only, self.challenger_only, self.neither) < 0:
            raise BadCounts("a number of people is never negative")

    @property
    def n(self) -> int:
        """People decided."""
        return self.both + self.champion_only + self.challenger_only + self.neither

    @property
    def champion(self) -> int:
        """Selected by the champion."""
        return self.both + self.champion_only

    @property
    def challenger(self) -> int:
        """Selected by the challenger."""
        return self.both + self.challenger_only


def independent(
    champion: TwoByTwo, challenger: TwoByTwo, *, margin: float = MARGIN, alpha: float = 0.05
) -> NonInferiority:
    """Two samples of different people, by the delta method on the log ratio of impact ratios."""
    if min(champion.x1, champion.x2, challenger.x1, challenger.x2) == 0:
        return _undefined(champion, challenger, "delta, independent")
    log_ratio = challenger.log_ratio - champion.log_ratio
    variance = sum(1 / x - 1 / n for table in (champion, challenger) for x, n in _cells(table))
    return _judged(champion, challenger, log_ratio, variance, margin, alpha, "delta, independent")


def paired(
    focal: PairedDecisions, reference: PairedDecisions, *, margin: float = MARGIN, alpha: float = 0.05
) -> NonInferiority:
    """The same people decided by both, by the delta method: what both models share cancels out."""
    champion = TwoByTwo(x1=focal.champion, n1=focal.n, x2=reference.champion, n2=reference.n)
    challenger = TwoByTwo(x1=focal.challenger, n1=focal.n, x2=reference.challenger, n2=reference.n)
    if min(champion.x1, champion.x2, challenger.x1, challenger.x2) == 0:
        return _undefined(champion, challenger, "delta, paired")
    log_ratio = challenger.log_ratio - champion.log_ratio
    variance = _paired_variance(focal) + _paired_variance(reference)
    return _judged(champion, challenger, log_ratio, variance, margin, alpha, "delta, paired")


def paired_bootstrap(
    focal: PairedDecisions,
    reference: PairedDecisions,
    *,
    seed: int,
    draws: int = 20_000,
    margin: float = MARGIN,
    alpha: float = 0.05,
) -> NonInferiority:
    """The same question by drawing multinomial counts, which is what resampling the people of each group amounts to."""
    champion = TwoByTwo(x1=focal.champion, n1=focal.n, x2=reference.champion, n2=reference.n)
    challenger = TwoByTwo(x1=focal.challenger, n1=focal.n, x2=reference.challenger, n2=reference.n)
    if min(champion.x1, champion.x2, challenger.x1, challenger.x2) == 0:
        return _undefined(champion, challenger, "bootstrap, paired")
    generator = np.random.default_rng(seed)
    with np.errstate(invalid="ignore"):
        logs = _drawn_logs(focal, draws, generator) - _drawn_logs(reference, draws, generator)
    # A draw without a selection by one model has a ratio of 0 or infinity; only one by neither in a group has none.
    lower = float(np.exp(np.quantile(logs[~np.isnan(logs)], alpha, method="inverted_cdf")))
    ratio = math.exp(challenger.log_ratio - champion.log_ratio)
    return NonInferiority(
        champion=champion.impact_ratio,
        challenger=challenger.impact_ratio,
        ratio=ratio,
        lower=lower,
        z=None,
        is_noninferior=lower > margin,
        method="bootstrap, paired",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class McNemar:
    """Whether two models' changes of decision balance: b selected by the first alone, c by the second alone."""

    b: int
    c: int

    @property
    def chi2(self) -> float | None:
        """`(b-c)²/(b+c)`; None when no decision changed."""
        return (self.b - self.c) ** 2 / (self.b + self.c) if self.b + self.c else None

    @property
    def chi2_corrected(self) -> float | None:
        """The same with Edwards' continuity correction."""
        changed = self.b + self.c
        return max(0, abs(self.b - self.c) - 1) ** 2 / changed if changed else None

    @property
    def p_value(self) -> float | None:
        """P of the uncorrected chi-square."""
        return None if self.chi2 is None else math.erfc(math.sqrt(self.chi2 / 2))

    @property
    def p_corrected(self) -> float | None:
        """P of the corrected chi-square."""
        return None if self.chi2_corrected is None else math.erfc(math.sqrt(self.chi2_corrected / 2))

    @property
    def exact_p(self) -> float | None:
        """Two-sided binomial p: the one to use with few changes."""
        changed = self.b + self.c
        return min(1.0, 2 * float(bdtr(min(self.b, self.c), changed, 0.5))) if changed else None

    @property
    def midp(self) -> float | None:
        """Two-sided mid-p: the exact p less the mass of the observed split."""
        changed, least = self.b + self.c, min(self.b, self.c)
        if not changed or self.exact_p is None:
            return None
        mass = float(bdtr(least, changed, 0.5)) - (float(bdtr(least - 1, changed, 0.5)) if least else 0.0)
        return 1.0 if self.b == self.c else 2 * float(bdtr(least, changed, 0.5)) - mass


def _cells(table: TwoByTwo) -> Sequence[tuple[int, int]]:
    return ((table.x1, table.n1), (table.x2, table.n2))


def _paired_variance(decisions: PairedDecisions) -> float:
    """Variance of the log of challenger over champion selections: people whom both select cancel."""
    return (decisions.champion_only + decisions.challenger_only) / (decisions.champion * decisions.challenger)


def _drawn_logs(decisions: PairedDecisions, draws: int, generator: np.random.Generator) -> NDArray[np.float64]:
    counts = np.array([decisions.both, decisions.champion_only, decisions.challenger_only, decisions.neither])
    drawn = generator.multinomial(decisions.n, counts / decisions.n, size=draws)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs: NDArray[np.float64] = np.log(drawn[:, 0] + drawn[:, 2]) - np.log(drawn[:, 0] + drawn[:, 1])
    return logs


def _judged(
    champion: TwoByTwo,
    challenger: TwoByTwo,
    log_ratio: float,
    variance: float,
    margin: float,
    alpha: float,
    method: str,
) -> NonInferiority:
    error = math.sqrt(max(0.0, variance))
    lower = math.exp(log_ratio - quantile(1 - alpha) * error)
    return NonInferiority(
        champion=champion.impact_ratio,
        challenger=challenger.impact_ratio,
        ratio=math.exp(log_ratio),
        lower=lower,
        z=(log_ratio - math.log(margin)) / error if error else None,
        is_noninferior=lower > margin,
        method=method,
    )


def _undefined(champion: TwoByTwo, challenger: TwoByTwo, method: str) -> NonInferiority:
    return NonInferiority(
        champion=champion.impact_ratio,
        challenger=challenger.impact_ratio,
        ratio=None,
        lower=None,
        z=None,
        is_noninferior=None,
        method=method,
    )
