"""When a validity passes, needs review, blocks or says nothing, and the same for differential prediction.

Raw figures decide; corrected ones are display only. A small r among the hired is no alarm by itself, for hiring makes
it small: only a validity shown to be negative blocks, and one not shown with enough people asks a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from validation.correlation import Correlation
from validation.differential_prediction import DifferentialPrediction
from validation.dmod import DMod
from validation.outcome import Text, Verdict
from validation.power import detectable_difference, more_hires, more_people, people_for_correlation, people_per_group

MINIMUM_PEOPLE = 30
# A true .42 shows as .23 among the top 30 %: a smaller raw r than this is not worth waiting for.
WORTHWHILE_R = 0.20
# Above this, predictor and criterion are the same measure or one was keyed on the other.
SUSPICIOUS_R = 0.95
# Differences of two groups' correlations on Fisher's z scale that must be visible before "no difference" is a finding.
VISIBLE_DIFFERENCE = 0.40
BLOCK_ALPHA = 0.01
BLOCK_PEOPLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict with its one sentence."""

    verdict: Verdict
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEvidence:
    """What the rule reads of one group."""

    group: str
    correlation: Correlation
    dmod: DMod | None


def judge_validity(seen: Correlation) -> Judgement:
    """The verdict on one predictor's raw validity."""
    r, low, high = seen.r, seen.interval.low, seen.interval.high
    if r is None:
        return _undefined(seen.n)
    if abs(r) >= SUSPICIOUS_R:
        return _same_measure(r, seen.n)
    is_clear = low is not None and high is not None and (low > 0 or high < 0)
    if seen.n < MINIMUM_PEOPLE or low is None or high is None:
        return _open(r, seen.n, MINIMUM_PEOPLE if is_clear else people_for_correlation(WORTHWHILE_R))
    return _shown(r, low, high, seen.n) if is_clear else _not_shown(r, seen.n)


def _shown(r: float, low: float, high: float, n: float) -> Judgement:
    """The interval lies on one side of zero."""
    figures = f"r {r:.2f} ({low:.2f} to {high:.2f}), n {n:,.0f}"
    numbers = f"r = {r:.2f}，区间 {low:.2f} 至 {high:.2f}，n = {n:,.0f}"
    if high < 0:
        reason = Text(en=f"Higher scores go with a lower criterion: {figures}.", zh=f"得分越高，效标越低：{numbers}。")
        return Judgement(verdict=Verdict.BLOCK, reason=reason)
    reason = Text(en=f"The score predicts the criterion: {figures}.", zh=f"得分能预测效标：{numbers}。")
    return Judgement(verdict=Verdict.PASS, reason=reason)


def _undefined(n: float) -> Judgement:
    return Judgement(
        verdict=Verdict.NOT_ENOUGH_EVIDENCE,
        reason=Text(
            en=f"Validity is undefined: predictor or criterion does not vary among the {n:,.0f} people with both.",
            zh=f"效度无法计算：在同时有两项数据的 {n:,.0f} 人中，预测变量或效标没有差异。",
        ),
    )


def _same_measure(r: float, n: float) -> Judgement:
    verdict = Verdict.REVIEW if n >= MINIMUM_PEOPLE else Verdict.NOT_ENOUGH_EVIDENCE
    return Judgement(
        verdict=verdict,
        reason=Text(
            en=f"r = {r:.2f} with n = {n:,.0f} is too good: predictor and criterion look like one measure.",
            zh=f"r = {r:.2f}，n = {n:,.0f}，结果好得不真实：预测变量与效标像是同一个指标。",
        ),
    )


def _open(r: float, n: float, needed: int) -> Judgement:
    missing = more_hires(needed, n)
    return Judgement(
        verdict=Verdict.NOT_ENOUGH_EVIDENCE,
        reason=Text(en=f"r = {r:.2f} with n = {n:,.0f}: {missing.en}", zh=f"r = {r:.2f}，n = {n:,.0f}：{missing.zh}"),
    )


def _not_shown(r: float, n: float) -> Judgement:
    """The interval holds zero: a finding only where enough people were looked at."""
    needed = people_for_correlation(WORTHWHILE_R)
    if n < needed:
        return _open(r, n, needed)
    return Judgement(
        verdict=Verdict.REVIEW,
        reason=Text(
            en=f"No validity is shown (r {r:.2f}), yet n {n:,.0f} finds one of {WORTHWHILE_R:.2f} four times in five.",
            zh=f"未显示效度（r = {r:.2f}），而 n = {n:,.0f} 足以在五次中四次发现 {WORTHWHILE_R:.2f} 的效度。",
        ),
    )


