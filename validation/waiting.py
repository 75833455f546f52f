"""How long people wait for a step: Kaplan and Meier's estimate from counted cells, so that who still waits counts.

The mean of those who got there is too short while others wait: they enter as "at least this long". Who left without
the step (withdrew, was turned down) is taken out of the waiting at that moment and not counted as served.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from validation.outcome import Interval
from validation.proportion import quantile

DONE, WAITING, LEFT = "done", "waiting", "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """`n` people whose waiting ended after `time` (any unit) in one way: DONE, LEFT, or not yet (WAITING)."""

    time: float
    ended: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """The times by which half and nine tenths have the step; None where the estimate does not reach that far.

    `interval` belongs to the median (Brookmeyer and Crowley 1982, with the log-log transformation).
    """

    n: int
    done: int
    waiting: int
    left: int
    median: float | None
    interval: Interval
    ninth_tenth: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The share that still waits just after `time`, with Greenwood's relative variance."""

    time: float
    waiting: float
    variance: float


def wait(cells: Iterable[Cell], *, level: float = 0.95) -> Wait:
    """The waiting of all the cells' people. Raises ValueError for a negative time or an ending that does not exist."""
    known = [cell for cell in cells if cell.n]
    for cell in known:
        if cell.time < 0 or cell.ended not in {DONE, WAITING, LEFT}:
            raise ValueError(f"a waiting of {cell.time} that ended as {cell.ended!r} cannot be counted")
    steps = curve(known)
    z = quantile(0.5 + level / 2)
    return Wait(
        n=sum(cell.n for cell in known),
        done=_count(known, DONE),
        waiting=_count(known, WAITING),
        left=_count(known, LEFT),
        median=_first(steps, lambda step: step.waiting <= 0.5),
        interval=Interval(
            low=_first(steps, lambda step: _log_log(step, -z) <= 0.5),
            high=_first(steps, lambda step: _log_log(step, z) <= 0.5),
            level=level,
            method="brookmeyer-crowley",
        ),
        ninth_tenth=_first(steps, lambda step: step.waiting <= 0.1),
    )


def curve(cells: Iterable[Cell]) -> list[Step]:
    """Kaplan and Meier's curve (1958) at each time at which somebody was served, in order."""
    at = sorted(cells, key=lambda cell: cell.time)
    risk = sum(cell.n for cell in at)
    share, variance, steps = 1.0, 0.0, []
    for time in sorted({cell.time for cell in at}):
        here = [cell for cell in at if cell.time == time]
        served = _count(here, DONE)
        if served:
            share *= 1 - served / risk
            variance += served / (risk * (risk - served)) if risk > served else math.inf
            steps.append(Step(time=time, waiting=share, variance=variance))
        risk -= sum(cell.n for cell in here)
    return steps


def _log_log(step: Step, z: float) -> float:
    """The end of the pointwise interval of the share, on the log(-log) scale, which stays between 0 and 1."""
    if step.waiting in {0.0, 1.0} or not math.isfinite(step.variance):
        return step.waiting
    spread = math.sqrt(step.variance) / abs(math.log(step.waiting))
    return float(step.waiting ** math.exp(-z * spread))


def _first(steps: list[Step], reached: Callable[[Step], bool]) -> float | None:
    return next((step.time for step in steps if reached(step)), None)


def _count(cells: Iterable[Cell], ended: str) -> int:
    return sum(cell.n for cell in cells if cell.ended == ended)
