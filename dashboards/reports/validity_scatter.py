"""Where the people of a validity study lie: counted on a grid, so that the chart does not grow with people."""

import itertools
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from dashboards.reports.document import DensityChart, Grid, Series
from dashboards.reports.words import Pen
from validation.differential_prediction import Line
from validation.validity import PredictorValidity

_COLUMNS, _ROWS = 10, 8
_MOST_LINES = 5


def density(one: PredictorValidity, criterion: str, pen: Pen) -> DensityChart | None:
    """The chart of one predictor with the regression line of each group, or of all; None for nobody."""
    pairs = one.scatter
    if not len(pairs.x):
        return None
    x_edges, y_edges = _edges(pairs.x, _COLUMNS), _edges(pairs.y, _ROWS)
    counts = np.histogram2d(pairs.y, pairs.x, bins=[y_edges, x_edges], weights=pairs.weight)[0].tolist()
    x_names, y_names = _names(pairs.x, x_edges), _names(pairs.y, y_edges)
    rows = [(name, *(f"{people:,.0f}" for people in cells)) for name, cells in zip(y_names, counts, strict=True)]
    corner = f"{criterion} ↓ · {one.predictor} →"
    return DensityChart(
        title=pen.say("scatter_chart").format(predictor=one.predictor, criterion=criterion),
        x_unit=one.predictor,
        y_unit=criterion,
        x_edges=tuple(x_edges),
        y_edges=tuple(y_edges),
        counts=tuple(tuple(cells) for cells in counts),
        cell_name=pen.say("cell_sign"),
        series=tuple(_clipped(name, line, x_edges, y_edges) for name, line in _lines(one, pen)),
        grid=Grid(caption=pen.say("table"), headers=(corner, *x_names), rows=tuple(reversed(rows))),
    )


def _edges(values: NDArray[np.float64], most: int) -> list[float]:
    """Between the values where they are few, else equal steps; a constant gets a cell around it."""
    distinct = np.unique(values)
    if len(distinct) == 1:
        room = max(abs(float(distinct[0])), 1.0) / 2
        return [float(distinct[0]) - room, float(distinct[0]) + room]
    if len(distinct) <= most:
        middles = (distinct[:-1] + distinct[1:]) / 2
        ends = (2 * distinct[0] - middles[0], 2 * distinct[-1] - middles[-1])
        return [float(edge) for edge in (ends[0], *middles, ends[1])]
    return [float(edge) for edge in np.linspace(distinct[0], distinct[-1], most + 1)]


def _names(values: NDArray[np.float64], edges: list[float]) -> list[str]:
    """The values themselves where each has a cell of its own, else the ends of each cell."""
    distinct = np.unique(values)
    if len(distinct) == len(edges) - 1:
        return [f"{value:.4g}" for value in distinct]
    return [f"{low:.4g} – {high:.4g}" for low, high in itertools.pairwise(edges)]


def _lines(one: PredictorValidity, pen: Pen) -> Iterable[tuple[str, Line]]:
    named = [(group, group.line.line) for group in one.groups if group.line is not None]
    if named:
        return [(f"{pen.named(group.group)} (n = {group.n:,.0f})", line) for group, line in named[:_MOST_LINES]]
    seen = one.scatter.moments()
    if seen.sum_of_squares("x") <= 0:
        return []
    slope = seen.sum_of_products("x", "y") / seen.sum_of_squares("x")
    intercept = float(seen.mean[seen.at("y")]) - slope * float(seen.mean[seen.at("x")])
    return [(f"{pen.say('all')} (n = {seen.n:,.0f})", Line(intercept=intercept, slope=slope))]


def _clipped(name: str, line: Line, x_edges: list[float], y_edges: list[float]) -> Series:
    """The part of a line inside the plane, as its two ends."""
    across = np.linspace(x_edges[0], x_edges[-1], 201)
    inside = [(float(x), line.at(float(x))) for x in across if y_edges[0] <= line.at(float(x)) <= y_edges[-1]]
    return Series(name=name, points=(inside[0], inside[-1]) if len(inside) > 1 else ())
