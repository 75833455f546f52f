"""What each feature knows alone, against what all the others know together: the evidence of the leakage check.

Alone: the AUC in grouped cross-validation, in the direction that the other folds show, or by the outcome rate of their
deciles where that is higher, so that a code without order is seen too. Together: the better of logistic regression and
the chosen trees on all features whose origin is declared fixed before the outcome (logistic regression alone for a
feature that comes nowhere near).
"""

from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.features import FeatureSpec, Matrix
from training.auc import auc_value
from training.baselines import logistic_fold_aucs
from training.signs import of_columns
from training.tune import Folds, Trial, cross_validated

Array = NDArray[np.float64]

BANDS = 10
MOST_STUDIED = 10_000
"""Rows that are looked at, drawn by the run's seed where there are more: their AUCs are known to about 0.006."""

NEAR = 0.05
"""How far below all declared features together an AUC may lie and still be looked at with trees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAlone:
    """One feature: `single_auc` alone, `others_auc` of all other declared features; None where it is undefined."""

    name: str
    source: str
    fixed_before_outcome: bool | None
    systems: tuple[str, ...]
    single_auc: float | None
    single_auc_by_fold: tuple[float, ...]
    others_auc: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureStudy:
    """Every feature, and the AUC of all declared features together."""

    features: tuple[KnownAlone, ...]
    declared_auc: float | None
    folds: int

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return asdict(self)


def feature_study(
    spec: FeatureSpec, matrix: Matrix, labels: Array, folds: Folds, chosen: Trial, *, seed: int
) -> FeatureStudy:
    """The study of the rows that were fitted, or of a draw of them; `n` says how many."""
    if len(labels) > MOST_STUDIED:
        drawn = np.sort(np.random.default_rng(seed).choice(len(labels), MOST_STUDIED, replace=False))
        matrix, labels, folds = matrix[drawn], labels[drawn], folds[drawn]
    is_declared = np.asarray([one.provenance.fixed_before_outcome is True for one in spec.features])
    together = _together(matrix, labels, folds, is_declared, chosen, seed)
    found = []
    for index, feature in enumerate(spec.features):
        by_fold = single_aucs(matrix[:, index].astype(np.float64), labels, folds)
        alone = float(np.mean(by_fold)) if by_fold else None
        others = is_declared & (np.arange(is_declared.size) != index)
        is_near = alone is not None and together is not None and alone > together - NEAR
        known = KnownAlone(
            name=feature.name,
            source=feature.source,
            fixed_before_outcome=feature.provenance.fixed_before_outcome,
            systems=feature.provenance.systems,
            single_auc=alone,
            single_auc_by_fold=by_fold,
            others_auc=_together(matrix, labels, folds, others, chosen if is_near else None, seed),
            n=int(np.isfinite(matrix[:, index]).sum()),
        )
        found.append(known)
    return FeatureStudy(features=tuple(found), declared_auc=together, folds=len(np.unique(folds)))


def single_aucs(values: Array, labels: Array, folds: Folds) -> tuple[float, ...]:
    """The AUC of one feature by fold; an absent value counts as the fitted rows' median."""
    straight, by_bands = [], []
    for fold in np.unique(folds):
        rest, held = folds != fold, folds == fold
        filled = _filled(values, rest)
        found = auc_value(filled[held], labels[held]), auc_value(filled[rest], labels[rest])
        rates = auc_value(_band_rates(filled, labels, rest)[held], labels[held])
        if found[0] is None or found[1] is None or rates is None:
            return ()
        straight.append(found[0] if found[1] >= 0.5 else 1.0 - found[0])
        by_bands.append(rates)
    return tuple(straight) if np.mean(straight) >= np.mean(by_bands) else tuple(by_bands)


def _together(
    matrix: Matrix, labels: Array, folds: Folds, columns: NDArray[np.bool_], trees: Trial | None, seed: int
) -> float | None:
    if not columns.any():
        return None
    part = matrix[:, columns]
    by_line = np.mean(logistic_fold_aucs(part, labels, folds, seed))
    kept = replace(trees, parameters=of_columns(trees.parameters, columns)) if trees else None
    # One fit at a time: the study is worked out beside the model's own fit.
    by_trees = np.mean(cross_validated(part, labels, folds, kept, seed=seed, parallel=1)) if kept else 0.0
    return float(max(by_line, by_trees))


def _filled(values: Array, rest: NDArray[np.bool_]) -> Array:
    present = values[rest & np.isfinite(values)]
    return np.where(np.isfinite(values), values, float(np.median(present)) if present.size else 0.0)


def _band_rates(values: Array, labels: Array, rest: NDArray[np.bool_]) -> Array:
    edges = np.unique(np.quantile(values[rest], np.linspace(0, 1, BANDS + 1)[1:-1]))
    bands = np.searchsorted(edges, values, side="right")
    good = np.bincount(bands[rest], weights=labels[rest], minlength=edges.size + 1)
    people = np.bincount(bands[rest], minlength=edges.size + 1)
    mean = float(labels[rest].mean())
    return np.asarray(((good + mean) / (people + 1.0))[bands])
