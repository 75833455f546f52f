"""Agreement of the AI score with the human re-interview, blind ratings apart from informed ones.

An interviewer who saw the AI score agrees with it for that reason alone: only blind ratings are judged, informed ones
are shown beside them, and ratings without a blind flag are counted and used for neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from validation.agreement import (
    BlandAltman,
    IntraclassCorrelations,
    bland_altman,
    concordance,
    icc2_interval,
    intraclass,
)
from validation.correlation import Correlation, pearson
from validation.moments import Moments, moments
from validation.outcome import Interval, Text, Verdict

MINIMUM_PAIRS = 30
# Below .40 agreement counts as poor (Cicchetti 1994).
MINIMUM_AGREEMENT = 0.40


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAgreement:
    """AI score and human rating of the same people, on the same scale."""

    n: float
    correlation: Correlation
    icc: IntraclassCorrelations | None
    icc2_interval: Interval
    concordance: float | None
    bland_altman: BlandAltman | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinterviewAgreement:
    """Blind and informed agreement, the ratings of unknown kind, and the verdict on the blind ones."""

    blind: PairAgreement
    informed: PairAgreement
    unknown: int
    verdict: Verdict
    reason: Text


def pair_agreement(seen: Moments, level: float = 0.95) -> PairAgreement:
    """All agreement figures from moments of the columns `ai` and `human`; the bias is AI minus human."""
    icc = intraclass(seen)
    undefined = Interval(low=None, high=None, level=level, method="mcgraw_wong")
    return PairAgreement(
        n=seen.n,
        correlation=pearson(seen.r("ai", "human"), seen.n, level),
        icc=icc,
        icc2_interval=undefined if icc is None else icc2_interval(icc, level),
        concordance=concordance(seen, "ai", "human"),
        bland_altman=bland_altman(seen, "ai", "human", level=level),
    )


def reinterview_agreement(
    ai: ArrayLike, human: ArrayLike, saw_ai_score: Sequence[bool | None], level: float = 0.95
) -> ReinterviewAgreement:
    """Agreement by blindness; `saw_ai_score` is None where nobody recorded it."""
    score, rating = np.asarray(ai, dtype=np.float64), np.asarray(human, dtype=np.float64)
    blind, informed = (np.array([flag is wanted for flag in saw_ai_score], dtype=bool) for wanted in (False, True))
    parts = [pair_agreement(moments({"ai": score[kept], "human": rating[kept]}), level) for kept in (blind, informed)]
    verdict, reason = judge_agreement(parts[0])
    return ReinterviewAgreement(
        blind=parts[0],
        informed=parts[1],
        unknown=int(len(blind) - blind.sum() - informed.sum()),
        verdict=verdict,
        reason=reason,
    )


def judge_agreement(blind: PairAgreement) -> tuple[Verdict, Text]:
    """Pass when ICC(A,1) is shown to be at least .40; block when the two are shown to run against each other."""
    value = None if blind.icc is None else blind.icc.icc2
    interval = blind.icc2_interval
    if blind.n < MINIMUM_PAIRS:
        missing = MINIMUM_PAIRS - int(blind.n)
        return Verdict.NOT_ENOUGH_EVIDENCE, Text(
            en=f"Only {blind.n:,.0f} blind re-interviews; {missing} more before agreement can be judged.",
            zh=f"只有 {blind.n:,.0f} 次盲评复面；还需要 {missing} 次才能判断一致性。",
        )
    if value is None or interval.low is None or interval.high is None:
        return Verdict.NOT_ENOUGH_EVIDENCE, Text(
            en="Agreement is undefined: the ratings do not vary, or they are the same number throughout.",
            zh="一致性无法计算：评分没有差异，或两列完全相同。",
        )
    return _judged(value, interval.low, blind.correlation.interval.high)


def _judged(value: float, low: float, r_high: float | None) -> tuple[Verdict, Text]:
    if r_high is not None and r_high < 0:
        return Verdict.BLOCK, Text(
            en="AI score and blind re-interview run against each other.", zh="AI 评估得分与盲评复面的方向相反。"
        )
    if low >= MINIMUM_AGREEMENT:
        return Verdict.PASS, Text(
            en=f"AI score and blind re-interview agree: ICC(A,1) {value:.2f}, at least {low:.2f}.",
            zh=f"AI 评估得分与盲评复面一致：ICC(A,1) 为 {value:.2f}，下限 {low:.2f}。",
        )
    return Verdict.REVIEW, Text(
        en=f"Agreement with the blind re-interview is not shown to reach {MINIMUM_AGREEMENT:.2f}: ICC {value:.2f}.",
        zh=f"与盲评复面的一致性未证明达到 {MINIMUM_AGREEMENT:.2f}：ICC 为 {value:.2f}。",
    )
