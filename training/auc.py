"""AUC from ranks: how often a good outcome is scored above a bad one, ties counting half.

Cross-validation and bootstrap ask for it thousands of times, so it has no interval; `validation.gate_comparison` has.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Array = NDArray[np.float64]


def auc_value(scores: Array, labels: Array) -> float | None:
    """The AUC of `scores` for `labels` of 0 and 1 (Mann & Whitney 1947); None where one of the outcomes is absent."""
    is_good = labels > 0.5
    positives, negatives = int(is_good.sum()), int((~is_good).sum())
    if not positives or not negatives:
        return None
    ranks = rankdata(scores)
    return float((ranks[is_good].sum() - positives * (positives + 1) / 2) / (positives * negatives))
