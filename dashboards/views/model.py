"""What is live, who approved it, and on what evidence? Champion and lease, the gate's verdicts, and the ledger."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import choices, data, gate_report, gate_words, widgets
from dashboards.facts import Facts
from dashboards.gate_report import CheckLine
from dashboards.views import model_weights
from dashboards.views.release_lease import lease
from dashboards.views.release_timeline import rows
from dashboards.wording.words import NOTHING, Words
from models.release_moment import BadMoment, moment
from models.releases import History, Served
from warehouse.access import Permission, Principal
from warehouse.ledger_values import StoredEvent
from warehouse.queries.gate_results import GateRow
from warehouse.settings import Settings

NEEDS = Permission.READ_MODELS


def show(settings: Settings, principal: Principal, say: Words) -> None:
    """Draws the page."""
    if not widgets.is_allowed(say, principal, NEEDS):
        return
    snapshot = data.newest_snapshot(settings)
    widgets.opening(say, "model", is_generated=snapshot is not None and snapshot.is_generated)
    history = data.history(settings, principal, _as_of(say, settings.timezone))
    _told_moment(say, history)
    evaluations = data.gate_results(settings, principal)
    if not history.live:
        widgets.empty(say, "model.none")
    for served in history.live:
        _served(say, served)
        model_weights.weights(settings, principal, say, served)
        _checks(say, served, principal)
    _stood(say, history)
    _stopped(say, [row for row in evaluations if row.evaluated_at <= history.at], principal)
    _ledger(say, history)


def _as_of(say: Words, zone: str) -> dt.datetime | None:
    """The moment asked for, of a day its last; None means now."""
    asked = choices.text(say("model.as_of", zone=zone), parameter="at", hint=say("model.as_of_hint"))
    if not asked.strip():
        return None
    try:
        return moment(asked, zone)
    except BadMoment:
        st.warning(say("model.no_date", asked=widgets.plain(widgets.short(asked))))
        return None


def _told_moment(say: Words, history: History) -> None:
    local = f"{history.local:%Y-%m-%d %H:%M:%S}"
    st.caption(say("model.at", local=local, zone=history.zone, utc=_moment(history.at)))


def _stood(say: Words, history: History) -> None:
    """What ended without a successor, what ran in shadow, and what was retired up to the moment."""
    for event in history.ended:
        st.warning(say("model.ended", model=event.model_name, **_told(event)), icon=":material/block:")
    for event in history.shadows:
        st.info(say("model.in_shadow", **_told(event)), icon=":material/visibility:")
    if history.retired:
        names = [f"{event.model_name}@{event.version} ({_moment(event.happened_at)} UTC)" for event in history.retired]
        st.caption(say("model.retired", releases=say("app.comma").join(names)))


def _told(event: StoredEvent) -> dict[str, str]:
    return {
        "release": f"{event.model_name}@{event.version}",
        "who": _code(event.actor),
        "when": _moment(event.happened_at),
        "reason": widgets.plain(event.reason or NOTHING),
    }


def _served(say: Words, served: Served) -> None:
    release = served.release
    widgets.heading(
        say("model.champion", model=release.model_name, version=release.version, since=_moment(served.since))
    )
    with st.container(border=True):
        lease(say, served)
        st.markdown(say("model.proposed_by", who=_code(release.proposed_by), when=_moment(release.proposed_at)))
        for answer in served.approvals:
            st.markdown(
                say(
                    "model.approved_by",
                    who=_code(answer.decided_by),
                    when=_moment(answer.decided_at),
                    reason=answer.reason,
                )
            )
        for waiver in served.waivers:
            sentence = say(
                "model.waiver",
                check=gate_report.check_name(say, waiver.check),
                by=_code(waiver.signed_by),
                until=f"{_moment(waiver.expires_at)} UTC",
                reason=widgets.plain(waiver.reason),
            )
            st.warning(sentence, icon=":material/signature:")
        made_of = {"cut": f"{release.cut_score:.3f}", "snapshot": release.snapshot.get("snapshot", NOTHING)}
        st.caption(say("model.made_of", sha=release.artifact_sha256, run=release.run_id, **made_of))


def _checks(say: Words, served: Served, principal: Principal) -> None:
    gate = served.gate
    widgets.heading(say("model.checks"))
    st.caption(say("model.definition", policy=f"{gate.policy} {gate.policy_version}", when=_moment(gate.evaluated_at)))
    waived = {waiver.check for waiver in served.waivers}
    for line in gate_report.checks(gate.report, principal, say.language):
        facts = _figure_facts(say, line, served) if line.figures else None
        _check(say, line, facts, is_waived=line.check in waived)


def _check(say: Words, line: CheckLine, facts: Facts | None, *, is_waived: bool) -> None:
    with st.container(border=True):
        name, verdict, reason = st.columns([3, 3, 8], vertical_alignment="center")
        name.markdown(f"**{gate_report.check_name(say, line.check)}**")
        name.caption(say("model.blocking" if line.is_blocking else "model.advisory"))
        with verdict:
            widgets.verdict(say, line.verdict)
            if is_waived:
                st.badge(say("model.waived"), color="violet", icon=":material/signature:")
        reason.markdown(widgets.plain(gate_words.reason(say, line)))
        if line.next_step:
            reason.caption(say("model.next", step=widgets.plain(line.next_step)))
        if facts is not None:
            with st.expander(say("model.figures")):
                widgets.listing(_figures(say, line), say, name=f"figures-{line.check}", facts=facts)
        if line.withheld:
            st.caption(say("model.withheld", withheld=line.withheld))


def _figures(say: Words, line: CheckLine) -> pd.DataFrame:
    figures = line.figures
    return pd.DataFrame(
        {
            say("model.figure"): [gate_words.figure(say, figure.name) for figure in figures],
            say("model.value"): [_rounded(figure.value) for figure in figures],
            say("model.low"): [_rounded(figure.low) for figure in figures],
            say("model.high"): [_rounded(figure.high) for figure in figures],
            "n": [figure.n for figure in figures],
            say("model.stratum"): [gate_words.stratum(say, figure.stratum) for figure in figures],
            say("model.comparator"): [gate_words.comparator(say, figure.comparator) for figure in figures],
            say("model.figure_definition"): [gate_words.definition(say, figure.definition) for figure in figures],
        }
    )


def _figure_facts(say: Words, line: CheckLine, served: Served) -> Facts:
    return Facts(
        n=widgets.count(max(figure.n for figure in line.figures)),
        period=str(served.gate.report.get("period", NOTHING)),
        filters=say("app.none"),
        snapshot=say("model.run_snapshot"),
        is_generated=served.release.is_generated,
        definition=gate_report.check_name(say, line.check),
    )


def _stopped(say: Words, evaluations: Sequence[GateRow], principal: Principal) -> None:
    blocked = [row for row in evaluations if row.verdict == "block" and row.release is None]
    widgets.heading(say("model.blocked"))
    if not blocked:
        st.caption(say("model.blocked_none"))
    for row in blocked:
        line = gate_report.gravest(gate_report.checks(row.report, principal, say.language), row.verdict)
        reason = "" if line is None else widgets.plain(gate_words.reason(say, line))
        st.error(
            say("model.blocked_run", run=row.run_id[:8], when=_moment(row.evaluated_at), reason=reason),
            icon=":material/front_hand:",
        )
    if evaluations:
        with st.expander(say("model.evaluated")):
            st.dataframe(_evaluations(say, evaluations), hide_index=True, width="stretch")


def _evaluations(say: Words, evaluations: Sequence[GateRow]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say("model.moment"): [_moment(row.evaluated_at) for row in evaluations],
            say("model.run"): [row.run_id for row in evaluations],
            say("model.verdict"): [say.of("verdict", row.verdict) for row in evaluations],
            say("model.release"): [row.release or say("model.not_proposed") for row in evaluations],
            say("model.policy"): [row.policy for row in evaluations],
            say("model.actor"): [row.evaluated_by for row in evaluations],
        }
    )


def _ledger(say: Words, history: History) -> None:
    widgets.heading(say("model.history"))
    if not history.events:
        st.caption(say("model.history_none"))
        return
    events = list(reversed(history.events))
    facts = Facts(
        n=str(len(events)),
        period=widgets.span(say, events[-1].happened_at, history.at),
        filters=say("app.none"),
        snapshot=say("app.no_snapshot"),
        is_generated=any(served.release.is_generated for served in history.live),
        definition=say("model.history_definition"),
    )
    widgets.listing(rows(say, history), say, name="ledger", facts=facts)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _code(name: str) -> str:
    return f"`{name}`"


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M}"
