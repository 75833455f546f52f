"""Parts of the outbox page where somebody acts: disabled targets, releases with a preview, retries and giving up."""

import datetime as dt
from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboards import data, widgets
from dashboards.wording.words import NOTHING, Words
from warehouse.access import Permission, Principal
from warehouse.queries.outbox import DRY_RUN, WAITS
from warehouse.settings import Settings
from warehouse.sync import outbox, outbox_preview
from warehouse.sync.outbox import Line
from warehouse.sync.outbox_errors import OutboxError

MOST_CARDS = 10
GIVEN_UP = "given_up"
"""The error code of a message that a person gave up."""

_SAID = "outbox-said"


def said() -> None:
    """What was done just before the page was drawn anew."""
    if sentence := st.session_state.pop(_SAID, None):
        st.success(sentence, icon=":material/check_circle:")


def disabled(settings: Settings, principal: Principal, say: Words) -> None:
    """The targets that want no more messages, each to be enabled again; nothing where there is none."""
    found = data.disabled_targets(settings, principal)
    if not found:
        return
    widgets.heading(say("outbox.disabled"))
    for one in found:
        with st.container(border=True):
            line = say("outbox.disabled_line", target=f"**{widgets.plain(one.target)}**", when=moment(one.since),
                       messages=widgets.count(one.held_back))  # fmt: skip
            st.markdown(line)
            st.caption(say("outbox.disabled_because"))
            if principal.may(Permission.RUN_SYNC) and st.button(say("outbox.enable"), key=f"enable-{one.target}"):
                done = say("outbox.done_enable", target=widgets.plain(one.target))
                _done(say, partial(outbox.enable, settings, principal, one.target), done)


def waiting(settings: Settings, principal: Principal, say: Words, all_: int) -> None:
    """The newest messages that somebody has to let out, each with its preview; `all_` is how many there are."""
    widgets.heading(say("outbox.waiting"))
    found = data.messages(settings, principal, None, WAITS)[:MOST_CARDS]
    if not found:
        st.caption(say("outbox.waiting_none"))
    elif len(found) < all_:
        st.caption(say("outbox.waiting_more", shown=len(found), all=widgets.count(all_)))
    for one in found:
        with st.container(border=True):
            st.markdown(_made(say, one))
            with st.expander(say("outbox.preview")):
                preview(settings, say, one)
            if principal.may(Permission.RELEASE_MESSAGES) and one.created_by == principal.id:
                st.caption(say("outbox.own"))
            with st.container(horizontal=True):
                if principal.may(Permission.RELEASE_MESSAGES) and one.created_by != principal.id:
                    _button(say, "release", one, partial(outbox.release, settings, principal, one.outbox_id))
                if _may_give_up(principal):
                    _button(say, "give_up", one, partial(outbox.give_up, settings, principal, one.outbox_id))


def problems(settings: Settings, principal: Principal, say: Words) -> None:
    """The newest messages that failed or are dead, each to be tried again or given up."""
    widgets.heading(say("outbox.problems"))
    failed = data.messages(settings, principal, None, "failed")[:MOST_CARDS]
    dead = [one for one in data.messages(settings, principal, None, "dead") if one.error_code != GIVEN_UP][:MOST_CARDS]
    if not failed and not dead:
        st.caption(say("outbox.problems_none"))
    for one in (*failed, *dead):
        with st.container(border=True):
            st.markdown(_made(say, one))
            following = one.next_attempt_at
            next_ = "" if following is None else say("outbox.next_attempt", when=moment(following))
            state = say(f"outbox.state_{one.state}")
            st.caption(say("outbox.attempts", state=state, attempts=one.attempts, next=next_))
            st.caption(widgets.plain(f"{one.error_code or NOTHING}: {one.error or NOTHING}"))
            with st.container(horizontal=True):
                if principal.may(Permission.RUN_SYNC):
                    _button(say, "retry", one, partial(outbox.retry, settings, principal, one.outbox_id))
                if one.state == "failed" and _may_give_up(principal):
                    _button(say, "give_up", one, partial(outbox.give_up, settings, principal, one.outbox_id))


def preview(settings: Settings, say: Words, one: Line) -> None:
    """What would be sent, without anybody's name."""
    try:
        shown = outbox_preview.of_message(settings, one)
    except OutboxError as error:
        st.warning(say("outbox.preview_failed", reason=widgets.plain(str(error))))
        return
    if isinstance(shown, str):
        st.text(shown)
    else:
        st.json(shown)
    st.caption(say("outbox.preview_note"))


def standing(one: Line) -> str:
    """The state as people see it, one of `warehouse.queries.outbox.STATES`."""
    if one.is_dry_run:
        return DRY_RUN
    return WAITS if one.waits_for_release else one.state


def moment(when: dt.datetime | None) -> str:
    """A moment in UTC, to the minute."""
    return NOTHING if when is None else f"{when.astimezone(dt.UTC):%Y-%m-%d %H:%M}"


def _made(say: Words, one: Line) -> str:
    words = say(
        "outbox.made",
        kind=say(f"outbox.kind_{one.kind}"),
        target=one.target,
        number=one.outbox_id,
        who=one.created_by,
        when=moment(one.created_at),
    )
    return widgets.plain(words)


def _may_give_up(principal: Principal) -> bool:
    return principal.may(Permission.RELEASE_MESSAGES) or principal.may(Permission.RUN_SYNC)


def _button(say: Words, act: str, one: Line, do: Callable[[], object]) -> None:
    if st.button(
        say(f"outbox.{act}"), key=f"{act}-{one.outbox_id}", type="primary" if act == "release" else "secondary"
    ):
        _done(say, do, say(f"outbox.done_{act}", number=one.outbox_id))


def _done(say: Words, do: Callable[[], object], sentence: str) -> None:
    """Acts and draws the page anew; what the outbox refuses is said in the message's place."""
    try:
        do()
    except OutboxError as error:
        st.error(say("outbox.not_done", reason=widgets.plain(str(error))), icon=":material/error:")
        return
    st.session_state[_SAID] = sentence
    for read in (data.messages, data.message_counts, data.disabled_targets):
        read.clear()
    st.rerun()
