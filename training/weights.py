"""What counts: the weight of each skill in the vendor's score and in what was learned, and whether they differ.

Both are signed shares of the skills of one model, so that they can be set side by side. Intervals come from draws of
people (estimate ± Student's t times the draws' spread); those of the differences hold together for all skills
(Bonferroni). Where nothing was drawn there are no intervals, and nothing is said to differ. No row is in the result.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from training import weights_chain, weights_words
from training.explained import contributions, explained_rows
from training.ground import Ground
from training.learning import Learned
from training.metrics import LEVEL
from training.tune import PARALLEL_FITS
from training.weights_known import Known, Own
from training.weights_learned import drawn_shares, learned_shares
from training.weights_values import SkillWeight, Vendor, Weights
from validation.outcome import Interval

Array = NDArray[np.float64]


def weights(ground: Ground, known: Known, learned: Learned, *, target: str, seed: int, draws: bool) -> Weights:
    """The weights of what was learned on `ground`; `draws` says whether intervals are asked for."""
    shown = explained_rows(len(learned.fitted), learned.fit.rounds, seed)
    rows = learned.fitted[shown]
    with_fit = learned.fit.with_fit
    every = with_fit.contributions() if with_fit else contributions(learned.fit.booster, rows, threads=PARALLEL_FITS)
    shares, others = learned_shares(every, rows, known.columns)
    drawn = drawn_shares(learned.fit, learned.fitted, known.columns, seed=seed) if draws else None
    held = learned.split.holdout
    vendor = ground.frame["ai_score"].to_numpy(dtype=np.float64, na_value=np.nan)[held]
    return weights_words.worded(
        Weights(
            target=target,
            n=len(learned.fitted),
            period=learned.period(ground.frame)["fit"],
            vendor=None if known.own is None else _vendor(known.own),
            skills=tuple(_skill(at, known, shares, drawn) for at in range(len(known.columns))),
            others_share=others,
            links=known.links,
            loop=weights_chain.loop(
                known.skills(ground.matrix[held]), shares, known.scale, vendor, ground.labels[held]
            ),
        )
    )


def _vendor(own: Own) -> Vendor:
    name, version, rubric = own.rows.version
    return Vendor(
        name=name, version=version, rubric=rubric,
        n=own.rows.n, others_n=own.rows.others_n, r_squared=own.line.r_squared,
    )  # fmt: skip


def _skill(at: int, known: Known, shares: Array, drawn: Array | None) -> SkillWeight:
    line = None if known.own is None else known.own.line
    mine = None if drawn is None else drawn[:, at]
    theirs = None if known.own is None or known.own.drawn is None else known.own.drawn[:, at]
    learned, own = float(shares[at]), None if line is None else float(line.shares[at])
    difference = None if own is None else learned - own
    apart = None if mine is None or theirs is None else mine - theirs
    together = 1 - (1 - LEVEL) / len(known.names)
    return SkillWeight(
        skill=known.names[at],
        learned=learned,
        learned_interval=_interval(learned, mine, LEVEL),
        beta=None if line is None else float(line.betas[at]),
        vendor=own,
        vendor_interval=_interval(own, theirs, LEVEL),
        difference=difference,
        difference_interval=_interval(difference, apart, together),
        re_interview=known.re_interview[at],
        performance=known.performance[at],
    )


def _interval(value: float | None, drawn: Array | None, level: float) -> Interval:
    """The value ± Student's t of the draws times their spread."""
    if value is None or drawn is None:
        return Interval(low=None, high=None, level=level, method="draws")
    half = float(stats.t.isf((1 - level) / 2, len(drawn) - 1)) * float(drawn.std(ddof=1))
    return Interval(low=value - half, high=value + half, level=level, method="draws")
