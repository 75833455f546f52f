"""Words that all documents share, in English and Chinese."""

from collections.abc import Mapping

from validation.outcome import Text

FRAME: Mapping[str, Text] = {
    "made_at": Text(en="Made at", zh="生成时间"),
    "made_by": Text(en="Made by", zh="生成人"),
    "release": Text(en="Release", zh="发布版本"),
    "model": Text(en="Model", zh="模型"),
    "run": Text(en="Training run", zh="训练运行"),
    "gate": Text(en="Gate result", zh="门禁结果"),
    "gate_line": Text(
        en="{verdict}, evaluated at {at} by {by}, id {id}", zh="{verdict}，由 {by} 于 {at} 评估，编号 {id}"
    ),
    "snapshot": Text(en="Snapshot", zh="数据快照"),
    "snapshot_line": Text(en="snapshot {id}, fingerprint {fingerprint}", zh="快照 {id}，指纹 {fingerprint}"),
    "policy": Text(en="Policy", zh="策略"),
    "policy_line": Text(en="{name}, version {version}", zh="{name}，版本 {version}"),
    "data": Text(en="Data", zh="数据"),
    "generated": Text(
        en="GENERATED: the people in this company do not exist (demo data).",
        zh="生成数据：该公司人员均不存在（演示数据）。",
    ),
    "real": Text(en="the company's own records", zh="公司实际记录"),
    "no_release": Text(en="none in the ledger", zh="台账中没有"),
    "missing_parts": Text(en="Missing parts", zh="缺失部分"),
    "missing": Text(en="What is missing", zh="缺失内容"),
    "missing_table": Text(en="Parts that this document lacks", zh="本文件缺少的部分"),
    "missing_what": Text(en="what", zh="内容"),
    "missing_answer": Text(en="what would answer it", zh="应提供的内容"),
    "missing_who": Text(en="who can supply it", zh="可提供者"),
    "nothing_missing": Text(en="Nothing is missing.", zh="没有缺失内容。"),
    "is_missing": Text(
        en="{n} parts are missing. They are listed here, not invented.", zh="缺少 {n} 个部分，在此列出，不作臆造。"
    ),
    "sources": Text(en="Sources", zh="来源"),
    "sources_table": Text(en="What this document was written from", zh="本文件的依据"),
    "source": Text(en="source", zh="来源"),
    "sha256": Text(en="sha256", zh="sha256"),
}
