"""The small grid that tuning chooses from, simplest first: slow shallow trees, a middle one and XGBoost's defaults.

The defaults are in it to be watched, not trusted: on selection data of this size they learn the rows by heart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from training.plain_values import listed, mapped, number, text

Parameters = Mapping[str, float | str]
"""XGBoost's parameters by their names; the signs of the features are the only text among them."""


TUNABLE = (
    "eta", "max_depth", "min_child_weight", "reg_lambda", "reg_alpha", "gamma", "subsample", "colsample_bytree",
    "colsample_bylevel", "colsample_bynode", "max_leaves", "max_bin", "max_delta_step", "scale_pos_weight",
)  # fmt: skip
"""XGBoost's parameters that a configuration may give, all numbers, each by the one name that it has here.

XGBoost leaves out a name that it does not know; objective, threads and seed are the training's own, and signs stand
with their features."""

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
    """A candidate from its plain document. Raises KeyError, ValueError or TypeError for what cannot be meant."""
    name, rounds = text(plain, "name"), [one for one in listed(plain, "rounds") if _is_whole(one)]
    if not rounds or len(rounds) < len(listed(plain, "rounds")) or min(rounds) < 1:
        raise ValueError(f"the candidate {name!r} needs rounds: a list of whole numbers of at least one tree")
    parameters = mapped(plain, "parameters")
    for key, value in parameters.items():
        if key not in TUNABLE:
            raise ValueError(f"the candidate {name!r} has the parameter {key!r}; known are {', '.join(TUNABLE)}")
        number(value, f"{key} of the candidate {name!r}")
    return Candidate(name=name, rounds=tuple(sorted(rounds)), parameters=parameters)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
