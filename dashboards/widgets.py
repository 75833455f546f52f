"""The parts that pages share: banner, tiles, tables behind charts, empty states, and filters in the address bar."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboards.wording.words import Words
from warehouse.access import SMALLEST_GROUP


def banner(say: Words, *, is_generated: bool) -> None:
    """Says on every page that the data was generated, where it was."""
    if is_generated:
        st.info(say("app.generated"), icon="ℹ️")


def tile(label: str, value: str, note: str) -> None:
    """A number with what is needed to read it underneath."""
    st.metric(label, value)
    st.caption(note)


def chart(figure: go.Figure, behind: pd.DataFrame, say: Words, *, name: str) -> None:
    """A chart with its table behind it, which can be downloaded."""
    st.plotly_chart(figure, width="stretch", key=f"chart-{name}")
    table(behind, say, name=name)


def table(rows: pd.DataFrame, say: Words, *, name: str) -> None:
    """The table behind a chart, folded, with a download."""
    with st.expander(say("app.table_behind")):
        st.dataframe(rows, hide_index=True, width="stretch")
        st.download_button(
            say("app.download"),
            rows.to_csv(index=False).encode("utf-8-sig"),
            f"{name}.csv",
            "text/csv",
            key=f"csv-{name}",
        )


def suppression_note(say: Words) -> None:
    """Says that small groups are not shown."""
    st.caption(say("app.suppressed", smallest=SMALLEST_GROUP))


def choice(label: str, options: Sequence[str], say: Words, *, parameter: str) -> str | None:
    """One value or all, kept in the address bar under `parameter`; None means all."""
    everything = say("app.all")
    shown = [everything, *options]
    asked = st.query_params.get(parameter)
    chosen = st.sidebar.selectbox(
        label, shown, index=shown.index(asked) if asked in options else 0, key=f"filter-{parameter}"
    )
    if chosen == everything:
        st.query_params.pop(parameter, None)
        return None
    st.query_params[parameter] = chosen
    return chosen
