"""Charts of a report as SVG text: no script, nothing loaded, readable in print and without colour."""

from collections.abc import Sequence
from html import escape

from dashboards.reports.document import Bar, BarChart, LineChart, Series

_WIDTH = 720
_LABEL = 190
_NOTE = 120
_ROW = 26
_HEIGHT = 260
_INK = "#1b1b1b"
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#8A8A8A", "#56B4E9", "#CC79A7")
_DASHES = ("", "6 3", "2 2", "8 3 2 3", "1 3", "10 4")


def bar_chart(chart: BarChart) -> str:
    """Bars with whiskers, each with its number; the limit is a dashed line with its value."""
    top = max([_reach(bar) for bar in chart.bars] + [chart.line or 0.0, 1e-9])
    width = _WIDTH - _LABEL - _NOTE
    height = _ROW * len(chart.bars) + 34
    parts = [_bar(bar, index, width / top) for index, bar in enumerate(chart.bars)]
    if chart.line is not None:
        x = _LABEL + chart.line * width / top
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="4" y2="{height - 26}" stroke="{_INK}" stroke-dasharray="5 4"/>'
            f"{_text(x, height - 12, f'{chart.line:g}', anchor='middle')}"
        )
    parts.append(_text(_WIDTH - 4, height - 12, chart.unit, anchor="end"))
    return _svg(height, chart.title, "".join(parts))


def line_chart(chart: LineChart) -> str:
    """Lines that differ in dash as well as in colour, named in a legend below."""
    points = [point for series in chart.series for point in series.points]
    if not points:
        return ""
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top = max([y for _, y in points] + [chart.line or 0.0, 1e-9])
    span = (right - left) or 1.0

    def place(x: float, y: float) -> tuple[float, float]:
        return 50 + (x - left) / span * (_WIDTH - 70), 10 + (1 - y / top) * (_HEIGHT - 60)

    parts = [_axes(left, right, top, chart)]
    if chart.line is not None:
        _, y = place(left, chart.line)
        parts.append(
            f'<line x1="50" x2="{_WIDTH - 20}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_INK}" stroke-dasharray="5 4"/>'
        )
        parts.append(_text(46, y + 4, f"{chart.line:g}", anchor="end"))
    if chart.mark is not None and left <= chart.mark <= right:
        x, _ = place(chart.mark, 0)
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="10" y2="{_HEIGHT - 50}" stroke="{_INK}" stroke-width="0.7"/>'
        )
    for index, series in enumerate(chart.series):
        parts.append(_series(series, index, [place(x, y) for x, y in series.points]))
    return _svg(_HEIGHT + 18 * len(chart.series), chart.title, "".join(parts))


def _bar(bar: Bar, index: int, scale: float) -> str:
    y = 6 + index * _ROW
    parts = [
        _text(_LABEL - 8, y + 14, _short(bar.label), anchor="end"),
        f'<rect x="{_LABEL}" y="{y}" width="{bar.value * scale:.1f}" height="16" fill="{_COLOURS[0]}"/>',
    ]
    if bar.low is not None and bar.high is not None:
        low, high = _LABEL + bar.low * scale, _LABEL + bar.high * scale
        parts.append(
            f'<path d="M{low:.1f} {y + 8}H{high:.1f}M{low:.1f} {y + 3}v10M{high:.1f} {y + 3}v10" '
            f'stroke="{_INK}" fill="none"/>'
        )
    parts.append(_text(_LABEL + _reach(bar) * scale + 6, y + 13, bar.note))
    return "".join(parts)


def _series(series: Series, index: int, places: Sequence[tuple[float, float]]) -> str:
    colour, dash = _COLOURS[index % len(_COLOURS)], _DASHES[index % len(_DASHES)]
    style = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}" fill="none"'
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places) if places else ""
    y = _HEIGHT + 4 + 18 * index
    legend = f'<path d="M50 {y}h40" {style}/>{_text(98, y + 4, series.name)}'
    return (f'<path d="{path}" {style}/>' if places else "") + legend


def _axes(left: float, right: float, top: float, chart: LineChart) -> str:
    floor = _HEIGHT - 50
    return (
        f'<path d="M50 10V{floor}H{_WIDTH - 20}" stroke="{_INK}" fill="none"/>'
        f"{_text(50, floor + 16, f'{left:g}')}{_text(_WIDTH - 20, floor + 16, f'{right:g}', anchor='end')}"
        f"{_text(_WIDTH / 2, floor + 32, chart.x_unit, anchor='middle')}"
        f"{_text(46, 18, f'{top:.2f}', anchor='end')}{_text(56, 18, chart.y_unit)}"
    )


def _reach(bar: Bar) -> float:
    return max(bar.value, bar.high or 0.0)


def _svg(height: float, title: str, inner: str) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" '
        f'aria-label="{escape(title)}" font-family="inherit" font-size="12">{inner}</svg>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_INK}">{escape(text)}</text>'


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"
