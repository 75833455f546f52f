"""What every fit of one training stands on, and a finished fit: the booster with what its figures need.

The configured fit and a less discriminatory one meet the same rows, split, folds and share; whichever becomes the
run's model is calibrated, cut and measured by the same code. A finished fit scores from the features alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xgboost
from numpy.typing import NDArray

from models.features import Matrix
from training.splits import Split
from training.tune import Trial

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

CONFIGURED = "unconstrained"
"""The name of the fit that the configuration asks for, without regard to groups."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """The rows of a training in one order; `labels` are NaN where there is none, `share` of the people advance.

    `trial` holds the parameters that tuning chose.
    """

    frame: pd.DataFrame
    matrix: Matrix
    labels: Array
    split: Split
    trial: Trial
    share: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WithFit:
    """By the booster itself: the log-odds of the rows it fitted and of the others, and the contributions of the rows
    of `training.explained`.
    """

    own_margins: Array
    other_margins: Callable[[], Array]
    contributions: Callable[[], Array]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """A booster fitted on the labelled rows of the fit period, in their order.

    `margins` are log-odds of those rows by fits of the other folds; `again` fits other rows of them with another seed.
    `with_fit` is what was worked out while this booster was fitted, where it was.
    """

    name: str
    booster: xgboost.Booster
    margins: Array
    parameters: dict[str, object]
    again: Callable[[Rows, int], xgboost.Booster]
    with_fit: WithFit | None = None

    @property
    def rounds(self) -> int:
        """The number of trees."""
        return int(self.booster.num_boosted_rounds())


Choose = Callable[[Ground], Fitted | None]
"""Another fit for the run's model; None keeps the configured one."""
