"""What does the law ask, and is it there? Dated duties by place and model, with the evidence that answers each."""

import datetime as dt

import pandas as pd
import streamlit as st

from dashboards import choices, data, obligation_figures, widgets
from dashboards.calendar_file import calendar_file
from dashboards.charts import Axis
from dashboards.facts import Facts
from dashboards.obligation_calendar import Calendar
from dashboards.wording.words import NOTHING, Words
from validation.obligation_evidence import NAMES
from validation.obligations import Entry, State
from warehouse.access import Permission, Principal
from warehouse.settings import Settings

NEEDS = Permission.READ_MODELS
_EVERY = ""


def show(settings: Settings, principal: Principal, say: Words) -> None:
    """Draws the page."""
    if not widgets.is_allowed(say, principal, NEEDS):
        return
    snapshot = data.newest_snapshot(settings)
    widgets.opening(say, "obligations", is_generated=snapshot is not None and snapshot.is_generated)
    whole = data.obligations(settings, principal, ())
    if not whole.models:
        widgets.empty(say, "obligations.none")
    places = _places(whole, say)
    found = data.obligations(settings, principal, places) if places else whole
    if not places:
        st.caption(say("obligations.from_policies" if whole.is_from_policies else "obligations.all_places"))
    model = choices.pick(
        say("obligations.model"),
        (_EVERY, *whole.models),
        parameter="model",
        shown=lambda name: name or say("obligations.all_models"),
    )
    _drawn(
        say, found, [entry for entry in found.entries if entry.model in {"", model} or not model], _facts(say, found)
    )


def _places(whole: Calendar, say: Words) -> tuple[str, ...]:
    """The places chosen; what the address names and nobody knows is ignored."""
    label, every = say("obligations.jurisdiction"), say.listed("place", whole.places)
    return choices.pick_several(
        label, whole.all_places, parameter="jurisdiction", none=every, shown=lambda name: _place(say, name)
    )


def _drawn(say: Words, found: Calendar, entries: list[Entry], facts: Facts) -> None:
    if not entries:
        st.caption(say("obligations.nothing_listed"))
        return

    def named(state: State) -> str:
        return _state(say, state)

    behind = _rows(say, entries)

    def placed(code: str) -> str:
        return _place(say, code)

    axis = Axis(title=say("obligations.duties"), low=0.0)
    standing = obligation_figures.standing(entries, named=named, place_name=placed, axis=axis)
    widgets.chart(say("obligations.counted"), standing, behind, say, name="obligations-standing", facts=facts)
    if any(entry.due for entry in entries):
        drawn = obligation_figures.timeline(
            entries,
            on=found.on,
            named=named,
            place_name=placed,
            axis=Axis(title=say("obligations.due_day")),
            today=say("obligations.today"),
        )
        widgets.heading(say("obligations.timeline"))
        st.plotly_chart(drawn, width="stretch", key="chart-obligations-timeline", config={"displayModeBar": False})
        _calendar(say, entries)
    widgets.heading(say("obligations.listed"))
    widgets.listing(behind, say, name="obligations", facts=facts)
    st.caption(say("obligations.no_advice"))


def _calendar(say: Words, entries: list[Entry]) -> None:
    content = calendar_file(entries, made_at=dt.datetime.now(dt.UTC), language=say.language)
    st.download_button(say("obligations.calendar"), content, "hiregate-obligations.ics", "text/calendar")


def _rows(say: Words, entries: list[Entry]) -> pd.DataFrame:
    language = say.language
    duties = [entry.obligation for entry in entries]
    mark = say("obligations.unverified_mark")
    return pd.DataFrame(
        {
            say("obligations.state"): [_state(say, entry.state) for entry in entries],
            say("obligations.due"): [str(entry.due) if entry.due else NOTHING for entry in entries],
            say("obligations.place"): [_place(say, one.jurisdiction) for one in duties],
            say("obligations.model"): [entry.model or say("obligations.company") for entry in entries],
            say("obligations.law"): [one.law.in_language(language) for one in duties],
            say("obligations.article"): [one.article.in_language(language) for one in duties],
            say("obligations.asks"): [one.asks.in_language(language) for one in duties],
            say("obligations.why"): [entry.reason.in_language(language) for entry in entries],
            say("obligations.evidence"): [_evidence(say, entry) for entry in entries],
            say("obligations.applies_from"): [
                f"{one.applies_from or NOTHING}{'' if one.is_verified else mark}" for one in duties
            ],
            say("obligations.note"): [one.note.in_language(language) if one.note else NOTHING for one in duties],
            say("obligations.source"): [one.source_url for one in duties],
        }
    )


def _evidence(say: Words, entry: Entry) -> str:
    there = dict(entry.evidence)
    return say("app.semicolon").join(
        say("app.filter", name=NAMES[kind].in_language(say.language), values=there.get(kind, NOTHING))
        for kind in entry.obligation.evidence
    )


def _place(say: Words, code: str) -> str:
    return say.of("place", code)


def _state(say: Words, state: State) -> str:
    return f"{obligation_figures.SIGNS[state]} {say(f'obligations.{state.value}')}"


def _facts(say: Words, found: Calendar) -> Facts:
    return Facts(
        n=widgets.count(len(found.entries)),
        period=say("obligations.period", day=found.on),
        filters=say.listed("place", found.places),
        snapshot=say("obligations.ledger"),
        is_generated=False,
        definition=say("obligations.definition", read=found.read_on),
    )
