"""The figures of the page of obligations: how many duties stand how in each place, and when what is due.

A state is told by its sign and its word; colour only helps.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import plotly.graph_objects as go

from dashboards.charts import BLACK, BLUE, GREEN, GREY, ORANGE, YELLOW, Axis, Layer, stacked
from validation.obligations import Entry, State

SIGNS: Mapping[State, str] = {
    State.OVERDUE: "✕",
    State.DUE_SOON: "◆",
    State.CANNOT_TELL: "▲",
    State.MET: "●",
    State.NOT_YET: "○",
}
_SYMBOLS = {
    State.OVERDUE: "x",
    State.DUE_SOON: "diamond",
    State.CANNOT_TELL: "triangle-up",
    State.MET: "circle",
    State.NOT_YET: "circle-open",
}
_COLOURS = {
    State.OVERDUE: ORANGE,
    State.DUE_SOON: YELLOW,
    State.CANNOT_TELL: GREY,
    State.MET: GREEN,
    State.NOT_YET: BLUE,
}
_PATTERNS = {State.OVERDUE: "x", State.DUE_SOON: "/", State.CANNOT_TELL: ".", State.MET: "", State.NOT_YET: "-"}

Named = Callable[[State], str]
Placed = Callable[[str], str]


def standing(entries: Sequence[Entry], *, named: Named, place_name: Placed, axis: Axis) -> go.Figure:
    """One bar a place, with a layer for each state that occurs."""
    places = _places(entries)
    found = Counter((entry.obligation.jurisdiction, entry.state) for entry in entries)
    layers = [
        Layer(
            name=named(state),
            colour=_COLOURS[state],
            pattern=_PATTERNS[state],
            counts=[found[place, state] for place in places],
        )
        for state in State
        if any(found[place, state] for place in places)
    ]
    return stacked([place_name(place) for place in places], layers, axis=axis)


def timeline(
    entries: Sequence[Entry], *, on: dt.date, named: Named, place_name: Placed, axis: Axis, today: str
) -> go.Figure:
    """A sign for each place, due day and state, with its number of duties; a line marks the day looked from."""
    dated = [entry for entry in entries if entry.due is not None]
    places = [place_name(place) for place in _places(dated)]
    figure = go.Figure()
    for state in State:
        points = Counter((str(one.due), place_name(one.obligation.jurisdiction)) for one in dated if one.state is state)
        if points:
            figure.add_trace(_signs(points, state, named(state)))
    figure.add_shape(
        type="line", x0=str(on), x1=str(on), y0=0, y1=1, xref="x", yref="paper",
        line={"color": BLACK, "dash": "dash", "width": 1.5},
    )  # fmt: skip
    figure.add_annotation(x=str(on), y=1.0, yref="paper", yanchor="bottom", text=today, showarrow=False)
    figure.update_xaxes(title=axis.title, type="date", tickformat="%Y-%m", gridcolor="#e5e5e5", automargin=True)
    figure.update_yaxes(categoryorder="array", categoryarray=list(reversed(places)), automargin=True)
    figure.update_layout(
        height=140 + 46 * len(places),
        margin={"l": 10, "r": 20, "t": 60, "b": 50},
        font={"size": 14},
        legend={"orientation": "h", "y": 1.12, "yanchor": "bottom", "x": 0, "font": {"size": 14}},
        showlegend=True,
    )
    return figure


def _signs(points: Mapping[tuple[str, str], int], state: State, name: str) -> go.Scatter:
    return go.Scatter(
        x=[day for day, _ in points],
        y=[place for _, place in points],
        name=name,
        mode="markers+text",
        text=["" if n == 1 else str(n) for n in points.values()],
        textposition="middle right",
        marker={"symbol": _SYMBOLS[state], "size": 13, "color": _COLOURS[state], "line": {"width": 1.5}},
        hovertemplate=f"%{{y}}<br>%{{x|%Y-%m-%d}}<br>{name}<extra></extra>",
    )


def _places(entries: Sequence[Entry]) -> list[str]:
    return sorted({entry.obligation.jurisdiction for entry in entries})
