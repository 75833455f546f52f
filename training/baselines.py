"""What a model must beat: the vendor's score, a logistic regression on the same features, and unit-weighted skills."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from models.features import SKILL, FeatureSpec, Matrix
from training.auc import auc_value

Array = NDArray[np.float64]

VENDOR = "vendor_score"
LOGISTIC = "logistic"
MOST_FITTED = 100_000
"""Rows that the logistic baseline is fitted on, drawn by the seed where there are more: its few numbers are settled."""

UNIT_WEIGHTS = "unit_weighted_skills"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitWeights:
    """The mean of standardised skills, each with weight one; an absent skill counts as average."""

    columns: tuple[int, ...]
    means: Array
    deviations: Array

    def scores(self, matrix: Matrix) -> Array:
        """The mean z-score of each row."""
        standard = (matrix[:, self.columns].astype(np.float64) - self.means) / self.deviations
        return np.asarray(np.nan_to_num(standard).mean(axis=1))


def unit_weights(spec: FeatureSpec, matrix: Matrix) -> UnitWeights | None:
    """Unit weights of the spec's skills; None where it has no skill with any value."""
    values = matrix.astype(np.float64)
    usable: NDArray[np.bool_] = np.asarray(np.isfinite(values).any(axis=0))
    columns = tuple(i for i, one in enumerate(spec.features) if one.source.startswith(SKILL) and usable[i])
    if not columns:
        return None
    deviations = np.nanstd(values[:, columns], axis=0)
    return UnitWeights(
        columns=columns,
        means=np.nanmean(values[:, columns], axis=0),
        deviations=np.where(deviations > 0, deviations, 1.0),
    )


def logistic(matrix: Matrix, labels: Array, seed: int) -> Pipeline:
    """Logistic regression on standardised features; an absent value is the median, a column of none says nothing."""
    model = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(solver="newton-cholesky", random_state=seed),
    )
    return model.fit(matrix, labels)


def logistic_scores(model: Pipeline, matrix: Matrix) -> Array:
    """The chance of each row by logistic regression."""
    return np.asarray(model.predict_proba(matrix)[:, 1], dtype=np.float64)


def logistic_fold_aucs(matrix: Matrix, labels: Array, folds: NDArray[np.intp], seed: int) -> tuple[float, ...]:
    """The AUC of logistic regression by fold."""
    found = []
    for fold in np.unique(folds):
        rest, held = folds != fold, folds == fold
        model = logistic(matrix[rest], labels[rest], seed)
        found.append(auc_value(logistic_scores(model, matrix[held]), labels[held]))
    return tuple(value for value in found if value is not None)


def baseline_scores(
    spec: FeatureSpec, fitted: Matrix, labels: Array, held: Matrix, vendor: Array, seed: int
) -> Mapping[str, Array]:
    """The scores of each baseline on the held rows; the vendor's where any row has one."""
    drawn: slice | NDArray[np.intp] = slice(None)
    if len(labels) > MOST_FITTED:
        drawn = np.sort(np.random.default_rng(seed).choice(len(labels), MOST_FITTED, replace=False))
    scores = {LOGISTIC: logistic_scores(logistic(fitted[drawn], labels[drawn], seed), held)}
    weights = unit_weights(spec, fitted)
    if weights is not None:
        scores[UNIT_WEIGHTS] = weights.scores(held)
    if np.isfinite(vendor).any():
        scores[VENDOR] = vendor
    return scores
