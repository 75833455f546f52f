"""Parts of the sync page where somebody acts: alerts, refused records, and what source and records do not share."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import charts, choices, data, widgets
from dashboards.charts import Axis, Bar
from dashboards.facts import Facts
from dashboards.views import sync_repair
from dashboards.wording.words import NOTHING, Words
from validation.sync_watch import SourceState
from warehouse import alerts as store
from warehouse.access import Permission, Principal
from warehouse.alerts import AlertLine
from warehouse.files.wording import REASONS
from warehouse.settings import Settings

MOST_ROWS = 200


def alerts(settings: Settings, principal: Principal, say: Words) -> None:
    """The open alerts, each to be taken up and closed with its cause."""
    widgets.heading(say("sync.alerts"))
    found = data.alerts(settings, principal)
    if not found:
        st.caption(say("sync.alerts_none"))
        return
    may = principal.may(Permission.HANDLE_ALERTS)
    for one in found:
        with st.container(border=True):
            sentence = one.zh if say.language == "zh" else one.en
            words = say(
                "sync.alert_raised",
                subject=one.subject,
                sentence=sentence,
                moment=f"{one.raised_at.astimezone(dt.UTC):%Y-%m-%d %H:%M}",
            )
            st.markdown(widgets.plain(words))
            if one.acknowledged_by:
                st.caption(say("sync.alert_taken", who=one.acknowledged_by))
            if may:
                _handle(settings, principal, say, one)


def _handle(settings: Settings, principal: Principal, say: Words, one: AlertLine) -> None:
    left, middle, right = st.columns([1, 3, 1], vertical_alignment="bottom")
    with left:
        if not one.acknowledged_by and st.button(say("sync.acknowledge"), key=f"ack-{one.alert_id}"):
            store.acknowledge(settings, principal, one.alert_id)
            _again()
    with middle:
        cause = st.text_input(say("sync.cause"), key=f"cause-{one.alert_id}", max_chars=500)
    with right:
        if st.button(say("sync.close"), key=f"close-{one.alert_id}", disabled=not cause.strip()):
            store.close(settings, principal, one.alert_id, cause)
            _again()


def _again() -> None:
    data.alerts.clear()
    st.rerun()


def refused(settings: Settings, principal: Principal, say: Words, found: Sequence[SourceState], facts: Facts) -> None:
    """Refused rows by source and reason, the newest of them, and what mends them."""
    rejects = [one for state in found for one in state.health.rejects]
    if not rejects:
        widgets.heading(say("sync.refused"))
        st.caption(say("sync.refused_none"))
        return
    entries = [
        Bar(label=_reason(say, one.reason_code), value=float(one.rows), note=one.source)
        for one in sorted(rejects, key=lambda one: -one.rows)[:15]
    ]
    behind = pd.DataFrame(
        {
            say("sync.source"): [one.source for one in rejects],
            say("sync.reason"): [_reason(say, one.reason_code) for one in rejects],
            say("sync.rows"): [one.rows for one in rejects],
            say("sync.oldest"): [f"{one.oldest_at.astimezone(dt.UTC):%Y-%m-%d %H:%M}" for one in rejects],
        }
    )
    widgets.chart(
        say("sync.refused"),
        charts.bars(entries, axis=Axis(title=say("sync.rows"))),
        behind,
        say,
        name="sync-refused",
        facts=facts.defined(say("sync.refused_definition"), n=widgets.count(sum(one.rows for one in rejects))),
    )

    _newest(settings, principal, say, facts)
    if principal.may(Permission.SETTLE_QUARANTINE):
        sync_repair.repair(settings, principal, say, tuple(sorted({one.source for one in rejects})))
    else:
        st.caption(say("sync.not_allowed"))


def _newest(settings: Settings, principal: Principal, say: Words, facts: Facts) -> None:
    rows = data.quarantined(settings, principal, MOST_ROWS)
    behind = pd.DataFrame(
        {
            say("sync.number"): [row.quarantine_id for row in rows],
            say("sync.source"): [row.source for row in rows],
            say("sync.place"): [f"{row.file_name}:{row.row_number}" for row in rows],
            say("sync.table"): [row.table_name or NOTHING for row in rows],
            say("sync.column"): [row.column_name or NOTHING for row in rows],
            say("sync.reason"): [_reason(say, row.reason_code) for row in rows],
            say("sync.values"): [", ".join(f"{k}={v}" for k, v in row.masked_values.items()) for row in rows],
            say("sync.owner"): [row.owner or NOTHING for row in rows],
            say("sync.oldest"): [f"{row.created_at.astimezone(dt.UTC):%Y-%m-%d %H:%M}" for row in rows],
        }
    )
    defined = facts.defined(say("sync.refused_definition"), n=widgets.count(len(rows)))
    widgets.listing(behind, say, name="sync-quarantine", facts=defined)


def _reason(say: Words, code: str) -> str:
    return REASONS[code][say.language == "zh"] if code in REASONS else code


def reconciled(
    settings: Settings, principal: Principal, say: Words, found: Sequence[SourceState], facts: Facts
) -> None:
    """The records held against a source, and hires against starters."""
    widgets.heading(say("sync.reconcile"))
    chosen = choices.pick(say("sync.source"), tuple(state.name for state in found), parameter="source")
    totals = data.sync_totals(settings, principal, chosen)
    if totals:
        behind = pd.DataFrame(
            {
                say("sync.entity"): [one.entity for one in totals],
                say("sync.table"): [one.table for one in totals],
                say("sync.at_source"): [one.at_source for one in totals],
                say("sync.in_records"): [one.in_records for one in totals],
                say("sync.missing"): [one.missing for one in totals],
                say("sync.extra"): [one.extra for one in totals],
                say("sync.missing_ids"): [", ".join(one.missing_ids) or NOTHING for one in totals],
                say("sync.extra_ids"): [", ".join(one.extra_ids) or NOTHING for one in totals],
            }
        )
        n = widgets.count(sum(one.in_records for one in totals))
        defined = facts.defined(say("sync.reconcile_definition"), n=n)
        widgets.listing(behind, say, name="sync-totals", facts=defined)
    else:
        st.caption(say("sync.reconcile_none"))
    _starters(settings, principal, say, facts)


def _starters(settings: Settings, principal: Principal, say: Words, facts: Facts) -> None:
    widgets.heading(say("sync.starters"))
    months = data.sync_starters(settings, principal)
    if not months:
        st.caption(say("sync.starters_none"))
        return
    if not any(one.employees for one in months):
        st.caption(say("sync.starters_unknown", hires=widgets.count(sum(one.hires for one in months))))
        return
    behind = pd.DataFrame(
        {
            say("sync.month"): [f"{one.month:%Y-%m}" for one in months],
            say("sync.hires"): [one.hires for one in months],
            say("sync.employees"): [one.employees for one in months],
            say("sync.matched"): [one.matched for one in months],
            say("sync.only_hires"): [", ".join(one.only_hires) or NOTHING for one in months],
            say("sync.only_employees"): [", ".join(one.only_employees) or NOTHING for one in months],
        }
    )
    n = widgets.count(sum(one.hires for one in months))
    widgets.listing(behind, say, name="sync-starters", facts=facts.defined(say("sync.starters_definition"), n=n))
