"""What a training configuration says of tuning: the small grid, or a search by Optuna with its trials and seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MOST_TRIALS = 1000


class Method(StrEnum):
    """How parameters are chosen: from the candidates of the grid, or from a search with them beside it."""

    GRID = "grid"
    OPTUNA = "optuna"


@dataclass(frozen=True, slots=True, kw_only=True)
class Searching:
    """`trials` are those of the search; no new one begins `timeout_s` seconds after the first (None: no limit)."""

    method: Method = Method.GRID
    trials: int = 40
    timeout_s: float | None = None

    @property
    def shown(self) -> str:
        """As a run's parameters list it."""
        if self.method is Method.GRID:
            return self.method.value
        limit = "" if self.timeout_s is None else f", at most {self.timeout_s:g} s"
        return f"{self.method.value} ({self.trials} trials{limit})"


def searching(plain: Any) -> Searching:  # noqa: ANN401 - YAML, checked here
    """From the key `tuning`; the grid where it is left out. Raises ValueError for what cannot be meant."""
    if plain is None:
        return Searching()
    if not isinstance(plain, Mapping) or set(plain) - {"method", "trials", "timeout_s"}:
        raise ValueError("tuning must be a mapping with method, trials and timeout_s")
    method = plain.get("method", Method.GRID)
    if method not in tuple(Method):
        raise ValueError(f"tuning.method is {method!r}; it must be one of {', '.join(Method)}")
    if Method(method) is Method.GRID and set(plain) - {"method"}:
        raise ValueError("tuning.trials and tuning.timeout_s belong to tuning.method optuna; the grid has candidates")
    trials, timeout = plain.get("trials", 40), plain.get("timeout_s")
    if isinstance(trials, bool) or not isinstance(trials, int) or not 1 <= trials <= MOST_TRIALS:
        raise ValueError(f"tuning.trials is {trials!r}; it must be a whole number from 1 to {MOST_TRIALS}")
    if timeout is not None and (isinstance(timeout, bool) or not isinstance(timeout, int | float) or not timeout > 0):
        raise ValueError(f"tuning.timeout_s is {timeout!r}; it is a number of seconds above 0")
    return Searching(method=Method(method), trials=trials, timeout_s=None if timeout is None else float(timeout))
