"""The ledger for people: what was live, who agreed and on what, what ran in shadow, and what happened, a line each."""

import datetime as dt
from collections.abc import Iterator

from models.releases import History, Served
from models.shadow_report import ShadowReport
from warehouse.access import SMALLEST_GROUP
from warehouse.ledger_values import StoredEvent

_WORDS = {
    "live": ("live", "现役"),
    "nothing": ("Nothing was live", "当时没有现役模型"),
    "proposed": ("proposed", "提交"),
    "approved": ("approved", "批准"),
    "sent_back": ("sent back", "退回"),
    "waived": ("waived", "豁免"),
    "promoted": ("promoted", "上线"),
    "rolled_back": ("rolled back to", "回滚至"),
    "replaced": ("replaced", "被替换"),
    "retired": ("retired", "退役"),
    "shadowed": ("into shadow", "进入影子运行"),
    "unshadowed": ("out of shadow", "结束影子运行"),
    "in_shadow": ("in shadow", "影子运行"),
    "nothing_for": ("Nothing is live for", "没有现役模型："),
    "valid": ("live", "现役"),
    "ends_soon": ("ends soon, in {days} days", "即将到期，剩余 {days} 天"),
    "review_only": ("review only", "仅供人工复核"),
    "expired": ("refused", "拒绝评分"),
    "as_of": ("As of", "截至"),
    "gate": ("gate", "门禁"),
    "by": ("by", "由"),
    "until": ("until", "至"),
    "since": ("since", "自"),
}


def lines(history: History, language: str) -> Iterator[str]:
    """The history, the live releases first."""
    at = 1 if language == "zh" else 0
    local = f"{history.local:%Y-%m-%d %H:%M:%S} {history.zone}"
    yield f"{_WORDS['as_of'][at]} {local} ({_moment(history.at)})"
    if not history.live:
        yield f"{_WORDS['nothing'][at]} ({_moment(history.at)})"
    for served in history.live:
        yield from _live(served, at)
    for event in history.ended:
        yield f"{_WORDS['nothing_for'][at]} {event.model_name}: {_event(event, at)}"
    for event in history.shadows:
        yield f"{_WORDS['in_shadow'][at]}: {_event(event, at)}"
    yield ""
    for event in history.events:
        yield _event(event, at)


_REPORT = {
    "n": ("{n} decisions of {champions} scored by {release} in shadow",
          "{release} 影子评分 {n} 个决定（现役：{champions}）"),
    "period": ("  period {first} to {last}", "  期间 {first} 至 {last}"),
    "too_few": ("  fewer than {smallest}: no figures yet", "  少于 {smallest} 个：暂无数据"),
    "agreement": ("  agreement {share} ({low} to {high}, n = {n})", "  一致率 {share}（{low} 至 {high}，n = {n}）"),
    "no_agreement": ("  agreement not shown: the differing decisions are too few", "  不一致的决定过少，不显示一致率"),
    "flips": ("  would flip: hold to advance {to_advance}, advance to hold {to_hold}",
              "  结果将改变：由暂缓到推进 {to_advance}，由推进到暂缓 {to_hold}"),
    "difference": ("  score difference (shadow - champion): mean {mean:+.4f}, standard deviation {sd:.4f}",
                   "  得分差（影子 - 现役）：均值 {mean:+.4f}，标准差 {sd:.4f}"),
    "drift": ("  scores against its own holdout: {verdict}, PSI {psi}", "  与自身留出集得分相比：{verdict}，PSI {psi}"),
    "no_drift": ("  scores against its own holdout: the holdout is not there", "  留出集不可用，无法比较得分漂移"),
    "unscored": ("  {unscored} decisions of that time have no score of the shadow's",
                 "  期间另有 {unscored} 个决定没有影子得分"),
}  # fmt: skip
_VERDICTS = {
    "pass": ("pass", "通过"),
    "review": ("review", "需复核"),
    "block": ("block", "阻断"),
    "not_enough_evidence": ("not enough evidence", "证据不足"),
}


def shadow_lines(report: ShadowReport, language: str) -> Iterator[str]:
    """The report of a shadow; a hidden count says that it is below the smallest that is shown."""
    at = 1 if language == "zh" else 0

    def line(key: str, **facts: object) -> str:
        return _REPORT[key][at].format(**facts)

    champions = ", ".join(report.champions) or "-"
    yield line("n", n=report.n, champions=champions, release=report.release.label)
    if report.unscored:
        yield line("unscored", unscored=report.unscored)
    if report.first_at is None or report.last_at is None or report.is_too_few:
        yield line("too_few", smallest=SMALLEST_GROUP)
        return
    yield line("period", first=_moment(report.first_at), last=_moment(report.last_at))
    if report.agreement is None:
        yield line("no_agreement")
    else:
        low, high = (_share(end) for end in report.agreement_interval.as_list())
        yield line("agreement", share=_share(report.agreement), low=low, high=high, n=report.compared)
    yield line("flips", **{one.name: _hidden(one.n) for one in report.flips})
    if report.mean_difference is not None:
        yield line("difference", mean=report.mean_difference, sd=report.sd_difference)
    yield from _drift(report, at)


def _drift(report: ShadowReport, at: int) -> Iterator[str]:
    found = report.drift
    if found is None:
        yield _REPORT["no_drift"][at]
        return
    psi = "-" if found.psi is None else f"{found.psi:.3f}"
    yield _REPORT["drift"][at].format(verdict=_VERDICTS[found.verdict.value][at], psi=psi)


def _share(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _hidden(n: int | None) -> str:
    return f"< {SMALLEST_GROUP}" if n is None else str(n)


def _live(served: Served, at: int) -> Iterator[str]:
    release, gate = served.release, served.gate
    yield (
        f"{_WORDS['live'][at]}: {release.label}  {_WORDS['since'][at]} {_moment(served.since)}"
        f" {_WORDS['until'][at]} {_moment(served.lease_until)}"
        f" ({_WORDS[served.lease.value][at].format(days=served.lease_days_left)})"
    )
    yield f"  sha256 {release.artifact_sha256}  run {release.run_id}  snapshot {release.snapshot.get('snapshot', '')}"
    yield f"  {_WORDS['proposed'][at]} {_WORDS['by'][at]} {release.proposed_by}  {_moment(release.proposed_at)}"
    for answer in served.approvals:
        yield f"  {_WORDS['approved'][at]} {_WORDS['by'][at]} {answer.decided_by}: {answer.reason}"
    yield f"  {_WORDS['gate'][at]} {gate.verdict}: {gate.policy} {gate.policy_version} ({gate.policy_sha256[:12]})"
    for waiver in served.waivers:
        until = f"{_WORDS['until'][at]} {_moment(waiver.expires_at)}"
        yield f"  {_WORDS['waived'][at]} {waiver.check} {_WORDS['by'][at]} {waiver.signed_by} {until}: {waiver.reason}"


def _event(event: StoredEvent, at: int) -> str:
    reason = f": {event.reason}" if event.reason else ""
    name = f"{event.model_name}@{event.version}"
    return f"{_moment(event.happened_at)}  {_WORDS[event.kind][at]:<14} {name:<28} {event.actor}{reason}"


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}Z"
