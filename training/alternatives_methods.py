"""The ways to fit the same rows with less impact. Each uses the group while it learns and leaves a plain booster.

Whatever a method knew of groups ends with the fit: its booster scores from the features of the run's own spec alone,
and everybody meets the same cut. Errors: CannotTry (a method has nothing to work on in these rows; the message says
what, in both languages).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import xgboost
from numpy.typing import NDArray

from models.features import Matrix
from models.scorer import chance
from training.alternatives_groups import LEAST, Groups, balancing_weights
from training.alternatives_projection import projection
from training.auc import auc_value
from training.baselines import logistic
from training.fit import THREADS, fit, full_parameters, margins_at
from training.ground import CONFIGURED, Rows
from training.signs import kept
from training.tune import Trial
from validation.outcome import Text

Array = NDArray[np.float64]

PROXY_AUC = 0.05
"""How far from one half a feature's AUC for a group must lie, beyond its standard error, to count as predicting it."""

PACE, LARGEST_PULL = 0.25, 0.5
"""How fast a constraint's multiplier grows, as a share of the learning rate, and its largest size in outcomes."""

XGBOOST_ETA = 0.3
"""XGBoost's own learning rate, where the parameters name none."""

STUDENT: Mapping[str, float] = {"max_depth": 3, "eta": 0.1, "reg_lambda": 1, "min_child_weight": 1}
STUDENT_ROUNDS = 150


