"""Several predictors together: what each adds to those before it, their unit-weight sum, and which is the better one.

On the people who have all of them and the criterion, for only then are the correlations comparable.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from numpy.typing import ArrayLike

from validation.comparing import Comparison, meng_rosenthal_rubin
from validation.incremental import Increment, composite_validity, increment_of
from validation.moments import Moments, moments

_CRITERION = "\0criterion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """`increments` holds, from the second predictor on, what it adds; `comparisons` every pair of validities."""

    n: float
    predictors: tuple[str, ...]
    increments: tuple[Increment | None, ...]
    composite: float | None
    comparisons: tuple[tuple[str, str, Comparison], ...]


def joint_validity(predictors: Mapping[str, ArrayLike], outcome: ArrayLike, weights: ArrayLike | None = None) -> Joint:
    """The joint answer for two or more predictors, in the order given."""
    names = tuple(predictors)
    seen = moments({**predictors, _CRITERION: outcome}, weights)
    matrix = seen.correlations([*names, _CRITERION])
    return Joint(
        n=seen.n,
        predictors=names,
        increments=tuple(
            increment_of(seen, names[:count], _CRITERION, count - 1) for count in range(2, len(names) + 1)
        ),
        composite=None if matrix is None else composite_validity(matrix[:-1, :-1], matrix[:-1, -1]),
        comparisons=_comparisons(seen, names),
    )


def _comparisons(seen: Moments, names: tuple[str, ...]) -> tuple[tuple[str, str, Comparison], ...]:
    pairs = [(one, other) for position, one in enumerate(names) for other in names[position + 1 :]]
    found = []
    for one, other in pairs:
        first, second, between = seen.r(one, _CRITERION), seen.r(other, _CRITERION), seen.r(one, other)
        if first is not None and second is not None and between is not None:
            found.append((one, other, meng_rosenthal_rubin(first, second, between, seen.n)))
    return tuple(found)
