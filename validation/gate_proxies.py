"""Check of the gate on proxies: how well the features together, and each alone, predict who belongs to a group.

A feature that tells groups apart can carry a difference into the score; whether it does is for the impact checks, so
this one speaks and never stops a release. An AUC asks for review where the lower end of its interval lies above the
policy's limit: chance alone does not bring it there. 0.5 is no better than a coin.
"""

from collections.abc import Iterator

from validation.decision_rule import State
from validation.gate_evidence import Evidence, GroupPrediction
from validation.gate_judgement import Judgement, lacking
from validation.group_words import of_attribute
from validation.outcome import Figure, Text
from validation.policy import Policy
from validation.policy_settings import ProxyLimits

ALL_FEATURES = "all features"
_NO_STUDY = Text(
    en="The run has no study of proxies: alternatives were off, or no two known groups are large enough.",
    zh="该训练没有代理变量研究：未开启替代方案，或没有两个已知群体人数足够。",
)
_STUDY = Text(
    en="Train with `alternatives: on` once demographics of enough people are known.",
    zh="在有足够的人口统计信息后，以 `alternatives: on` 重新训练。",
)
_DROP = Text(
    en="Ask of each named feature what the job needs it for; leave it out, or train with `alternatives: {use: chosen}`,"
    " and read the impact ratios at the cut.",
    zh="逐一确认所列特征是否为岗位所需；去除该特征，或以 `alternatives: {use: chosen}` 训练，并查看分数线处的影响比。",
)


def proxies(evidence: Evidence, policy: Policy) -> Judgement | None:
    """What the features know of groups; None where the policy asks nothing."""
    limits = policy.proxies
    if limits is None:
        return None
    judged = [one for one in evidence.predictions if one.n >= limits.min_n and one.auc is not None]
    if not evidence.predictions:
        return lacking("proxies", _NO_STUDY, _STUDY)
    if not judged:
        most = max(one.n for one in evidence.predictions)
        too_few = Text(
            en=f"Proxies are judged from {limits.min_n} people of known group on; there are {most:,}.",
            zh=f"判断代理变量需要 {limits.min_n} 名群体已知的人；现有 {most:,} 名。",
        )
        return lacking("proxies", too_few, _STUDY)
    found = sorted((one for one in judged if _is_above(one, limits)), key=lambda one: -(one.auc or 0.0))
    return Judgement(
        check="proxies",
        state=State.REVIEW if found else State.PASS,
        reason=_told(found, limits) if found else _nothing(judged, limits),
        figures=tuple(_figures(evidence, judged)),
        next_step=_DROP if found else None,
    )


def _is_above(one: GroupPrediction, limits: ProxyLimits) -> bool:
    return one.interval.low is not None and one.interval.low > limits.largest_auc


def _told(found: list[GroupPrediction], limits: ProxyLimits) -> Text:
    told = [(one.feature, _named(one), _auc(one)) for one in found]
    return Text(
        en=f"Predicted above AUC {limits.largest_auc:g}, and not by chance: "
        + "; ".join(f"{who.en}: {feature or 'all features together'} {auc.en}" for feature, who, auc in told)
        + ".",
        zh=f"预测群体的 AUC 高于 {limits.largest_auc:g}，且非偶然："
        + "；".join(f"{who.zh}：{feature or '全部特征合起来'} {auc.zh}" for feature, who, auc in told)
        + "。",
    )


def _nothing(judged: list[GroupPrediction], limits: ProxyLimits) -> Text:
    best = max(judged, key=lambda one: one.auc or 0.0)
    groups = {_who(one): _named(one) for one in judged}.values()
    who, auc = _named(best), _auc(best)
    return Text(
        en=f"No feature, alone or together, is shown to predict a group above AUC {limits.largest_auc:g}"
        f" ({'; '.join(one.en for one in groups)}); the highest is {auc.en} of {best.feature or 'all together'}"
        f" for {who.en}.",
        zh=f"没有特征（单独或合起来）被证明以高于 {limits.largest_auc:g} 的 AUC 预测群体"
        f"（{'；'.join(one.zh for one in groups)}）；"
        f"最高为{best.feature or '全部特征合起来'}对“{who.zh}”的 {auc.zh}。",
    )


def _figures(evidence: Evidence, judged: list[GroupPrediction]) -> Iterator[Figure]:
    for one in judged:
        yield Figure(
            name=f"group_auc {one.feature or ALL_FEATURES}",
            value=one.auc,
            n=one.n,
            definition="AUC for belonging to the group, against all others known of the attribute: cross-validated for"
            " all features together, the rank AUC in its larger direction for one alone; 95 % interval by DeLong.",
            interval=one.interval,
            comparator="0.5 (a coin)",
            stratum=_who(one),
            snapshot=evidence.snapshot,
        )


def _who(one: GroupPrediction) -> str:
    return f"{one.attribute} {one.group}"


def _named(one: GroupPrediction) -> Text:
    return of_attribute(one.attribute, one.group)


def _auc(one: GroupPrediction) -> Text:
    low, high = one.interval.low, one.interval.high
    ends = "" if low is None or high is None else f" [{low:.3f}, {high:.3f}]"
    shown = f"AUC {one.auc:.3f}{ends}"
    return Text(en=f"{shown}, n = {one.n:,}", zh=f"{shown}，n = {one.n:,}")
