"""What arrives, and what does not? The health of each source, alerts, refused records with repair, reconciliation."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import charts, data, widgets
from dashboards.charts import Axis, Bar, Layer
from dashboards.facts import Facts
from dashboards.views import sync_parts, sync_repair
from dashboards.wording.words import NOTHING, Words
from validation.outcome import Verdict
from validation.sync_health import EntityHealth
from validation.sync_watch import SourceState
from warehouse.access import Permission, Principal
from warehouse.queries.sync import FILES
from warehouse.settings import Settings

NEEDS = Permission.READ_LOADS
MOST_BARS = 20


def show(settings: Settings, principal: Principal, say: Words) -> None:
    """Draws the page."""
    if not widgets.is_allowed(say, principal, NEEDS):
        return
    found = data.sync_standing(settings, principal)
    is_generated = any(load.is_generated for load in data.loads(settings, principal, 20))
    widgets.opening(say, "sync", is_generated=is_generated)
    if not found:
        widgets.empty(say, "sync.none")
        return
    sync_repair.said()
    facts = _facts(say, found, is_generated=is_generated)
    _tiles(say, found, facts)
    sync_parts.alerts(settings, principal, say)
    _states(say, found, facts)
    _yields(say, found, facts)
    _lags(say, found, facts)
    sync_parts.refused(settings, principal, say, found, facts)
    sync_parts.reconciled(settings, principal, say, found, facts)


def _facts(say: Words, found: Sequence[SourceState], *, is_generated: bool) -> Facts:
    moments = [
        one.facts.last_received_at
        for state in found
        for one in state.health.entities
        if one.facts.last_received_at is not None
    ]
    last = max(moments, default=None)
    return Facts(
        n=widgets.count(sum(one.facts.received for state in found for one in state.health.entities)),
        period=say("sync.until", moment=moment(last)),
        filters=say("app.none"),
        snapshot=say("app.no_snapshot"),
        is_generated=is_generated,
    )


def _tiles(say: Words, found: Sequence[SourceState], facts: Facts) -> None:
    ill = sum(state.verdict in {Verdict.BLOCK, Verdict.REVIEW} for state in found)
    waiting = sum(one.facts.backlog for state in found for one in state.health.entities)
    refused = sum(one.rows for state in found for one in state.health.rejects)
    entries = (("sources", len(found)), ("ill", ill), ("waiting", waiting), ("refused", refused))
    widgets.tiles(
        (
            (say(f"sync.tile_{name}"), widgets.count(value), facts.defined(say(f"sync.tile_{name}_definition")))
            for name, value in entries
        ),
        say,
    )


def _states(say: Words, found: Sequence[SourceState], facts: Facts) -> None:
    widgets.heading(say("sync.state"))
    for state in found:
        if not state.notices:
            continue
        with st.container(border=True):
            left, right = st.columns([1, 5])
            with left:
                widgets.verdict(say, state.verdict.value)
            with right:
                st.markdown(f"**{widgets.plain(state.name)}**{_kind(say, state)}")
                for entity, notice in state.notices:
                    found_ = widgets.plain(notice.sentence.in_language(say.language))
                    place = widgets.plain(_entity(say, entity))
                    st.markdown(f"- {say('sync.notice', entity=place, found=found_) if entity else found_}")
    rows = [_row(say, state, one) for state in found for one in state.health.entities]
    rows += [{say("sync.source"): state.name, say("sync.verdict"): say.of("verdict", state.verdict.value)}
             for state in found if not state.health.entities]  # fmt: skip
    widgets.listing(pd.DataFrame(rows), say, name="sync", facts=facts.defined(say("sync.state_definition")))


def _kind(say: Words, state: SourceState) -> str:
    if state.source is None:
        return ""
    format_ = say("sync.wire_format", verification=say.of("verification", state.source.verification.value))
    return f" · {state.source.connector} · {format_}"


def _row(say: Words, state: SourceState, one: EntityHealth) -> dict[str, object]:
    facts, run, source = one.facts, one.facts.run, state.source
    return {
        say("sync.source"): state.name,
        say("sync.entity"): _entity(say, facts.entity) or NOTHING,
        say("sync.verdict"): say.of("verdict", one.verdict.value),
        say("sync.last_received"): moment(facts.last_received_at),
        say("sync.last_success"): moment(facts.last_success_at),
        say("sync.age"): None if one.age_minutes is None else round(one.age_minutes),
        say("sync.target"): one.target_minutes,
        say("sync.received"): facts.received,
        say("sync.waiting"): facts.backlog,
        say("sync.gone"): facts.gone,
        say("sync.cursor"): NOTHING if facts.cursor is None else ", ".join(f"{k} {v}" for k, v in facts.cursor.items()),
        say("sync.quota"): run.quota_left if run else None,
        say("sync.error"): (run.error or run.error_code or NOTHING) if run else NOTHING,
        say("sync.connector"): source.connector if source else NOTHING,
        say("sync.verification"): say.of("verification", source.verification.value) if source else NOTHING,
        say("sync.owner"): (source.owner or NOTHING) if source else NOTHING,
    }


def _yields(say: Words, found: Sequence[SourceState], facts: Facts) -> None:
    judged = [one for state in found for one in state.health.entities if one.yield_.usual is not None][:MOST_BARS]
    if not judged:
        return
    labels = [_label(say, one) for one in judged]
    sides = [
        Layer(name=say("sync.came"), colour=charts.BLUE, pattern="", counts=[float(one.yield_.came) for one in judged]),
        Layer(name=say("sync.usual"), colour=charts.GREY, pattern="/", counts=[one.yield_.usual for one in judged]),
    ]
    behind = pd.DataFrame(
        {
            say("sync.source"): labels,
            say("sync.came"): [one.yield_.came for one in judged],
            say("sync.usual"): [one.yield_.usual for one in judged],
            say("sync.yield_low"): [one.yield_.interval.low for one in judged],
            say("sync.yield_high"): [one.yield_.interval.high for one in judged],
            say("sync.weeks"): [one.yield_.weeks for one in judged],
        }
    )
    widgets.chart(
        say("sync.yield_chart"),
        charts.compared(labels, sides, axis=Axis(title=say("sync.yield_axis"))),
        behind,
        say,
        name="sync-yield",
        facts=facts.defined(say("sync.yield_definition")),
    )


def _lags(say: Words, found: Sequence[SourceState], facts: Facts) -> None:
    measured = [one for state in found for one in state.health.entities if one.facts.lag.n][:MOST_BARS]
    if not measured:
        return
    entries = [
        Bar(
            label=_label(say, one),
            value=one.facts.lag.p95,
            note=say("sync.lag_note", n=widgets.count(one.facts.lag.n), p50=widgets.number(one.facts.lag.p50, 1)),
        )
        for one in measured
    ]
    behind = pd.DataFrame(
        {
            say("sync.source"): [_label(say, one) for one in measured],
            say("sync.n"): [one.facts.lag.n for one in measured],
            say("sync.p50"): [one.facts.lag.p50 for one in measured],
            say("sync.p95"): [one.facts.lag.p95 for one in measured],
            say("sync.p99"): [one.facts.lag.p99 for one in measured],
        }
    )
    n = widgets.count(sum(one.facts.lag.n for one in measured))
    widgets.chart(
        say("sync.lag_chart"),
        charts.bars(entries, axis=Axis(title=say("sync.lag_axis"), low=0.0, digits=1)),
        behind,
        say,
        name="sync-lag",
        facts=facts.defined(say("sync.lag_definition"), n=n),
    )


def _label(say: Words, one: EntityHealth) -> str:
    return f"{one.facts.source} · {_entity(say, one.facts.entity)}" if one.facts.entity else one.facts.source


def _entity(say: Words, entity: str) -> str:
    """What a source sends, in its own word; what comes as files has none."""
    return say("sync.files") if entity == FILES else entity


def moment(when: dt.datetime | None) -> str:
    """A moment in UTC, to the minute."""
    return NOTHING if when is None else f"{when.astimezone(dt.UTC):%Y-%m-%d %H:%M}"
