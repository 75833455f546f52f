"""What the records say to each point of Annex IV; nothing where they are silent."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.audit_tables import number, verdict_word
from dashboards.documents import terms
from dashboards.documents.card_words import WORDS as CARD
from dashboards.documents.law_evidence import LawEvidence, feature_name
from dashboards.documents.term_words import TERMS
from dashboards.gate_report import check_name
from dashboards.wording.words import LANGUAGES, Words
from models import card_record
from models.card import CardMeasure
from validation.outcome import Text
from warehouse.ledger_values import StoredEvent


def version(found: LawEvidence) -> Sequence[Text]:
    """1(a)."""
    release, target = found.release, found.record.get("target") or {}
    said = [
        Text(
            en=f"Release {release.label} of training run {release.run_id}, proposed by {release.proposed_by}.",
            zh=f"发布版本 {release.label}，训练运行 {release.run_id}，由 {release.proposed_by} 提交。",
        ),
        Text(
            en=f"It succeeds {release.version - 1} earlier versions of the same model in the ledger.",
            zh=f"台账中同一模型此前有 {release.version - 1} 个版本。",
        ),
    ]
    if target.get("name"):
        named = {one: terms.target(str(target["name"]), one) for one in LANGUAGES}
        said.append(Text(en=f"It predicts: {named['en']}.", zh=f"预测目标：{named['zh']}。"))
    return said


def software(found: LawEvidence) -> Sequence[Text]:
    """1(b) to (h)."""
    versions = found.record.get("environment") or {}
    if not versions:
        return ()
    listed = ", ".join(f"{name} {value}" for name, value in sorted(versions.items()))
    return (
        Text(en=f"Software at training: {listed}.", zh=f"训练时的软件：{listed}。"),
        Text(
            en="Served through an HTTP API (OpenAPI description at /openapi.json) and as a model file with its sha256.",
            zh="通过 HTTP API（/openapi.json 为接口描述）提供服务，也可作为带 sha256 的模型文件取用。",
        ),
    )


def methods(found: LawEvidence) -> Sequence[Text]:
    """2(a)."""
    record = found.record
    if not record:
        return ()
    when = terms.moment(str(record.get("trained_at", "")))
    return (
        Text(
            en=f"Trained at {when} by {record.get('trained_by', '–')} with seed "
            f"{record.get('seed', '–')}, code {record.get('code_version', '–')}; no pre-trained model was used.",
            zh=f"由 {record.get('trained_by', '–')} 于 {when} 训练，随机种子 "
            f"{record.get('seed', '–')}，代码版本 {record.get('code_version', '–')}；未使用预训练模型。",
        ),
        *_recorded("Split", "数据划分", "split", record),
        *_recorded("Excluded rows", "排除的行", "excluded", record),
    )


def design(found: LawEvidence) -> Sequence[Text]:
    """2(b)."""
    said = []
    if found.features:
        names = {one: ", ".join(feature_name(feature, one) for feature in found.features) for one in ("en", "zh")}
        said.append(
            Text(
                en=f"Inputs: {names['en']}. Protected attributes and features of face or emotion are refused.",
                zh=f"输入：{names['zh']}。受保护特征以及人脸、情绪特征一律不得作为输入。",
            )
        )
    said.append(
        Text(
            en=f"One cut score for everybody: {found.release.cut_score:.4f}.",
            zh=f"所有人适用同一分数线：{found.release.cut_score:.4f}。",
        )
    )
    if any(one.name == "alternatives.json" for one in found.basis.sources):
        said.append(
            Text(
                en="Alternatives that might discriminate less were tried; what each gave is kept.",
                zh="已尝试可能歧视性更小的替代方案，各方案的结果均已保存。",
            )
        )
    return said


def architecture(found: LawEvidence) -> Sequence[Text]:
    """2(c)."""
    said = [
        Text(
            en="Gradient-boosted decision trees (XGBoost), calibrated; no network and no graphics processor is needed.",
            zh="梯度提升决策树（XGBoost），经过校准；无需网络与图形处理器。",
        )
    ]
    return (*said, *_recorded("Parameters", "参数", "parameters", found.record)) if found.record else ()


def data(found: LawEvidence) -> Sequence[Text]:
    """2(d)."""
    release, record = found.release, found.record
    said = [
        Text(
            en=f"Data fingerprint {release.data_fingerprint}, snapshot {release.snapshot.get('snapshot', '–')}.",
            zh=f"数据指纹 {release.data_fingerprint}，快照 {release.snapshot.get('snapshot', '–')}。",
        ),
        *_recorded("People", "人数", "n", record),
        *_recorded("Period", "期间", "period", record),
    ]
    warnings = record.get("warnings") or []
    said += [
        Text(**{tongue: terms.sentence(str(one.get(tongue, "")), tongue) for tongue in LANGUAGES}) for one in warnings
    ]
    return said


def oversight(found: LawEvidence) -> Sequence[Text]:
    """2(e)."""
    agreed = ", ".join(one.decided_by for one in found.answers if one.answer == "approved") or "–"
    return (
        Text(
            en="The system advises to advance, to hold or to ask a person; it rejects nobody by itself.",
            zh="系统给出推进、暂缓或转人工复核的建议；不会自行淘汰任何人。",
        ),
        Text(
            en=f"Proposed by {found.release.proposed_by}, approved by {agreed}; nobody can approve the own proposal.",
            zh=f"由 {found.release.proposed_by} 提交，由 {agreed} 批准；提交者不能自行批准。",
        ),
    )


def testing(found: LawEvidence) -> Sequence[Text]:
    """2(g): the gate, dated and signed, its checks, and the metrics of people who were held out."""
    gate = found.gate
    word = {one: verdict_word(gate.verdict, one) for one in ("en", "zh")}
    said = [
        Text(
            en=f"Gate of {gate.evaluated_at:%Y-%m-%d}, evaluated by {gate.evaluated_by} under {gate.policy} "
            f"{gate.policy_version}: {word['en']}.",
            zh=f"{gate.evaluated_at:%Y-%m-%d} 的门禁评估，由 {gate.evaluated_by} 按 {gate.policy} "
            f"{gate.policy_version} 执行：{word['zh']}。",
        )
    ]
    said += [_check(one) for one in found.checks if not str(one["check"]).startswith("drift")]
    return (*said, *_held_out(found.record))


def security(found: LawEvidence) -> Sequence[Text]:
    """2(h)."""
    return (
        Text(
            en=f"The model file's sha256 {found.release.artifact_sha256} is checked at each loading; releases, "
            "approvals and the audit log are append-only and chained by hashes.",
            zh=f"每次加载均校验模型文件 sha256 {found.release.artifact_sha256}；"
            "发布、批准与审计日志只增不改，并以哈希相链。",
        ),
    )


def functioning(found: LawEvidence) -> Sequence[Text]:
    """3."""
    about = ("error_rates", "calibration", "validity", "explanation")
    said = [_check(one) for one in found.checks if str(one["check"]).startswith(about)]
    if found.features:
        said.append(
            Text(
                en=f"Input data: {len(found.features)} features; what is missing sends the case to a person.",
                zh=f"输入数据：{len(found.features)} 个特征；缺少输入的个案转人工复核。",
            )
        )
    return said


def metrics(found: LawEvidence) -> Sequence[Text]:
    """4."""
    names = sorted({str(one["check"]).partition(".")[0] for one in found.checks})
    if not names:
        return ()
    listed = {one: ", ".join(Words(one).of("check", name) for name in names) for one in ("en", "zh")}
    return (Text(en=f"Measured by the gate: {listed['en']}.", zh=f"门禁衡量：{listed['zh']}。"),)


def changes(found: LawEvidence) -> Sequence[Text]:
    """6."""
    return [Text(**{one: _event(event, one) for one in LANGUAGES}) for event in found.events]


def _event(event: StoredEvent, language: str) -> str:
    """Day, release, act and actor; of a waiver also what it excepts."""
    say = Words(language)
    act = say.of("kind", event.kind)
    if event.kind == "waived" and event.reason:
        act = say("app.filter", name=act, values=terms.waived(event.reason, language))
    return f"{event.happened_at:%Y-%m-%d}: {event.model_name}@{event.version} {act} ({event.actor})"


def monitoring(found: LawEvidence) -> Sequence[Text]:
    """9."""
    return [_check(one) for one in found.checks if str(one["check"]).startswith("drift")]


def _check(plain: Mapping[str, Any]) -> Text:
    _, _, about = str(plain["check"]).partition(".")
    named = {}
    for one in LANGUAGES:
        reason = terms.sentence(plain["reason"][one], one, about=about)
        stop = {"en": ". ", "zh": "。"}[one]
        named[one] = (
            f"{check_name(Words(one), str(plain['check']))}: {verdict_word(plain['verdict'], one)}{stop}{reason}"
        )
    return Text(**named)


def _recorded(en: str, zh: str, group: str, record: Mapping[str, Any]) -> tuple[Text, ...]:
    """A recorded mapping as one sentence, each of its names in words."""
    values = record.get(group)
    if not isinstance(values, Mapping) or not values:
        return ()
    listed = {one: Words(one)("app.comma").join(terms.recorded(group, values, one)) for one in LANGUAGES}
    return (Text(en=f"{en}: {listed['en']}.", zh=f"{zh}：{listed['zh']}。"),)


def _held_out(record: Mapping[str, Any]) -> tuple[Text, ...]:
    """The model's own figures on people who were held out, each with its interval and number of people."""
    own = next((one for one in card_record.scores(record) if one.name == "model"), None)
    if own is None:
        return ()
    listed = {one: Words(one)("app.comma").join(_figure(figure, one) for figure in own.measures) for one in LANGUAGES}
    return (Text(en=f"Holdout: {listed['en']}.", zh=f"留出集：{listed['zh']}。"),)


def _figure(figure: CardMeasure, language: str) -> str:
    name = CARD[f"measure.{figure.name}"].in_language(language)
    value, ends = number(figure.value), figure.interval
    if ends is None or ends.low is None or ends.high is None:
        return f"{name} {value}"
    said = TERMS["figure"].in_language(language)
    return said.format(name=name, value=value, low=number(ends.low), high=number(ends.high))
