"""Which counts of a published table must be hidden so that no small group can be read, not even by subtraction."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression(Generic[Key]):
    """Cells hidden because they are small, and those hidden so that the small ones cannot be recovered."""

    primary: tuple[Key, ...]
    complementary: tuple[Key, ...]

    @property
    def hidden(self) -> frozenset[Key]:
        """All cells to hide."""
        return frozenset((*self.primary, *self.complementary))


def suppress(counts: Mapping[Key, int], *, k: int, has_total: bool = True) -> Suppression[Key]:
    """Hide cells of 1 to k-1 people; with a published total also the next smallest until at least k people hide.

    A zero says nothing about anybody and stays. One hidden cell is the total minus the rest, and a few hidden people
    together are as readable as one, so the hidden ones must add up to k in at least two cells.
    """
    primary = [key for key, count in counts.items() if 0 < count < k]
    complementary: list[Key] = []
    if has_total and primary:
        rest = sorted((item for item in counts.items() if item[1] >= k), key=lambda item: item[1])
        hidden = sum(counts[key] for key in primary)
        for key, count in rest:
            if len(primary) + len(complementary) >= 2 and hidden >= k:
                break
            complementary.append(key)
            hidden += count
    return Suppression(primary=tuple(primary), complementary=tuple(complementary))
