"""Is each source alive? What a connector reports is not enough: a run may be green and bring nothing.

Judged are freshness against the source's target, the last run, the yield against the usual for these hours of the
week, what waits, and what was refused. Each thing found has a stable code and a sentence in both languages.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from validation.outcome import Text, Verdict
from validation.usual_yield import Yield, yield_of
from warehouse.queries.sync import EntityFacts, Reject, SyncFacts

STALE_TIMES = 3.0
"""So many times its target, a source that is late counts as dead."""

BACKLOG_MINUTES = 5.0
"""Events that wait longer than this are late; the intake takes seconds."""

QUOTA_LEFT = 50
"""Calls left of a source's own limit below which somebody should know."""

_ORDER = (Verdict.PASS, Verdict.NOT_ENOUGH_EVIDENCE, Verdict.REVIEW, Verdict.BLOCK)

Freshness = Callable[[str, str], float | None]
"""The target of a source's entity in minutes; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing found: its code, what it makes of the verdict, and the sentence."""

    code: str
    verdict: Verdict
    sentence: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityHealth:
    """One entity of one source, judged. `age_minutes` is since it last came or was last asked with success."""

    facts: EntityFacts
    age_minutes: float | None
    target_minutes: float | None
    yield_: Yield
    notices: tuple[Notice, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """One source: its entities, its refused rows, and the gravest verdict of all."""

    source: str
    entities: tuple[EntityHealth, ...]
    rejects: tuple[Reject, ...]
    notices: tuple[Notice, ...]
    verdict: Verdict


def gravest(verdicts: Iterable[Verdict]) -> Verdict:
    """What somebody has to do about a source: a part that needs a look needs it, whatever another part lacks.

    A gate ranks missing evidence above review, for it must not open; a source only has to be looked after.
    """
    return max(verdicts, key=_ORDER.index, default=Verdict.NOT_ENOUGH_EVIDENCE)


def health(
    facts: SyncFacts, *, freshness: Freshness, configured: Iterable[str] = (), unmapped: Iterable[str] = ()
) -> tuple[SourceHealth, ...]:
    """All sources judged, in order; `configured` ones that never delivered are listed too.

    `unmapped` are sources whose arrivals no mapping takes.
    """
    waiting = set(unmapped)
    names = sorted({*facts.sources, *configured})
    return tuple(_source(name, facts, freshness, is_unmapped=name in waiting) for name in names)


def _source(name: str, facts: SyncFacts, freshness: Freshness, *, is_unmapped: bool) -> SourceHealth:
    entities = tuple(
        entity_health(one, facts.at, freshness(name, one.entity)) for one in facts.entities if one.source == name
    )
    rejects = tuple(one for one in facts.rejects if one.source == name)
    notices = tuple(_of_source(entities, rejects, facts.at, is_unmapped=is_unmapped))
    verdicts = [*(one.verdict for one in entities), *(one.verdict for one in notices)]
    return SourceHealth(source=name, entities=entities, rejects=rejects, notices=notices, verdict=gravest(verdicts))


def entity_health(facts: EntityFacts, at: dt.datetime, target: float | None) -> EntityHealth:
    """One entity judged at a moment, with its freshness target in minutes."""
    last = max((one for one in (facts.last_received_at, facts.last_success_at) if one), default=None)
    age = None if last is None else (at - last).total_seconds() / 60
    first = min(facts.hours, default=None)
    found = yield_of(facts.hours, at, first=first)
    has_run = facts.run is not None
    found_all = (
        _freshness(age, target, has_run=has_run),
        _run(facts),
        _yielded(facts, found),
        _backlog(facts, at),
        _quota(facts),
    )
    notices = tuple(notice for notice in found_all if notice is not None)
    shown = [notice.verdict for notice in notices]
    is_judged = target is not None or has_run or found.is_low is not None
    verdict = gravest([*shown, Verdict.PASS if is_judged else Verdict.NOT_ENOUGH_EVIDENCE])
    return EntityHealth(
        facts=facts, age_minutes=age, target_minutes=target, yield_=found, notices=notices, verdict=verdict
    )


def _freshness(age: float | None, target: float | None, *, has_run: bool) -> Notice | None:
    if target is None or (age is not None and age <= target):
        return None
    if age is None and has_run:
        return None  # the run says why
    if age is None:
        return _notice(
            "never_came",
            Verdict.REVIEW,
            "Nothing has come yet; check the connection.",
            "尚未收到任何数据；请检查连接。",
        )
    is_dead = age > STALE_TIMES * target
    return _notice(
        "stale",
        Verdict.BLOCK if is_dead else Verdict.REVIEW,
        f"Last fresh {told(age)} ago; the target is {told(target)}.",
        f"最近一次更新在 {told_zh(age)}前；目标为 {told_zh(target)}。",
    )


def _run(facts: EntityFacts) -> Notice | None:
    run = facts.run
    if run is None or run.state in {"succeeded", "running"}:
        return None
    code = run.error_code or run.state
    if run.state == "cancelled":
        return _notice("cancelled", Verdict.REVIEW, "The last run was cancelled.", "最近一次运行已取消。")
    return _notice(
        "failed" if run.state == "failed" else "partial",
        Verdict.BLOCK if run.state == "failed" else Verdict.REVIEW,
        f"The last run ended as {run.state} ({code}){': ' + run.error if run.error else ''}",
        f"最近一次运行{'失败' if run.state == 'failed' else '仅部分完成'}（{code}）",
    )


def _yielded(facts: EntityFacts, found: Yield) -> Notice | None:
    if not found.is_low or found.usual is None:
        return None
    silent = found.came == 0
    is_green = facts.run is not None and facts.run.state == "succeeded"
    green_en, green_zh = (", although its runs succeed", "，而运行显示成功") if is_green else ("", "")
    return _notice(
        "low_yield",
        Verdict.BLOCK if silent else Verdict.REVIEW,
        f"{found.came:,} came in {found.hours} hours; usual for these hours are {found.usual:,.0f}{green_en}.",
        f"{found.hours} 小时内收到 {found.came:,} 条；同一时段通常为 {found.usual:,.0f} 条{green_zh}。",
    )


def _backlog(facts: EntityFacts, at: dt.datetime) -> Notice | None:
    if facts.oldest_waiting_at is None:
        return None
    waits = (at - facts.oldest_waiting_at).total_seconds() / 60
    if waits <= BACKLOG_MINUTES:
        return None
    return _notice(
        "backlog",
        Verdict.REVIEW,
        f"{facts.backlog:,} wait for the intake, the oldest for {told(waits)}.",
        f"{facts.backlog:,} 条等待处理，最早的已等 {told_zh(waits)}。",
    )


def _quota(facts: EntityFacts) -> Notice | None:
    left = facts.run.quota_left if facts.run else None
    if left is None or left >= QUOTA_LEFT:
        return None
    return _notice(
        "quota", Verdict.REVIEW, f"{left} calls are left of the source's limit.", f"来源的调用限额仅剩 {left} 次。"
    )


def _of_source(
    entities: Iterable[EntityHealth], rejects: Iterable[Reject], at: dt.datetime, *, is_unmapped: bool
) -> Iterable[Notice]:
    if is_unmapped:
        yield _notice(
            "unmapped",
            Verdict.REVIEW,
            "No mapping takes what arrives; it is kept and waits.",
            "没有映射处理收到的数据；数据已保存并等待。",
        )
    rows = sum(one.rows for one in rejects)
    if rows:
        oldest = (at - min(one.oldest_at for one in rejects)).total_seconds() / 60
        yield _notice(
            "rejects",
            Verdict.REVIEW,
            f"{rows:,} refused rows wait in quarantine, the oldest for {told(oldest)}.",
            f"{rows:,} 行被拒绝的数据在隔离区等待，最早的已等 {told_zh(oldest)}。",
        )
    if not list(entities):
        yield _notice(
            "never_came",
            Verdict.NOT_ENOUGH_EVIDENCE,
            "Nothing has come yet; check the connection.",
            "尚未收到任何数据；请检查连接。",
        )


def _notice(code: str, verdict: Verdict, en: str, zh: str) -> Notice:
    return Notice(code=code, verdict=verdict, sentence=Text(en=en, zh=zh))


def told(minutes: float) -> str:
    """A span of time in the unit that fits it."""
    value, unit = _scaled(minutes)
    return f"{value:.0f} {unit}{'' if round(value) == 1 else 's'}"


def told_zh(minutes: float) -> str:
    """The same in Chinese."""
    value, unit = _scaled(minutes)
    return f"{value:.0f} {({'minute': '分钟', 'hour': '小时', 'day': '天'})[unit]}"


def _scaled(minutes: float) -> tuple[float, str]:
    if minutes < 120:
        return minutes, "minute"
    if minutes < 2 * 24 * 60:
        return minutes / 60, "hour"
    return minutes / (24 * 60), "day"
