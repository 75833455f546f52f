"""Signs that a job analysis gives a feature: more of it may only raise (+1) or only lower (-1) the score.

They become XGBoost's monotone constraints, which hold in every tree (XGBoost's documentation, Monotonic Constraints):
among people who differ in that feature alone, the order is never turned round. Whoever lacks the feature is not bound.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.features import Feature, Kind
from training.grid import Parameters

CONSTRAINTS = "monotone_constraints"
"""XGBoost's name for the signs, as a text of one sign a column: `(1,0,-1)`."""


def refuse_unusable(features: Sequence[Feature], signs: Mapping[str, int]) -> None:
    """Raises ValueError for a sign that is neither +1 nor -1, and for a feature that has no more or less."""
    kinds = {feature.name: feature.kind for feature in features}
    for name, sign in signs.items():
        if isinstance(sign, bool) or not isinstance(sign, int) or sign not in {1, -1}:
            raise ValueError(f"the sign of the feature {name!r} is {sign!r}; it must be +1 or -1")
        if kinds[name] is Kind.LEVEL:
            raise ValueError(
                f"the feature {name!r} is a category, of which there is no more or less; leave its sign out"
            )


def signed(parameters: Parameters, features: Sequence[Feature], signs: Mapping[str, int]) -> dict[str, float | str]:
    """The parameters with a sign a feature, in the order of the matrix's columns; unchanged where there is none."""
    if not signs:
        return dict(parameters)
    return {**parameters, CONSTRAINTS: _text([signs.get(feature.name, 0) for feature in features])}


def of_columns(parameters: Parameters, columns: NDArray[np.bool_]) -> dict[str, float | str]:
    """The parameters for a matrix of some of the columns."""
    if CONSTRAINTS not in parameters:
        return dict(parameters)
    every = np.asarray([int(one) for one in str(parameters[CONSTRAINTS]).strip("()").split(",")])
    return {**parameters, CONSTRAINTS: _text(every[columns].tolist())}


def kept(parameters: Parameters) -> dict[str, float | str]:
    """The signs alone, for a fit with parameters of its own on the same columns."""
    return {name: value for name, value in parameters.items() if name == CONSTRAINTS}


def _text(signs: Sequence[int]) -> str:
    return f"({','.join(str(sign) for sign in signs)})"
