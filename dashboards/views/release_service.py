"""The second half of the Decisions page: what serves, what runs in its shadow, and what served before."""

from functools import partial

import pandas as pd
import streamlit as st

from dashboards import charts, data, widgets
from dashboards.facts import Facts
from dashboards.views.release_acts import button, mirrored, moment
from dashboards.views.release_lease import lease
from dashboards.wording.words import Words
from models import releases
from models.release_promotion import previous
from models.release_spans import proposers, served_before
from models.releases import History, Served
from models.shadow_report import Counted, ShadowReport
from warehouse.access import SMALLEST_GROUP, Permission, Principal
from warehouse.settings import Settings


def live(settings: Settings, principal: Principal, say: Words, found: History) -> None:
    """What serves, with its lease; rollback for promoters, the end of its service for checkers."""
    widgets.heading(say("releases.live"))
    for event in found.ended:
        label = f"{event.model_name}@{event.version}"
        told = say("releases.ended", model=event.model_name, release=label, who=event.actor,
                   when=moment(event.happened_at), reason=widgets.plain(event.reason or ""))  # fmt: skip
        st.warning(told, icon=":material/block:")
        _rollback(settings, principal, say, found, event.model_name, label)
    if not found.live and not found.ended:
        st.caption(say("releases.live_none"))
    for served in found.live:
        with st.container(border=True):
            _served(settings, principal, say, found, served)


def _served(settings: Settings, principal: Principal, say: Words, found: History, served: Served) -> None:
    release = served.release
    until = f"{moment(served.lease_until)} UTC"
    st.markdown(say("releases.serving", release=f"**{release.label}**", until=until))
    lease(say, served)
    _rollback(settings, principal, say, found, release.model_name, release.label)
    if principal.may(Permission.APPROVE_RELEASE) and principal.id != release.proposed_by:
        _retire(settings, principal, say, release.model_name, release.label, is_serving=True)


def _rollback(settings: Settings, principal: Principal, say: Words, found: History, model: str, label: str) -> None:
    if previous([event for event in found.events if event.model_name == model]) is None:
        st.caption(say("releases.nothing_earlier"))
    elif principal.may(Permission.PROMOTE_RELEASE):
        reason = st.text_input(say("releases.reason"), key=f"rollback-reason-{model}", max_chars=1000)
        button(say, "rollback", label, partial(_roll_back, settings, principal, model, reason),
               disabled=not reason.strip())  # fmt: skip


def shadows(settings: Settings, principal: Principal, say: Words, found: History) -> None:
    """What runs in shadow and how it compares with what decides."""
    widgets.heading(say("releases.shadows"))
    if not found.shadows:
        st.caption(say("releases.shadows_none"))
    makers = proposers(found.events)
    for event in found.shadows:
        label = f"{event.model_name}@{event.version}"
        with st.container(border=True):
            st.markdown(say("releases.shadow_since", release=f"**{label}**", when=moment(event.happened_at),
                            who=f"`{event.actor}`", reason=widgets.plain(event.reason or "")))  # fmt: skip
            _report(say, data.shadow_report(settings, principal, label))
            if principal.may(Permission.APPROVE_RELEASE) and principal.id != makers.get(event.release_id):
                reason = st.text_input(say("releases.reason"), key=f"unshadow-reason-{label}", max_chars=1000)
                button(say, "unshadow", label, partial(_unshadow, settings, principal, label, reason),
                       disabled=not reason.strip())  # fmt: skip


def earlier(settings: Settings, principal: Principal, say: Words, found: History) -> None:
    """What served before and could come back, with what a checker may do about it; nothing where there is none."""
    listed = served_before(found.events)
    if not listed:
        return
    widgets.heading(say("releases.earlier"))
    running = {event.release_id for event in found.shadows}
    for event in listed:
        label = f"{event.model_name}@{event.version}"
        with st.container(border=True):
            st.markdown(say("releases.served_before", release=f"**{label}**", who=f"`{event.actor}`"))
            if principal.may(Permission.APPROVE_RELEASE) and principal.id != event.actor:
                shadow_and_retire(
                    settings, principal, say, event.model_name, label, is_in_shadow=event.release_id in running
                )


