"""Jobs on a page: what runs, with its progress, log and cancel; what ended; and the form that starts a training.

While something runs or waits this part alone is drawn anew every two seconds; when it ends, the whole page is.
"""

import contextlib
import datetime as dt
from functools import partial

import pandas as pd
import streamlit as st

from dashboards import job_desk, job_kinds, job_words, run_data, widgets
from dashboards.wording.words import NOTHING, Words
from training import configuration
from warehouse.access import Permission, Principal
from warehouse.job_values import BadRequest, JobLine, JobState, TooLate
from warehouse.settings import Settings

EVERY_S = 2.0
LAST_LINES = 12
WAITS_S = 10.0
"""Seconds after which a job that waits says what it waits for."""

KINDS = frozenset({job_kinds.TRAIN, job_kinds.GATE, job_kinds.COMPARE})
_SAID, _OPEN = "jobs-said", "jobs-open"


def panel(settings: Settings, principal: Principal, say: Words) -> None:
    """The jobs that the reader may see, and the form for those who may train."""
    if sentence := st.session_state.pop(_SAID, None):
        st.success(sentence, icon=":material/check_circle:")
    found = run_data.jobs(settings, principal, KINDS)
    is_open = any(one.is_open for one in found)
    if found or principal.may(Permission.TRAIN):
        draw = st.fragment(_jobs, run_every=EVERY_S if is_open else None)
        draw(settings, principal, say)
    if principal.may(Permission.TRAIN):
        with st.expander(say("jobs.start"), icon=":material/play_circle:"):
            _form(settings, principal, say)


def say_after(sentence: str) -> None:
    """Draws the page anew with this sentence on top."""
    st.session_state[_SAID] = sentence
    st.rerun()


def _jobs(settings: Settings, principal: Principal, say: Words) -> None:
    found = run_data.jobs(settings, principal, KINDS)
    running = {str(one.job_id) for one in found if one.is_open}
    ended = st.session_state.get(_OPEN, set()) - running
    st.session_state[_OPEN] = running
    if ended:
        run_data.run_lines.clear()
        st.rerun()
    widgets.heading(say("jobs.heading"))
    if not running:
        st.caption(say("jobs.none"))
    for one in found:
        if one.is_open:
            with st.container(border=True):
                _running(settings, principal, say, one)
    over = [one for one in found if not one.is_open]
    if over:
        _latest(say, over[0])
        with st.expander(say("jobs.earlier")):
            st.dataframe(_ended(say, over), hide_index=True, width="stretch", placeholder=NOTHING)


def _running(settings: Settings, principal: Principal, say: Words, one: JobLine) -> None:
    left, right = st.columns([6, 1], vertical_alignment="center")
    left.markdown(f"**{widgets.plain(job_words.title(say, one))}** · {say.of('jobs', f'state_{one.state.value}')}")
    left.caption(say("jobs.asked", who=f"`{one.asked_by}`", when=_moment(one.asked_at)))
    with right:
        if one.can_be_cancelled:
            cancel = partial(_cancel, settings, principal, one)
            st.button(say("jobs.cancel"), key=f"cancel-{one.job_id}", on_click=cancel)
    if one.state is JobState.QUEUED:
        if (dt.datetime.now(dt.UTC) - one.asked_at).total_seconds() > WAITS_S:
            st.caption(say("jobs.waits"))
        return
    what = job_words.step(say, one.step_text)
    if one.steps:
        what = say("jobs.progress", step=one.step, steps=one.steps, what=what)
    st.progress(one.share, text=widgets.plain(what))
    if one.is_storing:
        st.caption(say("jobs.storing"))
    if one.log:
        with st.expander(say("jobs.log", lines=len(one.log))):
            st.code(_log(one), language=None)


def _cancel(settings: Settings, principal: Principal, one: JobLine) -> None:
    """A job that ended between drawing and clicking shows how it ended; there is nothing to add."""
    with contextlib.suppress(TooLate):
        job_desk.cancel(settings, principal, one.job_id)


def _latest(say: Words, one: JobLine) -> None:
    """How the newest one ended, for the ten minutes in which somebody may look for it."""
    if one.finished_at is None or dt.datetime.now(dt.UTC) - one.finished_at > dt.timedelta(minutes=10):
        return
    told = f"{widgets.plain(job_words.title(say, one))}: {widgets.plain(_how(say, one))}"
    draw = {JobState.DONE: st.success, JobState.FAILED: st.error, JobState.CANCELLED: st.info}
    icons = {JobState.DONE: "check_circle", JobState.FAILED: "error", JobState.CANCELLED: "cancel"}
    draw[one.state](told, icon=f":material/{icons[one.state]}:")


def _how(say: Words, one: JobLine) -> str:
    if one.state is JobState.FAILED:
        return say("jobs.failed", reason=one.error)
    if one.state is JobState.CANCELLED:
        return say("jobs.cancelled_by", who=one.cancelled_by or NOTHING)
    result = one.result or {}
    run = str(result.get("run_id", NOTHING))[:8]
    return say(f"jobs.result_{one.kind}", run=run, verdict=say.of("verdict", str(result.get("verdict", NOTHING))))


def _ended(say: Words, over: list[JobLine]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say("jobs.moment"): [_moment(one.asked_at) for one in over],
            say("jobs.what"): [job_words.title(say, one) for one in over],
            say("jobs.who"): [one.asked_by for one in over],
            say("jobs.state"): [say.of("jobs", f"state_{one.state.value}") for one in over],
            say("jobs.took"): [_took(say, one) for one in over],
            say("jobs.how"): [_how(say, one) for one in over],
        }
    )


def _form(settings: Settings, principal: Principal, say: Words) -> None:
    name = st.selectbox(say("jobs.configuration"), configuration.names(), key="train-configuration")
    chosen = configuration.load(name)
    features = ", ".join(one.name for one in chosen.features)
    told = say("jobs.features", count=len(chosen.features), names=features, target=chosen.target.name)
    st.caption(widgets.plain(told))
    given = st.file_uploader(say("jobs.upload"), type=["yaml", "yml"], key="train-file", max_upload_size=1)
    if given is not None:
        st.caption(say("jobs.uploaded", name=widgets.plain(given.name)))
    if st.button(say("jobs.start_button"), key="train-start", type="primary"):
        try:
            arguments = {"configuration": name} if given is None else job_kinds.uploaded_file(given.getvalue())
            job_desk.start(settings, principal, job_kinds.TRAIN, arguments)
        except (BadRequest, configuration.ConfigurationError) as error:
            st.error(say("jobs.refused", reason=widgets.plain(str(error))), icon=":material/error:")
            return
        say_after(say("jobs.started", name=widgets.plain(name if given is None else given.name)))


def _log(one: JobLine) -> str:
    return "\n".join(f"{line.at:%H:%M:%S} {line.text}" for line in one.log[-LAST_LINES:])


def _took(say: Words, one: JobLine) -> str:
    if one.started_at is None or one.finished_at is None:
        return NOTHING
    minutes, seconds = divmod(int((one.finished_at - one.started_at).total_seconds()), 60)
    return say("jobs.minutes", minutes=minutes, seconds=seconds)


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M}"
