"""The words of the drift report, in English and Chinese."""

from collections.abc import Mapping

from validation.outcome import Text

WORDS: Mapping[str, Text] = {
    "title": Text(en="Drift: has anything moved since the reference?", zh="漂移：与基准相比是否有变化？"),
    "columns": Text(en="Which columns drifted, and by how much?", zh="哪些列发生了漂移，幅度多大？"),
    "series": Text(en="Since when?", zh="从何时开始？"),
    "chart_series": Text(en="Jensen-Shannon distance by period", zh="各时段的 Jensen-Shannon 距离"),
    "shares": Text(en="Where in its range has each column moved?", zh="各列在取值范围的哪一部分发生了变化？"),
    "share_chart": Text(en="{column}: share of the rows with a value, by bin", zh="{column}：各区间占有值行的比例"),
    "share": Text(en="share of rows", zh="行数占比"),
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
    "not_compared": Text(en="Not compared", zh="未比较的列"),
    "reference_file": Text(en="Reference file", zh="基准文件"),
    "current_file": Text(en="Current file", zh="当前文件"),
    "definition_text": Text(
        en="Drift: a column of the current rows is no longer distributed as in the reference. PSI and the "
        "Jensen-Shannon distance compare shares by bin, the Wasserstein distance how far values moved in standard "
        "deviations.",
        zh="漂移：当前数据某列的分布不再与基准一致。PSI 与 Jensen-Shannon 距离比较各区间的占比，"
        "Wasserstein 距离以标准差为单位衡量数值移动的幅度。",
    ),
    "comparator_text": Text(en="the reference file, on bins frozen from it", zh="基准文件，区间由其固定"),
    "thresholds": Text(en="Thresholds (review / block)", zh="阈值（需复核 / 阻断）"),
    "threshold_text": Text(
        en="PSI {psi}; Jensen-Shannon {js}; Wasserstein {w} SD; missing share {missing}",
        zh="PSI {psi}；Jensen-Shannon {js}；Wasserstein {w} 个标准差；缺失比例 {missing}",
    ),
    "min_n": Text(en="Fewest values for a verdict", zh="作出结论的最少数值个数"),
    "interval_text": Text(
        en="none; instead each effect size has to pass what chance alone would show (95 % over all columns)",
        zh="无；改为要求各效应量超过纯随机波动可达到的水平（所有列整体 95%）",
    ),
    "period_text": Text(
        en="{first} to {last}: {n} periods by {by}, {every}", zh="{first} 至 {last}：按 {by} 分为 {n} 个时段，{every}"
    ),
    "row_number": Text(en="row number", zh="行号"),
    "rows": Text(en="every {n} rows", zh="每 {n} 行"),
    "day": Text(en="every day", zh="每日"),
    "week": Text(en="every week", zh="每周"),
    "month": Text(en="every month", zh="每月"),
    "quarter": Text(en="every quarter", zh="每季度"),
    "year": Text(en="every year", zh="每年"),
    "greatest": Text(en="greatest distance of a column", zh="各列最大距离"),
    "column_table": Text(en="Effect sizes by column", zh="各列的效应量"),
    "left_table": Text(en="Columns left out, and why", zh="未比较的列及原因"),
    "most_drawn": Text(
        en="The {n} columns that moved most are drawn; the table above has all.",
        zh="仅绘制变化最大的 {n} 列；上表列出全部列。",
    ),
    "new_values": Text(en="(new values)", zh="（新取值）"),
    "other_values": Text(en="(other values)", zh="（其他取值）"),
}

LIMITS = (
    Text(
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
    Text(
        en="Drift says that the data changed, not why, and not whether a model still predicts well.",
        zh="漂移只说明数据发生了变化，不说明原因，也不说明模型是否仍然有效。",
    ),
)