class CannotTry(ValueError):
    """A method has nothing to work on in these rows; `reason` says what."""

    def __init__(self, reason: Text) -> None:
        """`reason` is shown beside the method."""
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesson:
    """The rows that a method learns from, with the parameters that the run's tuning chose."""

    matrix: Matrix
    labels: Array
    groups: Groups
    trial: Trial
    seed: int

    def drawn(self, places: Rows, seed: int) -> "Lesson":
        """The rows at these places, for another seed."""
        return Lesson(
            matrix=self.matrix[places], labels=self.labels[places], groups=self.groups.at(places),
            trial=self.trial, seed=seed,
        )  # fmt: skip

    def plain(self, matrix: Matrix | None = None) -> xgboost.Booster:
        """The run's own fit, on another matrix of the same rows where one is given."""
        read = self.matrix if matrix is None else matrix
        return fit(read, self.labels, parameters=self.trial.parameters, rounds=self.trial.rounds, seed=self.seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A way to fit: its words for people, the fit itself, and what it needs of the rows (raises CannotTry).

    `own` are the parameters and the number of trees of a method that does not take those that tuning chose.
    """

    words: Text
    make: Callable[[Lesson], xgboost.Booster]
    needs: Callable[[Lesson], None]
    own: tuple[Mapping[str, float], int] | None = None

    def parameters(self, trial: Trial, seed: int) -> dict[str, object]:
        """All parameters of its fit, the number of trees among them."""
        parameters, rounds = self.own or (trial.parameters, trial.rounds)
        return {**full_parameters({**parameters, **kept(trial.parameters)}, seed), "rounds": rounds}


def proxies(lesson: Lesson) -> NDArray[np.bool_]:
    """Which features predict a group by more than PROXY_AUC beyond chance and error (Hanley & McNeil 1982)."""
    found = np.zeros(lesson.matrix.shape[1], dtype=bool)
    for inside, beside in lesson.groups.members().values():
        for column in range(found.size):
            values = lesson.matrix[:, column].astype(np.float64)
            kept = (inside | beside) & np.isfinite(values)
            if min((inside & kept).sum(), (beside & kept).sum()) >= LEAST:
                found[column] |= _is_proxy(values[kept], inside[kept].astype(np.float64))
    return found


def _is_proxy(values: Array, is_member: Array) -> bool:
    auc = auc_value(values, is_member) or 0.5
    members, others = is_member.sum(), (1 - is_member).sum()
    error = np.sqrt((members + others + 1) / (12 * members * others))
    return bool(abs(auc - 0.5) - 1.96 * error > PROXY_AUC)


def _unconstrained(lesson: Lesson) -> xgboost.Booster:
    return lesson.plain()


def _nothing(_lesson: Lesson) -> None:
    """The configured fit needs no group."""


def _two_groups(lesson: Lesson) -> None:
    if not lesson.groups.members():
        raise CannotTry(Text(en="no two known groups are large enough", zh="没有两个已知群体人数足够"))


def _some_proxies(lesson: Lesson) -> None:
    _two_groups(lesson)
    dropped = proxies(lesson)
    if not dropped.any():
        raise CannotTry(Text(en="no single feature predicts a group", zh="没有单个特征能预测群体"))
    if dropped.all():
        raise CannotTry(Text(en="every feature predicts a group", zh="所有特征均能预测群体"))


def _proxy_dropped(lesson: Lesson) -> xgboost.Booster:
    """The proxies' columns are blank while it learns, so that no tree ever asks for them."""
    return lesson.plain(np.where(proxies(lesson), np.float32(np.nan), lesson.matrix))


def _reweighted(lesson: Lesson) -> xgboost.Booster:
    weights = balancing_weights(lesson.groups, lesson.labels)
    data = xgboost.QuantileDMatrix(lesson.matrix, lesson.labels, weight=weights, nthread=THREADS)
    parameters = full_parameters(lesson.trial.parameters, lesson.seed)
    return xgboost.train(parameters, data, num_boost_round=lesson.trial.rounds)


def _constrained(lesson: Lesson) -> xgboost.Booster:
    """Log loss under the constraint that each group's mean log-odds equals that of those beside it.

    A Lagrange multiplier a group grows with the group's gap from tree to tree and pulls the gradients against it. Its
    step is a share of the learning rate small enough not to swing; its size is bounded, so that a gap that no feature
    can close costs no more than LARGEST_PULL of an outcome.
    """
    contrasts = lesson.groups.contrasts()
    pulls = contrasts / (contrasts.max(axis=0) - contrasts.min(axis=0))
    step = PACE * float(lesson.trial.parameters.get("eta", XGBOOST_ETA))
    multipliers = np.zeros(contrasts.shape[1])

    def gradients(margins: Array, data: xgboost.DMatrix) -> tuple[Array, Array]:
        nonlocal multipliers
        multipliers = np.clip(multipliers + step * (contrasts.T @ margins), -LARGEST_PULL, LARGEST_PULL)
        expected = chance(margins.astype(np.float64))
        return expected - data.get_label() + pulls @ multipliers, expected * (1 - expected)

    data = xgboost.QuantileDMatrix(lesson.matrix, lesson.labels, nthread=THREADS)
    parameters = {**full_parameters(lesson.trial.parameters, lesson.seed), "base_score": float(lesson.labels.mean())}
    return xgboost.train(parameters, data, num_boost_round=lesson.trial.rounds, obj=gradients)


def _share_removed(lesson: Lesson) -> xgboost.Booster:
    """Learns on features without the share, then teaches a booster on the plain features to score alike.

    The projection mixes features, which no feature spec expresses; the taught booster needs none (distillation, Hinton
    et al. 2015: it learns the teacher's chances, not the outcomes). The teacher is the mean log-odds of the configured
    trees and a logistic regression: the line carries over what the projection undid exactly, the trees the rest.
    """
    without = projection(lesson.matrix, lesson.groups.contrasts())(lesson.matrix)
    trees = margins_at(lesson.plain(without), without, (lesson.trial.rounds,))[0]
    line = logistic(without, lesson.labels, lesson.seed).decision_function(without)
    taught = chance((trees + line) / 2)
    parameters = {**STUDENT, **kept(lesson.trial.parameters)}
    return fit(lesson.matrix, taught, parameters=parameters, rounds=STUDENT_ROUNDS, seed=lesson.seed)


UNCONSTRAINED = CONFIGURED
METHODS: Mapping[str, Method] = {
    UNCONSTRAINED: Method(
        words=Text(en="as configured, without regard to groups", zh="按配置训练，不考虑群体"),
        make=_unconstrained,
        needs=_nothing,
    ),
    "proxy_dropped": Method(
        words=Text(en="without the features that predict a group", zh="去除能预测群体的特征"),
        make=_proxy_dropped,
        needs=_some_proxies,
    ),
    "reweighted": Method(
        words=Text(en="rows weighted so that outcomes do not depend on the group", zh="对数据加权，使结果与群体无关"),
        make=_reweighted,
        needs=_two_groups,
    ),
    "constrained": Method(
        words=Text(en="gaps between groups' mean scores penalised", zh="惩罚群体间平均得分的差距"),
        make=_constrained,
        needs=_two_groups,
    ),
    "share_removed": Method(
        words=Text(en="the share that predicts the group taken out of the features", zh="从特征中去除能预测群体的部分"),
        make=_share_removed,
        needs=_two_groups,
        own=(STUDENT, STUDENT_ROUNDS),
    ),
}
"""Every method by its name, the run's own first."""
