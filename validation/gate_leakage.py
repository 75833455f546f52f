"""The gate's leakage check: a feature that could know the outcome, by its origin or by what it knows.

Origin is judged by declaration: a feature whose mapping does not say that it is fixed before the outcome blocks,
however innocent its numbers. What a declared feature knows is judged by its AUC alone: as high as all others together
asks why.
"""

from validation.decision_rule import State
from validation.gate_evidence import Evidence, FeatureEvidence
from validation.gate_judgement import Judgement, lacking, listed
from validation.outcome import Figure, Text
from validation.policy import Policy
from validation.policy_settings import Leakage

_DECLARE = Text(
    en="Leave the features out and retrain, or declare fixed_before_outcome in the mapping with a reason.",
    zh="去掉这些特征并重新训练，或在映射中说明理由并声明 fixed_before_outcome。",
)
_EXPLAIN = Text(
    en="Find out when and from what the feature is written; drop it, or have a checker sign a waiver with the reason.",
    zh="查明该特征何时、依据什么写入；去掉它，或由复核人说明理由签署豁免。",
)


def leakage(evidence: Evidence, policy: Policy) -> Judgement:
    """Undeclared features fail, all named; a declared one that knows too much asks for review, named too."""
    if not evidence.features:
        return lacking(
            "leakage",
            Text(en="The run names no features.", zh="该训练未列出特征。"),
            Text(en="Train again; every run keeps its feature spec.", zh="请重新训练；每次训练都会保存特征定义。"),
        )
    figures = tuple(_figure(evidence, feature) for feature in evidence.features)
    undeclared = [feature for feature in evidence.features if not feature.is_fixed_before_outcome]
    if undeclared:
        named = [(feature.name, feature.source) for feature in undeclared]
        names = Text(
            en=", ".join(f"{name} ({source})" for name, source in named),
            zh="，".join(f"{name}（{source}）" for name, source in named),
        )
        suspects = _suspects(evidence, policy.leakage)
        reason = Text(
            en=f"No mapping declares these features as fixed before the outcome: {names.en}."
            + (f" {_too_much(suspects).en}" if suspects else ""),
            zh=f"以下特征的映射未声明其在结果之前已固定：{names.zh}。" + (_too_much(suspects).zh if suspects else ""),
        )
        return Judgement(check="leakage", state=State.FAIL, reason=reason, figures=figures, next_step=_DECLARE)
    return _known(evidence, figures, policy.leakage)


def _known(evidence: Evidence, figures: tuple[Figure, ...], rule: Leakage) -> Judgement:
    suspects = _suspects(evidence, rule)
    if suspects:
        return Judgement(
            check="leakage", state=State.REVIEW, reason=_too_much(suspects), figures=figures, next_step=_EXPLAIN
        )
    unknown = listed(feature.name for feature in evidence.features if feature.single_auc is None)
    if unknown.en:
        reason = Text(
            en=f"What these features know alone was not computed: {unknown.en}.",
            zh=f"以下特征的单独区分能力未计算：{unknown.zh}。",
        )
        return Judgement(check="leakage", state=State.INSUFFICIENT_DATA, reason=reason, figures=figures)
    reason = Text(
        en=f"All {len(evidence.features)} features are declared fixed before the outcome; none alone knows too much.",
        zh=f"全部 {len(evidence.features)} 个特征均声明在结果之前已固定，且无单个特征区分能力异常。",
    )
    return Judgement(check="leakage", state=State.PASS, reason=reason, figures=figures)


def _suspects(evidence: Evidence, rule: Leakage) -> list[FeatureEvidence]:
    """The features that know too much alone, declared or not."""
    declared = sum(feature.is_fixed_before_outcome for feature in evidence.features)
    return [
        feature
        for feature in evidence.features
        if _knows_too_much(feature, declared - feature.is_fixed_before_outcome, rule)
    ]


def _knows_too_much(feature: FeatureEvidence, others_n: int, rule: Leakage) -> bool:
    alone, others = feature.single_auc, feature.others_auc
    if alone is None or alone < rule.min_single_auc:
        return False
    if alone >= rule.too_good_auc:
        return True
    is_among_many = others_n >= rule.least_others
    return others is not None and alone >= (others - rule.tolerance if is_among_many else others + rule.ahead)


def _too_much(suspects: list[FeatureEvidence]) -> Text:
    found = [(one.name, _shown(one.single_auc), _shown(one.others_auc)) for one in suspects]
    names = Text(
        en=", ".join(f"{name} (AUC {alone}, all others {others})" for name, alone, others in found),
        zh="，".join(f"{name}（AUC {alone}，其余合计 {others}）" for name, alone, others in found),
    )
    return Text(
        en=f"A single feature knows as much as all others together: {names.en}.",
        zh=f"单个特征的区分能力不低于其余全部特征之和：{names.zh}。",
    )


def _shown(auc: float | None) -> str:
    return "-" if auc is None else f"{auc:.3f}"


def _figure(evidence: Evidence, feature: FeatureEvidence) -> Figure:
    return Figure(
        name=f"single_auc {feature.name}",
        value=feature.single_auc,
        n=feature.n,
        definition="Cross-validated AUC of this feature alone against the label, on the training rows.",
        comparator=f"all others together {_shown(feature.others_auc)}",
        period=evidence.period,
        snapshot=evidence.snapshot,
    )
