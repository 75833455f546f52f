"""The words of the drift report, in English and Chinese."""

from collections.abc import Mapping

from validation.outcome import Text

WORDS: Mapping[str, Text] = {
    "title": Text(en="Drift: has anything moved since the reference?", zh="漂移：与基准相比是否有变化？"),
    "files": Text(en="Reference and current file", zh="基准文件与当前文件"),
    "columns": Text(en="Which columns drifted, and by how much?", zh="哪些列发生了漂移，幅度多大？"),
    "series": Text(en="Since when?", zh="从何时开始？"),
    "chart_series": Text(en="Jensen-Shannon distance by period", zh="各时段的 Jensen-Shannon 距离"),
    "shares": Text(en="Share of the rows with a value, by bin", zh="各区间占有值行的比例"),
    "threshold": Text(en="threshold for a review", zh="需复核阈值"),
    "reference": Text(en="reference", zh="基准"),
    "current": Text(en="current", zh="当前"),
    "column": Text(en="column", zh="列"),
    "bin": Text(en="bin", zh="区间"),
    "n": Text(en="n", zh="行数"),
    "n_reference": Text(en="n reference", zh="基准行数"),
    "n_current": Text(en="n current", zh="当前行数"),
    "psi": Text(en="PSI", zh="PSI"),
    "jensen_shannon": Text(en="Jensen-Shannon", zh="Jensen-Shannon 距离"),
    "wasserstein": Text(en="Wasserstein (SD)", zh="Wasserstein（标准差）"),
    "missing": Text(en="missing, change", zh="缺失比例变化"),
    "period": Text(en="period", zh="时段"),
    "verdict": Text(en="verdict", zh="结论"),
    "reason": Text(en="reason", zh="原因"),
    "not_compared": Text(en="not compared", zh="未比较"),
    "table": Text(en="Table behind the chart", zh="图表数据"),
    "method": Text(
        en="Bins are frozen from the reference: deciles for numbers, each value of a number with at most 20, "
        "categories for text. A column alarms only when an effect size passes its practical threshold and what chance "
        "alone would show at these numbers of rows and columns (95 % in all, Bonferroni). PSI .10 asks for a review "
        "and .25 together with a Jensen-Shannon distance of .177 blocks; so does a Wasserstein distance of half a "
        "standard deviation together with PSI .10.",
        zh="区间由基准数据固定：数值列用十分位，取值不超过 20 个的数值列按取值，文本列按类别。"
        "只有效应量同时超过实际阈值和在该行数与列数下纯随机波动可达到的水平（整体 95%，Bonferroni 校正）才会报警。"
        "PSI 达 0.10 需复核；PSI 达 0.25 且 Jensen-Shannon 距离达 0.177 则阻断；"
        "Wasserstein 距离达半个标准差且 PSI 达 0.10 同样阻断。",
    ),
}
