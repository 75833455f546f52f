"""What waits for a decision? Propose, approve, send back, waive, promote, shadow, retire, with the evidence beside it.

Every act goes through the release ledger's front door, which asks for rights and refuses the maker's own check; a page
that showed a button too many would still change nothing.
"""

import datetime as dt
from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboards import data, gate_report, gate_words, widgets
from dashboards.views import release_service, release_timeline
from dashboards.views.release_acts import SAID, button, mirrored, moment
from dashboards.wording.words import Words
from models import releases
from models.release_run import proposal_of
from models.release_waiting import Waiting
from validation.outcome import Verdict
from warehouse.access import Permission, Principal
from warehouse.queries.gate_results import GateRow
from warehouse.settings import Settings

NEEDS = Permission.READ_MODELS


def show(settings: Settings, principal: Principal, say: Words) -> None:
    """Draws the page."""
    if not widgets.is_allowed(say, principal, NEEDS):
        return
    snapshot = data.newest_snapshot(settings)
    widgets.opening(say, "releases", is_generated=snapshot is not None and snapshot.is_generated)
    if said := st.session_state.pop(SAID, None):
        st.success(said, icon=":material/check_circle:")
    evaluations = data.gate_results(settings, principal)
    if not evaluations:
        widgets.empty(say, "releases.none")
        return
    if not {Permission.PROPOSE_RELEASE, Permission.APPROVE_RELEASE, Permission.PROMOTE_RELEASE} & principal.permissions:
        st.caption(say("releases.look"))
    _waiting(settings, principal, say)
    _candidates(settings, principal, say, evaluations)
    found = data.history(settings, principal, None)
    release_service.live(settings, principal, say, found)
    release_service.shadows(settings, principal, say, found)
    release_service.earlier(settings, principal, say, found)
    release_timeline.timeline(say, found)


def _waiting(settings: Settings, principal: Principal, say: Words) -> None:
    widgets.heading(say("releases.waiting"))
    found = data.waiting_releases(settings, principal)
    if not found:
        st.caption(say("releases.waiting_none"))
    for one in found:
        with st.container(border=True):
            _proposal(settings, principal, say, one)


def _proposal(settings: Settings, principal: Principal, say: Words, one: Waiting) -> None:
    release = one.release
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.markdown(
        say("releases.proposal", release=f"**{release.label}**", who=f"`{release.proposed_by}`",
            when=moment(release.proposed_at))
    )  # fmt: skip
    with right:
        widgets.verdict(say, one.gate.verdict)
    for line in gate_report.checks(one.gate.report, principal, say.language):
        if line.verdict != Verdict.PASS.value:
            told = say(
                "releases.line",
                check=f"**{gate_report.check_name(say, line.check)}**",
                verdict=say.of("verdict", line.verdict),
                reason=widgets.plain(gate_words.reason(say, line)),
            )
            st.markdown(f"- {told}")
    if one.agreed_by:
        st.caption(say("releases.agreed", who=", ".join(sorted(set(one.agreed_by)))))
    for key, checks in (("to_waive", one.to_waive), ("waived_already", one.waived)):
        if checks:
            names = say("app.comma").join(gate_report.check_name(say, check) for check in checks)
            st.caption(say(f"releases.{key}", checks=names))
    if principal.may(Permission.APPROVE_RELEASE):
        if principal.id == release.proposed_by:
            st.caption(say("releases.own"))
        else:
            _checking(settings, principal, say, one)
    if principal.may(Permission.PROMOTE_RELEASE) and one.can_be_promoted:
        button(say, "promote", release.label, lambda: _promote(settings, principal, release.label))


def _checking(settings: Settings, principal: Principal, say: Words, one: Waiting) -> None:
    label = one.release.label
    reason = st.text_input(say("releases.reason"), key=f"reason-{label}", max_chars=1000)
    is_missing = not reason.strip()
    with st.container(horizontal=True):
        button(say, "approve", label, lambda: releases.approve(settings, principal, label, reason=reason).label,
                disabled=is_missing or principal.id in one.agreed_by)  # fmt: skip
        button(say, "send_back", label, lambda: releases.send_back(settings, principal, label, reason=reason).label,
                disabled=is_missing)  # fmt: skip
    if one.to_waive:
        _waiver(settings, principal, say, one, reason)
    release_service.shadow_and_retire(
        settings, principal, say, one.release.model_name, label, is_in_shadow=one.is_in_shadow
    )


def _waiver(settings: Settings, principal: Principal, say: Words, one: Waiting, reason: str) -> None:
    label = one.release.label
    today = dt.datetime.now(dt.UTC).date()
    which, who, until, act = st.columns([3, 2, 2, 2], vertical_alignment="bottom")
    check = which.selectbox(
        say("releases.check"), one.to_waive, format_func=lambda name: gate_report.check_name(say, name),
        key=f"check-{label}",
    )  # fmt: skip
    owner = who.text_input(say("releases.owner"), key=f"owner-{label}", max_chars=200)
    # The last day counts to its end, as on the terminal; one day less keeps that within the policy's longest.
    longest = dt.timedelta(days=max(one.longest_waiver_days - 1, 0))
    last = until.date_input(
        say("releases.expires"), value=today + min(dt.timedelta(days=90), longest), min_value=today,
        max_value=today + longest, key=f"expires-{label}",
    )  # fmt: skip
    with act:
        end = dt.datetime.combine(last, dt.time.max, dt.UTC)
        button(
            say, "waive", label,
            lambda: releases.waive(
                settings, principal, label, check, reason=reason, owner=owner, expires=end
            ).label,
            disabled=not reason.strip() or not owner.strip(),
        )  # fmt: skip


def _candidates(settings: Settings, principal: Principal, say: Words, evaluations: Sequence[GateRow]) -> None:
    widgets.heading(say("releases.candidates"))
    newest = {row.run_id: row for row in reversed(evaluations)}
    open_ = [row for row in newest.values() if row.release is None and row.verdict != Verdict.BLOCK.value]
    if not open_:
        st.caption(say("releases.candidates_none"))
    for row in open_:
        with st.container(border=True):
            left, right = st.columns([4, 1], vertical_alignment="center")
            left.markdown(
                say("releases.candidate", run=f"`{row.run_id[:12]}`", model=f"**{row.report['model_name']}**",
                    policy=row.policy, when=moment(row.evaluated_at))
            )  # fmt: skip
            with right:
                widgets.verdict(say, row.verdict)
            if principal.may(Permission.PROPOSE_RELEASE):
                button(say, "propose", row.run_id, partial(_propose, settings, principal, row.run_id),
                        done="proposed")  # fmt: skip


def _propose(settings: Settings, principal: Principal, run: str) -> str:
    return releases.propose(settings, principal, proposal_of(settings, run)).label


def _promote(settings: Settings, principal: Principal, label: str) -> str:
    release = releases.promote(settings, principal, label).release
    return mirrored(settings, release.model_name, release.label)
