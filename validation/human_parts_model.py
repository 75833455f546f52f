"""What people write in the model card and the validity study: purpose, limits, job analysis, alternatives."""

from collections.abc import Iterator

from validation.human_part import HumanPart
from validation.outcome import Text

_OWNER = Text(en="The model's owner", zh="模型负责人")
_SCIENTIST = Text(en="The data scientist who trained it", zh="训练该模型的数据科学家")
_EXPERT = Text(en="An industrial psychologist or job expert", zh="人才测评专家或岗位专家")
_COMPLIANCE = Text(en="Compliance", zh="合规人员")


def _parts(kind: str, *lines: tuple[str, Text, Text, Text]) -> Iterator[HumanPart]:
    for key, title, asks, supplier in lines:
        yield HumanPart(kind=kind, key=key, title=title, asks=asks, supplier=supplier)


MODEL: tuple[HumanPart, ...] = (
    *_parts(
        "model_card",
        (
            "intended_use",
            Text(en="Intended use", zh="预期用途"),
            Text(
                en="Which decision it supports, for which jobs and places, who reads the score and who decides.",
                zh="支持何种决定，适用哪些岗位与地区，谁查看得分，由谁作出决定。",
            ),
            _OWNER,
        ),
        (
            "out_of_scope_use",
            Text(en="Uses it is not made for", zh="不适用的用途"),
            Text(
                en="Decisions, jobs, places or people for which nobody has shown that it works.",
                zh="尚无证据表明其有效的决定、岗位、地区或人群。",
            ),
            _OWNER,
        ),
        (
            "owner",
            Text(en="Owner and contact", zh="负责人与联系方式"),
            Text(
                en="The function that answers for the model, and how to reach it; no private address.",
                zh="对模型负责的部门及联系方式；勿填私人地址。",
            ),
            _OWNER,
        ),
        (
            "limitations",
            Text(en="Known limits and risks", zh="已知局限与风险"),
            Text(
                en="What could go wrong for whom, how it would be noticed, and what is done about it.",
                zh="可能对谁造成何种问题，如何发现，如何处置。",
            ),
            _SCIENTIST,
        ),
        (
            "why_chosen",
            Text(en="Why this model and not another", zh="为何选择该模型"),
            Text(
                en="Which alternatives were weighed, by quality and by impact, and the reason for the choice.",
                zh="从质量与影响两方面比较了哪些替代方案，以及选择理由。",
            ),
            _SCIENTIST,
        ),
        (
            "human_oversight",
            Text(en="Human oversight", zh="人工监督"),
            Text(
                en="Who may overrule it, when they must look, and how they were trained.",
                zh="谁可以推翻其建议，何时必须复核，接受过何种培训。",
            ),
            _COMPLIANCE,
        ),
    ),
    *_parts(
        "validity_study",
        (
            "users_and_location",
            Text(en="Users, location and date of the study", zh="使用者、地点与研究日期"),
            Text(
                en="The establishments and jobs of the study, where it was done, and between which dates.",
                zh="研究涉及的单位与岗位、地点及起止日期。",
            ),
            _EXPERT,
        ),
        (
            "problem_and_setting",
            Text(en="Problem and setting", zh="问题与背景"),
            Text(
                en="What the procedure is to decide, how people were chosen before, and any earlier procedure.",
                zh="该程序用于作出何种决定，此前如何选人，曾用何种程序。",
            ),
            _EXPERT,
        ),
        (
            "job_analysis",
            Text(en="Job analysis", zh="岗位分析"),
            Text(
                en="Work behaviours and outcomes that matter, their weight, how they were found and by whom.",
                zh="重要的工作行为与结果、各自权重、分析方法与分析者。",
            ),
            _EXPERT,
        ),
        (
            "criterion_rationale",
            Text(en="Why this criterion", zh="为何采用该效标"),
            Text(
                en="Why the rating measures good work, how it was collected, and what was done against bias in it.",
                zh="评分为何能衡量工作表现，如何收集，如何防止偏差。",
            ),
            _EXPERT,
        ),
        (
            "alternatives_considered",
            Text(en="Alternative procedures looked for", zh="对替代程序的调查"),
            Text(
                en="Other suitable procedures with less impact: what was looked for, found, and why not used.",
                zh="是否寻找过影响更小的合适程序，发现了什么，为何未采用。",
            ),
            _COMPLIANCE,
        ),
        (
            "uses_and_applications",
            Text(en="Uses and applications", zh="使用方式"),
            Text(
                en="How the score is used (ranking, cut, grouping), with which other steps, and how the cut was set.",
                zh="得分如何使用（排序、分数线、分组），与哪些环节结合，分数线如何确定。",
            ),
            _OWNER,
        ),
        (
            "contact",
            Text(en="Contact person", zh="联系人"),
            Text(
                en="Name, office and address of who can say more about the study.",
                zh="可提供研究详情者的姓名、部门与地址。",
            ),
            _OWNER,
        ),
        (
            "accuracy_and_completeness",
            Text(en="Accuracy and completeness", zh="准确性与完整性"),
            Text(
                en="What was done to make data, computations and this report right and whole.",
                zh="为保证数据、计算与报告准确完整采取了哪些措施。",
            ),
            _SCIENTIST,
        ),
    ),
)
