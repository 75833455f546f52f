"""The reads behind the pages, kept for a while by principal, filters and snapshot.

Nothing here begins with an underscore but what may be shared: Streamlit leaves such arguments out of the key, and a
principal left out would hand the first reader's rows to the second.
"""

import datetime as dt
import uuid
from typing import Any

import streamlit as st

from dashboards import obligation_calendar
from dashboards.obligation_calendar import Calendar
from models import release_waiting, releases
from models import shadow_report as shadow_reports
from models.release_waiting import Waiting
from models.releases import History
from models.shadow_report import ShadowReport
from validation import sync_watch
from validation.sync_watch import SourceState
from warehouse import alerts as alert_store
from warehouse.access import Permission, Principal
from warehouse.alerts import AlertLine
from warehouse.identity_resolution import links
from warehouse.identity_resolution.links import LinkLine
from warehouse.lake.door import opened
from warehouse.lake.snapshot import Snapshot, snapshot
from warehouse.queries import departments as department_queries
from warehouse.queries import filters as filter_queries
from warehouse.queries import funnel as funnel_queries
from warehouse.queries import gate_results as gate_queries
from warehouse.queries import identity_pairs, reconciliation
from warehouse.queries import loads as load_queries
from warehouse.queries import outbox as outbox_queries
from warehouse.queries import process as process_queries
from warehouse.queries import quarantine as quarantine_queries
from warehouse.queries.filters import Filters, FilterValues
from warehouse.queries.funnel import Funnel
from warehouse.queries.gate_results import GateRow
from warehouse.queries.identity_pairs import PairCount
from warehouse.queries.loads import FindingRow, LoadRow, QuarantinedRow
from warehouse.queries.outbox import DisabledTarget, MessageCount
from warehouse.queries.process import Screening, WaitedFor, Waitings
from warehouse.queries.quarantine import QuarantineCount
from warehouse.queries.reconciliation import Starters, Total
from warehouse.settings import Settings
from warehouse.sync import outbox
from warehouse.sync.outbox import Line

LIVE_S = 5
"""Seconds that a listing of the records is kept; also how long a page may show the snapshot before."""

KEPT_S = 600
"""Seconds that figures of one snapshot are kept: they cannot change, but memory is finite."""

MOST = 200


@st.cache_data(ttl=LIVE_S, show_spinner=False)
def newest_snapshot(settings: Settings) -> Snapshot | None:
    """The snapshot that pages read; None before the first refresh."""
    return snapshot(settings)


@st.cache_data(ttl=60, max_entries=MOST, show_spinner=False)
def department_names(settings: Settings, principal: Principal, language: str) -> tuple[tuple[str, str], ...]:
    """The names of the visible departments that differ in this language."""
    if language != "zh" or not principal.may(Permission.READ_LAKE):
        return ()
    found = department_queries.departments(settings, principal)
    return tuple((one.name, one.name_zh) for one in found if one.name_zh)


@st.cache_data(ttl=KEPT_S, max_entries=MOST, show_spinner=False)
def filter_values(settings: Settings, principal: Principal, snapshot_id: int) -> FilterValues:
    """What the reader's filter lists hold."""
    with opened(settings, principal, snapshot_id) as lake:
        return filter_queries.filter_values(lake)


@st.cache_data(ttl=KEPT_S, max_entries=MOST, show_spinner=False)
def funnel(settings: Settings, principal: Principal, snapshot_id: int, chosen: Filters, by: str | None) -> Funnel:
    """The funnel by a dimension; None is everybody together."""
    with opened(settings, principal, snapshot_id) as lake:
        return funnel_queries.funnel(lake, filters=chosen, by=by)


@st.cache_data(ttl=KEPT_S, max_entries=MOST, show_spinner=False)
def waitings(
    settings: Settings, principal: Principal, snapshot_id: int, chosen: Filters, step: str, by: str | None
) -> Waitings:
    """The waiting for one step of the process."""
    with opened(settings, principal, snapshot_id) as lake:
        return process_queries.waitings(lake, step=step, filters=chosen, by=by)


@st.cache_data(ttl=KEPT_S, max_entries=MOST, show_spinner=False)
def screening(
    settings: Settings, principal: Principal, snapshot_id: int, chosen: Filters, by: str | None
) -> tuple[Screening, ...]:
    """How much interviewing went into the applications."""
    with opened(settings, principal, snapshot_id) as lake:
        return process_queries.screening(lake, filters=chosen, by=by)


