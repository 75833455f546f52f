"""How well the features predict who belongs to a group: all together, and each alone.

A feature that tells groups apart can carry a difference into the score that no outcome asks for; whether it does is for
the impact ratio to say. Together: shallow trees in cross-validation, over everybody of the fit period. Alone: the rank
AUC in the direction that is larger, an absent value counting as the median; nothing is fitted. 0.5 is no better than a
coin. Only groups of at least `alternatives_groups.LEAST` people, against all others known of the same attribute.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.features import Matrix
from training.alternatives_groups import Groups, Mask
from training.fit import fit, margins_at
from training.metrics import LEVEL
from training.tune import PARALLEL_FITS, Folds
from validation.gate_comparison import Ranking, ranking
from validation.group_words import of_attribute
from validation.outcome import Interval, Text, finite

Array = NDArray[np.float64]

TREES: Mapping[str, float] = {"max_depth": 2, "eta": 0.1, "min_child_weight": 20, "reg_lambda": 10}
ROUNDS = 60
LARGE, MIDDLE = 0.70, 0.60
"""From which AUC on a sentence speaks of predicting well, and of predicting somewhat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupProxy:
    """One group of an attribute: all features together, and each alone by its name."""

    attribute: str
    group: str
    together: Ranking
    alone: Mapping[str, Ranking]

    @property
    def strongest(self) -> str:
        """The feature with the highest AUC alone."""
        return max(self.alone, key=lambda name: self.alone[name].value or 0.0)

    @property
    def finding(self) -> Text:
        """What was found, in a sentence."""
        best = self.alone[self.strongest]
        words, who = strength(self.together.value), of_attribute(self.attribute, self.group)
        return Text(
            en=f"{who.en}: all features together predict the group {words.en}"
            f" ({_shown(self.together).en}); strongest alone is {self.strongest} ({_shown(best).en}).",
            zh=f"{who.zh}：全部特征合起来对该群体的预测能力{words.zh}（{_shown(self.together).zh}）；"
            f"单个最强的是 {self.strongest}（{_shown(best).zh}）。",
        )

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "attribute": self.attribute,
            "group": self.group,
            "together": _plain(self.together),
            "alone": {name: _plain(found) for name, found in self.alone.items()},
            "strongest": self.strongest,
            "finding": {"en": self.finding.en, "zh": self.finding.zh},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyStudy:
    """Every group that is large enough; empty where none is."""

    groups: tuple[GroupProxy, ...]

    @property
    def finding(self) -> Text:
        """The group that is predicted best."""
        if not self.groups:
            return Text(
                en="No two known groups are large enough to say whether features predict them.",
                zh="没有两个已知群体人数足够，无法判断特征是否能预测群体。",
            )
        return max(self.groups, key=lambda one: one.together.value or 0.0).finding

    def as_json(self) -> dict[str, object]:
        """Plain JSON values: figures of groups, no row."""
        return {
            "finding": {"en": self.finding.en, "zh": self.finding.zh},
            "groups": [one.as_json() for one in self.groups],
        }


def proxy_study(names: Sequence[str], matrix: Matrix, groups: Groups, folds: Folds, *, seed: int) -> ProxyStudy:
    """The study of these rows; `names` are the matrix's columns."""
    found = []
    for (attribute, group), (inside, beside) in groups.members().items():
        known = inside | beside
        is_member = inside[known].astype(np.float64)
        one = GroupProxy(
            attribute=attribute,
            group=group,
            together=_together(matrix[known], is_member, folds[known], seed),
            alone={name: _alone(matrix[known, column], is_member) for column, name in enumerate(names)},
        )
        found.append(one)
    return ProxyStudy(groups=tuple(found))


def _together(matrix: Matrix, is_member: Array, folds: Folds, seed: int) -> Ranking:
    margins = np.full(len(is_member), np.nan)

    def one(fold: int) -> tuple[Mask, Array]:
        unseen = folds == fold
        booster = fit(matrix[~unseen], is_member[~unseen], parameters=TREES, rounds=ROUNDS, seed=seed)
        return unseen, margins_at(booster, matrix[unseen], (ROUNDS,))[0]

    with ThreadPoolExecutor(max_workers=PARALLEL_FITS) as pool:
        for unseen, found in pool.map(one, [int(fold) for fold in np.unique(folds)]):
            margins[unseen] = found
    return ranking(is_member, margins, level=LEVEL)


def _alone(values: Matrix, is_member: Array) -> Ranking:
    numbers = values.astype(np.float64)
    present = numbers[np.isfinite(numbers)]
    filled = np.where(np.isfinite(numbers), numbers, float(np.median(present)) if present.size else 0.0)
    found = ranking(is_member, filled, level=LEVEL)
    return found if found.value is None or found.value >= 0.5 else ranking(is_member, -filled, level=LEVEL)


def strength(auc: float | None) -> Text:
    """How well a group is predicted, in a word that stands after "predict the group"."""
    if auc is None:
        return Text(en="to an unknown degree", zh="未知")
    if auc >= LARGE:
        return Text(en="well", zh="较强")
    return Text(en="somewhat", zh="中等") if auc >= MIDDLE else Text(en="hardly", zh="很弱")


def _shown(found: Ranking) -> Text:
    if found.value is None:
        return Text(en="–", zh="–")
    shown = f"AUC {found.value:.3f}{_ends(found.interval)}"
    return Text(en=f"{shown}, n = {found.n:,}", zh=f"{shown}，n = {found.n:,}")


def _ends(interval: Interval) -> str:
    return "" if interval.low is None or interval.high is None else f" [{interval.low:.3f}, {interval.high:.3f}]"


def _plain(found: Ranking) -> dict[str, object]:
    return {"auc": finite(found.value), "auc_ci": found.interval.as_list(), "n": found.n}
