"""What counts: the weight of each skill in the vendor's score and in what was learned, and whether they differ.

Both are signed shares of the skills of one model, so that they can be set side by side. Intervals come from draws of
people (estimate ± Student's t times the draws' spread); those of the differences hold together for all skills
(Bonferroni). Where nothing was drawn there are no intervals, and nothing is said to differ. No row is in the result.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from models.features import SKILL, FeatureSpec
from training import weights_chain, weights_words
from training.learning import Learned
from training.metrics import LEVEL
from training.weights_learned import drawn_shares, drawn_vendor_shares, explained_rows, learned_shares
from training.weights_values import SkillWeight, Vendor, Weights
from training.weights_vendor import VERSION, VendorRows, linear, vendor_rows
from validation.outcome import Interval

Array = NDArray[np.float64]

OUTCOMES = ("application_key", *VERSION, "re_interview_passed", *weights_chain.PERFORMANCE)
"""What is read of each application beside what was trained on."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Drawn:
    """Shares by draw, a column a skill; the vendor's where its regression could be read."""

    learned: Array
    vendor: Array | None


def weights(
    frame: pd.DataFrame,
    outcomes: pd.DataFrame,
    spec: FeatureSpec,
    learned: Learned,
    *,
    target: str,
    seed: int,
    draws: bool,
) -> Weights | None:
    """The weights of a training whose rows are `frame`; `outcomes` has the columns of OUTCOMES for at least them.

    None where the model has no skill among its features. `draws` says whether intervals are asked for.
    """
    columns = [index for index, source in enumerate(spec.sources) if source.startswith(SKILL)]
    if not columns:
        return None
    known = outcomes.set_index("application_key").loc[frame["application_key"]]
    in_period = learned.split.fit
    skills = spec.matrix(frame)[:, columns].astype(np.float64)
    ai_score = frame["ai_score"].to_numpy(dtype=np.float64, na_value=np.nan)
    rows = vendor_rows(known[in_period][list(VERSION)], skills[in_period], ai_score[in_period])
    shown = explained_rows(len(learned.fitted), seed)
    shares, others = learned_shares(learned.fit.booster, learned.fitted[shown], columns)
    drawn = _drawn(learned, columns, rows, seed) if draws else None
    names = tuple(spec.sources[column].removeprefix(SKILL) for column in columns)
    held, label = learned.split.holdout, frame["label"].to_numpy(dtype=np.float64)
    return weights_words.worded(
        Weights(
            target=target,
            n=len(learned.fitted),
            period=learned.period(frame)["fit"],
            vendor=None if rows is None else _vendor(rows),
            skills=_skills(names, shares, rows, drawn, known[in_period], skills[in_period]),
            others_share=others,
            links=weights_chain.links(known[in_period], ai_score[in_period]),
            loop=weights_chain.loop(skills[held], shares, skills[in_period], ai_score[held], label[held]),
        )
    )


def _drawn(learned: Learned, columns: list[int], rows: VendorRows | None, seed: int) -> _Drawn:
    return _Drawn(
        learned=drawn_shares(learned.fit, learned.fitted, columns, seed=seed),
        vendor=None if rows is None else drawn_vendor_shares(rows, seed=seed),
    )


def _vendor(rows: VendorRows) -> Vendor:
    name, version, rubric = rows.version
    return Vendor(
        name=name,
        version=version,
        rubric=rubric,
        n=rows.n,
        others_n=rows.others_n,
        r_squared=linear(rows.skills, rows.scores).r_squared,
    )


def _skills(
    names: tuple[str, ...],
    shares: Array,
    rows: VendorRows | None,
    drawn: _Drawn | None,
    known: pd.DataFrame,
    values: Array,
) -> tuple[SkillWeight, ...]:
    own = None if rows is None else linear(rows.skills, rows.scores)
    passed = weights_chain.numbers(known["re_interview_passed"])
    performance = weights_chain.numbers(known[weights_chain.criterion_of(known)])
    together = 1 - (1 - LEVEL) / len(names)
    found = []
    for at, name in enumerate(names):
        difference = None if own is None else float(shares[at] - own.shares[at])
        apart = None if drawn is None or drawn.vendor is None else drawn.learned[:, at] - drawn.vendor[:, at]
        one = SkillWeight(
            skill=name,
            learned=float(shares[at]),
            learned_interval=_interval(float(shares[at]), None if drawn is None else drawn.learned[:, at], LEVEL),
            beta=None if own is None else float(own.betas[at]),
            vendor=None if own is None else float(own.shares[at]),
            vendor_interval=_interval(
                None if own is None else float(own.shares[at]),
                None if drawn is None or drawn.vendor is None else drawn.vendor[:, at],
                LEVEL,
            ),
            difference=difference,
            difference_interval=_interval(difference, apart, together),
            re_interview=weights_chain.correlation(values[:, at], passed),
            performance=weights_chain.correlation(values[:, at], performance),
        )
        found.append(one)
    return tuple(found)


def _interval(value: float | None, drawn: Array | None, level: float) -> Interval:
    """The value ± Student's t of the draws times their spread."""
    if value is None or drawn is None:
        return Interval(low=None, high=None, level=level, method="draws")
    half = float(stats.t.isf((1 - level) / 2, len(drawn) - 1)) * float(drawn.std(ddof=1))
    return Interval(low=value - half, high=value + half, level=level, method="draws")
