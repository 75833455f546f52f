"""Figures of the pages: pure functions from rows to Plotly figures, in colours that the colour-blind can tell apart.

Colour is never the only signal: states carry a pattern and a label, intervals are drawn as whiskers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

BLUE, SKY, ORANGE, GREY, GREEN = "#0072B2", "#56B4E9", "#D55E00", "#8A8A8A", "#009E73"
"""Okabe and Ito's palette; the same state has the same colour on every page."""

_HEIGHT = 380


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar with its interval: `share`, `low` and `high` are percentages or None, `note` names the group sizes."""

    label: str
    share: float | None
    low: float | None
    high: float | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer of a stacked bar chart: a name, a colour, a pattern and a count for each label."""

    name: str
    colour: str
    pattern: str
    counts: Sequence[int]


def shares(bars: Sequence[Bar], *, title: str, axis: str, interval: str) -> go.Figure:
    """Bars of percentages with interval whiskers; the group sizes stand under each bar's name."""
    shown = [bar for bar in bars if bar.share is not None]
    figure = go.Figure(
        go.Bar(
            x=[f"{bar.label}<br><span style='font-size:11px'>{bar.note}</span>" for bar in shown],
            y=[bar.share for bar in shown],
            marker_color=BLUE,
            text=[f"{bar.share:.1f} %" for bar in shown],
            textposition="inside",
            insidetextanchor="start",
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [(bar.high or 0) - (bar.share or 0) for bar in shown],
                "arrayminus": [(bar.share or 0) - (bar.low or 0) for bar in shown],
                "color": "#222222",
                "thickness": 2,
                "width": 8,
            },
            hovertemplate="%{x}<br>%{y:.1f} %<extra></extra>",
        )
    )
    figure.update_yaxes(title=axis, range=[0, 100], ticksuffix=" %")
    return _dressed(figure, title, f"┬ {interval}")


def stacked(labels: Sequence[str], layers: Sequence[Layer], *, title: str, axis: str) -> go.Figure:
    """Stacked bars of counts, one layer a state, each with its own pattern."""
    figure = go.Figure(
        [
            go.Bar(
                x=list(labels),
                y=list(layer.counts),
                name=layer.name,
                marker={"color": layer.colour, "pattern": {"shape": layer.pattern, "fgcolor": "#ffffff", "size": 6}},
                hovertemplate=f"%{{x}}<br>{layer.name}: %{{y:,}}<extra></extra>",
            )
            for layer in layers
        ]
    )
    figure.update_layout(barmode="stack", legend={"orientation": "h", "y": -0.18})
    figure.update_yaxes(title=axis, tickformat=",d")
    return _dressed(figure, title, "")


def _dressed(figure: go.Figure, title: str, note: str) -> go.Figure:
    figure.update_layout(
        title={"text": title + (f"<br><sub>{note}</sub>" if note else ""), "x": 0, "xanchor": "left"},
        height=_HEIGHT,
        margin={"l": 60, "r": 20, "t": 70, "b": 60},
        plot_bgcolor="white",
        font={"size": 14},
    )
    figure.update_yaxes(gridcolor="#e5e5e5", zeroline=True, zerolinecolor="#999999")
    return figure
