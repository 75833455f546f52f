"""Searches parameters with Optuna on the same folds and by the same rule as the grid.

Only here is Optuna imported. The sampler (TPE, Bergstra et al. 2011) is seeded and the storage is this process's
memory, so the same rows and configuration give the same choice, unless the clock ends the search. A trial whose mean
over some folds lies below the median of earlier ones is given up; it stays in the record.
"""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from models.features import Matrix
from training.fit import Array
from training.grid import Candidate, Parameters
from training.tune import Folds, Trial, Tried, Tuning, chosen_of, refuse_one_sided, tried
from training.tune_settings import Searching

if TYPE_CHECKING:
    import optuna

ROUNDS = (50, 100, 200, 300)
"""The numbers of trees at which every trial is looked at."""

SPACE: dict[str, tuple[float, float]] = {
    "eta": (0.01, 0.3),
    "min_child_weight": (1.0, 100.0),
    "reg_lambda": (0.1, 100.0),
    "subsample": (0.5, 1.0),
    "colsample_bytree": (0.3, 1.0),
}
"""The least and the largest value of each parameter; depth is whole and lies in `DEPTHS`."""

DEPTHS = (1, 5)
OF_MAGNITUDES = frozenset({"eta", "min_child_weight", "reg_lambda"})
"""Parameters whose magnitudes, not values, are drawn evenly."""

XGBOOST = {"max_depth": 6.0, "eta": 0.3, "reg_lambda": 1.0, "min_child_weight": 1.0}
"""XGBoost's own values, where a candidate names none."""


def search(
    matrix: Matrix,
    labels: Array,
    folds: Folds,
    asked: Searching,
    candidates: Sequence[Candidate],
    *,
    bound: Parameters,
    seed: int,
    progress: Callable[[str], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Tuning:
    """The choice among the trials of a search and the candidates beside it; `bound` stands in every trial.

    `progress` is told before each trial and may raise to end the search. At least one trial is made, whatever `clock`
    (in seconds) says. Raises CannotValidate when a fold lacks one of the outcomes.
    """
    refuse_one_sided(labels, folds)
    tell = progress or (lambda _step: None)
    study, began = _study(seed), clock()
    found: list[Tried] = []
    done = 0
    while done < asked.trials and not (done and asked.timeout_s is not None and clock() - began >= asked.timeout_s):
        tell(f"searching parameters: {done + 1} of {asked.trials}")
        found += _next(study, matrix, labels, folds, f"search_{done + 1:03d}", bound, seed)
        done += 1
    for one in candidates:
        tell(f"cross-validating {one.name}")
        found += tried(matrix, labels, folds, one, seed)
    return chosen_of(sorted(found, key=lambda one: restraint(one.trial)), is_cut_by_time=done < asked.trials)


def restraint(trial: Trial) -> tuple[float, ...]:
    """Sorts trials from the most to the least restrained.

    Shallow trees first; then how far all trees together may move a score (learning rate times trees), then the
    stronger penalty, then the larger leaves.
    """
    values = {name: float(trial.parameters.get(name, own)) for name, own in XGBOOST.items()}
    moved = values["eta"] * trial.rounds
    return (values["max_depth"], moved, -values["reg_lambda"], -values["min_child_weight"])


def _next(
    study: "optuna.Study", matrix: Matrix, labels: Array, folds: Folds, name: str, bound: Parameters, seed: int
) -> list[Tried]:
    from optuna.trial import TrialState  # noqa: PLC0415 - half a second that a training by the grid need not pay

    asked = study.ask()
    one = Candidate(name=name, rounds=ROUNDS, parameters={**_drawn(asked), **bound})

    def keep_on(folds_done: int, auc: float) -> bool:
        asked.report(auc, folds_done)
        return not asked.should_prune()

    made = tried(matrix, labels, folds, one, seed, keep_on)
    if made[0].trial.is_pruned:
        study.tell(asked, state=TrialState.PRUNED)
    else:
        study.tell(asked, max(one.trial.auc for one in made))
    return made


def _drawn(asked: "optuna.Trial") -> dict[str, float]:
    depth = asked.suggest_int("max_depth", *DEPTHS)
    rest = {
        name: asked.suggest_float(name, least, largest, log=name in OF_MAGNITUDES)
        for name, (least, largest) in SPACE.items()
    }
    return {"max_depth": depth, **rest}


def _study(seed: int) -> "optuna.Study":
    import optuna  # noqa: PLC0415 - as above

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna.create_study(
        storage=optuna.storages.InMemoryStorage(),
        sampler=optuna.samplers.TPESampler(seed=seed),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=5),
        direction="maximize",
    )
