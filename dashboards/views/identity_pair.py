"""One pair of records on the page: what agreed, both sides when somebody asks to see them, and the decision."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from dashboards import data, widgets
from dashboards.wording.words import NOTHING, Words
from warehouse.access import Principal
from warehouse.identity_resolution import links
from warehouse.identity_resolution.errors import ContradictsDecision, IdentityError
from warehouse.identity_resolution.links import LinkLine
from warehouse.identity_resolution.people import CANDIDATE
from warehouse.identity_resolution.sides import Side, sides
from warehouse.identity_resolution.suggest import SERVICE
from warehouse.settings import Settings

NEARLY = 0.999

Sides = tuple[Side | None, Side | None]

_SAID, _SEEN = "identity-said", "identity-seen"


def said() -> None:
    """What was done just before the page was drawn anew."""
    for sentence in st.session_state.pop(_SAID, ()):
        st.success(sentence, icon=":material/check_circle:")


def card(settings: Settings, principal: Principal, say: Words, one: LinkLine) -> None:
    """The pair; deciding comes after comparing, and comparing is noted once a session."""
    with st.container(border=True):
        _head(say, one)
        seen = _seen(principal).get(one.link_id)
        if seen is None:
            if st.button(say("identity.compare"), key=f"compare-{one.link_id}"):
                _look(settings, principal, say, one)
            return
        _sides(say, one, seen)
        _acts(settings, principal, say, one)


def _head(say: Words, one: LinkLine) -> None:
    left, right = st.columns([5, 1], vertical_alignment="center")
    sides_ = (record(say, one.left_source, one.left_record), record(say, one.right_source, one.right_record))
    left.markdown(" &nbsp;↔&nbsp; ".join(f"**{widgets.plain(side)}**" for side in sides_))
    right.markdown(say("identity.likelihood", score=likelihood(one.score)))
    if one.evidence.get("by_hand"):
        told = say("identity.by_hand")
    else:
        told = " · ".join(say(f"identity.{name}", fields=fields(say, one, name)) for name in ("agreed", "differed"))
    st.caption(f"{say(f'identity.kind_{one.kind}')} · {told}")
    if one.state != "suggested":
        when = one.decided_at or one.suggested_at
        words = say("identity.who", state=say(f"identity.state_{one.state}"), who=decider(say, one), when=moment(when))
        st.caption(widgets.plain(words))


def _look(settings: Settings, principal: Principal, say: Words, one: LinkLine) -> None:
    def look() -> list[str]:
        _seen(principal)[one.link_id] = sides(settings, principal, one.link_id)
        return []

    _done(say, look)


def _sides(say: Words, one: LinkLine, seen: Sides) -> None:
    names = {
        "name": ("full_name", say("identity.field_name")),
        "local": ("full_name_local", say("identity.local_name")),
        "email": ("email", say("identity.field_email")),
        "phone": ("phone", say("identity.field_phone")),
        "date": ("days", say("identity.days")),
    }
    behind = pd.DataFrame(
        {
            say("identity.field"): [name for _, name in names.values()],
            _title(say, seen[0], CANDIDATE): [_value(seen[0], attribute) for attribute, _ in names.values()],
            _title(say, seen[1], one.kind): [_value(seen[1], attribute) for attribute, _ in names.values()],
            say("identity.comparison"): [_agreement(say, one, name) for name in names],
        }
    )
    st.dataframe(behind, hide_index=True, width="stretch", placeholder=NOTHING)


def _title(say: Words, side: Side | None, kind: str) -> str:
    """A column's head; both sides may be candidates of one source, so it names the record."""
    where = say("identity.gone") if side is None else f"{side.source} {side.record_id}"
    return f"{say(f'identity.side_{kind}')} · {where}"


def _value(side: Side | None, attribute: str) -> str:
    found = None if side is None else getattr(side, attribute)
    if attribute == "days":
        return ", ".join(day.isoformat() for day in found or ()) or NOTHING
    return found or NOTHING


def _agreement(say: Words, one: LinkLine, name: str) -> str:
    if name in _names(one.evidence, "agreed"):
        return say("identity.agrees")
    return say("identity.differs") if name in _names(one.evidence, "differed") else NOTHING


def _acts(settings: Settings, principal: Principal, say: Words, one: LinkLine) -> None:
    def link() -> list[str]:
        return [say("identity.linked", hires=links.link(settings, principal, one.link_id))]

    def reject() -> list[str]:
        links.reject(settings, principal, one.link_id)
        return [say("identity.rejected")]

    def unmerge() -> list[str]:
        done = links.unmerge(settings, principal, one.link_id)
        back = done.taken_back
        told = [say("identity.unmerged", hires=back.hires, events=back.events_waiting)]
        told += [say("identity.reload", rows=back.rows_of_files)] if back.rows_of_files else []
        return told + ([say("identity.still_one")] if done.is_still_one else [])

    acts: dict[str, Callable[[], list[str]]] = {"unmerge": unmerge} if one.state == "linked" else {"link": link}
    if one.state == "suggested":
        acts["reject"] = reject
    with st.container(horizontal=True):
        pressed = [
            do
            for act, do in acts.items()
            if st.button(
                say(f"identity.{act}"), key=f"{act}-{one.link_id}", type="primary" if act == "link" else "secondary"
            )
        ]
    for do in pressed:
        _done(say, do)


def _done(say: Words, do: Callable[[], list[str]]) -> None:
    """Acts and draws the page anew; a decision that another one forbids is said in the pair's place."""
    try:
        st.session_state[_SAID] = do()
    except ContradictsDecision as error:
        st.error(say("identity.contradicts", pair=f"`{error.other}`"), icon=":material/error:")
        return
    except IdentityError:
        st.session_state[_SAID] = [say("identity.changed")]
    data.pairs.clear()
    data.pair_counts.clear()
    st.rerun()


def _seen(principal: Principal) -> dict[uuid.UUID, Sides]:
    """The pairs that this reader looked at in this session; another reader of the same window starts anew."""
    whose, seen = st.session_state.get(_SEEN, (None, {}))
    if whose != principal.id:
        seen = {}
        st.session_state[_SEEN] = (principal.id, seen)
    return seen  # type: ignore[no-any-return]


def record(say: Words, source: str | None, record_id: str | None) -> str:
    """Where a record comes from."""
    return say("identity.gone") if source is None else f"{source} {record_id}"


def fields(say: Words, one: LinkLine, which: str) -> str:
    """The fields that agreed, or that differed, in words."""
    found = _names(one.evidence, which)
    return say("app.comma").join(say(f"identity.field_{name}") for name in found) or say("identity.nothing")


def decider(say: Words, one: LinkLine) -> str:
    """Who decided."""
    return say("identity.by_service") if one.decided_by == SERVICE else one.decided_by or NOTHING


def likelihood(score: float) -> str:
    """A likelihood; nothing is certain."""
    return f">{NEARLY}" if score > NEARLY else widgets.number(score, 3)


def moment(when: dt.datetime) -> str:
    """A moment in UTC, to the minute."""
    return f"{when.astimezone(dt.UTC):%Y-%m-%d %H:%M}"


def _names(evidence: Mapping[str, object], which: str) -> list[str]:
    found = evidence.get(which)
    return [str(name) for name in found] if isinstance(found, list) else []
