"""Who is who? Pairs of records that wait for a person, and the links that stand, with a way back.

The lists hold no names: these are shown pair by pair, and each look leaves a line in the audit log.
"""

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import choices, data, widgets
from dashboards.facts import Facts
from dashboards.views import identity_pair
from dashboards.wording.words import NOTHING, Words
from warehouse.access import Permission, Principal
from warehouse.identity_resolution.links import LinkLine
from warehouse.identity_resolution.people import CANDIDATE, EMPLOYEE
from warehouse.queries.identity_pairs import PairCount
from warehouse.settings import Settings

NEEDS = Permission.RESOLVE_IDENTITY
AT_ONCE = 10
"""Pairs drawn at once."""

_ALL = "all"


def show(settings: Settings, principal: Principal, say: Words) -> None:
    """Draws the page."""
    if not widgets.is_allowed(say, principal, NEEDS):
        return
    snapshot = data.newest_snapshot(settings)
    is_generated = snapshot is not None and snapshot.is_generated
    widgets.opening(say, "identity", is_generated=is_generated)
    identity_pair.said()
    counts = data.pair_counts(settings, principal)
    if not counts:
        widgets.empty(say, "identity.none")
        return
    facts = _facts(say, counts, is_generated=is_generated)
    _tiles(say, counts, facts)
    _queue(settings, principal, say)
    _decided(settings, principal, say, facts)


def _facts(say: Words, counts: Sequence[PairCount], *, is_generated: bool) -> Facts:
    return Facts(
        n=widgets.count(sum(one.pairs for one in counts)),
        period=say("identity.at", moment=f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M}"),
        filters=say("app.none"),
        snapshot=say("app.no_snapshot"),
        is_generated=is_generated,
    )


def _tiles(say: Words, counts: Sequence[PairCount], facts: Facts) -> None:
    entries = (
        ("suggested", [one for one in counts if one.state == "suggested"]),
        ("by_rule", [one for one in counts if one.state == "linked" and not one.by_person]),
        ("by_person", [one for one in counts if one.state == "linked" and one.by_person]),
        ("parted", [one for one in counts if one.state in {"rejected", "unmerged"}]),
    )
    widgets.tiles(
        (
            (
                say(f"identity.tile_{name}"),
                widgets.count(sum(one.pairs for one in found)),
                facts.defined(say("identity.tile_note", definition=say(f"identity.tile_{name}_definition"))),
            )
            for name, found in entries
        ),
        say,
    )


def _queue(settings: Settings, principal: Principal, say: Words) -> None:
    widgets.heading(say("identity.queue"))
    left, right = st.columns(2)
    with left:
        kind = choices.pick(
            say("identity.kind"), (_ALL, CANDIDATE, EMPLOYEE), parameter="pair_kind", shown=lambda one: _kind(say, one)
        )
    found = data.pairs(settings, principal, "suggested", None if kind == _ALL else kind, None)
    if not found:
        st.caption(say("identity.queue_none"))
        return
    with right:
        shown = _part(say, found)
    for one in shown:
        identity_pair.card(settings, principal, say, one)


def _part(say: Words, found: Sequence[LinkLine]) -> Sequence[LinkLine]:
    """Ten of them; the reader says which."""
    if len(found) <= AT_ONCE:
        return found
    starts = [str(start) for start in range(0, len(found), AT_ONCE)]

    def told(start: str) -> str:
        last = min(int(start) + AT_ONCE, len(found))
        return say("identity.part_of", first=int(start) + 1, last=last, all=widgets.count(len(found)))

    first = int(choices.pick(say("identity.part"), starts, parameter="from", shown=told))
    return found[first : first + AT_ONCE]


def _decided(settings: Settings, principal: Principal, say: Words, facts: Facts) -> None:
    widgets.heading(say("identity.decided"))
    left, right = st.columns(2)
    with left:
        states = ("linked", "rejected", "unmerged")
        state = choices.pick(
            say("identity.state"), states, parameter="pair_state", shown=lambda one: say(f"identity.state_{one}")
        )
    about = right.text_input(say("identity.find"), key="pair-find", max_chars=200).strip()
    found = data.pairs(settings, principal, None if about else state, None, about or None)
    found = tuple(one for one in found if about or one.state == state)
    if not found:
        st.caption(say("identity.decided_none"))
        return
    for one in found[:AT_ONCE]:
        if one.state != "suggested":
            identity_pair.card(settings, principal, say, one)
    defined = facts.defined(say("identity.decided_definition"), n=widgets.count(len(found)))
    with st.expander(say("identity.table")):
        widgets.listing(_frame(say, found), say, name="identity", facts=defined)


def _frame(say: Words, found: Sequence[LinkLine]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say("identity.pair"): [str(one.link_id) for one in found],
            say("identity.kind"): [_kind(say, one.kind) for one in found],
            say("identity.left"): [identity_pair.record(say, one.left_source, one.left_record) for one in found],
            say("identity.right"): [identity_pair.record(say, one.right_source, one.right_record) for one in found],
            say("identity.score"): [round(one.score, 3) for one in found],
            say("identity.comparison"): [identity_pair.fields(say, one, "agreed") for one in found],
            say("identity.state"): [say(f"identity.state_{one.state}") for one in found],
            say("identity.decided_by"): [identity_pair.decider(say, one) for one in found],
            say("identity.decided_at"): [
                NOTHING if one.decided_at is None else identity_pair.moment(one.decided_at) for one in found
            ],
        }
    )


def _kind(say: Words, kind: str) -> str:
    return say("identity.all") if kind == _ALL else say(f"identity.kind_{kind}")
