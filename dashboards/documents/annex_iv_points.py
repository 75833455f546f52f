"""The points of Annex IV as data: what each asks, what the records say to it, in which file, and what people write."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dashboards.documents import annex_iv_says as says
from dashboards.documents.law_evidence import LawEvidence
from validation.outcome import Text

Says = Callable[[LawEvidence], Sequence[Text]]

BUNDLE: Mapping[str, str] = {
    "model/model.ubj": "model.ubj",
    "model/training.json": "training.json",
    "model/feature_spec.json": "feature_spec.json",
    "statistics/alternatives.json": "alternatives.json",
    "statistics/stability.json": "stability.json",
    "statistics/proxy_study.json": "proxy_study.json",
    "statistics/feature_bins.json": "feature_bins.json",
}
"""Files of the bundle that are files of the run, by the name that the audit log knows."""

HEADINGS: Mapping[str, Text] = {
    "1": Text(en="General description", zh="总体描述"),
    "2": Text(en="Elements and development process", zh="系统要素与开发过程"),
    "3": Text(en="Monitoring, functioning and control", zh="监测、运行与控制"),
    "4": Text(en="Appropriateness of the performance metrics", zh="性能指标的适当性"),
    "5": Text(en="Risk management system", zh="风险管理体系"),
    "6": Text(en="Changes through the lifecycle", zh="生命周期内的变更"),
    "7": Text(en="Standards applied", zh="采用的标准"),
    "8": Text(en="EU declaration of conformity", zh="欧盟符合性声明"),
    "9": Text(en="Post-market monitoring", zh="上市后监测"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point; `part` is the key of what a person writes to it, empty where the records answer it alone."""

    number: str
    asks: Text
    says: Says
    files: tuple[str, ...] = ()
    part: str = ""


def _nothing(_: LawEvidence) -> tuple[Text, ...]:
    return ()


POINTS: tuple[Point, ...] = (
    Point(
        number="1(a)",
        asks=Text(
            en="Purpose, provider, version and its relation to earlier ones", zh="目的、提供者、版本及与先前版本的关系"
        ),
        says=says.version,
        files=("ledger/release.json",),
        part="provider",
    ),
    Point(
        number="1(b)-(h)",
        asks=Text(
            en="Other systems, software versions, forms of delivery, hardware, interface, instructions",
            zh="对接系统、软件版本、交付形式、硬件、界面与使用说明",
        ),
        says=says.software,
        files=("environment.json",),
        part="hardware_and_interface",
    ),
    Point(
        number="2(a)",
        asks=Text(en="Methods and steps of development", zh="开发方法与步骤"),
        says=says.methods,
        files=("model/training.json",),
    ),
    Point(
        number="2(b)",
        asks=Text(
            en="Design: logic, key choices, what is optimised, trade-offs", zh="设计：逻辑、关键选择、优化目标与取舍"
        ),
        says=says.design,
        files=("model/feature_spec.json", "statistics/alternatives.json"),
        part="design_choices",
    ),
    Point(
        number="2(c)",
        asks=Text(en="Architecture and computing resources", zh="系统架构与计算资源"),
        says=says.architecture,
        files=("model/model.ubj", "model/training.json"),
    ),
    Point(
        number="2(d)",
        asks=Text(
            en="Data: provenance, scope, selection, labelling, cleaning", zh="数据：来源、范围、选取、标注与清洗"
        ),
        says=says.data,
        files=("data/snapshot.json", "data/contracts.json", "model/training.json"),
    ),
    Point(
        number="2(e)",
        asks=Text(en="Assessment of human oversight", zh="人工监督措施的评估"),
        says=says.oversight,
        files=("ledger/approvals.json",),
        part="human_oversight",
    ),
    Point(
        number="2(f)",
        asks=Text(en="Pre-determined changes", zh="预先确定的变更"),
        says=_nothing,
        part="planned_changes",
    ),
    Point(
        number="2(g)",
        asks=Text(
            en="Validation and testing: data, metrics, discriminatory impact, dated and signed logs",
            zh="验证与测试：数据、指标、歧视性影响以及注明日期并签署的记录",
        ),
        says=says.testing,
        files=("gate/report.json", "gate/policy.json", "cells/scores.json"),
    ),
    Point(
        number="2(h)",
        asks=Text(en="Cybersecurity measures", zh="网络安全措施"),
        says=says.security,
        files=("ledger/audit_log.jsonl", "manifest.json"),
        part="cybersecurity",
    ),
    Point(
        number="3",
        asks=Text(
            en="Capabilities, accuracy for groups of people, foreseeable outcomes, oversight, input data",
            zh="能力与局限、对不同人群的准确度、可预见结果、监督以及输入数据",
        ),
        says=says.functioning,
        files=("gate/report.json", "model/feature_spec.json"),
    ),
    Point(
        number="4",
        asks=Text(en="Why the performance metrics fit", zh="性能指标为何适当"),
        says=says.metrics,
        files=("gate/policy.json",),
        part="metrics_rationale",
    ),
    Point(
        number="5",
        asks=Text(en="The risk management system of Article 9", zh="第 9 条的风险管理体系"),
        says=_nothing,
        part="risk_management",
    ),
    Point(
        number="6",
        asks=Text(en="Relevant changes made through the lifecycle", zh="生命周期内所作的相关变更"),
        says=says.changes,
        files=("ledger/events.json",),
    ),
    Point(number="7", asks=Text(en="Standards applied", zh="采用的标准"), says=_nothing, part="standards"),
    Point(number="8", asks=Text(en="Copy of the declaration", zh="符合性声明副本"), says=_nothing, part="declaration"),
    Point(
        number="9",
        asks=Text(en="System and plan of post-market monitoring", zh="上市后监测体系与计划"),
        says=says.monitoring,
        files=("gate/report.json",),
        part="monitoring_plan",
    ),
)
"""In the order of the annex."""
