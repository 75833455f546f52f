"""The words of the impact assessment and of the notice under China's PIPL, in English and Chinese."""

from collections.abc import Mapping

from validation.outcome import Text

ASSESSMENT: Mapping[str, Text] = {
    "title": Text(
        en="Personal information protection impact assessment (PIPL, Articles 55 and 56)",
        zh="个人信息保护影响评估报告（《个人信息保护法》第五十五条、第五十六条）",
    ),
    "lawful": Text(
        en="Are purpose and manner of processing lawful, legitimate and necessary? (Article 56(1))",
        zh="处理目的、处理方式等是否合法、正当、必要（第五十六条第一项）",
    ),
    "manner": Text(
        en="The model turns results of an AI interview into a score and advice for one stage of hiring. It reads only "
        "what is listed below; names, contact and protected attributes are no inputs.",
        zh="模型将 AI 面试结果转化为某一招聘阶段的得分与建议，仅读取下列信息；姓名、联系方式与受保护特征均不作为输入。",
    ),
    "inputs": Text(en="Information that the model reads", zh="模型读取的信息"),
    "input": Text(en="information", zh="信息"),
    "comes_from": Text(en="comes from", zh="来源"),
    "from_interview": Text(
        en="the AI interview or the application, fixed before the outcome", zh="AI 面试或应聘申请，早于结果形成"
    ),
    "influence": Text(
        en="What is the influence on individuals' rights, and what is the security risk? (Article 56(2))",
        zh="对个人权益的影响及安全风险（第五十六条第二项）",
    ),
    "no_one_alone": Text(
        en="A score can delay or speed a candidate's way. Nobody is rejected by the machine alone: below the cut score "
        "the advice is to hold, and a person decides.",
        zh="得分可能加快或延缓候选人的进程。系统不会单独淘汰任何人：低于分数线时建议暂缓，由人工决定。",
    ),
    "judged": Text(en="Fairness that was measured at release", zh="发布时测得的公平性"),
    "check": Text(en="check", zh="检查项"),
    "of_groups": Text(en="{check} by {groups}", zh="{check}（{groups}）"),
    "not_examined": Text(
        en="No difference between groups was examined for this release.", zh="该发布版本未检验群体之间的差异。"
    ),
    "not_enough": Text(
        en="Where the evidence was not enough, nothing is shown: neither fairness nor unfairness.",
        zh="证据不足之处不作任何结论：既不表示公平，也不表示不公平。",
    ),
    "no_inputs": Text(en="The release names no inputs.", zh="该发布版本未列明输入信息。"),
    "protection": Text(
        en="Are the protective measures lawful, effective and fit for the risk? (Article 56(3))",
        zh="所采取的保护措施是否合法、有效并与风险程度相适应（第五十六条第三项）",
    ),
    "pseudonyms": Text(
        en="The lake, training and figures use keyed pseudonyms and hold neither name nor contact. These stand in the "
        "records, and in the files and messages that are kept as they came.",
        zh="数据湖、训练与统计使用带密钥的假名，不含姓名与联系方式；姓名与联系方式存于业务记录，以及按原样保存的接收文件与消息中。",
    ),
    "roles": Text(
        en="Rights follow the reader: rows are limited by department in the database itself.",
        zh="权限随读取者而定：数据库按部门限制可见行。",
    ),
    "vault": Text(
        en="Self-reported attributes lie apart and serve fairness figures only; each reading is logged.",
        zh="自报属性单独存放，仅用于公平性统计，每次读取均连同目的记入日志。",
    ),
    "logs": Text(
        en="Each decision is kept with its versions and reasons; the audit log is chained, so a change shows.",
        zh="每项决定连同版本与理由一并保存；审计日志以哈希相链，改动可被察觉。",
    ),
    "erasure": Text(
        en="One person can be erased from records, lake, logs of inputs and training files; numbers stay true.",
        zh="可将个人从业务记录、数据湖、输入日志与训练文件中删除，统计数字保持真实。",
    ),
    "checked": Text(
        en="A model serves for a limited time, after it passed the gate and somebody else than its maker agreed.",
        zh="模型须通过发布门禁并由提交者以外的人员批准，方可在有限期限内提供服务。",
    ),
    "keep": Text(
        en="Article 56: keep this report and the record of processing for at least three years.",
        zh="第五十六条：本报告与处理情况记录应当至少保存三年。",
    ),
    "no_advice": Text(en="This document is no legal advice.", zh="本文件不构成法律意见。"),
}

NOTICE: Mapping[str, Text] = {
    "title": Text(
        en="Notice to candidates: automated decisions in our hiring", zh="致候选人：关于招聘中自动化决策的告知"
    ),
    "program": Text(en="Version of the program", zh="程序版本"),
    "version": Text(en="version {n}", zh="第 {n} 版"),
    "what": Text(en="What does the computer do?", zh="计算机做什么？"),
    "what_1": Text(
        en="A computer program reads the ratings of your AI interview and works out a score that says how likely you "
        "are to do well in the next step.",
        zh="计算机程序读取您 AI 面试的各项评分，计算得分，用于估计您在下一环节表现良好的可能性。",
    ),
    "what_2": Text(
        en="From the score it gives our recruiters advice: go on, wait, or let a person look first.",
        zh="程序据此向招聘人员提出建议：推进、暂缓，或先由人工查看。",
    ),
    "used": Text(en="What does it look at, and what never?", zh="它看什么，不看什么？"),
    "used_1": Text(en="It looks at: {inputs}.", zh="它会读取：{inputs}。"),
    "never": Text(
        en="It is never given your sex, age, ethnicity, religion, health or family, and no picture or sound of you; "
        "anything that tells of your face or your feelings is refused.",
        zh="它不会得到您的性别、年龄、民族、宗教、健康或家庭信息，也不会得到您的图像或声音；凡涉及人脸或情绪的信息一律拒绝。",
    ),
    "who": Text(en="Who decides?", zh="由谁决定？"),
    "who_1": Text(en="A person does. The program alone rejects nobody.", zh="由人工决定。程序不会单独淘汰任何人。"),
    "fair": Text(
        en="The same rule holds for everybody. Before it was released, its results were compared between groups.",
        zh="所有人适用同一规则。发布之前，已在不同群体之间比较其结果。",
    ),
    "rights": Text(en="What are your rights?", zh="您有哪些权利？"),
    "explain": Text(
        en="You may ask us to explain a result that matters to you (Personal Information Protection Law, Article 24).",
        zh="您有权要求我们对与您有重大影响的结果予以说明（《个人信息保护法》第二十四条）。",
    ),
    "refuse": Text(
        en="You may refuse a decision about you that is made by automated means alone; a person then decides.",
        zh="您有权拒绝我们仅通过自动化决策的方式作出与您有关的决定；届时由人工另行决定。",
    ),
    "correct": Text(
        en="You may see your information, have it corrected or deleted, and withdraw your consent. Asking for this "
        "does not harm your application.",
        zh="您可查阅、更正或删除您的个人信息，并可撤回同意。提出上述请求不会影响您的应聘申请。",
    ),
    "complain": Text(
        en="You may complain to the authority in charge of personal information protection.",
        zh="您可向履行个人信息保护职责的部门投诉、举报。",
    ),
    "no_harm": Text(
        en="This notice holds for the version of the program named above.", zh="本告知适用于上述版本的程序。"
    ),
}
