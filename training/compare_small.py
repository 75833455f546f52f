"""Which groups a reader without the right to read demographics is not shown.

A group of few people is hidden, and beside it whatever would give it away by subtraction. Not having said is no
attribute of anybody: `unknown` hides nothing by itself, but is hidden first where it would give a small group away.
"""

from collections.abc import Mapping

from validation.suppression import suppress
from warehouse.access import SMALLEST_GROUP

UNKNOWN = "unknown"


def too_small(sizes: Mapping[str, int]) -> frozenset[str]:
    """The groups to hide, from the number of people of each; the total is known."""
    if not any(0 < size < SMALLEST_GROUP for name, size in sizes.items() if name != UNKNOWN):
        return frozenset()
    return suppress(sizes, k=SMALLEST_GROUP).hidden


def telling(counts: Mapping[str, int]) -> bool:
    """Whether a count tells the group of everybody counted, for all of them whose group is known are of one."""
    return sum(1 for name, count in counts.items() if count and name != UNKNOWN) == 1
