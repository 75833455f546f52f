"""Start: the pages that the reader may open, each with the question that it answers."""

from collections.abc import Sequence

import streamlit as st

from dashboards import data, widgets
from dashboards.wording.words import Words
from warehouse.settings import Settings


def show(settings: Settings, say: Words, pages: Sequence[tuple[str, st.Page]]) -> None:
    """Draws the page; `pages` are those that the reader may open, by name."""
    snapshot = data.newest_snapshot(settings)
    widgets.opening(say, "start", is_generated=snapshot is not None and snapshot.is_generated)
    if not pages:
        st.warning(say("app.nobody"))
    for name, page in pages:
        with st.container(border=True):
            st.page_link(page, label=f"**{page.title}**")
            st.caption(say(f"{name}.title"))
