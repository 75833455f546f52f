"""Bar charts laid out: at most twenty bars (or twelve pairs) a drawing, one scale for all, each with its number."""

from collections.abc import Iterable, Sequence

from dashboards.reports.document import Bar, BarChart
from dashboards.reports.drawing import (
    COLOURS,
    FAINT,
    INK,
    LIMIT_DASH,
    LIMIT_SIGN,
    WIDTH,
    Box,
    Drawing,
    Label,
    Mark,
    Path,
    diamond,
    row,
    shortened,
    text_width,
    ticks,
)
from dashboards.reports.text_wrap import wrapped

_MOST_BARS, _MOST_PAIRS = 20, 12
_WIDEST_LABEL = 230.0
_SMALL = 10.0
_THICK = 13.0
_GAP = 9.0
# Whiskers longer than this many times the longest bar are cut, or one small group would flatten all others.
_LONGEST_WHISKER = 2.5


class _Layout:
    """Where things stand in all drawings of one chart."""

    def __init__(self, chart: BarChart) -> None:
        self.chart = chart
        bars = chart.bars
        self.left = min(_WIDEST_LABEL, max(40.0, *(text_width(bar.label) for bar in bars))) + 10
        notes = [text_width(note) for bar in bars for note in (bar.note, bar.beside_note)]
        self.right = WIDTH - max(30.0, *notes) - 12
        self.top = _top(chart)
        self.is_paired = any(bar.beside is not None for bar in bars)
        self.step = _THICK + _GAP + (_THICK if self.is_paired else 0.0)
        self.most = _MOST_PAIRS if self.is_paired else _MOST_BARS

    def x(self, value: float) -> float:
        """Where a value stands; what lies beyond the scale stands at its end."""
        return self.left + min(max(value, 0.0), self.top) / self.top * (self.right - self.left)


def bar_drawings(chart: BarChart) -> tuple[Drawing, ...]:
    """The chart, divided where it has many bars; nothing without bars."""
    if not chart.bars:
        return ()
    layout = _Layout(chart)
    parts = [chart.bars[start : start + layout.most] for start in range(0, len(chart.bars), layout.most)]
    titles = [chart.title if len(parts) == 1 else f"{chart.title} ({place}/{len(parts)})" for place in _from_one(parts)]
    return tuple(_drawing(layout, bars, title) for bars, title in zip(parts, titles, strict=True))


def _from_one(parts: Sequence[object]) -> range:
    return range(1, len(parts) + 1)


def _drawing(layout: _Layout, bars: Sequence[Bar], title: str) -> Drawing:
    floor = 6 + layout.step * len(bars)
    legend, height = row(_legend(layout.chart), floor + 46)
    marks = [*_axis(layout, floor), *(mark for place, bar in enumerate(bars) for mark in _bar(layout, bar, place))]
    line = layout.chart.line
    if line is not None:
        at = layout.x(line)
        marks += [Path(points=((at, 0), (at, floor)), dash=LIMIT_DASH)]
    return Drawing(title=title, height=floor + 44 + height, marks=(*marks, *legend))


def _bar(layout: _Layout, bar: Bar, place: int) -> Iterable[Mark]:
    y = 6 + place * layout.step
    thick = _THICK + (_THICK if layout.is_paired else 0)
    yield from _name(bar.label, layout.left, y + thick / 2)
    yield Box(x=layout.left, y=y, width=layout.x(bar.value) - layout.left, height=_THICK, fill=COLOURS[0])
    reach = max(bar.value, bar.high or 0.0, bar.mark or 0.0)
    yield from _whisker(layout, bar, y + _THICK / 2)
    if bar.mark is not None:
        yield diamond(layout.x(bar.mark), y + _THICK / 2)
    yield Label(x=layout.x(reach) + 8, y=y + 11, text=bar.note)
    if bar.beside is not None:
        width = layout.x(bar.beside) - layout.left
        yield Box(x=layout.left, y=y + _THICK + 1, width=width, height=_THICK - 2, fill="#ffffff", stroke=COLOURS[1])
        yield Label(x=layout.x(bar.beside) + 8, y=y + _THICK + 11, text=bar.beside_note)


def _name(label: str, left: float, middle: float) -> Iterable[Label]:
    """A bar's name left of it, a long one in two smaller lines."""
    if text_width(label) <= left - 9:
        yield Label(x=left - 8, y=middle + 4, text=label, anchor="end")
        return
    first, *others = wrapped(label, left - 9, lambda part: text_width(part, _SMALL))
    rest = shortened(" ".join(others), left - 9, _SMALL)
    for line, y in ((first, middle - 1), (rest, middle + 9)) if rest else ((first, middle + 4),):
        yield Label(x=left - 8, y=y, text=line, anchor="end", size=_SMALL)


def _whisker(layout: _Layout, bar: Bar, y: float) -> Iterable[Mark]:
    if bar.low is None or bar.high is None:
        return
    low, high = layout.x(bar.low), layout.x(bar.high)
    yield Path(points=((low, y), (high, y)), thickness=1.3)
    for end, value in ((low, bar.low), (high, bar.high)):
        if value <= layout.top:
            yield Path(points=((end, y - 5), (end, y + 5)), thickness=1.3)
        else:
            yield Path(points=((end - 5, y - 4), (end, y), (end - 5, y + 4)), thickness=1.3)


def _axis(layout: _Layout, floor: float) -> Iterable[Mark]:
    for tick in ticks(0.0, layout.top):
        at = layout.x(tick)
        yield Path(points=((at, 0), (at, floor)), stroke=FAINT if tick else INK, thickness=0.7)
        yield Label(x=at, y=floor + 15, text=f"{tick:g}", anchor="middle", size=11)
    middle = (layout.left + layout.right) / 2
    yield Label(x=middle, y=floor + 33, text=layout.chart.unit, anchor="middle")


def _legend(chart: BarChart) -> Iterable[tuple[Mark, str]]:
    if chart.value_name:
        yield Box(x=6, y=1, width=24, height=10, fill=COLOURS[0]), chart.value_name
    if chart.beside_name:
        yield Box(x=6, y=1, width=24, height=10, fill="#ffffff", stroke=COLOURS[1]), chart.beside_name
    if chart.mark_name:
        yield diamond(20, 6), chart.mark_name
    if chart.line is not None and chart.line_name:
        yield LIMIT_SIGN, chart.line_name


def _top(chart: BarChart) -> float:
    """The end of the scale."""
    longest = max([max(bar.value, bar.beside or 0.0, bar.mark or 0.0) for bar in chart.bars] + [chart.line or 0.0])
    whiskers = max([bar.high or 0.0 for bar in chart.bars])
    return max(longest, min(whiskers, _LONGEST_WHISKER * longest)) * 1.02 or 1.0
