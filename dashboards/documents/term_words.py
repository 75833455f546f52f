"""The words for names that the training's record and the gate's report keep, in English and Chinese."""

from collections.abc import Mapping

from validation.outcome import Text

TERMS: Mapping[str, Text] = {
    "excluded.no_label": Text(en="without a label", zh="没有标签"),
    "excluded.label_not_matured": Text(en="label not matured yet", zh="标签尚未成熟"),
    "excluded.required_input_absent": Text(en="a required input is absent", zh="缺少必需的输入"),
    "excluded.label_before_interview": Text(en="outcome dated before the interview", zh="结果日期早于面试"),
    "excluded.interview_after_snapshot": Text(en="interviewed after the snapshot", zh="面试晚于数据快照"),
    "excluded.interviewed_before_period": Text(en="interviewed before the period", zh="面试早于所选期间"),
    "n.interviewed": Text(en="interviewed", zh="已面试"),
    "n.fit": Text(en="fitted, with a label", zh="用于拟合（有标签）"),
    "n.fit_positives": Text(en="fitted, with the outcome", zh="用于拟合且达到结果"),
    "n.fit_unlabelled": Text(en="of the fit period, without a label", zh="拟合期内无标签"),
    "n.training": Text(en="fitted", zh="用于拟合"),
    "n.holdout": Text(en="held out", zh="留出"),
    "n.holdout_labelled": Text(en="held out, with a label", zh="留出（有标签）"),
    "n.holdout_positives": Text(en="held out, with the outcome", zh="留出且达到结果"),
    "period.fit": Text(en="fit", zh="拟合"),
    "period.holdout": Text(en="holdout", zh="留出"),
    "split.kind": Text(en="rule", zh="规则"),
    "split.last_period": Text(en="the last period is held out", zh="留出最后一段期间"),
    "split.people": Text(en="a share of the people is held out", zh="按人员比例留出"),
    "split.folds": Text(en="folds of the cross-validation", zh="交叉验证折数"),
    "split.share": Text(en="share held out", zh="留出比例"),
    "split.holdout_begins": Text(en="the holdout begins", zh="留出期开始于"),
    "split.left_out_same_person": Text(
        en="fit rows left out, for their person is held out too", zh="因同一人亦在留出集而排除的拟合行"
    ),
    "split.left_out_label_after_begin": Text(
        en="fit rows left out, for their label came after that moment", zh="因标签晚于该时刻而排除的拟合行"
    ),
    "parameters.eta": Text(en="learning rate", zh="学习率"),
    "parameters.seed": Text(en="random seed", zh="随机种子"),
    "parameters.rounds": Text(en="trees", zh="树的数量"),
    "parameters.nthread": Text(en="threads", zh="线程数"),
    "parameters.max_depth": Text(en="largest depth of a tree", zh="树的最大深度"),
    "parameters.max_leaves": Text(en="most leaves of a tree", zh="树的最大叶数"),
    "parameters.max_bin": Text(en="bins of a feature", zh="特征分箱数"),
    "parameters.objective": Text(en="what is optimised", zh="优化目标"),
    "parameters.binary:logistic": Text(en="logistic loss", zh="逻辑损失"),
    "parameters.subsample": Text(en="share of rows for each tree", zh="每棵树的行抽样比例"),
    "parameters.colsample_bytree": Text(en="share of features for each tree", zh="每棵树的特征抽样比例"),
    "parameters.colsample_bylevel": Text(en="share of features for each level", zh="每层的特征抽样比例"),
    "parameters.colsample_bynode": Text(en="share of features for each split", zh="每个节点的特征抽样比例"),
    "parameters.reg_lambda": Text(en="L2 penalty", zh="L2 正则"),
    "parameters.reg_alpha": Text(en="L1 penalty", zh="L1 正则"),
    "parameters.gamma": Text(en="least gain of a split", zh="分裂的最小增益"),
    "parameters.tree_method": Text(en="how trees are grown", zh="建树方法"),
    "parameters.hist": Text(en="on histograms", zh="基于直方图"),
    "parameters.min_child_weight": Text(en="least weight of a leaf", zh="叶节点最小权重"),
    "parameters.max_delta_step": Text(en="largest step of a leaf", zh="叶节点最大步长"),
    "parameters.scale_pos_weight": Text(en="weight of the outcome", zh="正例权重"),
    "parameters.monotone_constraints": Text(
        en="direction given to each feature (1 rising, -1 falling, 0 free)",
        zh="各特征的单调方向（1 递增，-1 递减，0 不限）",
    ),
    "derived.answers": Text(en="the answers", zh="回答内容"),
    "derived.voice": Text(en="the voice", zh="语音"),
    "derived.words": Text(en="the words used", zh="用词"),
    "derived.answers_and_voice": Text(en="answers and voice", zh="回答内容与语音"),
    "derived.unknown": Text(en="unknown", zh="未知"),
    "source.skill": Text(en="rating of a skill in the AI interview", zh="AI 面试中的能力评分"),
    "source.ai_score": Text(en="the vendor's score of the AI interview", zh="供应商的 AI 面试评估得分"),
    "source.ai_duration_minutes": Text(en="length of the AI interview", zh="AI 面试时长"),
    "source.ai_vendor": Text(en="vendor of the AI interview", zh="AI 面试供应商"),
    "source.job_family": Text(en="job family of the requisition", zh="招聘需求的岗位族"),
    "source.job_level": Text(en="job level of the requisition", zh="招聘需求的岗位级别"),
    "source.channel": Text(en="channel of the application", zh="应聘渠道"),
    "target.composite": Text(en="a weighted mean of several outcomes", zh="多项结果的加权平均"),
    "mapping": Text(en="{name}, version {version}", zh="{name}，版本 {version}"),
    "period": Text(en="{begins} to {ends}", zh="{begins} 至 {ends}"),
    "figure": Text(
        en="{name} {value} (95 % interval {low} to {high})", zh="{name} {value}（95% 区间 {low} 至 {high}）"
    ),
}
"""The key is where the name stands, and the name; `source.skill` is any skill."""

RACES = (
    "White",
    "Asian",
    "Hispanic or Latino",
    "Black or African American",
    "Two or More Races",
    "American Indian or Alaska Native",
    "Native Hawaiian or Other Pacific Islander",
)
"""Groups that stored sentences name as the records do, whatever the sentence's language."""
