"""Groups too small to show, and those hidden beside them so that a total does not give them away."""

from collections.abc import Sequence

from warehouse.access import SMALLEST_GROUP

SMALL_GROUPS = "(small groups)"
"""The group that small groups are merged into where a sum must stay whole."""


def hidden(sizes: Sequence[int], smallest: int = SMALLEST_GROUP) -> frozenset[int]:
    """The positions of the groups that are not shown.

    A group of 1 to `smallest` - 1 people is hidden. Where total and shown groups would still give away fewer than
    `smallest` people, or one group alone, the next smallest group is hidden as well (complementary suppression).
    """
    by_size = sorted((size, place) for place, size in enumerate(sizes) if size > 0)
    chosen = [(size, place) for size, place in by_size if size < smallest]
    if not chosen:
        return frozenset()
    for size, place in by_size[len(chosen) :]:
        if len(chosen) > 1 and sum(size for size, _ in chosen) >= smallest:
            break
        chosen.append((size, place))
    return frozenset(place for _, place in chosen)
