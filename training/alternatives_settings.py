"""What a training configuration says of alternatives: which methods are tried, and how much quality they may cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

METHODS = ("proxy_dropped", "reweighted", "constrained", "share_removed")
"""The methods that may be named, simplest first."""

OFF: tuple[object, ...] = (None, False, "off")
"""What a configuration may say to try none; YAML reads a bare `off` as false."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trying:
    """`tolerance` is the AUC that an alternative may lose and still not count as worse."""

    tolerance: float = 0.02
    methods: tuple[str, ...] = METHODS

    @property
    def shown(self) -> str:
        """As a run's parameters list it."""
        return f"{', '.join(self.methods)} (tolerance {self.tolerance:g})"


def trying(plain: Any) -> Trying | None:  # noqa: ANN401 - YAML, checked here
    """From the key `alternatives`; None for off, all methods for `on`. Raises ValueError for what cannot be meant."""
    if plain in OFF:
        return None
    if plain is True or plain == "on":
        return Trying()
    if not isinstance(plain, Mapping) or set(plain) - {"tolerance", "methods"}:
        raise ValueError("alternatives must be off, on, or a mapping with tolerance and methods")
    methods = plain.get("methods", METHODS)
    if not isinstance(methods, list | tuple) or not methods or set(methods) - set(METHODS):
        raise ValueError(f"alternatives.methods must name some of {', '.join(METHODS)}")
    tolerance = plain.get("tolerance", 0.02)
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float) or not 0 <= tolerance <= 0.5:
        raise ValueError(f"alternatives.tolerance is {tolerance!r}; it is an AUC difference between 0 and 0.5")
    return Trying(tolerance=float(tolerance), methods=tuple(one for one in METHODS if one in methods))
