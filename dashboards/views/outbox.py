"""What goes out? Messages by target and state, what waits for a person, what failed, and targets that take no more.

Every act goes through the outbox's front door, which asks for rights and refuses the maker's own release; a page that
showed a button too many would still send nothing.
"""

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import charts, choices, data, widgets
from dashboards.charts import Axis, Layer
from dashboards.facts import Facts
from dashboards.views import outbox_parts
from dashboards.wording.words import NOTHING, Words
from warehouse.access import Permission, Principal
from warehouse.queries.outbox import DRY_RUN, STATES, WAITS, MessageCount
from warehouse.settings import Settings
from warehouse.sync.outbox import Line

NEEDS = Permission.READ_LOADS

_ALL = "all"
_LOOKS = {
    WAITS: (charts.YELLOW, "x"), "pending": (charts.SKY, ""), "failed": (charts.ORANGE, "/"),
    "sent": (charts.BLUE, "."), "confirmed": (charts.GREEN, ""), "dead": (charts.BLACK, "\\"),
    DRY_RUN: (charts.GREY, "-"),
}  # fmt: skip


def show(settings: Settings, principal: Principal, say: Words) -> None:
    """Draws the page."""
    if not widgets.is_allowed(say, principal, NEEDS):
        return
    snapshot = data.newest_snapshot(settings)
    is_generated = snapshot is not None and snapshot.is_generated
    widgets.opening(say, "outbox", is_generated=is_generated)
    outbox_parts.said()
    counts = data.message_counts(settings, principal)
    if not counts and not data.disabled_targets(settings, principal):
        widgets.empty(say, "outbox.none")
        return
    if not {Permission.RELEASE_MESSAGES, Permission.RUN_SYNC} & principal.permissions:
        st.caption(say("outbox.look"))
    facts = _facts(say, counts, is_generated=is_generated)
    _tiles(say, counts, facts)
    outbox_parts.disabled(settings, principal, say)
    outbox_parts.waiting(settings, principal, say, _sum(counts, WAITS))
    outbox_parts.problems(settings, principal, say)
    _chart(say, counts, facts)
    _listing(settings, principal, say, counts, facts)


def _facts(say: Words, counts: Sequence[MessageCount], *, is_generated: bool) -> Facts:
    return Facts(
        n=widgets.count(sum(one.messages for one in counts)),
        period=say("outbox.at", moment=outbox_parts.moment(dt.datetime.now(dt.UTC))),
        filters=say("app.none"),
        snapshot=say("app.no_snapshot"),
        is_generated=is_generated,
    )


def _sum(counts: Sequence[MessageCount], *states: str) -> int:
    return sum(one.messages for one in counts if one.state in states)


def _tiles(say: Words, counts: Sequence[MessageCount], facts: Facts) -> None:
    entries = (
        ("waits", (WAITS,)),
        ("under_way", ("pending", "failed")),
        ("done", ("sent", "confirmed")),
        ("dead", ("dead",)),
        ("dry_run", (DRY_RUN,)),
    )
    widgets.tiles(
        (
            (
                say(f"outbox.tile_{name}"),
                widgets.count(_sum(counts, *states)),
                facts.defined(say("outbox.tile_note", definition=say(f"outbox.tile_{name}_definition"))),
            )
            for name, states in entries
        ),
        say,
    )


def _chart(say: Words, counts: Sequence[MessageCount], facts: Facts) -> None:
    if not counts:
        return
    found = {(one.target, one.state): one.messages for one in counts}
    targets = sorted({one.target for one in counts})
    states = [state for state in STATES if any((target, state) in found for target in targets)]
    layers = [
        Layer(
            name=say(f"outbox.state_{state}"),
            colour=_LOOKS[state][0],
            pattern=_LOOKS[state][1],
            counts=[float(found.get((target, state), 0)) for target in targets],
        )
        for state in states
    ]
    behind = pd.DataFrame(
        {
            say("outbox.target"): targets,
            **{say(f"outbox.state_{state}"): [found.get((one, state), 0) for one in targets] for state in states},
        }
    )
    widgets.chart(
        say("outbox.chart"),
        charts.stacked(targets, layers, axis=Axis(title=say("outbox.messages"))),
        behind,
        say,
        name="outbox",
        facts=facts.defined(say("outbox.chart_definition")),
    )


def _listing(
    settings: Settings, principal: Principal, say: Words, counts: Sequence[MessageCount], facts: Facts
) -> None:
    if not counts:
        return
    widgets.heading(say("outbox.listing"))
    left, right = st.columns(2)
    targets = (_ALL, *sorted({one.target for one in counts}))
    states = (_ALL, *(state for state in STATES if _sum(counts, state)))
    with left:
        target = choices.pick(say("outbox.target"), targets, parameter="target", shown=lambda one: _named(say, one))
    with right:
        state = choices.pick(
            say("outbox.state"), states, parameter="message_state", shown=lambda one: _stated(say, one)
        )
    found = data.messages(settings, principal, _chosen(target), _chosen(state))
    if not found:
        st.caption(say("outbox.listing_none"))
        return
    defined = facts.defined(say("outbox.listing_definition"), n=widgets.count(len(found)))
    widgets.listing(_frame(say, found), say, name="messages", facts=defined)
    _look(settings, say, found)


def _look(settings: Settings, say: Words, found: Sequence[Line]) -> None:
    by_number = {str(one.outbox_id): one for one in found}
    number = choices.pick(
        say("outbox.chosen"),
        tuple(by_number),
        parameter="message",
        shown=lambda one: f"{one} · {by_number[one].target} · {say(f'outbox.kind_{by_number[one].kind}')}",
    )
    outbox_parts.preview(settings, say, by_number[number])


def _frame(say: Words, found: Sequence[Line]) -> pd.DataFrame:
    moment = outbox_parts.moment
    return pd.DataFrame(
        {
            say("outbox.number"): [one.outbox_id for one in found],
            say("outbox.state"): [say(f"outbox.state_{outbox_parts.standing(one)}") for one in found],
            say("outbox.kind"): [say(f"outbox.kind_{one.kind}") for one in found],
            say("outbox.target"): [one.target for one in found],
            say("outbox.subject"): [one.subject or NOTHING for one in found],
            say("outbox.tries"): [one.attempts for one in found],
            say("outbox.sent_at"): [moment(one.sent_at) for one in found],
            say("outbox.confirmed_at"): [moment(one.confirmed_at) for one in found],
            say("outbox.receipt"): [one.receipt or NOTHING for one in found],
            say("outbox.error"): [one.error or one.error_code or NOTHING for one in found],
            say("outbox.created_by"): [one.created_by for one in found],
            say("outbox.released_by"): [one.released_by or NOTHING for one in found],
            say("outbox.created_at"): [moment(one.created_at) for one in found],
        }
    )


def _chosen(value: str) -> str | None:
    return None if value == _ALL else value


def _named(say: Words, target: str) -> str:
    return say("outbox.all") if target == _ALL else target


def _stated(say: Words, state: str) -> str:
    return say("outbox.all") if state == _ALL else say(f"outbox.state_{state}")
