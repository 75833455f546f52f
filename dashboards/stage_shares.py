"""From a funnel's counts to the share that went on, with Wilson's interval; nothing is shared where it is hidden."""

from collections.abc import Iterable
from dataclasses import dataclass

from validation.outcome import Interval
from validation.proportion import wilson
from warehouse.access import SMALLEST_GROUP
from warehouse.queries.funnel import Funnel, FunnelRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`value` with its 95 % interval, of `n` finished considerations; all None where too few are shown."""

    value: float | None
    low: float | None
    high: float | None
    n: int | None


HIDDEN = Share(value=None, low=None, high=None, n=None)


def share(row: FunnelRow) -> Share:
    """The share of a stage's finished considerations that went on; undefined for fewer than the smallest group."""
    if row.advanced is None or row.finished is None:
        return HIDDEN
    return of(row.advanced, row.finished)


def hired(funnel: Funnel) -> Share:
    """Of the applications that ended in a decision, the share that was hired; who withdrew counts for neither."""
    if any(row.is_suppressed for row in funnel.rows) or not funnel.rows:
        return HIDDEN
    starts = total(row.advanced for row in funnel.rows if row.stage == "hire")
    return of(starts, starts + total(row.not_advanced for row in funnel.rows))


def in_process(funnel: Funnel) -> int | None:
    """Applications without an end; None where a stage is hidden."""
    if any(row.in_process is None for row in funnel.rows):
        return None
    return total(row.in_process for row in funnel.rows)


def total(counts: Iterable[int | None]) -> int:
    """The sum of what is known."""
    return sum(count or 0 for count in counts)


def of(selected: int, n: int) -> Share:
    """A share with its interval."""
    if n < SMALLEST_GROUP:
        return HIDDEN
    interval: Interval = wilson(selected, n)
    return Share(value=selected / n, low=interval.low, high=interval.high, n=n)
