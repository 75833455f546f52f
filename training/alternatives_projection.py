"""Takes out of the features the share that predicts the group: what is left has no linear tie to it.

With features x, group contrasts z and B the least-squares coefficients of z on x, x becomes
x − ΣB(BᵀΣB)⁺Bᵀ(x − μ): for one contrast every feature minus its regression on the predicted group, for several the
least-squares concept erasure of Belrose et al. (2023). Learned on training rows; applied from the features alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from models.features import Matrix

Array = NDArray[np.float64]

SIGNIFICANT = 0.01
"""From which p on features are held to predict a group; taking out a chance direction costs quality for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Projection:
    """What was learned: medians for absent values, means, deviations, and the share of each direction that stays."""

    medians: Array
    means: Array
    deviations: Array
    kept: Array

    def __call__(self, matrix: Matrix) -> Matrix:
        """The features without the share; standardised, and an absent value is the median."""
        return np.asarray(_standard(matrix, self.medians, self.means, self.deviations) @ self.kept, dtype=np.float32)


def projection(matrix: Matrix, contrasts: Array) -> Projection:
    """Learns the projection from training rows; `contrasts` has a column a group (zero: not known)."""
    values = matrix.astype(np.float64)
    is_present = np.isfinite(values).any(axis=0)
    medians = np.zeros(values.shape[1])
    medians[is_present] = np.nanmedian(values[:, is_present], axis=0)
    filled = np.where(np.isfinite(values), values, medians)
    means, deviations = filled.mean(axis=0), filled.std(axis=0)
    deviations = np.where(deviations > 0, deviations, 1.0)
    return Projection(
        medians=medians,
        means=means,
        deviations=deviations,
        kept=_kept((filled - means) / deviations, contrasts),
    )


def _kept(standard: Array, contrasts: Array) -> Array:
    """The transposed matrix by which rows are multiplied; the identity where no group is predicted beyond chance.

    n·R² of a contrast on d features is χ² with d degrees of freedom where nothing ties them.
    """
    shared = standard.T @ standard / len(standard)
    tied = standard.T @ (contrasts - contrasts.mean(axis=0)) / len(standard)
    coefficients = np.linalg.pinv(shared, hermitian=True, rcond=1e-10) @ tied
    explained = np.einsum("ij,ij->j", coefficients, tied) / np.maximum(contrasts.var(axis=0), np.finfo(float).tiny)
    is_tied = len(standard) * explained > chi2.isf(SIGNIFICANT, standard.shape[1])
    coefficients = coefficients[:, is_tied]
    if not is_tied.any():
        return np.eye(len(shared))
    inner = np.linalg.pinv(coefficients.T @ shared @ coefficients, hermitian=True, rcond=1e-8)
    return np.asarray(np.eye(len(shared)) - coefficients @ inner @ coefficients.T @ shared)


def _standard(matrix: Matrix, medians: Array, means: Array, deviations: Array) -> Array:
    values = matrix.astype(np.float64)
    return np.asarray((np.where(np.isfinite(values), values, medians) - means) / deviations)
