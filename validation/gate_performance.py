"""The gate's checks of what the score is worth: valid at all, and not worse than baselines and champion.

Non-inferiority, not superiority: the lower bound of the difference on the same rows must stay above minus the margin.
A difference that is certainly beyond the margin fails; what lies between asks a person.
"""

from collections.abc import Iterator

from validation.decision_rule import State
from validation.gate_comparison import PairedRanking, Ranking, paired_ranking, ranking
from validation.gate_evidence import Evidence, Holdout
from validation.gate_judgement import Judgement, lacking
from validation.outcome import Figure, Interval, Text
from validation.policy import Policy

CHAMPION = "champion"
_NO_HOLDOUT = Text(en="The run kept no holdout.", zh="该训练没有保留留出集。")
_RETRAIN = Text(en="Train again; every run keeps its holdout.", zh="请重新训练；每次训练都会保留留出集。")
_MORE = Text(
    en="Wait for more matured labels, or have a checker sign a waiver with the reason.",
    zh="等待更多标签成熟，或由复核人说明理由签署豁免。",
)
_DIFFERENT = Text(en="Keep the comparator in use, or train a better model.", zh="继续使用对照者，或训练更好的模型。")
_NAMES = {
    "vendor_score": Text(en="the vendor's score", zh="供应商评估得分"),
    "logistic": Text(en="the logistic baseline", zh="逻辑回归基线"),
    "majority": Text(en="the majority guess", zh="多数类猜测"),
    "unit_weighted_skills": Text(en="the skills of equal weight", zh="等权的各项能力"),
    CHAMPION: Text(en="the champion", zh="现役模型"),
}


def validity(evidence: Evidence, policy: Policy) -> Judgement:
    """The lower bound of the AUC (or r of a graded label) on the holdout against the least the policy accepts."""
    if evidence.holdout is None:
        return lacking("validity", _NO_HOLDOUT, _RETRAIN)
    rule = policy.validity
    found = ranking(evidence.holdout.label, evidence.holdout.score, level=1 - 2 * rule.alpha)
    least = rule.min_auc if found.metric == "auc" else rule.min_correlation
    state, reason = _against_least(found, least)
    figure = Figure(
        name=found.metric,
        value=found.value,
        n=found.n,
        definition=_definition(found.metric, evidence.target),
        interval=found.interval,
        comparator=f"at least {least:g}",
        cut=evidence.cut,
        period=evidence.period,
        snapshot=evidence.snapshot,
    )
    step = None if state is State.PASS else _MORE
    return Judgement(check="validity", state=state, reason=reason, figures=(figure,), next_step=step)


def performance(evidence: Evidence, policy: Policy) -> Iterator[Judgement]:
    """One judgement for each comparator that the policy names."""
    for name, margin in policy.performance.margins.items():
        check = f"performance.{name}"
        if evidence.holdout is None:
            yield lacking(check, _NO_HOLDOUT, _RETRAIN)
        elif name == CHAMPION and not evidence.has_champion:
            yield _first_release(check)
        elif name not in evidence.holdout.others:
            yield _absent(check, name)
        else:
            yield _compared(evidence, evidence.holdout, name, margin, policy.performance.alpha)


def _against_least(found: Ranking, least: float) -> tuple[State, Text]:
    metric, interval = found.metric.upper() if found.metric == "auc" else "r", found.interval
    if found.value is None or interval.low is None or interval.high is None:
        return State.UNDEFINED, Text(
            en=f"The {metric} is undefined: the holdout's label or the score takes one value only.",
            zh=f"{metric} 无定义：留出集的标签或得分只有一个取值。",
        )
    how = _method(interval)
    shown_en = f"{metric} {found.value:.3f} ({how.en}: {interval.low:.3f} to {interval.high:.3f})"
    shown_zh = f"{metric} {found.value:.3f}（{how.zh}：{interval.low:.3f} 至 {interval.high:.3f}）"
    if interval.low >= least:
        return State.PASS, Text(en=f"{shown_en} reaches {least:g}.", zh=f"{shown_zh}达到 {least:g}。")
    if interval.high < least:
        return State.FAIL, Text(en=f"{shown_en} stays below {least:g}.", zh=f"{shown_zh}低于 {least:g}。")
    return State.REVIEW, Text(
        en=f"{shown_en} is not shown to reach {least:g}.", zh=f"{shown_zh}尚不能证明达到 {least:g}。"
    )


