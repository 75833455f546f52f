"""Intervals as Plotly wants them: how far an end lies from its point; an end that is undefined has no arm."""

import math
from collections.abc import Sequence

Ends = tuple[float | None, float | None, float | None]
"""A value with the lower and the upper end of its interval."""


def arms(value: float, low: float | None, high: float | None, colour: str) -> dict[str, object]:
    """The arms of one point."""
    up, down = (0.0 if high is None else high - value), (0.0 if low is None else value - low)
    reach = {"type": "data", "symmetric": False, "array": [up], "arrayminus": [down]}
    return {**reach, "color": colour, "thickness": 1.4, "width": 5}


def whiskers(entries: Sequence[Ends], *, colour: str) -> dict[str, object]:
    """The arms of a row of values; none is drawn while no value has an interval."""
    return {
        "type": "data",
        "visible": any(end is not None for _, *ends in entries for end in ends),
        "symmetric": False,
        "array": [_reach(value, high) for value, _, high in entries],
        "arrayminus": [_reach(value, low) for value, low, _ in entries],
        "color": colour,
        "thickness": 1.6,
        "width": 6,
    }


def _reach(value: float | None, end: float | None) -> float:
    return math.nan if value is None or end is None else abs(end - value)
