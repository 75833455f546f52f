"""Line charts and density charts laid out; lines differ in dash as well as in colour, and a legend names them."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashboards.reports.document import DensityChart, LineChart, Series
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
    row,
    sample,
    shortened,
    stroke,
    text_width,
    ticks,
)

_LEFT, _RIGHT, _TOP, _FLOOR = 56.0, WIDTH - 24.0, 28.0, 270.0
_SQUARES = "#9db7d3"
_MARK_SIGN = Path(points=((15, 0), (15, 12)), thickness=1.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plane:
    """The ends of both axes, and where a point stands between them."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float

    def x(self, value: float) -> float:
        return _LEFT + (value - self.x_low) / ((self.x_high - self.x_low) or 1.0) * (_RIGHT - _LEFT)

    def y(self, value: float) -> float:
        return _FLOOR - (value - self.y_low) / ((self.y_high - self.y_low) or 1.0) * (_FLOOR - _TOP)


def line_drawing(chart: LineChart) -> tuple[Drawing, ...]:
    """The chart, or nothing where no line has a point."""
    plane = _plane(chart)
    if plane is None:
        return ()
    marks = [*_y_axis(plane, chart.y_unit), *_x_axis(plane, chart)]
    if chart.line is not None:
        y = plane.y(chart.line)
        marks.append(Path(points=((_LEFT, y), (_RIGHT, y)), dash=LIMIT_DASH))
    if chart.mark is not None and plane.x_low <= chart.mark <= plane.x_high:
        x = plane.x(chart.mark)
        marks.append(Path(points=((x, _TOP), (x, _FLOOR)), thickness=1.5))
    marks += [mark for place, series in enumerate(chart.series) for mark in _line(plane, series, place)]
    return (_finished(chart.title, marks, _legend(chart)),)


def density_drawing(chart: DensityChart) -> tuple[Drawing, ...]:
    """Squares whose area is the share of people in a cell, and the lines over them."""
    plane = _Plane(x_low=chart.x_edges[0], x_high=chart.x_edges[-1], y_low=chart.y_edges[0], y_high=chart.y_edges[-1])
    lines = [stroke([(plane.x(x), plane.y(y)) for x, y in _defined(series)], at) for at, series in _numbered(chart)]
    legend: list[tuple[Mark, str]] = [(Box(x=10, y=0, width=12, height=12, fill=_SQUARES), chart.cell_name)]
    legend += [(sample(place), series.name) for place, series in _numbered(chart)]
    marks = [*_y_axis(plane, chart.y_unit), *_numbers(plane), _name(chart.x_unit), *_squares(chart, plane), *lines]
    return (_finished(chart.title, marks, legend),)


def _numbered(chart: LineChart | DensityChart) -> Iterable[tuple[int, Series]]:
    return enumerate(chart.series)


def _finished(title: str, marks: Sequence[Mark], entries: Iterable[tuple[Mark, str]]) -> Drawing:
    legend, height = row(entries, _FLOOR + 48)
    return Drawing(title=title, height=_FLOOR + 46 + height, marks=(*marks, *legend))


def _defined(series: Series) -> list[tuple[float, float]]:
    return [(x, y) for x, y in series.points if y is not None]


def _plane(chart: LineChart) -> _Plane | None:
    points = [point for series in chart.series for point in _defined(series)]
    if not points:
        return None
    across = [x for x, _ in points] if not chart.x_names else [0.0, float(len(chart.x_names) - 1)]
    up = [y for _, y in points] + [chart.line or 0.0, 0.0]
    return _Plane(x_low=min(across), x_high=max(across), y_low=min(up), y_high=max(up) * 1.05 or 1.0)


def _line(plane: _Plane, series: Series, place: int) -> Iterable[Mark]:
    """Pieces between undefined points, and a dot on each point so that a lone one is seen."""
    for is_gap, piece in itertools.groupby(series.points, key=lambda point: point[1] is None):
        if is_gap:
            continue
        points = [(plane.x(x), plane.y(y or 0.0)) for x, y in piece]
        yield stroke(points, place)
        colour = COLOURS[place % len(COLOURS)]
        yield from (Box(x=x - 2.2, y=y - 2.2, width=4.4, height=4.4, fill=colour) for x, y in points)


def _squares(chart: DensityChart, plane: _Plane) -> Iterable[Mark]:
    most = max(max(counts) for counts in chart.counts) or 1.0
    for counts, (low, high) in zip(chart.counts, itertools.pairwise(chart.y_edges), strict=True):
        for people, (left, right) in zip(counts, itertools.pairwise(chart.x_edges), strict=True):
            if people <= 0:
                continue
            room = min(plane.x(right) - plane.x(left), plane.y(low) - plane.y(high))
            side = max(2.0, 0.95 * room * (people / most) ** 0.5)
            x, y = plane.x((left + right) / 2), plane.y((low + high) / 2)
            box = (x - side / 2, y - side / 2)
            yield Box(x=box[0], y=box[1], width=side, height=side, fill=_SQUARES, note=f"n = {people:,.0f}")


def _y_axis(plane: _Plane, unit: str) -> Iterable[Mark]:
    yield Label(x=4, y=14, text=shortened(f"↑ {unit}", WIDTH - 8))
    for tick in ticks(plane.y_low, plane.y_high):
        y = plane.y(tick)
        yield Path(points=((_LEFT, y), (_RIGHT, y)), stroke=FAINT, thickness=0.7)
        yield Label(x=_LEFT - 6, y=y + 4, text=f"{tick:g}", anchor="end", size=11)
    yield Path(points=((_LEFT, _TOP), (_LEFT, _FLOOR), (_RIGHT, _FLOOR)))


def _x_axis(plane: _Plane, chart: LineChart) -> Iterable[Mark]:
    yield from _periods(plane, chart.x_names) if chart.x_names else _numbers(plane)
    yield _name(chart.x_unit)


def _name(unit: str) -> Label:
    return Label(x=(_LEFT + _RIGHT) / 2, y=_FLOOR + 35, text=f"{unit} →", anchor="middle")


def _numbers(plane: _Plane) -> Iterable[Mark]:
    for tick in ticks(plane.x_low, plane.x_high, most=9):
        x = plane.x(tick)
        yield Path(points=((x, _FLOOR), (x, _FLOOR + 4)))
        yield Label(x=x, y=_FLOOR + 17, text=f"{tick:g}", anchor="middle", size=11)


def _periods(plane: _Plane, names: Sequence[str]) -> Iterable[Mark]:
    """As many names as have room, the first always."""
    widest = max(text_width(name, 11) for name in names) + 30
    step = max(1, -(-len(names) * widest // (_RIGHT - _LEFT)).__int__())
    for place, name in enumerate(names):
        x = plane.x(place)
        yield Path(points=((x, _FLOOR), (x, _FLOOR + 4)), stroke=INK)
        if place % step:
            continue
        half = text_width(name, 11) / 2
        at = min(max(x, half), WIDTH - half)
        yield Label(x=at, y=_FLOOR + 17, text=name, anchor="middle", size=11)


def _legend(chart: LineChart) -> Iterable[tuple[Mark, str]]:
    yield from ((sample(place), series.name) for place, series in _numbered(chart))
    if chart.line is not None and chart.line_name:
        yield LIMIT_SIGN, chart.line_name
    if chart.mark is not None and chart.mark_name:
        yield _MARK_SIGN, chart.mark_name
