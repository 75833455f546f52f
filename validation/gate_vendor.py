"""The gate's check of the vendor: did its scoring change while the people stayed the same, since the rows of the fit?

A score that means something else from one month on was learned from two scales at once, or is served on another one
than it was learned on. Nobody has to announce such a change, so it is looked for in the scores themselves, with the mix
of jobs held constant. What it means for this model is for a person to say: the check asks for review, however large
the change is, and the way out is a model of the rows from after it.
"""

from validation.decision_rule import State
from validation.gate_evidence import Evidence, VendorScores
from validation.gate_judgement import Judgement, gravest, lacking
from validation.outcome import Figure, Text, Verdict
from validation.policy import Policy
from validation.vendor_change import VendorChange, VendorLimits, vendor_change

CHECK = "vendor_change"
_STATES = {
    Verdict.PASS: State.PASS,
    Verdict.REVIEW: State.REVIEW,
    Verdict.BLOCK: State.REVIEW,
    Verdict.NOT_ENOUGH_EVIDENCE: State.INSUFFICIENT_DATA,
}
_NOBODY = Text(en="No vendor's scores of the period of the fit could be read.", zh="无法读取拟合期间任何供应商的评分。")
_LATER = Text(
    en="Ask the vendor what changed; retrain with `interviewed_from` after the change, or have a checker sign a waiver"
    " with the reason.",
    zh="向供应商了解变化；以变化之后的 `interviewed_from` 重新训练，或由复核人说明理由签署豁免。",
)
_WAIT = Text(
    en="Wait for more months of interviews, or have a checker sign a waiver with the reason.",
    zh="等待更多月份的面试，或由复核人说明理由签署豁免。",
)
_DEFINITION = (
    "Change of the mean AI score at the likeliest point, in standard deviations within jobs, the mix of jobs held"
    " constant; from the first row that was fitted to the latest interview."
)


def vendor(evidence: Evidence, policy: Policy) -> Judgement | None:
    """Each vendor with enough people, the gravest deciding; None where the policy asks nothing."""
    limits = policy.vendor
    if limits is None:
        return None
    found = [(one, _change(one, limits)) for one in evidence.vendors]
    if not found:
        return lacking(CHECK, _NOBODY, _WAIT)
    judged = [(one, change) for one, change in found if change.verdict is not Verdict.NOT_ENOUGH_EVIDENCE] or found
    state = gravest(_STATES[change.verdict] for _, change in judged)
    told = [_told(one, change) for one, change in judged if _STATES[change.verdict] is state]
    return Judgement(
        check=CHECK,
        state=state,
        reason=Text(en=" ".join(one.en for one in told), zh="".join(one.zh for one in told)),
        figures=tuple(_figure(evidence, one, change) for one, change in judged if change.shift_sd is not None),
        next_step={State.PASS: None, State.REVIEW: _LATER}.get(state, _WAIT),
        detail={"vendors": {one.vendor: change.as_json() for one, change in found}},
    )


def _change(one: VendorScores, limits: VendorLimits) -> VendorChange:
    return vendor_change(
        one.periods,
        shift_review=limits.shift_review,
        ratio_review=limits.spread_review,
        alpha=limits.false_alarms,
    )


def _told(one: VendorScores, change: VendorChange) -> Text:
    place = _place(one, change.change_at) if _STATES[change.verdict] is State.REVIEW else Text(en="", zh="")
    return Text(en=f"{one.vendor}: {change.reason.en}{place.en}", zh=f"{one.vendor}：{change.reason.zh}{place.zh}")


def _place(one: VendorScores, at: str | None) -> Text:
    """Where the change lies, seen from the model; periods are names that sort by time."""
    if at is None or one.holdout_from is None or one.holdout_to is None:
        return Text(en=" The model saw both sides of it.", zh="该模型使用了变化前后的数据。")
    if at <= one.holdout_from:
        return Text(en=" The model was fitted on rows from before it.", zh="该模型使用了变化之前的数据进行拟合。")
    if at <= one.holdout_to:
        return Text(
            en=" The model was fitted before it, and measured on both sides of it.",
            zh="该模型在变化之前拟合，并在变化前后的数据上评估。",
        )
    return Text(
        en=" It came after all rows of this model, which would now score by another scale than it learned.",
        zh="变化发生在该模型全部数据之后，现在的评分口径与其学习时不同。",
    )


def _figure(evidence: Evidence, one: VendorScores, change: VendorChange) -> Figure:
    return Figure(
        name=f"vendor_shift {one.vendor}",
        value=change.shift_sd,
        n=int(sum(period.n for period in one.periods)),
        definition=_DEFINITION,
        period=f"{change.periods[0]}/{change.periods[-1]}",
        comparator="the months before the likeliest point",
        snapshot=evidence.snapshot,
    )
