"""All sources as they stand now: what is configured, how healthy it is, and the alerts that follow from it.

`standing` is what the command and the page show; `watch` runs every minute and keeps the alerts up to what is true.
"""

import datetime as dt
from dataclasses import dataclass

from validation.outcome import Text, Verdict
from validation.sync_health import EntityHealth, Notice, SourceHealth, health
from warehouse import alerts
from warehouse.access import Principal, Role
from warehouse.alerts import Condition
from warehouse.queries.sync import sync_facts
from warehouse.settings import Settings
from warehouse.sync.intake import held_up
from warehouse.sync.sources import Source, broken_sources, sources

WATCH = Principal(id="service:sync-watch", roles=frozenset({Role.INTEGRATION_ADMIN}))
"""Who looks where nobody asked."""

ALERTED = frozenset({"stale", "never_came", "failed", "partial", "low_yield", "backlog", "quota", "unmapped", "broken"})
"""What is an alert; refused rows have their own list, and a cancelled run was somebody's will."""

KINDS = frozenset(f"sync.{code}" for code in ALERTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """One source: its configuration where it has one, and its health; `broken` is why its file cannot be used."""

    health: SourceHealth
    source: Source | None
    broken: str | None = None

    @property
    def name(self) -> str:
        """The source's name."""
        return self.health.source

    @property
    def verdict(self) -> Verdict:
        """The health's verdict, or block where the source's file is broken."""
        return Verdict.BLOCK if self.broken else self.health.verdict

    @property
    def notices(self) -> tuple[tuple[str, Notice], ...]:
        """Everything found, each with the entity that it belongs to (empty: the source), the gravest first."""
        found = [("", notice) for notice in self.health.notices]
        found += [(entity.facts.entity, notice) for entity in self.health.entities for notice in entity.notices]
        if self.broken:
            found.append(("", _broken(self.broken)))
        return tuple(sorted(found, key=lambda one: (one[1].verdict is not Verdict.BLOCK, one[0], one[1].code)))

    def as_json(self) -> dict[str, object]:
        """Plain JSON values, both languages."""
        source = self.source
        return {
            "source": self.name,
            "verdict": self.verdict.value,
            "connector": source.connector if source else None,
            "verification": source.verification.value if source else None,
            "owner": source.owner if source else None,
            "notices": [
                {"entity": entity, "code": notice.code, "verdict": notice.verdict.value,
                 "en": notice.sentence.en, "zh": notice.sentence.zh}
                for entity, notice in self.notices
            ],
            "rejects": [
                {"reason": one.reason_code, "rows": one.rows, "oldest_at": one.oldest_at.isoformat()}
                for one in self.health.rejects
            ],
            "entities": [_entity_json(one) for one in self.health.entities],
        }  # fmt: skip


def standing(settings: Settings, principal: Principal) -> tuple[SourceState, ...]:
    """Every source that is configured or ever delivered, in order. Needs READ_LOADS."""
    facts = sync_facts(settings, principal)
    known, broken = sources(settings), broken_sources(settings)

    def freshness(name: str, entity: str) -> float | None:
        return known[name].freshness_of(entity) if name in known else None

    judged = health(
        facts, freshness=freshness, configured={*known, *broken}, unmapped=set(held_up(settings)) - {*broken}
    )
    return tuple(
        SourceState(
            health=one,
            source=known.get(one.source),
            broken=str(broken[one.source]) if one.source in broken else None,
        )
        for one in judged
    )


def watch(settings: Settings) -> list[Condition]:
    """Raises and clears the alerts of all sources; answers those newly raised."""
    conditions = [
        Condition(
            kind=f"sync.{notice.code}",
            subject="/".join(part for part in (state.name, entity) if part),
            verdict=(Verdict.BLOCK if notice.verdict is Verdict.BLOCK else Verdict.REVIEW).value,
            en=notice.sentence.en,
            zh=notice.sentence.zh,
        )
        for state in standing(settings, WATCH)
        for entity, notice in state.notices
        if notice.code in ALERTED and _is_asked_for(state, notice)
    ]
    return alerts.follow(settings, WATCH, conditions, kinds=KINDS)


def _is_asked_for(state: SourceState, notice: Notice) -> bool:
    """A source that nobody configured is a file somebody loaded by hand, and a new one may not have begun: silence of
    neither is an alert."""
    if notice.verdict is Verdict.NOT_ENOUGH_EVIDENCE:
        return False
    return state.source is not None or notice.code not in {"low_yield", "stale", "never_came"}


def _broken(reason: str) -> Notice:
    return Notice(
        code="broken",
        verdict=Verdict.BLOCK,
        sentence=Text(en=f"Its file cannot be used: {reason}", zh=f"配置文件无法使用：{reason}"),
    )


def _entity_json(one: EntityHealth) -> dict[str, object]:
    facts, run, yield_ = one.facts, one.facts.run, one.yield_
    return {
        "entity": facts.entity,
        "verdict": one.verdict.value,
        "received": facts.received,
        "last_event_at": _moment(facts.last_event_at),
        "last_received_at": _moment(facts.last_received_at),
        "last_success_at": _moment(facts.last_success_at),
        "age_minutes": one.age_minutes,
        "freshness_minutes": one.target_minutes,
        "lag_seconds": {"n": facts.lag.n, "p50": facts.lag.p50, "p95": facts.lag.p95, "p99": facts.lag.p99},
        "yield": {
            "hours": yield_.hours,
            "came": yield_.came,
            "usual": yield_.usual,
            "interval": yield_.interval.as_list(),
            "weeks": yield_.weeks,
            "is_low": yield_.is_low,
        },
        "backlog": facts.backlog,
        "oldest_waiting_at": _moment(facts.oldest_waiting_at),
        "cursor": dict(facts.cursor) if facts.cursor is not None else None,
        "cursor_moved_at": _moment(facts.cursor_moved_at),
        "gone_at_source": facts.gone,
        "run": None
        if run is None
        else {
            "state": run.state,
            "started_at": _moment(run.started_at),
            "finished_at": _moment(run.finished_at),
            "requests": run.requests,
            "retries": run.retries,
            "rows_read": run.rows_read,
            "rows_new": run.rows_new,
            "source_total": run.source_total,
            "quota_left": run.quota_left,
            "error_code": run.error_code,
            "error": run.error,
        },
    }


def _moment(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
