"""Random numbers as a pure function of seed, name and index, so that no draw depends on what was drawn before it.

That makes the generated company the same for any block size, lets one block know about a person of another, and keeps
a field's values when another field is added. The mixing function is SplitMix64 (Steele, Lea and Flood, 2014).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """All random numbers of one seed; a draw is addressed by the field's name and the index of what it describes."""

    seed: int

    def uniform(self, name: str, index: Ints) -> Floats:
        """Numbers strictly between 0 and 1."""
        bits = _mixed(index.astype(np.uint64) * _STEP + self._stream(name))
        return ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53

    def normal(self, name: str, index: Ints) -> Floats:
        """Standard normal numbers."""
        return np.asarray(ndtri(self.uniform(name, index)), dtype=np.float64)

    def below(self, name: str, index: Ints, share: float | Floats) -> Bools:
        """True with probability `share`."""
        return self.uniform(name, index) < share

    def whole(self, name: str, index: Ints, count: int | Ints) -> Ints:
        """Whole numbers from 0 to `count` - 1, all equally likely."""
        return (self.uniform(name, index) * count).astype(np.int64)

    def choice(self, name: str, index: Ints, shares: Sequence[float]) -> Ints:
        """Positions in `shares`, each with its share of the sum."""
        ends = np.cumsum(np.asarray(shares, dtype=np.float64))
        drawn = np.searchsorted(ends / ends[-1], self.uniform(name, index), side="right")
        return np.minimum(drawn, len(shares) - 1).astype(np.int64)

    def _stream(self, name: str) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
        digest = hashlib.blake2b(f"company:{self.seed}:{name}".encode(), digest_size=8).digest()
        return np.frombuffer(digest, dtype="<u8").astype(np.uint64)


def rounded(value: Floats, digits: int) -> Floats:
    """Numbers as a system with so many decimals writes them."""
    return np.asarray(np.round(value, digits), dtype=np.float64)


def _mixed(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
    return bits ^ (bits >> np.uint64(31))
