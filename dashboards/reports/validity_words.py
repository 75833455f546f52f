"""The words of the validity report, in English and Chinese."""

from collections.abc import Mapping

from validation.outcome import Text

WORDS: Mapping[str, Text] = {
    "title": Text(en="Validity: does the score predict the outcome?", zh="效度：得分能否预测结果？"),
    "predictor": Text(en="predictor", zh="预测变量"),
    "people": Text(en="people with both", zh="两项数据齐全的人数"),
    "missing": Text(en="incomplete", zh="数据不全"),
    "validity": Text(en="How well does it predict?", zh="预测力有多强？"),
    "figure": Text(en="figure", zh="指标"),
    "value": Text(en="value", zh="数值"),
    "assumption": Text(en="assumption", zh="假设"),
    "r": Text(en="Pearson r, raw", zh="Pearson r（未校正）"),
    "spearman": Text(en="Spearman rank correlation", zh="Spearman 等级相关"),
    "polyserial": Text(en="Polyserial r (criterion in categories)", zh="多序列相关（分类效标）"),
    "auc": Text(en="AUC (criterion of two values)", zh="AUC（二值效标）"),
    "criterion_unreliability": Text(en="Corrected for criterion unreliability", zh="校正效标不可靠性"),
    "range_restriction": Text(en="Corrected for direct range restriction", zh="校正直接全距限制"),
    "both": Text(en="Corrected for both, unreliability first", zh="两项校正（先校正不可靠性）"),
    "indirect": Text(en="Corrected for indirect range restriction", zh="校正间接全距限制"),
    "not_asked": Text(
        en="No correction without its input: an applicants' standard deviation and a reliability of these very data.",
        zh="没有相应输入就不校正：需要本数据的候选人标准差与信度。",
    ),
    "not_correctable": Text(en="not correctable", zh="无法校正"),
    "expectancy": Text(en="How many of each score band succeed?", zh="各分数段有多少人达标？"),
    "expectancy_chart": Text(
        en="Success rate by band of {predictor}; success is a criterion of {at} or more",
        zh="{predictor} 各分数段的达标率；效标不低于 {at} 为达标",
    ),
    "band": Text(en="scores", zh="得分"),
    "n": Text(en="n", zh="人数"),
    "successes": Text(en="successes", zh="达标人数"),
    "rate": Text(en="success rate", zh="达标率"),
    "expected": Text(en="expected by the normal model", zh="正态模型期望"),
    "scatter": Text(en="Where do the people lie?", zh="人群如何分布？"),
    "scatter_chart": Text(
        en="People by {predictor} and {criterion}, with regression lines",
        zh="按 {predictor} 与 {criterion} 统计的人数及回归线",
    ),
    "cell_sign": Text(en="area of a square: people in the cell", zh="方块面积：该格人数"),
    "all": Text(en="all people", zh="全体"),
    "groups": Text(en="Does it predict alike for every group?", zh="对各群体的预测是否一致？"),
    "line": Text(en="line: intercept + slope", zh="回归线：截距 + 斜率"),
    "residual": Text(en="mean residual of the common line", zh="共同线平均残差"),
    "dmod": Text(en="dMod signed / unsigned", zh="dMod（有符号 / 无符号）"),
    "excluded": Text(en="not compared because", zh="未比较的原因"),
    "step": Text(en="step", zh="检验步骤"),
    "omnibus": Text(en="omnibus", zh="总体"),
    "slope": Text(en="slopes", zh="斜率"),
    "intercept": Text(en="intercepts", zh="截距"),
    "joint": Text(en="What does each further predictor add?", zh="后续预测变量增加了什么？"),
    "r_squared": Text(en="R² of all so far", zh="累计 R²"),
    "delta": Text(en="added R²", zh="增加的 R²"),
    "benchmarks": Text(
        en="Published operational validities, as bands and never as a pass mark",
        zh="已发表的操作效度（仅作参考区间，绝非及格线）",
    ),
    "kind": Text(en="kind of predictor", zh="预测工具类型"),
    "mean": Text(en="mean", zh="平均值"),
    "credibility": Text(en="80 % of settings", zh="80% 情境范围"),
    "observed_mark": Text(en="bar: observed, with Wilson's interval", zh="条形：观测值及 Wilson 区间"),
    "expected_mark": Text(en="diamond: expected by the normal model", zh="菱形：正态模型期望"),
    "benchmark_table": Text(en="Mean validity by kind of predictor", zh="各类预测工具的平均效度"),
    "f": Text(en="F", zh="F 值"),
    "df": Text(en="df", zh="自由度"),
    "predictors": Text(en="Predictors", zh="预测变量"),
    "criterion_column": Text(en="Criterion", zh="效标"),
    "group_column": Text(en="Group column", zh="群体列"),
    "definition_text": Text(
        en="Validity: how well a score predicts a later criterion, as a correlation between -1 and 1. People count "
        "where both are known.",
        zh="效度：得分对之后效标的预测程度，以 -1 到 1 之间的相关系数表示。只计入两项数据齐全的人。",
    ),
    "comparator_text": Text(
        en="correlations: none (r = 0); prediction by group: the largest group",
        zh="相关系数：无关（r = 0）；各群体预测比较：人数最多的群体",
    ),
    "interval_methods": Text(
        en="95 %. Pearson r: Fisher; Spearman: Bonett and Wright; success rates: Wilson.",
        zh="95%。Pearson r 采用 Fisher 区间；Spearman 采用 Bonett-Wright 区间；达标率采用 Wilson 区间。",
    ),
    "figure_table": Text(en="Validity, raw and corrected", zh="效度：未校正与校正"),
    "step_table": Text(en="Tests of one line against own lines", zh="共同回归线与各自回归线的检验"),
    "joint_table": Text(en="Variance of the criterion explained", zh="可解释的效标方差"),
    "benchmark_source": Text(
        en="Sackett, Zhang, Berry & Lievens (2022)", zh="Sackett、Zhang、Berry 与 Lievens（2022）"
    ),
}

LIMITS = (
    Text(
        en="Outcomes exist only for the hired. Hiring on the score makes its raw r smaller, so a small r alone is no "
        "alarm; hiring on the score and on a human rating makes the two look opposed. Raw figures decide the verdict, "
        "corrected ones are shown beside their assumptions.",
        zh="只有入职者才有结果数据。按得分录用会使未校正的 r 变小，因此 r 小本身不构成警报；"
        "同时按得分与人工评分录用会使两者看似相反。结论依据未校正的数值，校正值与其假设一并列出。",
    ),
    Text(
        en="Pearson r with Fisher's interval; Spearman with Bonett and Wright's. Criterion unreliability is corrected "
        "first, range restriction second (Thorndike Case II, or Case IV for indirect restriction), and interval ends "
        "are corrected too. Differential prediction compares one line, own intercepts and own slopes (Cleary; "
        "Lautenschlager and Mendoza); dMod is Nye and Sackett's, against the largest group.",
        zh="Pearson r 采用 Fisher 区间，Spearman 采用 Bonett-Wright 区间。先校正效标不可靠性，再校正全距限制"
        "（Thorndike 第二类，间接限制用第四类），区间端点一并校正。差异预测依次比较共同线、各自截距与各自斜率"
        "（Cleary；Lautenschlager 与 Mendoza）；dMod 按 Nye 与 Sackett 以人数最多的群体为参照。",
    ),
)
