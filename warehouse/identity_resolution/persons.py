"""Who is whom by the links that stand, kept while more are decided: groups of candidates that never join the parted."""

import uuid
from collections.abc import Iterable

Pair = tuple[uuid.UUID, uuid.UUID]


class Persons:
    """Groups of candidate keys. Two keys that somebody parted are never in one group by a link made here."""

    def __init__(self, links: Iterable[Pair], parted: Iterable[Pair]) -> None:
        """`links` stand already; `parted` were rejected or taken back."""
        self._group: dict[uuid.UUID, set[uuid.UUID]] = {}
        self._parted: dict[uuid.UUID, set[uuid.UUID]] = {}
        for one, other in parted:
            self._parted.setdefault(one, set()).add(other)
            self._parted.setdefault(other, set()).add(one)
        for one, other in links:
            self.join(one, other)

    def members(self, key: uuid.UUID) -> frozenset[uuid.UUID]:
        """All keys of the same person, the given one among them."""
        return frozenset(self._group.get(key, {key}))

    def are_one(self, one: uuid.UUID, other: uuid.UUID) -> bool:
        """Whether both are the same person already."""
        return other in self.members(one)

    def may_join(self, one: uuid.UUID, other: uuid.UUID) -> bool:
        """Whether joining them brings nobody together whom somebody parted."""
        right = self.members(other)
        return all(right.isdisjoint(self._parted.get(key, ())) for key in self.members(one))

    def join(self, one: uuid.UUID, other: uuid.UUID) -> None:
        """Makes them one person."""
        together = set(self.members(one) | self.members(other))
        for key in together:
            self._group[key] = together
