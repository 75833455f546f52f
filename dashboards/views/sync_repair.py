"""Refused records mended on the page: tried with a changed mapping, resubmitted, or set aside with a reason."""

import tempfile
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboards import data, widgets
from dashboards.wording.words import NOTHING, Words
from validation.contracts import check_batch
from warehouse.access import Principal
from warehouse.files.wording import REASONS
from warehouse.settings import Settings
from warehouse.sync.quarantine import dismiss, resubmit
from warehouse.sync.resubmission import Attempt

LARGEST_MAPPING = 262_144
_SAID = "sync-said"


def said() -> None:
    """What was done just before the page was drawn anew."""
    if sentence := st.session_state.pop(_SAID, None):
        st.success(sentence, icon=":material/check_circle:")


def repair(settings: Settings, principal: Principal, say: Words, sources: tuple[str, ...]) -> None:
    """The controls for one source's refused records."""
    widgets.heading(say("sync.repair"))
    source = st.selectbox(say("sync.repair_source"), sources, key="repair-source")
    given = st.file_uploader(say("sync.mapping"), type=["yaml", "yml"], key="repair-mapping")
    content = None if given is None else given.getvalue()
    if content is not None and len(content) > LARGEST_MAPPING:
        st.error(say("sync.mapping_too_large"))
        return
    with st.container(horizontal=True):
        is_tried = st.button(say("sync.try"), key="repair-try")
        is_resubmitted = st.button(say("sync.retry"), key="repair-retry", type="primary")
    if is_tried:
        _shown(say, _attempt(settings, principal, source, content, is_dry_run=True))
    if is_resubmitted:
        done = _attempt(settings, principal, source, content, is_dry_run=False)
        _again(say("sync.retried", **_counts(done)))
    _set_aside(settings, principal, say)


def _set_aside(settings: Settings, principal: Principal, say: Words) -> None:
    with st.expander(say("sync.dismiss_title")):
        chosen = st.text_input(say("sync.numbers"), key="dismiss-numbers")
        note = st.text_input(say("sync.note"), key="dismiss-note", max_chars=500)
        numbers = [int(word) for word in chosen.replace(",", " ").split() if word.isdecimal()]
        if st.button(say("sync.dismiss"), key="dismiss", disabled=not numbers or not note.strip()):
            count = dismiss(settings, principal, numbers, note=note.strip())
            _again(say("sync.dismissed", rows=count))


def _attempt(
    settings: Settings, principal: Principal, source: str, content: bytes | None, *, is_dry_run: bool
) -> Attempt:
    with tempfile.TemporaryDirectory() as folder:
        path = None
        if content is not None:
            path = Path(folder) / "mapping.yaml"
            path.write_bytes(content)
        return resubmit(settings, principal, source, check=check_batch, mapping=path, dry_run=is_dry_run)


def _shown(say: Words, done: Attempt) -> None:
    st.info(say("sync.tried", **_counts(done)), icon=":material/science:")
    for table, rows in done.records.items():
        st.caption(table)
        st.dataframe(pd.DataFrame([dict(row) for row in rows]), hide_index=True, width="stretch", placeholder=NOTHING)
    if done.refusals:
        behind = pd.DataFrame(
            {
                say("sync.place"): [f"{one.file or ''}:{one.row}" for one in done.refusals],
                say("sync.table"): [one.table or NOTHING for one in done.refusals],
                say("sync.column"): [one.column or NOTHING for one in done.refusals],
                say("sync.reason"): [_reason(say, one.code) for one in done.refusals],
            }
        )
        st.dataframe(behind, hide_index=True, width="stretch", placeholder=NOTHING)


def _reason(say: Words, code: str) -> str:
    return REASONS[code][say.language == "zh"] if code in REASONS else code


def _counts(done: Attempt) -> dict[str, int]:
    return {"rows": done.tried, "accepted": done.tried - done.refused, "rejected": done.refused}


def _again(sentence: str) -> None:
    st.session_state[_SAID] = sentence
    data.sync_standing.clear()
    data.quarantined.clear()
    st.rerun()