def _first_release(check: str) -> Judgement:
    reason = Text(
        en="There is no champion yet: the vendor's score and the baselines are the comparison.",
        zh="尚无现役模型：以供应商评估得分和基线为对照。",
    )
    return Judgement(check=check, state=State.PASS, reason=reason)


def _absent(check: str, name: str) -> Judgement:
    reason = Text(
        en=f"There are no scores of {_name(name).en} on the holdout rows.",
        zh=f"留出集上没有{_name(name).zh}的得分。",
    )
    return lacking(check, reason, _RETRAIN)


def _compared(evidence: Evidence, holdout: Holdout, name: str, margin: float, alpha: float) -> Judgement:
    found = paired_ranking(holdout.label, holdout.score, holdout.others[name], level=1 - 2 * alpha)
    state, reason = _against_margin(found, _name(name), margin)
    figures = (
        Figure(
            name=f"{found.metric}_difference",
            value=found.difference,
            n=found.n,
            definition=f"{_definition(found.metric, evidence.target)} This score minus the comparator's, same rows.",
            interval=found.interval,
            comparator=name,
            cut=evidence.cut,
            period=evidence.period,
            snapshot=evidence.snapshot,
        ),
    )
    step = {State.PASS: None, State.FAIL: _DIFFERENT}.get(state, _MORE)
    detail: dict[str, object] = {"margin": margin, "this": found.first, "comparator": found.second}
    return Judgement(
        check=f"performance.{name}", state=state, reason=reason, figures=figures, next_step=step, detail=detail
    )


def _against_margin(found: PairedRanking, name: Text, margin: float) -> tuple[State, Text]:
    low, high, gap = found.interval.low, found.interval.high, found.difference
    if gap is None or low is None or high is None:
        return State.UNDEFINED, Text(
            en=f"The comparison with {name.en} is undefined: label or score takes one value only.",
            zh=f"与{name.zh}的比较无定义：标签或得分只有一个取值。",
        )
    metric = "AUC" if found.metric == "auc" else "r"
    how = _method(found.interval)
    shown_en = f"{metric} {gap:+.3f} ({how.en}: {low:+.3f} to {high:+.3f}) against {name.en} on {found.n:,} rows"
    shown_zh = f"在 {found.n:,} 行上与{name.zh}相比，{metric} 差 {gap:+.3f}（{how.zh}：{low:+.3f} 至 {high:+.3f}）"
    if low >= -margin:
        better = low > 0
        return State.PASS, Text(
            en=f"{shown_en}: {'better' if better else f'not worse by more than {margin:g}'}.",
            zh=f"{shown_zh}：{'更好' if better else f'不差于 {margin:g}'}。",
        )
    if high < -margin:
        return State.FAIL, Text(
            en=f"{shown_en}: worse by more than {margin:g}.", zh=f"{shown_zh}：差距超过 {margin:g}。"
        )
    return State.REVIEW, Text(
        en=f"{shown_en}: may be worse by more than {margin:g}.", zh=f"{shown_zh}：差距可能超过 {margin:g}。"
    )


def _method(interval: Interval) -> Text:
    """Coverage and method: the check asks one-sidedly, so its interval is narrower than the 95 % of the model card."""
    level, method = f"{100 * interval.level:g}", interval.method.title().replace("Delong", "DeLong")
    return Text(en=f"{level} % interval, {method}", zh=f"{level}% 区间，{method}")


def _name(name: str) -> Text:
    return _NAMES.get(name, Text(en=name.replace("_", " "), zh=name))


def _definition(metric: str, target: str) -> str:
    if metric == "auc":
        return f"Probability that a row with label {target} scores higher than one without, on the holdout (DeLong)."
    return f"Pearson's r of score and label {target} on the holdout."
