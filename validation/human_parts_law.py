"""What people write in the documents that laws ask for: what no record of the platform can say."""

from collections.abc import Iterator

from validation.human_part import HumanPart
from validation.outcome import Text

_COMPLIANCE = Text(en="Compliance", zh="合规人员")
_PROVIDER = Text(en="The provider of the system", zh="系统提供者")
_HR = Text(en="HR leadership", zh="人力资源负责人")
_SECURITY = Text(en="Information security", zh="信息安全人员")
_OFFICER = Text(en="The person in charge of personal information protection", zh="个人信息保护负责人")


def _parts(kind: str, *lines: tuple[str, Text, Text, Text]) -> Iterator[HumanPart]:
    for key, title, asks, supplier in lines:
        yield HumanPart(kind=kind, key=key, title=title, asks=asks, supplier=supplier)


_LL144 = _parts(
    "ll144_summary",
    (
        "auditor",
        Text(en="Independent auditor", zh="独立审计方"),
        Text(
            en="The auditor's name, and that it had no part in using, developing or distributing the tool.",
            zh="审计方名称，以及其未参与该工具的使用、开发或分发。",
        ),
        _COMPLIANCE,
    ),
    (
        "data_explanation",
        Text(en="Source and explanation of the data", zh="数据来源与说明"),
        Text(
            en="Whose historical data the audit used, of which jobs and time, and why if it was test data.",
            zh="审计使用了谁的历史数据、涉及哪些岗位与期间；如使用测试数据，说明原因。",
        ),
        _COMPLIANCE,
    ),
)
_ANNEX_IV = _parts(
    "annex_iv",
    (
        "provider",
        Text(en="Provider and intended purpose", zh="提供者与预期目的"),
        Text(
            en="Name and address of the provider, and the purpose the system is placed on the market for.",
            zh="提供者名称与地址，以及系统投放市场的目的。",
        ),
        _PROVIDER,
    ),
    (
        "hardware_and_interface",
        Text(en="Hardware, interfaces and instructions for use", zh="硬件、接口与使用说明"),
        Text(
            en="On what it runs, with which other systems, what its users see, and the instructions they get.",
            zh="运行环境、对接的其他系统、使用者界面以及使用说明。",
        ),
        _PROVIDER,
    ),
    (
        "design_choices",
        Text(en="Key design choices", zh="关键设计选择"),
        Text(
            en="Rationale, assumptions about people and groups, and trade-offs made to meet the requirements.",
            zh="设计理由、对人员与群体的假设，以及为满足要求所作的取舍。",
        ),
        _PROVIDER,
    ),
    (
        "human_oversight",
        Text(en="Human oversight", zh="人工监督"),
        Text(
            en="Who oversees, how they are trained, when they may overrule, and how that is measured.",
            zh="由谁监督、如何培训、何时可推翻系统结果以及如何衡量。",
        ),
        _HR,
    ),
    (
        "planned_changes",
        Text(en="Pre-determined changes", zh="预先确定的变更"),
        Text(
            en="Changes planned in advance and how compliance is kept through them; or that there are none.",
            zh="预先计划的变更及其间如何保持合规；如无，请注明。",
        ),
        _PROVIDER,
    ),
    (
        "cybersecurity",
        Text(en="Cybersecurity", zh="网络安全"),
        Text(
            en="Measures against manipulation of data, model and interfaces where the system runs.",
            zh="针对数据、模型与接口被篡改所采取的措施。",
        ),
        _SECURITY,
    ),
    (
        "metrics_rationale",
        Text(en="Why the performance metrics fit", zh="性能指标的适当性"),
        Text(en="Why these metrics suit this system and this decision.", zh="为何这些指标适合该系统与该类决定。"),
        _PROVIDER,
    ),
    (
        "risk_management",
        Text(en="Risk management", zh="风险管理"),
        Text(
            en="Risks to health, safety and rights, foreseeable misuse, measures, and what risk remains.",
            zh="对健康、安全与权利的风险、可预见的误用、措施以及剩余风险。",
        ),
        _PROVIDER,
    ),
    (
        "standards",
        Text(en="Standards applied", zh="采用的标准"),
        Text(
            en="Harmonised standards and other specifications, or how the requirements are met without them.",
            zh="采用的协调标准及其他规范；如未采用，说明如何满足要求。",
        ),
        _PROVIDER,
    ),
    (
        "declaration",
        Text(en="EU declaration of conformity", zh="欧盟符合性声明"),
        Text(en="The declaration's number, date and place.", zh="声明的编号、日期与存放处。"),
        _PROVIDER,
    ),
    (
        "monitoring_plan",
        Text(en="Post-market monitoring plan", zh="上市后监测计划"),
        Text(
            en="What is watched, how often, by whom, and what follows when it goes wrong.",
            zh="监测内容、频率、负责人以及出现问题时的处理。",
        ),
        _PROVIDER,
    ),
)
_PIPL = (
    *_parts(
        "pipl_assessment",
        (
            "handler",
            Text(en="Handler and responsible person", zh="处理者与负责人"),
            Text(
                en="Who handles the information and who is in charge of its protection.",
                zh="个人信息处理者及保护负责人。",
            ),
            _OFFICER,
        ),
        (
            "purpose",
            Text(en="Purpose, legal basis and necessity", zh="目的、合法性基础与必要性"),
            Text(
                en="Why candidates are scored, on which legal basis, and why less information would not do.",
                zh="为何对候选人评分、依据何种合法性基础，以及为何更少的信息不足以实现目的。",
            ),
            _OFFICER,
        ),
        (
            "recipients",
            Text(en="Recipients, entrusted parties and transfers abroad", zh="接收方、受托方与出境"),
            Text(
                en="Who else receives or processes the information, and whether it leaves the country.",
                zh="还有谁接收或处理个人信息，是否出境。",
            ),
            _OFFICER,
        ),
        (
            "rights_and_risks",
            Text(en="Influence on rights, and security risks", zh="对个人权益的影响与安全风险"),
            Text(
                en="What could happen to a candidate, how likely and how grave; and if the data leaked.",
                zh="可能对候选人造成的影响、可能性与严重程度，以及泄露时的后果。",
            ),
            _OFFICER,
        ),
        (
            "measures",
            Text(en="Protective measures beyond the platform's", zh="平台以外的保护措施"),
            Text(
                en="Organisation, training, contracts and technology around it, and whether they fit the risk.",
                zh="平台之外的组织、培训、合同与技术措施，以及其与风险是否相适应。",
            ),
            _OFFICER,
        ),
        (
            "conclusion",
            Text(en="Conclusion", zh="评估结论"),
            Text(
                en="Whether the processing may go on, under which conditions, who decided and when.",
                zh="处理活动可否进行、附带何种条件、由谁在何时决定。",
            ),
            _OFFICER,
        ),
    ),
    *_parts(
        "pipl_notice",
        (
            "handler",
            Text(en="Who we are", zh="我们是谁"),
            Text(en="Name of the employer and how to reach it.", zh="用人单位名称与联系方式。"),
            _OFFICER,
        ),
        (
            "request",
            Text(en="How to ask", zh="如何提出请求"),
            Text(
                en="Where to ask for an explanation or for a person to decide, and how long an answer takes.",
                zh="在何处要求说明或请求人工决定，以及答复所需时间。",
            ),
            _HR,
        ),
        (
            "retention",
            Text(en="How long we keep it", zh="保存期限"),
            Text(
                en="How long results and recordings are kept, and what happens then.",
                zh="结果与录像的保存期限及到期处理。",
            ),
            _OFFICER,
        ),
    ),
)
_LETTER = _parts(
    "candidate_letter",
    (
        "contact",
        Text(en="How to reach a person", zh="如何联系工作人员"),
        Text(
            en="Whom a candidate asks for a review by a person, by which way, and until when.",
            zh="候选人向谁、以何种方式、在何时之前申请人工复核。",
        ),
        _HR,
    ),
    (
        "correction",
        Text(en="How to correct your data", zh="如何更正数据"),
        Text(en="Where a candidate sees and corrects the own data.", zh="候选人在何处查看并更正本人数据。"),
        _HR,
    ),
    (
        "sender",
        Text(en="Sender", zh="发件人"),
        Text(en="The function that signs the letter; no private name is needed.", zh="署名部门；无须个人姓名。"),
        _HR,
    ),
)

LAW: tuple[HumanPart, ...] = (*_LL144, *_ANNEX_IV, *_PIPL, *_LETTER)
"""In the order of the documents."""