def judge_prediction(found: DifferentialPrediction | None, groups: Sequence[GroupEvidence]) -> Judgement:
    """The verdict on differential prediction; `groups` are those the tests compared, the largest first.

    A difference that shows asks a person however small the groups are; that none shows proves nothing of small ones.
    """
    if found is None or found.omnibus.p is None:
        return _no_test()
    if found.slopes_differ:
        return _slopes(found, groups)
    if found.intercepts_differ:
        return _intercepts(found, groups)
    return _alike(groups, min(groups, key=lambda group: group.correlation.n))


def _no_test() -> Judgement:
    return Judgement(
        verdict=Verdict.NOT_ENOUGH_EVIDENCE,
        reason=Text(
            en="Differential prediction cannot be tested: it takes two groups whose scores and criterion vary.",
            zh="无法检验差异预测：至少需要两个得分与效标都有差异的群体。",
        ),
    )


def _small(group: str, n: float, needed: int) -> Judgement:
    missing = more_people(needed, n)
    return Judgement(
        verdict=Verdict.NOT_ENOUGH_EVIDENCE,
        reason=Text(
            en=f"Group {group} has {n:,.0f} people with an outcome; {missing} more before prediction can be compared.",
            zh=f"群体 {group} 只有 {n:,.0f} 人有绩效结果；还需要 {missing} 人才能比较预测。",
        ),
    )


def _slopes(found: DifferentialPrediction, groups: Sequence[GroupEvidence]) -> Judgement:
    best = max(groups, key=lambda group: group.correlation.r or 0.0)
    worst = min(groups, key=lambda group: group.correlation.r or 0.0)
    blocked = (found.slope.p or 0.0) < BLOCK_ALPHA and _is_shown(best) and _is_missing(worst)
    return Judgement(
        verdict=Verdict.BLOCK if blocked else Verdict.REVIEW,
        reason=Text(
            en=f"The score predicts differently by group: r {best.correlation.r or 0.0:.2f} for {best.group}, "
            f"{worst.correlation.r or 0.0:.2f} for {worst.group} (slopes, p {_p(found.slope.p)}).",
            zh=f"得分在不同群体的预测力不同：{best.group} 的 r 为 {best.correlation.r or 0.0:.2f}，"
            f"{worst.group} 为 {worst.correlation.r or 0.0:.2f}（斜率检验 p {_p(found.slope.p)}）。",
        ),
    )


def _is_shown(group: GroupEvidence) -> bool:
    return (group.correlation.interval.low or 0.0) > 0


def _is_missing(group: GroupEvidence) -> bool:
    """No validity is shown in this group although it is large enough to judge."""
    return group.correlation.n >= BLOCK_PEOPLE and (group.correlation.interval.low or 0.0) <= 0


def _p(p: float | None) -> str:
    return "< .001" if p is None or p < 0.001 else f"= {p:.3f}".replace("0.", ".")


def _intercepts(found: DifferentialPrediction, groups: Sequence[GroupEvidence]) -> Judgement:
    names = {group.group for group in groups}
    lines = [line for line in found.groups if line.group in names]
    under = max(lines, key=lambda line: line.mean_residual)
    over = min(lines, key=lambda line: line.mean_residual)
    sizes = [abs(group.dmod.signed) for group in groups if group.dmod is not None]
    size = f"{max(sizes, default=0.0):.2f}"
    return Judgement(
        verdict=Verdict.REVIEW,
        reason=Text(
            en=f"One common line under-predicts {under.group} and over-predicts {over.group} "
            f"(intercepts, p {_p(found.intercept.p)}, largest |dMod| {size}).",
            zh=f"共同回归线低估 {under.group}、高估 {over.group}"
            f"（截距检验 p {_p(found.intercept.p)}，最大 |dMod| {size}）。",
        ),
    )


def _alike(groups: Sequence[GroupEvidence], smallest: GroupEvidence) -> Judgement:
    sizes = sorted(group.correlation.n for group in groups)
    visible = detectable_difference(sizes[0], sizes[-1])
    if visible is None or visible > VISIBLE_DIFFERENCE:
        return _small(smallest.group, smallest.correlation.n, people_per_group(VISIBLE_DIFFERENCE))
    return Judgement(
        verdict=Verdict.PASS,
        reason=Text(
            en="One regression line serves all groups compared, and a difference worth knowing would have shown.",
            zh="一条回归线适用于所有比较的群体；若有值得注意的差异，本应能够发现。",
        ),
    )
