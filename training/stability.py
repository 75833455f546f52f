"""How much of a model is the luck of its draw: the same fit on other draws of the same people, with other seeds.

Each draw takes as many rows as were fitted, with replacement (Efron 1979), and the next seed. Then the holdout's AUC is
measured again, and how many people fall on the other side of the cut when the same share advances.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import xgboost
from numpy.typing import NDArray

from models.features import Matrix
from training.auc import auc_value
from training.cut import at_share
from training.fit import margins_at
from training.ground import Rows
from training.tune import PARALLEL_FITS

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """Each draw's AUC on the labelled holdout, and the share of the `n` held-out people whom it decides otherwise."""

    aucs: tuple[float, ...]
    flip_shares: tuple[float, ...]
    n: int

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {"aucs": list(self.aucs), "flip_shares": list(self.flip_shares), "n": self.n}


def stability(
    count: int,
    held: Matrix,
    label: Array,
    *,
    margin: Array,
    share: float,
    again: Callable[[Rows, int], xgboost.Booster],
    seed: int,
    draws: int,
) -> Stability:
    """`draws` other models by `again` of `count` rows; `margin` is the run's own log-odds of the held-out rows.

    `share` of those advance.
    """
    own = margin >= at_share(margin, share)

    def one(draw: int) -> tuple[float | None, float]:
        booster = again(drawn(count, seed, draw), seed + 1 + draw)
        other = margins_at(booster, held, (booster.num_boosted_rounds(),))[0]
        is_known = np.isfinite(label)
        flips = float(np.mean(own != (other >= at_share(other, share)))) if len(own) else 0.0
        return auc_value(other[is_known], label[is_known]), flips

    with ThreadPoolExecutor(max_workers=PARALLEL_FITS) as pool:
        found = list(pool.map(one, range(draws)))
    return Stability(
        aucs=tuple(auc for auc, _ in found if auc is not None),
        flip_shares=tuple(flips for _, flips in found),
        n=len(own),
    )


def drawn(count: int, seed: int, draw: int) -> Rows:
    """As many of `count` rows as there are, with replacement."""
    return np.random.default_rng([seed, draw]).integers(0, count, count).astype(np.intp)


def from_json(plain: Mapping[str, object]) -> Stability:
    """As stored by `as_json`."""
    aucs, flips = plain["aucs"], plain["flip_shares"]
    assert isinstance(aucs, list)  # noqa: S101 - our own document
    assert isinstance(flips, list)  # noqa: S101
    return Stability(aucs=tuple(map(float, aucs)), flip_shares=tuple(map(float, flips)), n=int(str(plain["n"])))