def shadow_and_retire(
    settings: Settings, principal: Principal, say: Words, model: str, label: str, *, is_in_shadow: bool
) -> None:
    """Both acts under one reason, of which retirement is final."""
    with st.expander(say("releases.further")):
        reason = st.text_input(say("releases.reason"), key=f"further-reason-{label}", max_chars=1000)
        with st.container(horizontal=True):
            if not is_in_shadow:
                button(say, "shadow", label, partial(_shadow, settings, principal, label, reason),
                       disabled=not reason.strip())  # fmt: skip
            act = partial(_retired, settings, principal, model, label, reason, is_serving=False)
            button(say, "retire", label, act, disabled=not reason.strip())
        st.caption(say("releases.retire_hint"))


def _retire(settings: Settings, principal: Principal, say: Words, model: str, label: str, *, is_serving: bool) -> None:
    with st.expander(say("releases.end_service")):
        reason = st.text_input(say("releases.reason"), key=f"retire-reason-{label}", max_chars=1000)
        is_sure = st.checkbox(say("releases.and_stop"), key=f"and-stop-{label}")
        act = partial(_retired, settings, principal, model, label, reason, is_serving=is_serving)
        button(say, "retire", label, act, disabled=not (reason.strip() and is_sure))


def _report(say: Words, report: ShadowReport) -> None:
    if report.unscored:
        st.caption(say("releases.unscored", unscored=report.unscored))
    if report.is_too_few or report.first_at is None or report.last_at is None:
        st.caption(say("releases.shadow_few", n=report.n, smallest=SMALLEST_GROUP))
        return
    facts = Facts(
        n=widgets.count(report.n),
        period=widgets.span(say, report.first_at, report.last_at),
        filters=say("app.none"),
        snapshot=say("app.no_snapshot"),
        is_generated=report.release.is_generated,
        definition=say("releases.shadow_definition"),
    )
    flips = {one.name: _shown(one) for one in report.flips}
    tiles = [
        (say("releases.agreement"), widgets.percent(report.agreement), facts),
        (say("releases.flip_to_advance"), flips["to_advance"], facts),
        (say("releases.flip_to_hold"), flips["to_hold"], facts),
    ]
    widgets.tiles(tiles, say)
    if report.mean_difference is not None:
        mean, sd = f"{report.mean_difference:+.4f}", f"{report.sd_difference:.4f}"
        st.markdown(say("releases.difference", mean=mean, sd=sd))
    _drift(say, report)
    _differences(say, report, facts)


def _drift(say: Words, report: ShadowReport) -> None:
    if report.drift is None:
        st.caption(say("releases.shadow_no_drift"))
        return
    left, right = st.columns([1, 5], vertical_alignment="center")
    with left:
        widgets.verdict(say, report.drift.verdict.value)
    right.markdown(say("releases.shadow_drift", psi=widgets.number(report.drift.psi, 3)))


def _differences(say: Words, report: ShadowReport, facts: Facts) -> None:
    rows = [(f"{float(one.name):+.1f}", one) for one in report.differences]
    figure = charts.bars(
        [charts.Bar(label=step, value=None if one.n is None else float(one.n)) for step, one in rows],
        axis=charts.Axis(title=say("releases.decisions")),
    )
    behind = pd.DataFrame(
        {
            say("releases.from_difference"): [step for step, _ in rows],
            say("releases.decisions"): [_shown(one) for _, one in rows],
        }
    )
    label = report.release.label
    widgets.chart(say("releases.differences", release=label), figure, behind, say, name=f"shadow-{label}", facts=facts)


def _shown(one: Counted) -> str:
    return f"< {SMALLEST_GROUP}" if one.n is None else widgets.count(one.n)


def _roll_back(settings: Settings, principal: Principal, model: str, reason: str) -> str:
    return mirrored(settings, model, releases.rollback(settings, principal, model, reason=reason).release.label)


def _shadow(settings: Settings, principal: Principal, label: str, reason: str) -> str:
    found = releases.shadow(settings, principal, label, reason=reason).release
    return mirrored(settings, found.model_name, found.label)


def _unshadow(settings: Settings, principal: Principal, label: str, reason: str) -> str:
    found = releases.unshadow(settings, principal, label, reason=reason).release
    return mirrored(settings, found.model_name, found.label)


def _retired(settings: Settings, principal: Principal, model: str, label: str, reason: str, *, is_serving: bool) -> str:
    releases.retire(settings, principal, label, reason=reason, and_stop_serving=is_serving)
    return mirrored(settings, model, label)
