"""The gate's check of the label: does the model predict what the policy accepts as evidence of work in the job?

A score that predicts the next interviewer is no evidence yet that it predicts the work. Which labels count is the
policy's to say: for graver decisions those that show later.
"""

from validation.decision_rule import State
from validation.gate_evidence import Evidence
from validation.gate_judgement import Judgement, listed
from validation.outcome import Text
from validation.policy import Policy

CHECK = "criterion"
_STEP = Text(
    en="Train on one of the accepted labels once enough have matured, or have a checker sign a waiver with the reason.",
    zh="待足够标签成熟后改用被接受的标签训练，或由复核人说明理由签署豁免。",
)


def criterion(evidence: Evidence, policy: Policy) -> Judgement | None:
    """Whether the target is among the accepted ones; None where the policy asks nothing."""
    if not policy.criteria:
        return None
    accepted, target = listed(policy.criteria), evidence.target
    if target in policy.criteria:
        reason = Text(
            en=f"The model predicts {target}, which the policy accepts as evidence of work in the job.",
            zh=f"模型预测 {target}，策略认可其为工作表现的证据。",
        )
        return Judgement(check=CHECK, state=State.PASS, reason=reason)
    reason = Text(
        en=f"The model predicts {target}; the policy accepts {accepted.en} as evidence of work in the job.",
        zh=f"模型预测 {target}；策略认可的工作表现证据为 {accepted.zh}。",
    )
    return Judgement(check=CHECK, state=State.REVIEW, reason=reason, next_step=_STEP)
