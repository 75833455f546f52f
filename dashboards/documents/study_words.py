"""Words of the validity study report, in English and Chinese, with the headings of 29 CFR 1607.15(B)."""

from collections.abc import Mapping

from validation.outcome import Text

WORDS: Mapping[str, Text] = {
    "title": Text(en="Criterion-related validity study: {name}", zh="效标关联效度研究：{name}"),
    "map": Text(en="Where each required heading is answered", zh="各规定标题的对应位置"),
    "map_table": Text(
        en="29 CFR 1607.15(B), criterion-related validity studies", zh="29 CFR 1607.15（B）：效标关联效度研究"
    ),
    "citation": Text(en="paragraph", zh="条款"),
    "asks": Text(en="asks for", zh="要求"),
    "answer": Text(en="answered by", zh="由何处回答"),
    "by_people": Text(en="a written part", zh="人工撰写部分"),
    "by_data": Text(en="figures of this report", zh="本报告的数据"),
    "not_answered": Text(en="MISSING", zh="缺失"),
    "b1": Text(en="(1) Users, locations and dates of the study", zh="（1）使用者、地点与日期"),
    "b2": Text(en="(2) Problem and setting", zh="（2）问题与背景"),
    "b3": Text(en="(3) Job analysis", zh="（3）岗位分析"),
    "b4": Text(en="(4) Job titles and codes", zh="（4）岗位名称与代码"),
    "b5": Text(en="(5) Criterion measures", zh="（5）效标"),
    "b6": Text(en="(6) Sample description", zh="（6）样本说明"),
    "b7": Text(en="(7) Description of selection procedures", zh="（7）甄选程序说明"),
    "b8": Text(en="(8) Techniques and results", zh="（8）方法与结果"),
    "b9": Text(en="(9) Alternative procedures investigated", zh="（9）对替代程序的调查"),
    "b10": Text(en="(10) Uses and applications", zh="（10）使用方式"),
    "b11": Text(en="(11) Source data", zh="（11）源数据"),
    "b12": Text(en="(12) Contact person", zh="（12）联系人"),
    "b13": Text(en="(13) Accuracy and completeness", zh="（13）准确性与完整性"),
    "jobs_table": Text(en="Held-out applications by job family", zh="各岗位族的留出申请数"),
    "job": Text(en="job family", zh="岗位族"),
    "n": Text(en="n", zh="人数"),
    "jobs_hidden": Text(
        en="{n} job families with fewer than {k} people are not shown.", zh="{n} 个少于 {k} 人的岗位族未显示。"
    ),
    "criterion_line": Text(
        en="The criterion is {target}: {column} of the records; a label counts once {days} days have passed.",
        zh="效标为 {target}：记录中的 {column}；满 {days} 天后标签方为成熟。",
    ),
    "sample_line": Text(
        en="Model: {held} held-out applications, {labelled} of them with a label, interviewed {period}."
        " Vendor's score: everybody in snapshot {snapshot}.",
        zh="模型：留出申请 {held} 份，其中 {labelled} 份有标签，面试期间 {period}。"
        "供应商得分：快照 {snapshot} 中的所有人。",
    ),
    "procedure_line": Text(
        en="The procedure is a score between 0 and 1 of {n} features, with one cut score of {cut} for everybody.",
        zh="甄选程序为由 {n} 个特征得出的 0 到 1 之间的得分，对所有人使用同一分数线 {cut}。",
    ),
    "results_line": Text(
        en="Raw figures decide; corrected ones stand beside them with their assumptions. Labels exist only for those"
        " who got far enough, so the correction for range restriction uses the spread of everybody who was scored.",
        zh="以原始数值为准，校正值及其假设并列显示。只有进入后续环节者才有标签，因此全距限制校正采用所有获得评分者的离散程度。",
    ),
    "source_line": Text(
        en="The rows stay in the lake; snapshot and fingerprint above name them, and the files' hashes stand below.",
        zh="数据行保存在数据湖中，由上述快照与指纹标识；文件哈希列于文末。",
    ),
    "model_score": Text(en="model score", zh="模型得分"),
    "vendor_score": Text(en="vendor score", zh="供应商得分"),
    "too_few": Text(en="Validity of {what}: fewer than {k} labelled people", zh="{what}的效度：有标签者少于 {k} 人"),
    "more_labels": Text(en="More people with a matured label", zh="更多具有成熟标签的人员"),
    "no_column": Text(
        en="The target {target} is no single rating of the records", zh="目标 {target} 不对应记录中的单一评分"
    ),
    "no_holdout": Text(en="The run's held-out rows are gone", zh="该训练的留出数据已不存在"),
    "train_again": Text(en="A new training", zh="重新训练"),
    "no_groups": Text(en="Differential prediction of the {what} by group", zh="{what}的分群体差异预测"),
    "groups_answer": Text(
        en="Make the report as somebody who may read demographics.", zh="由有权读取人口统计数据者生成本报告。"
    ),
    "groups_stated": Text(
        en="Scores and outcomes of the held-out people beside the groups that they stated.",
        zh="留出人员的得分与结果，以及其自报的群体。",
    ),
    "reliability": Text(en="Reliability of the criterion", zh="效标信度"),
    "reliability_answer": Text(
        en="Two independent ratings of the same people, or a published coefficient with its source.",
        zh="对同一批人的两次独立评分，或注明来源的已发表系数。",
    ),
    "records": Text(en="Whoever keeps the records", zh="数据管理人员"),
    "scientist": Text(en="The data scientist", zh="数据科学家"),
    "compliance": Text(en="Compliance", zh="合规人员"),
    "expert": Text(en="An industrial psychologist", zh="人才测评专家"),
    "sex": Text(en="sex", zh="性别"),
    "limit": Text(
        en="Structured after the Uniform Guidelines' documentation headings (29 CFR 1607.15(B)); whether they are met"
        " is for a person to judge.",
        zh="按《统一指南》文件要求（29 CFR 1607.15(B)）的标题编排；是否满足须由专业人员判断。",
    ),
}
