"""Figures of the pages: pure functions from values to Plotly figures, in colours that the colour-blind can tell apart.

Colour is never the only signal: states carry a pattern, lines a dash and a marker, intervals are whiskers, and every
bar says its number. Bars lie, so that long names are never cut.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import plotly.graph_objects as go

from dashboards import chart_text, error_bars

BLUE, SKY, ORANGE, GREY, GREEN = "#0072B2", "#56B4E9", "#D55E00", "#8A8A8A", "#009E73"
YELLOW, PINK, BLACK = "#E69F00", "#CC79A7", "#333333"
PALETTE = (BLUE, ORANGE, GREEN, PINK, YELLOW, SKY, BLACK)
"""Okabe and Ito's palette; what is unknown is grey."""

_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
_MARKERS = ("circle", "square", "diamond", "triangle-up", "x", "cross", "star")
_ROW_PX, _ROOM_PX, _NUMBER_PX = 46, 110, 70
FEW = 10
"""Whole numbers below which an axis names each of them."""

_UNKNOWN = "unknown"
_PATTERN = {"fillmode": "overlay", "fgcolor": "#ffffff", "size": 6, "solidity": 0.25}
_LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal", "font": {"size": 14}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar with its interval: `value`, `low` and `high` in the axis' unit or None, `note` the group sizes."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""
    colour: str = BLUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A point of a plane with an interval each way; `is_marked` draws it larger and filled."""

    label: str
    x: float
    y: float
    x_low: float | None = None
    x_high: float | None = None
    y_low: float | None = None
    y_high: float | None = None
    is_marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer of a bar chart: a name, a colour, a pattern and a number for each label."""

    name: str
    colour: str
    pattern: str
    counts: Sequence[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A named line of points; `lows` and `highs` draw its band, a None is a gap."""

    name: str
    x: Sequence[float | str]
    y: Sequence[float | None]
    lows: Sequence[float | None] = ()
    highs: Sequence[float | None] = ()
    colour: str = BLUE
    order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What an axis measures, with its unit; `low` and `high` fix its ends, `suffix` follows each number."""

    title: str
    low: float | None = None
    high: float | None = None
    suffix: str = ""
    digits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A reference line across a chart with its words, such as a limit or the cut score in force."""

    at: float | str
    words: str
    is_vertical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Counts over two binned axes: `counts[row][column]`, rows along `y`; None is nobody or too few."""

    x: Sequence[float]
    y: Sequence[float]
    counts: Sequence[Sequence[float | None]] = field(repr=False)


def colours(groups: Iterable[str]) -> Mapping[str, str]:
    """One colour a group, by its place among all groups, so that figures of some of them agree; unknown is grey."""
    known = [group for group in dict.fromkeys(groups) if group != _UNKNOWN]
    found = {group: PALETTE[place % len(PALETTE)] for place, group in enumerate(known)}
    return {**found, _UNKNOWN: GREY}


def bars(entries: Sequence[Bar], *, axis: Axis, marks: Sequence[Mark] = ()) -> go.Figure:
    """Lying bars with interval whiskers, the first one on top; what is undefined is left out."""
    shown = [entry for entry in entries if entry.value is not None]
    places = list(range(len(shown)))
    figure = go.Figure(
        go.Bar(
            x=[entry.value for entry in shown],
            y=places,
            orientation="h",
            marker_color=[entry.colour for entry in shown],
            marker_opacity=0.85,
            error_x=_whiskers(shown),
            customdata=[f"{entry.label}: {_told(entry, axis)}" for entry in shown],
            hovertemplate="%{customdata}<extra></extra>",
            width=0.55,
        )
    )
    for place, entry in zip(places, shown, strict=True):
        end = max(value for value in (entry.value, entry.high, 0.0) if value is not None)
        figure.add_annotation(
            x=end, y=place, text=f"  {_value(entry.value, axis)}", showarrow=False, xanchor="left", align="left"
        )
    _rows(figure, [_label(entry.label, entry.note) for entry in shown])
    _across(figure, axis, _ends(shown, axis))
    return _dressed(figure, marks, height=_ROOM_PX + _ROW_PX * max(1, len(shown)), right=_NUMBER_PX)


def dots(entries: Sequence[Bar], *, axis: Axis, marks: Sequence[Mark] = ()) -> go.Figure:
    """A dot with its interval a row, the first one on top; a colour goes along with a marker of its own."""
    shown = [entry for entry in entries if entry.value is not None]
    places, order = list(range(len(shown))), list(dict.fromkeys(entry.colour for entry in shown))
    figure = go.Figure(
        go.Scatter(
            x=[entry.value for entry in shown],
            y=places,
            mode="markers",
            marker={
                "color": [entry.colour for entry in shown],
                "symbol": [_MARKERS[order.index(entry.colour) % len(_MARKERS)] for entry in shown],
                "size": 11,
            },
            error_x=_whiskers(shown),
            customdata=[f"{entry.label}: {_told(entry, axis)}" for entry in shown],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    for place, entry in zip(places, shown, strict=True):
        figure.add_annotation(
            x=1.0, y=place, xref="paper", text=_value(entry.value, axis), showarrow=False, xanchor="left", xshift=6
        )
    _rows(figure, [_label(entry.label, entry.note) for entry in shown])
    figure.update_xaxes(title=_title(axis), ticksuffix=axis.suffix, range=_range(axis), automargin=True)
    return _dressed(figure, marks, height=_ROOM_PX + _ROW_PX * max(1, len(shown)), right=_NUMBER_PX)


def plane(spots: Sequence[Spot], *, x: Axis, y: Axis, marks: Sequence[Mark] = ()) -> go.Figure:
    """Points with an interval each way, each under its own name, colour and marker."""
    figure = go.Figure(
        [
            go.Scatter(
                x=[spot.x],
                y=[spot.y],
                name=chart_text.lines(spot.label, chart_text.NAME),
                mode="markers",
                marker={
                    "color": PALETTE[place % len(PALETTE)],
                    "symbol": _MARKERS[place % len(_MARKERS)] + ("" if spot.is_marked else "-open"),
                    "size": 17 if spot.is_marked else 12,
                    "line": {"width": 2},
                },
                error_x=error_bars.arms(spot.x, spot.x_low, spot.x_high, PALETTE[place % len(PALETTE)]),
                error_y=error_bars.arms(spot.y, spot.y_low, spot.y_high, PALETTE[place % len(PALETTE)]),
                hovertemplate=f"{spot.label}<br>{x.title}: %{{x:.{x.digits}f}}<br>"
                f"{y.title}: %{{y:.{y.digits}f}}<extra></extra>",
            )
            for place, spot in enumerate(spots)
        ]
    )
    figure.update_layout(legend={**_LEGEND, "y": -0.2, "yanchor": "top"}, showlegend=True)
    figure.update_xaxes(title=_title(x), range=_range(x), automargin=True)
    figure.update_yaxes(title=y.title, range=_range(y), automargin=True)
    return _dressed(figure, marks, height=500)


def stacked(labels: Sequence[str], layers: Sequence[Layer], *, axis: Axis) -> go.Figure:
    """Lying stacked bars of counts, one layer a state, each with its own pattern."""
    places = list(range(len(labels)))
    figure = go.Figure(
        [
            go.Bar(
                x=list(layer.counts),
                y=places,
                orientation="h",
                name=layer.name,
                width=0.6,
                marker={"color": layer.colour, "pattern": {**_PATTERN, "shape": layer.pattern}},
                customdata=list(labels),
                hovertemplate=f"%{{customdata}}<br>{layer.name}: %{{x:,}}<extra></extra>",
            )
            for layer in layers
        ]
    )
    figure.update_layout(barmode="stack", legend=_LEGEND)
    _rows(figure, labels)
    _across(figure, axis, None)
    return _dressed(figure, (), height=_ROOM_PX + 40 + _ROW_PX * max(1, len(labels)))


def compared(labels: Sequence[str], sides: Sequence[Layer], *, axis: Axis) -> go.Figure:
    """Standing bars side by side for each label, one colour and pattern a side, in percent."""
    figure = go.Figure(
        [
            go.Bar(
                x=list(labels),
                y=list(side.counts),
                name=side.name,
                marker={"color": side.colour, "pattern": {**_PATTERN, "shape": side.pattern}},
                hovertemplate=f"%{{x}}<br>{side.name}: %{{y:.1f}}{axis.suffix}<extra></extra>",
            )
            for side in sides
        ]
    )
    figure.update_layout(barmode="group", legend=_LEGEND, bargap=max(0.2, 0.9 - 0.12 * len(labels)))
    figure.update_xaxes(type="category", automargin=True)
    figure.update_yaxes(title=axis.title, ticksuffix=axis.suffix, automargin=True, rangemode="tozero")
    return _dressed(figure, (), height=400)


def lines(entries: Sequence[Line], *, x: Axis, y: Axis, marks: Sequence[Mark] = ()) -> go.Figure:
    """Lines with their bands over one axis, each with its own dash and marker."""
    figure = go.Figure()
    for entry in entries:
        if entry.lows and entry.highs:
            figure.add_trace(_band(entry))
        figure.add_trace(
            go.Scatter(
                x=list(entry.x),
                y=list(entry.y),
                name=entry.name,
                mode="lines+markers",
                line={"color": entry.colour, "dash": _DASHES[entry.order % len(_DASHES)], "width": 2},
                marker={"symbol": _MARKERS[entry.order % len(_MARKERS)], "size": 7},
                hovertemplate=f"{entry.name}<br>%{{x}}: %{{y:,.{y.digits}f}}{y.suffix}<extra></extra>",
            )
        )
    # the words of a standing mark are between the figure and its legend
    above = 1.1 if any(mark.is_vertical for mark in marks) else _LEGEND["y"]
    figure.update_layout(legend={**_LEGEND, "y": above}, showlegend=True)
    is_text = any(isinstance(place, str) for entry in entries for place in entry.x)
    figure.update_xaxes(title=_title(x), ticksuffix=x.suffix, automargin=True, type="category" if is_text else "linear")
    figure.update_yaxes(title=y.title, ticksuffix=y.suffix, range=_range(y), automargin=True)
    return _dressed(figure, marks, height=400)


def heat(grid: Grid, *, x: Axis, y: Axis, count: str, smallest: int) -> go.Figure:
    """How many people have each pair of values; darker is more, and fewer than `smallest` are shown without number."""
    shades = [[None if not n else max(n, smallest - 1.0) for n in row] for row in grid.counts]
    words = [[shown_count(n, smallest) for n in row] for row in grid.counts]
    figure = go.Figure(
        go.Heatmap(
            x=list(grid.x),
            y=list(grid.y),
            z=shades,
            text=words,
            texttemplate="%{text}",
            textfont={"size": 11},
            colorscale=[[0.0, "#e4eef8"], [1.0, "#2a6cab"]],
            showscale=False,
            hoverongaps=False,
            hovertemplate=f"{x.title}: %{{x}}<br>{y.title}: %{{y}}<br>{count}: %{{text}}<extra></extra>",
        )
    )
    figure.update_xaxes(title=_title(x), automargin=True, showgrid=False, zeroline=False)
    figure.update_yaxes(title=y.title, range=_range(y), automargin=True, showgrid=False, zeroline=False)
    return _dressed(figure, (), height=440)


def shown_count(people: float | None, smallest: int) -> str:
    """A number of people as it may be shown."""
    if not people:
        return ""
    return f"<{smallest}" if people < smallest else f"{people:,.0f}"


def _band(entry: Line) -> go.Scatter:
    return go.Scatter(
        x=[*entry.x, *reversed(list(entry.x))],
        y=[*entry.highs, *reversed(list(entry.lows))],
        fill="toself",
        fillcolor=entry.colour,
        opacity=0.15,
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )


def _whiskers(entries: Sequence[Bar]) -> dict[str, object]:
    return error_bars.whiskers([(entry.value, entry.low, entry.high) for entry in entries], colour=BLACK)


def _rows(figure: go.Figure, labels: Sequence[str]) -> None:
    figure.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=list(labels),
        range=[len(labels) - 0.45, -0.55],
        automargin=True,
        showgrid=False,
        zeroline=False,
    )


def _across(figure: go.Figure, axis: Axis, ends: tuple[float, float] | None) -> None:
    figure.update_xaxes(
        title=_title(axis), ticksuffix=axis.suffix, range=None if ends is None else list(ends), automargin=True
    )
    if ends is not None and not axis.digits and not axis.suffix and ends[1] - ends[0] < FEW:
        figure.update_xaxes(dtick=1)  # half a row does not exist


def _ends(entries: Sequence[Bar], axis: Axis) -> tuple[float, float] | None:
    """The axis from its own or the lowest end to the highest; the number behind the last bar stands in the margin."""
    values = [value for entry in entries for value in (entry.value, entry.low, entry.high) if value is not None]
    if not values:
        return None
    low = axis.low if axis.low is not None else min(0.0, *values)
    high = axis.high if axis.high is not None else max(0.0, *values)
    return low, high + 0.02 * (high - low or 1.0)


def _title(axis: Axis) -> str:
    return chart_text.lines(axis.title, chart_text.TITLE)


def _range(axis: Axis) -> list[float] | None:
    return None if axis.low is None or axis.high is None else [axis.low, axis.high]


def _label(label: str, note: str) -> str:
    return f"{label}<br><span style='font-size:12px;opacity:0.75'>{note}</span>" if note else label


def _value(value: float | None, axis: Axis) -> str:
    return "" if value is None or not math.isfinite(value) else f"{value:,.{axis.digits}f}{axis.suffix}"


def _told(entry: Bar, axis: Axis) -> str:
    interval = "" if entry.low is None else f" ({_value(entry.low, axis)} – {_value(entry.high, axis)})"
    return f"{_value(entry.value, axis)}{interval}" + (f"<br>{entry.note}" if entry.note else "")


def _dressed(figure: go.Figure, marks: Sequence[Mark], *, height: int, right: int = 20) -> go.Figure:
    for mark in marks:
        _draw(figure, mark)
    figure.update_layout(height=height, margin={"l": 10, "r": right, "t": 30, "b": 50}, font={"size": 14})
    shared = {"tickfont_size": 13, "title_font_size": 14, "separatethousands": True, "exponentformat": "none"}
    figure.update_xaxes(gridcolor="#e5e5e5", **shared)
    figure.update_yaxes(**shared)
    return figure


def _draw(figure: go.Figure, mark: Mark) -> None:
    """The line, and its words outside the bars: above a standing line, at the right end of a lying one."""
    line = {"color": BLACK, "dash": "dash", "width": 1.5}
    words = {"text": mark.words, "showarrow": False, "font": {"size": 12}, "bgcolor": "rgba(255,255,255,0.85)"}
    if mark.is_vertical:
        figure.add_shape(type="line", x0=mark.at, x1=mark.at, y0=0, y1=1, xref="x", yref="paper", line=line)
        figure.add_annotation(x=mark.at, y=1.0, xref="x", yref="paper", yanchor="bottom", **words)
    else:
        figure.add_shape(type="line", x0=0, x1=1, y0=mark.at, y1=mark.at, xref="paper", yref="y", line=line)
        figure.add_annotation(x=1.0, y=mark.at, xref="paper", yref="y", xanchor="right", yanchor="bottom", **words)
