"""Chooses parameters by grouped cross-validation, and says when a candidate learned the rows by heart.

All candidates see the same folds. The best mean AUC sets the mark; among those within one standard error of it (the
paired one, fold by fold) the most restrained wins. A candidate overfits when it ranks rows it fitted far better than
rows it did not, and rows it did not worse than the mark.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.features import Matrix
from training.auc import auc_value
from training.fit import Array, fit, margins_at
from training.grid import Candidate

OVERFIT_GAP = 0.05
"""How much better on fitted rows than on others counts as learning by heart, in AUC."""

PARALLEL_FITS = 2
"""Folds that are fitted side by side, each in one thread."""

Folds = NDArray[np.intp]


class CannotValidate(ValueError):
    """The rows do not allow cross-validation: a fold lacks one of the outcomes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One candidate after one number of trees, in cross-validation: AUC by fold, and the mean on fitted rows."""

    candidate: str
    parameters: dict[str, float]
    rounds: int
    fold_aucs: tuple[float, ...]
    fitted_auc: float
    is_overfit: bool = False

    @property
    def auc(self) -> float:
        """The mean of the folds' AUCs."""
        return float(np.mean(self.fold_aucs))

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {**asdict(self), "auc": self.auc, "gap": self.fitted_auc - self.auc}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tuning:
    """All trials, the chosen one, and its out-of-fold log-odds (rows in their order)."""

    trials: tuple[Trial, ...]
    chosen: Trial
    margins: Array


def tune(
    matrix: Matrix,
    labels: Array,
    folds: Folds,
    candidates: Sequence[Candidate],
    *,
    seed: int,
    progress: Callable[[str], None] | None = None,
) -> Tuning:
    """The choice among `candidates`, given from the most to the least restrained.

    Raises CannotValidate when a fold lacks one of the outcomes.
    """
    _refuse_one_sided(labels, folds)
    trials: list[Trial] = []
    margins: list[Array] = []
    for one in candidates:
        if progress:
            progress(f"cross-validating {one.name}")
        tried, out_of_fold = _tried(matrix, labels, folds, one, seed)
        trials += tried
        margins += out_of_fold
    chosen = _choice(trials)
    marked = tuple(_marked(trial, trials[chosen]) for trial in trials)
    return Tuning(trials=marked, chosen=marked[chosen], margins=margins[chosen])


def cross_validated(matrix: Matrix, labels: Array, folds: Folds, trial: Trial, *, seed: int) -> tuple[float, ...]:
    """The AUC by fold of a trial's parameters on another matrix of the same rows."""
    one = Candidate(name=trial.candidate, rounds=(trial.rounds,), parameters=trial.parameters)
    return _tried(matrix, labels, folds, one, seed)[0][0].fold_aucs


def _tried(matrix: Matrix, labels: Array, folds: Folds, one: Candidate, seed: int) -> tuple[list[Trial], list[Array]]:
    def fold_margins(fold: int) -> list[Array]:
        rest = folds != fold
        booster = fit(matrix[rest], labels[rest], parameters=one.parameters, rounds=one.rounds[-1], seed=seed)
        return margins_at(booster, matrix, one.rounds)

    numbers = [int(fold) for fold in np.unique(folds)]
    with ThreadPoolExecutor(max_workers=PARALLEL_FITS) as pool:
        by_fold = dict(zip(numbers, pool.map(fold_margins, numbers), strict=True))
    trials, out_of_fold = [], []
    for index, rounds in enumerate(one.rounds):
        margins = {fold: by_fold[fold][index] for fold in numbers}
        trials.append(_trial(one, rounds, margins, labels, folds))
        out_of_fold.append(np.select([folds == fold for fold in numbers], [margins[fold] for fold in numbers]))
    return trials, out_of_fold


def _trial(one: Candidate, rounds: int, margins: dict[int, Array], labels: Array, folds: Folds) -> Trial:
    fitted = [_defined(margin[folds != fold], labels[folds != fold]) for fold, margin in margins.items()]
    unseen = [_defined(margin[folds == fold], labels[folds == fold]) for fold, margin in margins.items()]
    return Trial(
        candidate=one.name,
        parameters=dict(one.parameters),
        rounds=rounds,
        fold_aucs=tuple(unseen),
        fitted_auc=float(np.mean(fitted)),
    )


def _choice(trials: Sequence[Trial]) -> int:
    """The first trial whose AUC is within one paired standard error of the best."""
    best = max(trials, key=lambda trial: trial.auc)
    for index, trial in enumerate(trials):
        lost = np.subtract(best.fold_aucs, trial.fold_aucs)
        if lost.mean() <= lost.std(ddof=1) / np.sqrt(lost.size):
            return index
    return trials.index(best)


def _marked(trial: Trial, chosen: Trial) -> Trial:
    return replace(trial, is_overfit=trial.fitted_auc - trial.auc > OVERFIT_GAP and trial.auc < chosen.auc)


def _defined(scores: Array, labels: Array) -> float:
    value = auc_value(scores, labels)
    if value is None:
        raise CannotValidate("A fold lacks one of the outcomes; take fewer folds or more labelled rows")
    return value


def _refuse_one_sided(labels: Array, folds: Folds) -> None:
    for fold in np.unique(folds):
        if len(np.unique(labels[folds == fold])) < 2:
            raise CannotValidate("A fold lacks one of the outcomes; take fewer folds or more labelled rows")
