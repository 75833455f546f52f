"""The words of the error-rate report, in English and Chinese."""

from collections.abc import Mapping

from validation.outcome import Text

WORDS: Mapping[str, Text] = {
    "title": Text(en="Error rates: is it wrong equally often for every group?", zh="错误率：对各群体出错是否同样多？"),
    "columns": Text(en="Columns", zh="数据列"),
    "asked": Text(
        en="groups: {groups}; label: {label}; prediction: {predicted}",
        zh="群体：{groups}；标签：{label}；预测：{predicted}",
    ),
    "everyone": Text(en="People of known group", zh="群体已知的人数"),
    "missing": Text(en="Without a label or a prediction", zh="缺少标签或预测"),
    "definition_text": Text(
        en="Positive means the good outcome (label) or being selected (prediction). TPR: selected among the truly "
        "positive. FPR: selected among the truly negative. FNR: missed among the truly positive. Precision: truly "
        "positive among the selected.",
        zh="阳性指标签为良好结果，或预测为入选。真阳性率：真实为阳性者中入选的比例。假阳性率：真实为阴性者中入选的比例。"
        "假阴性率：真实为阳性者中被遗漏的比例。精确率：入选者中真实为阳性的比例。",
    ),
    "comparator_text": Text(
        en="differences and ratios lie between the highest and the lowest group, as in Fairlearn",
        zh="差值与比值取最高群体与最低群体之间，与 Fairlearn 一致",
    ),
    "interval_methods": Text(
        en="95 %, Wilson, from each rate's own denominator", zh="95% Wilson 区间，按各比率自身的分母计算"
    ),
    "rule": Text(en="Rule", zh="判定规则"),
    "rule_text": Text(
        en="True positive rates are held to four fifths of the highest; false positive rates more than {gap:g} apart "
        "beyond chance ask for a review.",
        zh="真阳性率以最高群体的五分之四为限；假阳性率相差超过 {gap:g} 且并非偶然时需复核。",
    ),
    "opportunity": Text(en="Is a good person selected equally often?", zh="合格者入选的机会是否相同？"),
    "tpr_chart": Text(en="True positive rate of each group", zh="各群体的真阳性率"),
    "alarms": Text(en="Is an unsuitable person selected equally often?", zh="不合格者入选的机会是否相同？"),
    "fpr_chart": Text(en="False positive rate of each group", zh="各群体的假阳性率"),
    "value_sign": Text(en="bar: rate, line with ends: 95 % interval", zh="条形：比率；带端线段：95% 置信区间"),
    "counts": Text(en="Who was predicted right, and who wrong?", zh="哪些人预测正确，哪些人预测错误？"),
    "count_table": Text(en="People by label and prediction", zh="按标签与预测统计的人数"),
    "rate_table": Text(en="Rates with their 95 % intervals", zh="比率及其 95% 置信区间"),
    "gaps": Text(en="How far do the groups lie apart?", zh="各群体相差多少？"),
    "gap_table": Text(en="Differences and ratios between groups", zh="群体之间的差值与比值"),
    "metric": Text(en="metric", zh="指标"),
    "difference": Text(en="difference", zh="差值"),
    "gap_ratio": Text(en="ratio", zh="比值"),
    "people": Text(en="people", zh="人数"),
    "of": Text(en="out of", zh="分母人数"),
    "tp": Text(en="true positive", zh="真阳性"),
    "fp": Text(en="false positive", zh="假阳性"),
    "tn": Text(en="true negative", zh="真阴性"),
    "fn": Text(en="false negative", zh="假阴性"),
    "tpr": Text(en="true positive rate (TPR)", zh="真阳性率"),
    "fpr": Text(en="false positive rate (FPR)", zh="假阳性率"),
    "fnr": Text(en="false negative rate (FNR)", zh="假阴性率"),
    "ppv": Text(en="precision", zh="精确率"),
    "selection_rate": Text(en="selection rate", zh="选拔率"),
    "demographic_parity": Text(en="demographic parity (selection rate)", zh="人口统计均等（选拔率）"),
    "demographic_parity_to_overall": Text(en="demographic parity, to overall", zh="人口统计均等（与整体相比）"),
    "equal_opportunity": Text(en="equal opportunity (TPR)", zh="机会均等（真阳性率）"),
    "false_positive_rate": Text(en="false positive rate", zh="假阳性率"),
    "equalized_odds": Text(en="equalized odds (worse of TPR and FPR)", zh="均等几率（真阳性率与假阳性率中较差者）"),
    "equalized_odds_mean": Text(en="equalized odds, mean of TPR and FPR", zh="均等几率（真阳性率与假阳性率的平均）"),
    "predictive_parity": Text(en="predictive parity (precision)", zh="预测均等（精确率）"),
}

LIMITS = (
    Text(
        en="Where groups differ in how many are truly positive, equal error rates and equal precision cannot all hold.",
        zh="若各群体的真实阳性比例不同，则错误率相等与精确率相等无法同时成立。",
    ),
    Text(
        en="A label can carry the bias of those who gave it. People of unknown group are left out of the rates and "
        "disclosed. Nothing here is legal advice.",
        zh="标签可能带有评定者的偏见。群体未知的人员不计入比率，但予以披露。本报告不构成法律意见。",
    ),
)
