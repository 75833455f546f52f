"""The parts that pages share: frame, banner, tiles, tables behind charts with their download, and empty states."""

import contextlib
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboards.facts import Facts
from dashboards.wording.words import NOTHING, Words
from validation.outcome import Verdict
from warehouse.access import SMALLEST_GROUP, Permission, Principal
from warehouse.lake.snapshot import Snapshot

_COLOURS: Mapping[Verdict, Literal["green", "orange", "red", "gray"]] = {
    Verdict.PASS: "green",
    Verdict.REVIEW: "orange",
    Verdict.BLOCK: "red",
    Verdict.NOT_ENOUGH_EVIDENCE: "gray",
}
# Streamlit's own toolbars and hints speak English only; our downloads speak both languages.
_STYLE = """<style>
[data-testid="stElementToolbar"],[data-testid="InputInstructions"],
[data-testid="stFileUploaderDropzoneInstructions"]{display:none}
[data-testid="stFileUploaderDropzone"] button p{display:none}
[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"]::after{content:"CHOOSE_FILE"}
[data-testid="stMetricValue"]{font-variant-numeric:tabular-nums}
</style>"""


def frame(say: Words, title: str) -> None:
    """What surrounds every page: the browser's tab, and our own style."""
    st.set_page_config(page_title=say("app.tab", page=title, app=say("app.title")), page_icon="🚦", layout="wide")
    st.html(_STYLE.replace("CHOOSE_FILE", say("app.choose_file")))


def opening(say: Words, page: str, *, is_generated: bool) -> None:
    """The head of a page: whether its data was generated, the question that it answers, and how to read it."""
    if is_generated:
        st.info(say("app.generated"), icon=":material/info:")
    st.title(say(f"{page}.title"), anchor=False)
    st.markdown(say(f"{page}.lead"))


def heading(title: str) -> None:
    """The question of a part of a page."""
    st.subheader(title, anchor=False)


def reading(say: Words) -> contextlib.AbstractContextManager[None]:
    """Says that figures are being read, for as long as it takes."""
    return st.spinner(say("app.reading"))


def is_allowed(say: Words, reading: Principal, permission: Permission) -> bool:
    """Whether the reader may open the page; says so where not."""
    if reading.may(permission):
        return True
    st.warning(say("app.no_permission"), icon=":material/lock:")
    return False


def tiles(entries: Iterable[tuple[str, str, Facts]], say: Words) -> None:
    """Numbers side by side, each with what is needed to read it underneath."""
    listed = list(entries)
    for place, (label, value, facts) in zip(st.columns(len(listed)), listed, strict=True):
        with place.container(border=True, height="stretch"):
            st.metric(label, value)
            st.caption(facts.note(say))


def chart(title: str, figure: go.Figure, behind: pd.DataFrame, say: Words, *, name: str, facts: Facts) -> None:
    """A chart under its question, what is needed to read it, and the table behind it."""
    heading(title)
    st.plotly_chart(figure, width="stretch", key=f"chart-{name}", config={"displayModeBar": False}, alt=title)
    st.caption(facts.note(say))
    table(behind, say, name=name, facts=facts)


def table(rows: pd.DataFrame, say: Words, *, name: str, facts: Facts) -> None:
    """The table behind a chart, folded, with its download."""
    with st.expander(say("app.table_behind")):
        listing(rows, say, name=name, facts=facts)


def listing(rows: pd.DataFrame, say: Words, *, name: str, facts: Facts) -> None:
    """A table in the open, with its download."""
    st.dataframe(rows, hide_index=True, width="stretch", placeholder=NOTHING, alt=facts.definition or None)
    st.download_button(
        say("app.download"),
        csv(rows, facts, say),
        f"hiregate-{name}.csv",
        "text/csv",
        key=f"csv-{name}",
        on_click="ignore",
    )


def csv(rows: pd.DataFrame, facts: Facts, say: Words) -> bytes:
    """The table as a file: its facts first, as lines that begin with #, then the rows."""
    head = "".join(f"# {' '.join(line.split())}\n" for line in facts.lines(say))
    return (head + rows.to_csv(index=False)).encode("utf-8-sig")


def verdict(say: Words, found: str) -> None:
    """A verdict as a mark, a word and a colour."""
    st.badge(say(f"verdict.{found}"), color=_COLOURS[Verdict(found)])


def suppression_note(say: Words, hidden: int) -> None:
    """Says how many groups are too small to show."""
    if hidden:
        st.caption(say("app.suppressed", hidden=hidden, smallest=SMALLEST_GROUP))


def too_few(say: Words) -> None:
    """Says that too few people are left."""
    st.info(say("app.too_few", smallest=SMALLEST_GROUP), icon=":material/visibility_off:")


def empty(say: Words, key: str) -> None:
    """Says that there is nothing, and what to do."""
    st.info(say(key), icon=":material/inbox:")


def snapshot_words(say: Words, snapshot: Snapshot) -> str:
    """Which snapshot a figure was read from."""
    moment = snapshot.created_at.astimezone(dt.UTC)
    return say("app.snapshot", snapshot=snapshot.id, moment=f"{moment:%Y-%m-%d %H:%M}")


def span(say: Words, first: dt.datetime, last: dt.datetime) -> str:
    """From one moment to another, to the minute, with their zone."""
    ends = [f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M}" for moment in (first, last)]
    return say("app.span", first=ends[0], last=f"{ends[1]} UTC")


def percent(share: float | None, digits: int = 1) -> str:
    """A share of 0 to 1 as a percentage."""
    return NOTHING if share is None else f"{100 * share:.{digits}f} %"


def count(people: int | float | None) -> str:
    """A number of people."""
    return NOTHING if people is None else f"{people:,.0f}"


def number(value: float | None, digits: int = 2) -> str:
    """A plain number."""
    return NOTHING if value is None else f"{value:,.{digits}f}"


def short(told: str, most: int = 60) -> str:
    """What somebody wrote, cut where it is too long to repeat."""
    return told if len(told) <= most else f"{told[:most]}…"


def plain(sentence: str) -> str:
    """A sentence that Markdown leaves as it is."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>$~#|" else sign for sign in sentence)