@st.cache_data(ttl=KEPT_S, max_entries=MOST, show_spinner=False)
def waited_for(settings: Settings, principal: Principal, snapshot_id: int, chosen: Filters) -> tuple[WaitedFor, ...]:
    """Who has the next move."""
    with opened(settings, principal, snapshot_id) as lake:
        return process_queries.waited_for(lake, filters=chosen)


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def loads(settings: Settings, principal: Principal, limit: int) -> tuple[LoadRow, ...]:
    """The newest loads."""
    return load_queries.loads(settings, principal, limit=limit)


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def findings(settings: Settings, principal: Principal, load_id: uuid.UUID) -> tuple[FindingRow, ...]:
    """What the contracts said of one load."""
    return load_queries.findings(settings, principal, load_id)


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def quarantined(settings: Settings, principal: Principal, limit: int) -> tuple[QuarantinedRow, ...]:
    """Refused rows that wait, values masked."""
    return load_queries.quarantined(settings, principal, limit=limit)


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def quarantine_counts(settings: Settings, principal: Principal) -> tuple[QuarantineCount, ...]:
    """How many refused rows wait, by reason."""
    return quarantine_queries.quarantine_counts(settings, principal)


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def gate_results(settings: Settings, principal: Principal) -> tuple[GateRow, ...]:
    """The newest evaluations of the gate."""
    return gate_queries.gate_results(settings, principal)


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def waiting_releases(settings: Settings, principal: Principal) -> tuple[Waiting, ...]:
    """The proposals that wait for a person."""
    return release_waiting.waiting(settings, principal)


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def history(settings: Settings, principal: Principal, at: dt.datetime | None) -> History:
    """The release ledger as it stood at a moment, or stands now."""
    return releases.history(settings, principal, at=at)


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def obligations(settings: Settings, principal: Principal, places: tuple[str, ...]) -> Calendar:
    """What laws ask in these places, and what is there; without places where the champions' policies hold."""
    return obligation_calendar.obligations(settings, principal, places=places)


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def shadow_report(settings: Settings, principal: Principal, release: str) -> ShadowReport:
    """A shadow beside what decides, in counts."""
    return shadow_reports.report(settings, principal, release)


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def sync_standing(settings: Settings, principal: Principal) -> tuple[SourceState, ...]:
    """Every source and how healthy it is."""
    return sync_watch.standing(settings, principal)


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def alerts(settings: Settings, principal: Principal) -> tuple[AlertLine, ...]:
    """The open alerts."""
    return alert_store.alerts(settings, principal)


@st.cache_data(ttl=60, max_entries=MOST, show_spinner=False)
def sync_totals(settings: Settings, principal: Principal, source: str) -> tuple[Total, ...]:
    """The records held against a source."""
    return reconciliation.totals(settings, principal, source)


@st.cache_data(ttl=60, max_entries=MOST, show_spinner=False)
def sync_starters(settings: Settings, principal: Principal) -> tuple[Starters, ...]:
    """Hires held against starters."""
    return reconciliation.hires_and_starters(settings, principal)


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def pair_counts(settings: Settings, principal: Principal) -> tuple[PairCount, ...]:
    """How many pairs of records wait, are linked or kept apart."""
    return identity_pairs.pair_counts(settings, principal)


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def pairs(
    settings: Settings, principal: Principal, state: str | None, kind: str | None, about: str | None
) -> tuple[LinkLine, ...]:
    """Pairs of records that may be one person, without names."""
    return tuple(links.lines(settings, principal, state=state, kind=kind, about=about))


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def message_counts(settings: Settings, principal: Principal) -> tuple[MessageCount, ...]:
    """Messages out by target and state."""
    return outbox_queries.message_counts(settings, principal)


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def disabled_targets(settings: Settings, principal: Principal) -> tuple[DisabledTarget, ...]:
    """The targets to which nothing is sent."""
    return outbox_queries.disabled_targets(settings, principal)


@st.cache_data(ttl=LIVE_S, max_entries=MOST, show_spinner=False)
def messages(settings: Settings, principal: Principal, target: str | None, state: str | None) -> tuple[Line, ...]:
    """The newest messages out in one of the states that people see."""
    asked: dict[str | None, dict[str, Any]] = {
        None: {},
        outbox_queries.DRY_RUN: {"dry_run": True},
        outbox_queries.WAITS: {"waiting": True},
    }
    chosen = asked.get(state, {"state": state, "dry_run": False, "waiting": False})
    return tuple(outbox.lines(settings, principal, target=target, **chosen))
