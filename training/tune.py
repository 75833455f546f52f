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
    """One candidate after one number of trees, in cross-validation: AUC by fold, and the mean on fitted rows.

    A pruned one was given up after some of the folds; it stands in the record and is never chosen.
    """

    candidate: str
    parameters: dict[str, float | str]
    rounds: int
    fold_aucs: tuple[float, ...]
    fitted_auc: float
    is_overfit: bool = False
    is_pruned: bool = False

    @property
    def auc(self) -> float:
        """The mean of the folds' AUCs; NaN without folds."""
        return float(np.mean(self.fold_aucs)) if self.fold_aucs else float("nan")

    def as_json(self) -> dict[str, object]:
        """Plain JSON values; without folds there is no AUC."""
        if not self.fold_aucs:
            return {**asdict(self), "fitted_auc": None, "auc": None, "gap": None}
        return {**asdict(self), "auc": self.auc, "gap": self.fitted_auc - self.auc}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tried:
    """A trial and its out-of-fold log-odds (rows in their order; empty where it was pruned)."""

    trial: Trial
    margins: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tuning:
    """All trials, the chosen one, and its out-of-fold log-odds (rows in their order).

    `is_cut_by_time` says that a search ended before its trials were done, so that it cannot be repeated.
    """

    trials: tuple[Trial, ...]
    chosen: Trial
    margins: Array
    is_cut_by_time: bool = False


KeepOn = Callable[[int, float], bool]
"""Asked after some of a trial's folds with their number and its best mean AUC so far: whether to go on."""


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
    refuse_one_sided(labels, folds)
    found: list[Tried] = []
    for one in candidates:
        if progress:
            progress(f"cross-validating {one.name}")
        found += tried(matrix, labels, folds, one, seed)
    return chosen_of(found)


def settled(one: Candidate) -> Tuning:
    """The one candidate where nothing is left to choose: no folds, and so no out-of-fold log-odds."""
    trial = Trial(
        candidate=one.name, parameters=dict(one.parameters), rounds=one.rounds[-1], fold_aucs=(), fitted_auc=np.nan
    )
    return Tuning(trials=(trial,), chosen=trial, margins=np.empty(0))


def chosen_of(found: Sequence[Tried], *, is_cut_by_time: bool = False) -> Tuning:
    """The choice among trials, given from the most to the least restrained; pruned ones only stand in the record."""
    finished = [one for one in found if not one.trial.is_pruned]
    chosen = finished[_choice([one.trial for one in finished])]
    marked = tuple(_marked(one.trial, chosen.trial) for one in found)
    return Tuning(
        trials=marked,
        chosen=_marked(chosen.trial, chosen.trial),
        margins=chosen.margins,
        is_cut_by_time=is_cut_by_time,
    )


def cross_validated(
    matrix: Matrix, labels: Array, folds: Folds, trial: Trial, *, seed: int, parallel: int = PARALLEL_FITS
) -> tuple[float, ...]:
    """The AUC by fold of a trial's parameters on another matrix of the same rows, with so many fits side by side."""
    one = Candidate(name=trial.candidate, rounds=(trial.rounds,), parameters=trial.parameters)
    return tried(matrix, labels, folds, one, seed, parallel=parallel)[0].trial.fold_aucs


def tried(
    matrix: Matrix,
    labels: Array,
    folds: Folds,
    one: Candidate,
    seed: int,
    keep_on: KeepOn | None = None,
    *,
    parallel: int = PARALLEL_FITS,
) -> list[Tried]:
    """A candidate in cross-validation, one trial for each of its numbers of trees; `keep_on` may prune it."""

    def fold_margins(fold: int) -> list[Array]:
        rest = folds != fold
        booster = fit(matrix[rest], labels[rest], parameters=one.parameters, rounds=one.rounds[-1], seed=seed)
        return margins_at(booster, matrix, one.rounds)

    numbers = [int(fold) for fold in np.unique(folds)]
    at_once = parallel if keep_on else len(numbers)
    by_fold: dict[int, list[Array]] = {}
    with ThreadPoolExecutor(max_workers=parallel) as pool:
        for begin in range(0, len(numbers), at_once):
            some = numbers[begin : begin + at_once]
            by_fold |= zip(some, pool.map(fold_margins, some), strict=True)
            trials = _trials(one, by_fold, labels, folds)
            is_last = len(by_fold) == len(numbers)
            if keep_on and not is_last and not keep_on(len(by_fold), max(trial.auc for trial in trials)):
                return [Tried(trial=replace(trial, is_pruned=True), margins=np.empty(0)) for trial in trials]
    return [
        Tried(trial=trial, margins=_out_of_fold({fold: by_fold[fold][index] for fold in numbers}, folds))
        for index, trial in enumerate(trials)
    ]


def _trials(one: Candidate, by_fold: dict[int, list[Array]], labels: Array, folds: Folds) -> list[Trial]:
    return [
        _trial(one, rounds, {fold: margins[index] for fold, margins in by_fold.items()}, labels, folds)
        for index, rounds in enumerate(one.rounds)
    ]


def _out_of_fold(margins: dict[int, Array], folds: Folds) -> Array:
    return np.select([folds == fold for fold in margins], list(margins.values()))


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
    if trial.is_pruned:
        return trial
    return replace(trial, is_overfit=trial.fitted_auc - trial.auc > OVERFIT_GAP and trial.auc < chosen.auc)


def _defined(scores: Array, labels: Array) -> float:
    value = auc_value(scores, labels)
    if value is None:
        raise CannotValidate("A fold lacks one of the outcomes; take fewer folds or more labelled rows")
    return value


def refuse_one_sided(labels: Array, folds: Folds) -> None:
    """Raises CannotValidate when a fold lacks one of the outcomes."""
    for fold in np.unique(folds):
        if len(np.unique(labels[folds == fold])) < 2:
            raise CannotValidate("A fold lacks one of the outcomes; take fewer folds or more labelled rows")
