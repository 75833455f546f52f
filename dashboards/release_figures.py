"""The release ledger as a picture over time: a thick line while a release served, a dotted one while it ran in shadow.

State is told by width, dash and mark as well as by colour, and every mark says its line when it is pointed at.
"""

import datetime as dt
from collections.abc import Sequence

import plotly.graph_objects as go

from dashboards.charts import BLUE, GREY, ORANGE
from dashboards.wording.words import Words
from models.release_spans import CHAMPION, SHADOW, Span
from warehouse.ledger_values import StoredEvent

_ROW_PX, _ROOM_PX = 40, 150
_LINES = {CHAMPION: {"color": BLUE, "width": 14}, SHADOW: {"color": ORANGE, "width": 4, "dash": "dot"}}
_DATES = (
    (None, 60_000, "%H:%M:%S\n%Y-%m-%d"),
    (60_000, 86_400_000, "%H:%M\n%Y-%m-%d"),
    (86_400_000, "M1", "%m-%d\n%Y"),
    ("M1", "M12", "%Y-%m"),
    ("M12", None, "%Y"),
)
"""From and up to which distance of two ticks (milliseconds, or months) a date is written how."""
_SYMBOLS = {
    "proposed": "circle-open",
    "approved": "circle",
    "waived": "diamond",
    "sent_back": "x",
    "retired": "square",
    "promoted": "triangle-up",
    "rolled_back": "triangle-down",
    "replaced": "line-ns-open",
    "shadowed": "triangle-right",
    "unshadowed": "triangle-left",
}


def timeline(spans: Sequence[Span], events: Sequence[StoredEvent], until: dt.datetime, say: Words) -> go.Figure:
    """One row a release, the newest on top; what still lasts reaches to `until`."""
    figure = go.Figure()
    for state, style in _LINES.items():
        figure.add_trace(_state(state, style, [one for one in spans if one.state == state], until, say))
    for kind, symbol in _SYMBOLS.items():
        lines = [event for event in events if event.kind == kind]
        if lines:
            figure.add_trace(_marks(kind, symbol, lines, say))
    labels = list(dict.fromkeys(_label(event) for event in events))
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=labels, automargin=True)
    # Plotly writes dates in English whatever the page's language, so they are numbers, the year first.
    stops = [{"dtickrange": [least, most], "value": shape} for least, most, shape in _DATES]
    figure.update_xaxes(type="date", tickformatstops=stops, title=say("releases.time"), automargin=True)
    figure.update_xaxes(range=_range(events, until))
    figure.update_layout(
        height=_ROOM_PX + _ROW_PX * max(1, len(labels)),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": 13}},
        plot_bgcolor="rgba(0,0,0,0)",
    )
    return figure


def _state(state: str, style: dict[str, object], spans: Sequence[Span], until: dt.datetime, say: Words) -> go.Scatter:
    """All spans of a state in one trace, a gap between them."""
    x: list[dt.datetime | None] = []
    y: list[str | None] = []
    for one in spans:
        x += [one.began, one.ended or until, None]
        y += [one.label, one.label, None]
    return go.Scatter(x=x, y=y, mode="lines", name=say(f"releases.state_{state}"), line=style, hoverinfo="skip")


def _marks(kind: str, symbol: str, events: Sequence[StoredEvent], say: Words) -> go.Scatter:
    word = say.of("kind", kind)
    return go.Scatter(
        x=[event.happened_at for event in events],
        y=[_label(event) for event in events],
        mode="markers",
        name=word,
        marker={"symbol": symbol, "size": 10, "color": GREY, "line": {"width": 1.5, "color": "#333333"}},
        customdata=[event.actor for event in events],
        hovertemplate=f"%{{y}}<br>{word}: %{{customdata}}<br>%{{x|%Y-%m-%d %H:%M}} UTC<extra></extra>",
    )


def _range(events: Sequence[StoredEvent], until: dt.datetime) -> list[dt.datetime]:
    """The whole time with a little room at both ends, so that no mark is cut."""
    first = min(event.happened_at for event in events)
    room = max((until - first) / 30, dt.timedelta(minutes=1))
    return [first - room, until + room]


def _label(event: StoredEvent) -> str:
    return f"{event.model_name}@{event.version}"
