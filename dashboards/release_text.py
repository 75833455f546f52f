"""The ledger for people: what was live, who agreed and on what, and what happened, one line each."""

import datetime as dt
from collections.abc import Iterator

from models.releases import History, Served
from warehouse.ledger_values import StoredEvent

_WORDS = {
    "live": ("live", "现役"),
    "nothing": ("Nothing was live", "当时没有现役模型"),
    "proposed": ("proposed", "提议"),
    "approved": ("approved", "批准"),
    "sent_back": ("sent back", "退回"),
    "waived": ("waived", "豁免"),
    "promoted": ("promoted", "上线"),
    "rolled_back": ("rolled back to", "回滚至"),
    "retired": ("retired", "下线"),
    "valid": ("valid", "有效"),
    "review_only": ("review only", "仅供人工复核"),
    "expired": ("expired", "已过期"),
    "gate": ("gate", "门禁"),
    "by": ("by", "由"),
    "until": ("until", "至"),
    "since": ("since", "自"),
}


def lines(history: History, language: str) -> Iterator[str]:
    """The history, the live releases first."""
    at = 1 if language == "zh" else 0
    if not history.live:
        yield f"{_WORDS['nothing'][at]} ({_moment(history.at)})"
    for served in history.live:
        yield from _live(served, at)
    yield ""
    for event in history.events:
        yield _event(event, at)


def _live(served: Served, at: int) -> Iterator[str]:
    release, gate = served.release, served.gate
    yield (
        f"{_WORDS['live'][at]}: {release.label}  {_WORDS['since'][at]} {_moment(served.since)}"
        f" {_WORDS['until'][at]} {_moment(served.lease_until)} ({_WORDS[served.lease.value][at]})"
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
