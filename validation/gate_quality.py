"""Checks of the gate on how the score can be used: calibrated chances, stable decisions, and a reason for every one."""

import numpy as np

from validation.calibration import Calibration, calibration
from validation.cells import cells
from validation.decision_rule import State
from validation.gate_comparison import is_graded
from validation.gate_evidence import Evidence
from validation.gate_judgement import Judgement, lacking
from validation.outcome import Figure, Text
from validation.policy import Policy
from validation.policy_settings import CalibrationLimits, StabilityLimits

_NO_CHANCE = Text(en="The score is no chance between 0 and 1.", zh="该得分不是 0 到 1 之间的概率。")
_RECALIBRATE = Text(
    en="Calibrate again on newer labels, or do not read the score as a chance.",
    zh="用更新的标签重新校准，或不要将得分当作概率解读。",
)
_STEADY = Text(
    en="Train with more rows, fewer features or stronger regularisation until the seed stops mattering.",
    zh="增加数据、减少特征或加强正则化，直到随机种子不再影响结果。",
)
_WORDS = Text(
    en="Add the missing sentences to the configuration's reasons, in both languages, and train again.",
    zh="在配置的理由中补充两种语言的缺失语句并重新训练。",
)
_AGAIN = Text(en="Train again; newer runs keep this.", zh="请重新训练；新的训练会保留该项。")


def calibrated(evidence: Evidence, policy: Policy) -> Judgement | None:
    """Observed over expected on the holdout, with its interval, against one; None where the policy asks nothing."""
    limits, holdout = policy.calibration, evidence.holdout
    if limits is None:
        return None
    if holdout is None or is_graded(holdout.label):
        reason = Text(en="No holdout with a yes-or-no label was kept.", zh="没有保留带二分类标签的留出集。")
        return lacking("calibration", reason, _AGAIN)
    known = holdout.score[np.isfinite(holdout.score)]
    if known.size and (known.min() < 0 or known.max() > 1):
        return lacking("calibration", _NO_CHANCE, _RECALIBRATE)
    found = calibration(cells(holdout.score, holdout.label))
    state, reason = _calibration_state(found, limits)
    definition = "Observed outcomes over the sum of predicted chances on the labelled holdout; 95 % log interval."
    figures = (
        _figure(evidence, "observed_over_expected", found.observed_over_expected, found, definition),
        _figure(
            evidence, "expected_calibration_error", found.expected_calibration_error, found,
            "Mean distance of predicted and observed share over ten bins of about equally many people.",
        ),
    )  # fmt: skip
    step = None if state is State.PASS else _RECALIBRATE
    detail = {"bins": [{"n": b.n, "predicted": b.predicted, "observed": b.observed} for b in found.bins]}
    return Judgement(check="calibration", state=state, reason=reason, figures=figures, next_step=step, detail=detail)


def _calibration_state(found: Calibration, limits: CalibrationLimits) -> tuple[State, Text]:
    ratio, low, high = found.observed_over_expected, found.interval.low, found.interval.high
    if ratio is None or low is None or high is None:
        return State.UNDEFINED, Text(
            en="Nobody had the outcome: calibration is undefined.", zh="无人有该结果：校准无定义。"
        )
    if found.n < limits.min_n:
        return State.INSUFFICIENT_DATA, Text(
            en=f"Calibration needs {limits.min_n} labelled people; there are {found.n:.0f}.",
            zh=f"校准需要 {limits.min_n} 名有标签的人；现有 {found.n:.0f} 名。",
        )
    bound = limits.largest_error
    shown_en = f"{ratio:.2f} outcomes for each one predicted ({low:.2f} to {high:.2f}, n = {found.n:,.0f})"
    shown_zh = f"每预测一例实际发生 {ratio:.2f} 例（{low:.2f} 至 {high:.2f}，n = {found.n:,.0f}）"
    if low >= 1 - bound and high <= 1 + bound:
        return State.PASS, Text(en=f"{shown_en}: within {bound:.0%}.", zh=f"{shown_zh}：在 {bound:.0%} 以内。")
    if high < 1 - bound or low > 1 + bound:
        return State.FAIL, Text(
            en=f"{shown_en}: off by more than {bound:.0%}.", zh=f"{shown_zh}：偏差超过 {bound:.0%}。"
        )
    return State.REVIEW, Text(
        en=f"{shown_en}: not shown to lie within {bound:.0%}.", zh=f"{shown_zh}：不能证明在 {bound:.0%} 以内。"
    )


def stable(evidence: Evidence, policy: Policy) -> Judgement | None:
    """How far other seeds rank and decide otherwise; None where the policy asks nothing."""
    limits, found = policy.stability, evidence.stability
    if limits is None:
        return None
    if found is None or not found.aucs:
        reason = Text(en="The run was trained with one seed only.", zh="该训练只使用了一个随机种子。")
        return lacking("stability", reason, _AGAIN)
    spread, flips = max(found.aucs) - min(found.aucs), max(found.flip_shares)
    state = _stability_state(spread, flips, limits)
    seeds = len(found.aucs)
    reason = Text(
        en=f"Over {seeds} seeds the AUC spreads by {spread:.3f}, and at most {flips:.1%} of the people fall on the"
        " other side of the cut.",
        zh=f"在 {seeds} 个随机种子间 AUC 相差 {spread:.3f}，至多 {flips:.1%} 的人落到分数线另一侧。",
    )
    figures = tuple(
        Figure(
            name=name, value=value, n=found.n, definition=definition, period=evidence.period, cut=evidence.cut,
            comparator=f"{seeds} seeds", snapshot=evidence.snapshot,
        )
        for name, value, definition in (
            ("auc_spread", spread, "Largest minus smallest AUC of the holdout over the seeds."),
            ("flip_share", flips, "Largest share of the holdout whose decision differs from the run's own."),
        )
    )  # fmt: skip
    step = None if state is State.PASS else _STEADY
    return Judgement(check="stability", state=state, reason=reason, figures=figures, next_step=step)


def _stability_state(spread: float, flips: float, limits: StabilityLimits) -> State:
    if spread <= limits.largest_spread and flips <= limits.largest_flips:
        return State.PASS
    is_far = spread > 2 * limits.largest_spread or flips > 2 * limits.largest_flips
    return State.FAIL if is_far else State.REVIEW


def explained(evidence: Evidence, policy: Policy) -> Judgement | None:
    """Every feature has its sentence in both languages, so that every score can be explained."""
    if not policy.asks("explanations"):
        return None
    names = [feature.name for feature in evidence.features]
    if not names or evidence.explained is None:
        return lacking("explanations", Text(en="The run kept no reasons.", zh="该训练没有保存理由。"), _AGAIN)
    missing = [name for name in names if name not in evidence.explained]
    if missing:
        reason = Text(
            en=f"No reason in both languages for {', '.join(missing)}.", zh=f"缺少双语理由：{'、'.join(missing)}。"
        )
        return Judgement(check="explanations", state=State.FAIL, reason=reason, next_step=_WORDS)
    reason = Text(
        en=f"All {len(names)} features have a reason in English and Chinese.",
        zh=f"全部 {len(names)} 个特征均有中英文理由。",
    )
    return Judgement(check="explanations", state=State.PASS, reason=reason)


def _figure(evidence: Evidence, name: str, value: float | None, found: Calibration, definition: str) -> Figure:
    return Figure(
        name=name,
        value=value,
        n=int(found.n),
        definition=definition,
        interval=found.interval if name == "observed_over_expected" else None,
        period=evidence.period,
        comparator="1 (as many as predicted)" if name == "observed_over_expected" else None,
        snapshot=evidence.snapshot,
    )
