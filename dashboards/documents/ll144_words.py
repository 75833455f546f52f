"""The words of the public summary, in English and Chinese."""

from collections.abc import Mapping

from validation.outcome import Text

WORDS: Mapping[str, Text] = {
    "title": Text(en="Public summary (New York City Local Law 144)", zh="公开摘要（纽约市第 144 号地方法）"),
    "audit_date": Text(en="Most recent bias audit", zh="最近一次偏见审计"),
    "audit_until": Text(en="Audit allows use until", zh="审计允许使用至"),
    "distribution": Text(en="Distribution date (first use)", zh="启用日期（首次使用）"),
    "notice": Text(en="Notice to candidates", zh="告知候选人"),
    "earliest": Text(en="Earliest lawful use (10 business days later)", zh="最早合法使用日（其后十个工作日）"),
    "posted": Text(en="Summary posted", zh="摘要公布"),
    "posted_until": Text(en="Stays posted until", zh="须公布至"),
    "posted_while_used": Text(
        en="six months after the last use; the tool is not out of use", zh="最后一次使用后六个月；该工具尚未停用"
    ),
    "not_stated": Text(en="missing: nobody stated it", zh="缺失：尚无人陈述"),
    "not_used": Text(en="not in use yet", zh="尚未启用"),
    "cut": Text(en="Cut score in force", zh="现行分数线"),
    "period": Text(en="Period of the data", zh="数据期间"),
    "definition": Text(en="Definition", zh="定义"),
    "unscored": Text(en="Considered without a score", zh="已考虑但无得分"),
    "selection": Text(
        en="Selection rate: people at or above the cut score among all who were scored. Impact ratio: a category's "
        "rate over that of the most selected category.",
        zh="选拔率：得分达到分数线的人数占全部被评分人数的比例。影响比：某类别的选拔率与选拔率最高类别之比。",
    ),
    "median": Text(en="Median score of everybody scored", zh="全体被评分者的得分中位数"),
    "definition_scoring": Text(en="Definition of the scoring rate", zh="高分率的定义"),
    "scoring": Text(
        en="Scoring rate: people whose score is strictly above the median among all who were scored, those of unknown "
        "category included. Impact ratio: a category's rate over that of the highest scoring category.",
        zh="高分率：得分严格高于全体被评分者（含类别未知者）中位数的人数占比。影响比：某类别的高分率与高分率最高类别之比。",
    ),
    "reading": Text(en="How to read these tables", zh="如何阅读这些表"),
    "counts_of": Text(
        en="Counts are those of the release gate, at the cut score that was released and above the median, of "
        "everybody interviewed in the holdout period. People of unknown category stand below each table and in no "
        "rate.",
        zh="人数取自发布门禁在所发布分数线上及中位数以上的统计，范围为留出期内全部面试者。类别未知者列于各表之下，不计入任何比率。",
    ),
    "not_asked": Text(
        en="A further {n} people who were assessed applied where this is not asked. They are of unknown category too, "
        "which makes {all}, and stand in no rate.",
        zh="另有 {n} 名被评估者的申请地不询问该属性，其类别同样未知，合计 {all} 人，均不计入任何比率。",
    ),
    "used_early": Text(
        en="Use began on {first}, but the notice of {notice} allows it from {earliest} on.",
        zh="使用始于 {first}，而 {notice} 的告知只允许自 {earliest} 起使用。",
    ),
    "below_share": Text(
        en="Below 2 % of the data, so not the most selected category: {groups}. Number and rate stay published.",
        zh="占比低于 2%，因此不作为选拔率最高类别：{groups}。人数与比率仍予公布。",
    ),
    "small": Text(
        en="Categories of fewer than {n} people are published because the rule asks for every category. See before "
        "posting whether somebody could be recognised.",
        zh="规则要求公布每个类别，故少于 {n} 人的类别亦列出。公布前请确认是否可能识别到个人。",
    ),
    "no_advice": Text(en="This document is no legal advice.", zh="本文件不构成法律意见。"),
}
