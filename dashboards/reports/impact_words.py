"""The words of the adverse-impact reports, in English and Chinese."""

from collections.abc import Mapping

from validation.outcome import Text

WORDS: Mapping[str, Text] = {
    "title": Text(en="Adverse impact", zh="不利影响"),
    "ll144_title": Text(en="Bias audit tables in the layout of Local Law 144", zh="按 Local Law 144 格式的偏见审计表"),
    "outcome": Text(en="Outcome column", zh="结果列"),
    "cut": Text(en="Cut score", zh="分数线"),
    "median": Text(en="Median of the full sample (strictly above counts)", zh="全体样本中位数（严格高于才计入）"),
    "threshold": Text(en="Threshold of the impact ratio", zh="影响比阈值"),
    "rates": Text(en="At what rate is each group selected?", zh="各群体的选拔率是多少？"),
    "ratios": Text(en="How does each rate compare with the comparator's?", zh="各群体与对照群体相比如何？"),
    "tests": Text(en="Is the difference chance, and how many people is it?", zh="差异是否偶然？涉及多少人？"),
    "bounds": Text(en="What could the people of unknown group change?", zh="群体未知的人员可能带来什么变化？"),
    "marginals": Text(en="Each attribute alone", zh="各属性单独统计"),
    "strata": Text(en="Within strata", zh="分层结果"),
    "pooled": Text(en="Pooled over strata", zh="合并各层"),
    "by_stratum": Text(en="Each stratum", zh="各层"),
    "curve": Text(en="What would other cut scores have done?", zh="其他分数线会产生什么结果？"),
    "rate_chart": Text(en="Selection rate of each group", zh="各群体的选拔率"),
    "ratio_chart": Text(en="Impact ratio of each group against the comparator", zh="各群体相对对照群体的影响比"),
    "curve_chart": Text(en="Impact ratio of each group by cut score", zh="各群体在不同分数线下的影响比"),
    "curve_table": Text(en="Table behind the chart: impact ratio (people selected)", zh="图表数据：影响比（入选人数）"),
    "curve_drawn": Text(
        en="At most the {lines} largest groups are shown, and drawn where the comparator has {few} or more selected.",
        zh="最多显示人数最多的 {lines} 个群体；仅在对照群体入选不少于 {few} 人处绘制曲线。",
    ),
    "value_sign": Text(en="bar: value, line with ends: 95 % interval", zh="条形：数值；带端线段：95% 置信区间"),
    "in_force": Text(en="cut score in force", zh="现行分数线"),
    "interval_methods": Text(
        en="95 %. Rates: Wilson. Ratios: Katz's log interval, Koopman's score interval with small counts.",
        zh="95%。比率采用 Wilson 区间；影响比采用 Katz 对数区间，人数少时采用 Koopman 得分区间。",
    ),
    "bar": Text(en="comparator", zh="对照群体"),
    "test_table": Text(en="tests against the comparator", zh="与对照群体比较的检验"),
    "people_table": Text(en="the difference in people", zh="以人数表示的差异"),
    "bounds_table": Text(
        en="Range of the impact ratio if the unknown people were spread over the groups",
        zh="若将未知人员分配到各群体，影响比的可能范围",
    ),
    "katz": Text(en="Katz, log ratio", zh="Katz 对数比"),
    "koopman": Text(en="Koopman, score", zh="Koopman 得分"),
    "wilson": Text(en="Wilson", zh="Wilson"),
    "greenland-robins": Text(en="Greenland-Robins", zh="Greenland-Robins"),
    "mid_p": Text(en="exact, mid-p", zh="精确检验（mid-p）"),
    "pooled_z": Text(en="pooled z", zh="合并 z 检验"),
    "curve_note": Text(
        en="Many cuts are many looks: the curve describes, only the cut in force is judged.",
        zh="查看多个分数线相当于多次检验：曲线仅作描述，只对现行分数线作结论。",
    ),
    "selected": Text(en="selected", zh="入选"),
    "method": Text(en="interval method", zh="区间方法"),
    "test": Text(en="test", zh="检验"),
    "p_holm": Text(en="p (Holm)", zh="p 值（Holm）"),
    "shortfall": Text(en="shortfall at pooled rate", zh="人数差额（合并率）"),
    "shortfall_reference": Text(en="shortfall at comparator's rate", zh="人数差额（对照率）"),
    "needed": Text(en="selections to reach the threshold", zh="达到阈值所需入选人数"),
    "flips": Text(en="one swap reverses it", zh="互换一人即反转"),
    "mde": Text(en="detectable ratio", zh="可检出影响比"),
    "worst": Text(en="worst case", zh="最坏情况"),
    "proportional": Text(en="proportional", zh="按比例"),
    "stratum": Text(en="stratum", zh="层"),
    "odds": Text(en="odds ratio", zh="优势比"),
    "homogeneity": Text(en="Breslow-Day p", zh="Breslow-Day p 值"),
    "share": Text(en="share", zh="占比"),
    "refused": Text(en="refused: strata differ", zh="不采用：各层不一致"),
    "yes": Text(en="yes", zh="是"),
    "no": Text(en="no", zh="否"),
    "excluded": Text(
        en="below 2 % of the data: count and rate stay published, left out as most selected category",
        zh="占比低于 2%：仍公布人数与比率，但不作为选拔率最高类别",
    ),
    "unknown_note": Text(
        en="People of unknown category in this table, left out of its rates: {n}.",
        zh="本表中类别未知、未计入比率的人数：{n}。",
    ),
    "scoring_rate": Text(en="scoring rate", zh="高分率"),
    "above": Text(en="above the median", zh="高于中位数"),
    "ll144_selection": Text(
        en="Selection rate: selected over considered in a category. Impact ratio: a category's rate over the highest.",
        zh="选拔率：某类别中入选人数占被考虑人数的比例。影响比：该类别的比率除以最高类别的比率。",
    ),
    "ll144_scoring": Text(
        en="Scoring rate: share of a category above the median score of the full sample. Impact ratio: a category's "
        "rate over the highest.",
        zh="高分率：某类别中得分高于全体样本中位数的比例。影响比：该类别的比率除以最高类别的比率。",
    ),
    "ll144_comparator": Text(
        en="the most selected category of each table that holds at least 2 % of its people",
        zh="各表中占比不低于 2% 且比率最高的类别",
    ),
    "ll144_intervals": Text(
        en="none: the rule publishes rates and ratios without them", zh="无：该规则只公布比率与影响比"
    ),
    "not_stated": Text(en="to be stated by the employer and the independent auditor", zh="由雇主与独立审计方填写"),
    "audit_date": Text(en="Date of the bias audit", zh="偏见审计日期"),
    "distribution_date": Text(en="Distribution date of the tool (first use)", zh="工具发布日期（首次使用）"),
    "source": Text(en="Source and explanation of the data", zh="数据来源与说明"),
}

LIMITS = (
    Text(
        en="The four-fifths rule is a rule of thumb (29 CFR 1607.4(D)), neither a legal definition nor a safe harbour.",
        zh="五分之四规则（29 CFR 1607.4(D)）仅为经验法则，既非法律定义，也非安全港。",
    ),
    Text(
        en="No significant difference does not mean fair: read the interval and the ratio that could be detected.",
        zh="差异不显著并不代表公平：请结合置信区间与可检出影响比阅读。",
    ),
    Text(
        en="People of unknown group are left out of the ratios and disclosed. Nothing here is legal advice.",
        zh="群体未知的人员不计入影响比，但予以披露。本报告不构成法律意见。",
    ),
)
