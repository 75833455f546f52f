"""Where a continuous function crosses zero. SciPy's finder costs a second of import, more than a whole audit."""

from collections.abc import Callable

_STEPS = 200


def crossing(function: Callable[[float], float], low: float, high: float, *, tolerance: float = 1e-13) -> float:
    """The zero between two ends of opposite sign, by false position with Anderson and Björck's weights (1973).

    Raises ValueError when both ends have the same sign; an end that is zero is the answer.
    """
    at_low, at_high = function(low), function(high)
    if at_low == 0:
        return low
    if at_high == 0:
        return high
    if (at_low > 0) == (at_high > 0):
        raise ValueError(f"no change of sign between {low} and {high}")
    for step in range(_STEPS):
        middle = high - at_high * (high - low) / (at_high - at_low)
        # Every third step halves, so that a flat or infinite end cannot stall the search.
        is_halved = step % 3 == 2 or not min(low, high) < middle < max(low, high)
        if is_halved:
            middle = (low + high) / 2
        at_middle = function(middle)
        reach = tolerance * max(1.0, abs(middle))
        if at_middle == 0 or abs(high - low) <= reach or (not is_halved and abs(middle - high) <= reach):
            return middle
        if (at_middle > 0) == (at_high > 0):
            weight = 1 - at_middle / at_high
            at_low *= weight if weight > 0 else 0.5
        else:
            low, at_low = high, at_high
        high, at_high = middle, at_middle
    return (low + high) / 2
