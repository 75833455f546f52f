"""SVG charts of the validity report, drawn from aggregates so that their size does not grow with people.

Every text of a file is escaped; shape goes with colour so that colour is never the only signal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from validation.cells import Cells
from validation.differential_prediction import Line
from validation.expectancy import Band

WIDTH = 720
_HEIGHT = 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 20, 16, 44
_COLUMNS, _ROWS = 16, 12
_DASHES = ("", "7 4", "2 3", "9 3 2 3", "12 4", "1 3")
_COLOURS = ("#b3541e", "#1f5a99", "#3b7a3b", "#7a3b7a", "#8a6d00", "#444444")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """People in each cell of a grid: `counts[row][column]`, rows from the lowest criterion up, with the edges."""

    x_edges: tuple[float, ...]
    y_edges: tuple[float, ...]
    counts: tuple[tuple[float, ...], ...]


def grid(pairs: Cells) -> Grid | None:
    """The people on a grid of 16 by 12 cells; None for nobody."""
    if not len(pairs.x):
        return None
    x_edges, y_edges = _edges(pairs.x, _COLUMNS), _edges(pairs.y, _ROWS)
    counts = np.histogram2d(pairs.y, pairs.x, bins=[y_edges, x_edges], weights=pairs.weight)[0]
    return Grid(
        x_edges=tuple(map(float, x_edges)),
        y_edges=tuple(map(float, y_edges)),
        counts=tuple(tuple(map(float, row)) for row in counts),
    )


def _edges(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", count: int) -> Sequence[float]:
    """Equal edges; a constant gets a cell around it."""
    low, high = float(values.min()), float(values.max())
    room = 0.0 if high > low else max(abs(low), 1.0) / 2
    return [float(edge) for edge in np.linspace(low - room, high + room, count + 1)]


def density(cells: Grid, lines: Sequence[tuple[str, Line]], x_name: str, y_name: str, label: str) -> str:
    """Squares whose area is the share of people in a cell, and the regression lines, each with its own dashes."""
    most = max(max(row) for row in cells.counts) or 1.0
    step_x = (WIDTH - _LEFT - _RIGHT) / len(cells.counts[0])
    step_y = (_HEIGHT - _TOP - _BOTTOM) / len(cells.counts)
    parts = [_frame()]
    for row, counts in enumerate(cells.counts):
        for column, people in enumerate(counts):
            if people <= 0:
                continue
            side = max(2.0, min(step_x, step_y) * 0.95 * (people / most) ** 0.5)
            x = _LEFT + (column + 0.5) * step_x - side / 2
            y = _HEIGHT - _BOTTOM - (row + 0.5) * step_y - side / 2
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{side:.1f}" height="{side:.1f}" fill="#9db7d3">'
                f"<title>n = {people:,.0f}</title></rect>"
            )
    parts += [_line(cells, line, number) for number, (_, line) in enumerate(lines)]
    parts += [_legend(name, number) for number, (name, _) in enumerate(lines)]
    parts += _axes(cells, x_name, y_name)
    return _svg(_HEIGHT + 16 * len(lines), label, "".join(parts))


def _line(cells: Grid, line: Line, number: int) -> str:
    """The part of a line inside the plot."""
    (left, right), (low, high) = (cells.x_edges[0], cells.x_edges[-1]), (cells.y_edges[0], cells.y_edges[-1])
    ends = [(x, line.at(x)) for x in np.linspace(left, right, 101) if low <= line.at(float(x)) <= high]
    if len(ends) < 2:
        return ""
    points = []
    for x, y in (ends[0], ends[-1]):
        points.append(_LEFT + (float(x) - left) / (right - left) * (WIDTH - _LEFT - _RIGHT))
        points.append(_HEIGHT - _BOTTOM - (float(y) - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM))
    x1, y1, x2, y2 = points
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke-width="2.5" {_style(number)}/>'


def _style(number: int) -> str:
    return f'stroke="{_COLOURS[number % 6]}" stroke-dasharray="{_DASHES[number % 6]}"'


def _legend(name: str, number: int) -> str:
    top = _HEIGHT + 16 * number
    return f'<line x1="60" x2="100" y1="{top}" y2="{top}" stroke-width="2.5" {_style(number)}/>' + _text(
        106, top + 4, name
    )


def _frame() -> str:
    width, height = WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    return f'<rect x="{_LEFT}" y="{_TOP}" width="{width}" height="{height}" fill="none" stroke="#888"/>'


def _axes(cells: Grid, x_name: str, y_name: str) -> list[str]:
    bottom = _HEIGHT - _BOTTOM
    return [
        _text(_LEFT, bottom + 14, f"{cells.x_edges[0]:.4g}"),
        _text(WIDTH - _RIGHT, bottom + 14, f"{cells.x_edges[-1]:.4g}", anchor="end"),
        _text((_LEFT + WIDTH - _RIGHT) / 2, bottom + 28, x_name, anchor="middle"),
        _text(_LEFT - 6, bottom, f"{cells.y_edges[0]:.4g}", anchor="end"),
        _text(_LEFT - 6, _TOP + 10, f"{cells.y_edges[-1]:.4g}", anchor="end"),
        f'<text x="14" y="{_HEIGHT / 2:.0f}" font-size="11" text-anchor="middle" '
        f'transform="rotate(-90 14 {_HEIGHT / 2:.0f})">{escape(_short(y_name))}</text>',
    ]


def expectancy_bars(bands: Sequence[Band], label: str) -> str:
    """A bar a band with Wilson's interval as whiskers and a diamond where the normal model expects it."""
    rows = []
    for place, band in enumerate(bands):
        top = 10 + place * 34
        rows.append(_text(150, top + 16, f"{band.low:.4g} – {band.high:.4g}", anchor="end"))
        rows.append(f'<rect x="160" y="{top}" width="{_at(band.rate) - 160:.1f}" height="22" fill="#9db7d3"/>')
        low, high = band.interval.low, band.interval.high
        if low is not None and high is not None:
            rows.append(_whisker(_at(low), _at(high), top + 11))
        if band.expected_rate is not None:
            x, y = _at(band.expected_rate), top + 11
            rows.append(f'<path d="M{x:.1f} {y - 6}l6 6l-6 6l-6 -6z" fill="#b3541e" stroke="#fff"/>')
        rows.append(_text(672, top + 16, f"{band.rate:.0%}, n = {band.n:,.0f}", anchor="start", size=10))
    foot = 10 + 34 * len(bands)
    ticks = [_text(_at(share), foot + 12, f"{share:.0%}", anchor="middle") for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    return _svg(foot + 20, label, "".join(rows + ticks), width=WIDTH + 60)


def _at(share: float) -> float:
    return 160 + 500 * share


def _whisker(low: float, high: float, y: float) -> str:
    return (
        f'<path d="M{low:.1f} {y - 5}v10M{low:.1f} {y}H{high:.1f}M{high:.1f} {y - 5}v10" '
        'stroke="#222" stroke-width="1.5" fill="none"/>'
    )


def _svg(height: float, label: str, inner: str, *, width: int = WIDTH) -> str:
    return (
        f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {width} {height:.0f}" width="{width}" '
        f'height="{height:.0f}" xmlns="http://www.w3.org/2000/svg">{inner}</svg>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = 11) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}">{escape(_short(text))}</text>'


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
