"""The small grid that tuning chooses from, simplest first: slow shallow trees, a middle one and XGBoost's defaults.

The defaults are in it to be watched, not trusted: on selection data of this size they learn the rows by heart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Parameters = Mapping[str, float | str]
"""XGBoost's parameters by their names; the signs of the features are the only text among them."""


DEFAULTS = "defaults"
"""The name of the candidate with XGBoost's own parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Parameters of XGBoost to try, and after which numbers of trees to look."""

    name: str
    rounds: tuple[int, ...]
    parameters: Parameters = field(default_factory=dict)


def default_grid() -> tuple[Candidate, ...]:
    """The product's own grid, from the most to the least restrained."""
    restrained = {"subsample": 0.8, "colsample_bytree": 0.5}
    return (
        Candidate(
            name="shallow_slow_regularised",
            rounds=(50, 100, 200, 300),
            parameters={"max_depth": 2, "eta": 0.03, "min_child_weight": 50, "reg_lambda": 50, **restrained},
        ),
        Candidate(
            name="shallow_slow",
            rounds=(100, 200, 300),
            parameters={"max_depth": 2, "eta": 0.05, "min_child_weight": 20, "reg_lambda": 10, **restrained},
        ),
        Candidate(
            name="medium",
            rounds=(50, 100, 200),
            parameters={"max_depth": 3, "eta": 0.1, "min_child_weight": 10, "reg_lambda": 5, **restrained},
        ),
        defaults(),
    )


def defaults() -> Candidate:
    """XGBoost's own parameters, watched for learning by heart."""
    return Candidate(name=DEFAULTS, rounds=(100,))


def candidate(plain: Mapping[str, Any]) -> Candidate:
    """A candidate from its plain document; raises ValueError where it has no rounds."""
    rounds = tuple(sorted(int(one) for one in plain["rounds"]))
    if not rounds or rounds[0] < 1:
        raise ValueError(f"the candidate {plain['name']!r} needs rounds of at least one tree")
    return Candidate(name=str(plain["name"]), rounds=rounds, parameters=dict(plain.get("parameters", {})))
