"""The words of the explanation letter, in plain English and Chinese."""

from collections.abc import Mapping

from validation.outcome import Text

WORDS: Mapping[str, Text] = {
    "title": Text(en="How your AI interview was evaluated", zh="关于您 AI 面试评估结果的说明"),
    "reference": Text(en="Reference", zh="参考编号"),
    "decided": Text(en="Evaluated on", zh="评估日期"),
    "version": Text(en="Version of the program", zh="程序版本"),
    "version_line": Text(en="version {n}", zh="第 {n} 版"),
    "dear": Text(en="Dear {name},", zh="{name}，您好！"),
    "dear_candidate": Text(en="Dear candidate,", zh="尊敬的候选人，您好！"),
    "opening": Text(
        en="you asked how the result of your AI interview came about. This letter explains it in plain words.",
        zh="您希望了解 AI 面试结果是如何得出的，现以通俗语言说明如下。",
    ),
    "result": Text(en="The result", zh="结果"),
    "advance": Text(en="The program advised that you go on to the next step.", zh="程序建议您进入下一环节。"),
    "hold": Text(
        en="The program advised to hold your application for now. That is advice, not a rejection.",
        zh="程序建议暂缓推进您的应聘申请。这是建议，并非淘汰。",
    ),
    "human_review": Text(
        en="The program gave no advice of its own and passed your application to a person.",
        zh="程序未自行给出建议，而是将您的应聘申请转由人工复核。",
    ),
    "cannot_score": Text(
        en="The program could not evaluate your interview. That does not count against you; a person looks at it.",
        zh="程序无法评估您的面试。这不会对您不利，将由人工查看。",
    ),
    "incomplete": Text(en="Part of the information that it needs was not there.", zh="评估所需的部分信息缺失。"),
    "review_only": Text(en="At that time every result went to a person.", zh="当时所有结果均转由人工复核。"),
    "outcome": Text(en="What was decided?", zh="作出了什么决定？"),
    "outcome.advanced": Text(
        en="On {date} it was decided that your application goes on. {who}", zh="{date} 决定继续推进您的应聘申请。{who}"
    ),
    "outcome.not_advanced": Text(
        en="On {date} it was decided that your application does not go on. {who}",
        zh="{date} 决定不再推进您的应聘申请。{who}",
    ),
    "outcome.withdrawn": Text(en="You withdrew your application on {date}.", zh="您已于 {date} 撤回应聘申请。"),
    "outcome.pending": Text(
        en="Not yet decided: nobody has decided about your application since.",
        zh="尚未决定：此后尚无人就您的应聘申请作出决定。",
    ),
    "outcome.untold": Text(
        en="Our records do not say for which application this evaluation was made. Ask us, and we tell you what was "
        "decided about each of yours.",
        zh="我们的记录未注明本次评估对应哪一份应聘申请。您可向我们询问，我们将逐一告知决定结果。",
    ),
    "by_person": Text(en="A person decided this.", zh="该决定由人工作出。"),
    "by_rule": Text(
        en="A fixed rule decided this; you may ask for a person to decide instead.",
        zh="该决定由固定规则作出；您可以请求改由人工决定。",
    ),
    "by_unknown": Text(en="Our records do not say who decided this.", zh="我们的记录未注明由谁作出该决定。"),
    "review": Text(
        en="You have the right to have this reviewed by a person, whatever was decided.",
        zh="无论决定如何，您都有权请求人工复核。",
    ),
    "automated": Text(en="What did the computer do, and what did people do?", zh="哪些由计算机完成，哪些由人完成？"),
    "computer": Text(
        en="A program read the ratings of your AI interview and compared them with what mattered in earlier ones. "
        "It was given neither your name nor your sex, age, ethnicity, health or family, nor a picture or sound of you.",
        zh="程序读取了您 AI 面试的各项评分，并与以往面试中的重要因素比较。"
        "它没有得到您的姓名、性别、年龄、民族、健康或家庭信息，也没有得到您的图像或声音。",
    ),
    "no_machine": Text(en="The program alone rejects nobody.", zh="程序不会单独淘汰任何人。"),
    "people": Text(
        en="Whether you go on is decided by people. The program alone rejects nobody.",
        zh="是否进入下一环节由人决定。程序不会单独淘汰任何人。",
    ),
    "reasons": Text(en="The main reasons", zh="主要原因"),
    "helped": Text(en="What spoke for you: {reasons}", zh="对您有利的方面：{reasons}"),
    "hindered": Text(en="What spoke less for you: {reasons}", zh="对您相对不利的方面：{reasons}"),
    "job_related": Text(
        en="These points are about answers in this one interview, not about you as a person.",
        zh="以上仅针对本次面试中的回答，并非对您个人的评价。",
    ),
    "no_reasons": Text(
        en="No reasons were recorded, because no score was worked out.", zh="由于未计算得分，没有记录原因。"
    ),
    "person": Text(en="Would you like a person to look at it?", zh="希望由人工复核？"),
    "ask": Text(
        en="You may ask for a person to look at your interview, tell us how you see it, and contest the result.",
        zh="您可以请求由人工复核您的面试、表达您的看法，并对结果提出异议。",
    ),
    "no_harm": Text(en="Asking does not harm your application.", zh="提出请求不会影响您的应聘申请。"),
    "data": Text(en="Is something about you wrong?", zh="信息有误？"),
    "correct": Text(
        en="You may see the information we hold about you, and have it corrected or deleted.",
        zh="您可以查阅我们持有的您的信息，并要求更正或删除。",
    ),
    "regards": Text(en="Kind regards", zh="此致敬礼"),
    "space": Text(en=" ", zh=""),
    "only_you": Text(
        en="This letter is about you alone; it holds nothing about other candidates.",
        zh="本信仅涉及您本人，不含其他候选人的任何信息。",
    ),
}
