"""What a training configuration says of alternatives: which methods are tried, how much quality they may cost, and
whether the run's model is the configured fit or the chosen one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

METHODS = ("proxy_dropped", "reweighted", "constrained", "share_removed")
"""The methods that may be named, simplest first."""

OFF: tuple[object, ...] = (None, False, "off")
"""What a configuration may say to try none; YAML reads a bare `off` as false."""


class Use(StrEnum):
    """Which fit becomes the run's model: the one that the configuration asks for, or the one that the study chose."""

    CONFIGURED = "configured"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trying:
    """`tolerance` is the AUC that an alternative may lose and still not count as worse; `use` names the run's model."""

    use: Use = Use.CONFIGURED
    tolerance: float = 0.02
    methods: tuple[str, ...] = METHODS

    @property
    def shown(self) -> str:
        """As a run's parameters list it."""
        used = ", the chosen fit is used" if self.use is Use.CHOSEN else ""
        return f"{', '.join(self.methods)} (tolerance {self.tolerance:g}{used})"


def trying(plain: Any) -> Trying | None:  # noqa: ANN401 - YAML, checked here
    """From the key `alternatives`; None for off, all methods for `on`. Raises ValueError for what cannot be meant."""
    if plain in OFF:
        return None
    if plain is True or plain == "on":
        return Trying()
    if not isinstance(plain, Mapping) or set(plain) - {"use", "tolerance", "methods"}:
        raise ValueError("alternatives must be off, on, or a mapping with use, tolerance and methods")
    if plain.get("use", Use.CONFIGURED) not in tuple(Use):
        raise ValueError(f"alternatives.use is {plain['use']!r}; it must be one of {', '.join(Use)}")
    methods = plain.get("methods", METHODS)
    if not isinstance(methods, list | tuple) or not methods or any(one not in METHODS for one in methods):
        raise ValueError(f"alternatives.methods must name some of {', '.join(METHODS)}")
    tolerance = plain.get("tolerance", 0.02)
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float) or not 0 <= tolerance <= 0.5:
        raise ValueError(f"alternatives.tolerance is {tolerance!r}; it is an AUC difference between 0 and 0.5")
    use = Use(plain.get("use", Use.CONFIGURED))
    return Trying(use=use, tolerance=float(tolerance), methods=tuple(one for one in METHODS if one in methods))
