"""The kinds of evidence that answer an obligation, what each is called, and whether a person states it.

What the platform makes itself has a date in its records; what only a person knows (that a notice was given, that an
independent auditor signed) has the date that a person stated.
"""

from collections.abc import Mapping
from enum import StrEnum

from validation.outcome import Text


class EvidenceKind(StrEnum):
    """One kind of evidence."""

    GATE = "gate"
    ADVERSE_IMPACT = "adverse_impact"
    PROHIBITED_INPUTS = "prohibited_inputs"
    PROXY_STUDY = "proxy_study"
    ALTERNATIVES = "alternatives"
    DECISION_LOG = "decision_log"
    EVIDENCE_BUNDLE = "evidence_bundle"
    VALIDITY_STUDY = "validity_study"
    LL144_SUMMARY = "ll144_summary"
    ANNEX_IV = "annex_iv"
    PIPL_ASSESSMENT = "pipl_assessment"
    PIPL_NOTICE = "pipl_notice"
    CANDIDATE_LETTER = "candidate_letter"
    BIAS_AUDIT = "bias_audit"
    SUMMARY_POSTED = "summary_posted"
    CANDIDATE_NOTICE = "candidate_notice"
    RETENTION_POLICY = "retention_policy"
    RISK_ASSESSMENT = "risk_assessment"
    PRE_USE_NOTICE = "pre_use_notice"
    VIDEO_CONSENT = "video_consent"
    DEMOGRAPHIC_REPORT = "demographic_report"
    AI_LITERACY = "ai_literacy"
    AI_DISCLOSURE = "ai_disclosure"
    HUMAN_OVERSIGHT = "human_oversight"
    WORKERS_INFORMED = "workers_informed"
    FRIA = "fria"
    CONFORMITY = "conformity"
    MONITORING_PLAN = "monitoring_plan"
    DPIA = "dpia"
    SENSITIVE_CONSENT = "sensitive_consent"
    COMPLIANCE_AUDIT = "compliance_audit"


NAMES: Mapping[EvidenceKind, Text] = {
    EvidenceKind.GATE: Text(en="gate evaluation", zh="发布门禁评估"),
    EvidenceKind.ADVERSE_IMPACT: Text(en="adverse-impact checks of the gate", zh="门禁的不利影响检查"),
    EvidenceKind.PROHIBITED_INPUTS: Text(en="feature list without prohibited inputs", zh="不含禁用输入的特征清单"),
    EvidenceKind.PROXY_STUDY: Text(en="proxy study of the training", zh="训练时的代理特征研究"),
    EvidenceKind.ALTERNATIVES: Text(en="study of less discriminatory alternatives", zh="歧视性更小方案的研究"),
    EvidenceKind.DECISION_LOG: Text(en="log of decisions", zh="决定记录"),
    EvidenceKind.EVIDENCE_BUNDLE: Text(en="exported evidence bundle", zh="已导出的证据包"),
    EvidenceKind.VALIDITY_STUDY: Text(en="validity study report", zh="效度研究报告"),
    EvidenceKind.LL144_SUMMARY: Text(en="public summary (Local Law 144)", zh="公开摘要（第 144 号地方法）"),
    EvidenceKind.ANNEX_IV: Text(en="technical file (Annex IV)", zh="技术文件（附件四）"),
    EvidenceKind.PIPL_ASSESSMENT: Text(en="PIPL impact assessment", zh="个人信息保护影响评估"),
    EvidenceKind.PIPL_NOTICE: Text(en="notice of automated decisions (PIPL)", zh="自动化决策告知书"),
    EvidenceKind.CANDIDATE_LETTER: Text(en="explanation letter to the candidate", zh="致候选人的说明信"),
    EvidenceKind.BIAS_AUDIT: Text(en="bias audit by an independent auditor", zh="独立审计方的偏见审计"),
    EvidenceKind.SUMMARY_POSTED: Text(en="posting of the public summary", zh="公开摘要的公布"),
    EvidenceKind.CANDIDATE_NOTICE: Text(en="notice to candidates", zh="对候选人的告知"),
    EvidenceKind.RETENTION_POLICY: Text(en="published data retention policy", zh="已公布的数据保存策略"),
    EvidenceKind.RISK_ASSESSMENT: Text(en="risk assessment", zh="风险评估"),
    EvidenceKind.PRE_USE_NOTICE: Text(en="pre-use notice", zh="使用前告知"),
    EvidenceKind.VIDEO_CONSENT: Text(en="notice and consent for video interviews", zh="视频面试的告知与同意"),
    EvidenceKind.DEMOGRAPHIC_REPORT: Text(en="demographic report to the state", zh="向州政府提交的人口统计报告"),
    EvidenceKind.AI_LITERACY: Text(en="training of those who use the system", zh="对使用人员的培训"),
    EvidenceKind.AI_DISCLOSURE: Text(en="disclosure that an AI interviews", zh="告知由 AI 进行面试"),
    EvidenceKind.HUMAN_OVERSIGHT: Text(en="assigned human oversight", zh="已指定的人工监督"),
    EvidenceKind.WORKERS_INFORMED: Text(en="information of workers and representatives", zh="对员工及其代表的告知"),
    EvidenceKind.FRIA: Text(en="fundamental rights impact assessment", zh="基本权利影响评估"),
    EvidenceKind.CONFORMITY: Text(en="conformity declaration and registration", zh="符合性声明与登记"),
    EvidenceKind.MONITORING_PLAN: Text(en="post-market monitoring plan", zh="上市后监测计划"),
    EvidenceKind.DPIA: Text(en="data protection impact assessment", zh="数据保护影响评估"),
    EvidenceKind.SENSITIVE_CONSENT: Text(en="separate consent for sensitive information", zh="敏感信息的单独同意"),
    EvidenceKind.COMPLIANCE_AUDIT: Text(en="compliance audit of personal information", zh="个人信息合规审计"),
}
"""What each kind is called."""

RECORDED = frozenset(
    {
        EvidenceKind.GATE,
        EvidenceKind.ADVERSE_IMPACT,
        EvidenceKind.PROHIBITED_INPUTS,
        EvidenceKind.PROXY_STUDY,
        EvidenceKind.ALTERNATIVES,
        EvidenceKind.DECISION_LOG,
        EvidenceKind.EVIDENCE_BUNDLE,
        EvidenceKind.VALIDITY_STUDY,
        EvidenceKind.LL144_SUMMARY,
        EvidenceKind.ANNEX_IV,
        EvidenceKind.PIPL_ASSESSMENT,
        EvidenceKind.PIPL_NOTICE,
        EvidenceKind.CANDIDATE_LETTER,
    }
)
"""Kinds that the platform makes itself."""

STATED = frozenset(EvidenceKind) - RECORDED
"""Kinds that only a person can state."""
