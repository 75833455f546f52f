"""What is known of the skills before a model is: what the vendor gives them, and how they relate to what came later.

It needs the rows and the split alone, so that a training reads it off while the model is fitted.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from models.features import SKILL, FeatureSpec, Matrix
from training import weights_chain
from training.ground import Ground
from training.weights_chain import Links, Scale
from training.weights_learned import drawn_vendor_shares
from training.weights_vendor import VERSION, Linear, VendorRows, linear, vendor_rows
from validation.correlation import Correlation

Array = NDArray[np.float64]

OUTCOMES = ("application_key", *VERSION, "re_interview_passed", *weights_chain.PERFORMANCE)
"""What is read of each application beside what was trained on."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Own:
    """The vendor's rows, its own weights on them, and their shares by draw where intervals are asked for."""

    rows: VendorRows
    line: Linear
    drawn: Array | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Known:
    """The skills of a model: their places in its matrix, their names, and what the fit period says of them.

    `own` is None where too few people have the vendor's score with every skill.
    """

    columns: tuple[int, ...]
    names: tuple[str, ...]
    own: Own | None
    scale: Scale
    re_interview: tuple[Correlation | None, ...]
    performance: tuple[Correlation | None, ...]
    links: Links

    def skills(self, matrix: Matrix) -> Array:
        """The skills of some rows of the model's matrix."""
        return matrix[:, self.columns].astype(np.float64)


def known(ground: Ground, outcomes: pd.DataFrame, spec: FeatureSpec, *, seed: int, draws: bool) -> Known | None:
    """What is known of the skills of `spec`; None where it has none.

    `outcomes` has the columns of OUTCOMES for at least the rows of `ground`. `draws` asks for the vendor's intervals.
    """
    columns = tuple(at for at, one in enumerate(spec.features) if one.source.startswith(SKILL))
    if not columns:
        return None
    fit = ground.split.fit
    came = outcomes.iloc[_places(outcomes["application_key"], ground.frame["application_key"][fit])]
    skills = ground.matrix[fit][:, columns].astype(np.float64)
    ai_score = ground.frame["ai_score"].to_numpy(dtype=np.float64, na_value=np.nan)[fit]
    performance = weights_chain.numbers(came[weights_chain.criterion_of(came)])
    return Known(
        columns=columns,
        names=tuple(spec.features[column].source.removeprefix(SKILL) for column in columns),
        own=_own(vendor_rows(came[list(VERSION)], skills, ai_score), seed, draws=draws),
        scale=Scale.of(skills),
        re_interview=weights_chain.correlations(skills, weights_chain.numbers(came["re_interview_passed"])),
        performance=weights_chain.correlations(skills, performance),
        links=weights_chain.links(came, ai_score),
    )


def _places(keys: "pd.Series[str]", wanted: "pd.Series[str]") -> NDArray[np.intp]:
    """Where each of the wanted keys stands. Raises KeyError where one is absent."""
    places = pc.index_in(pa.array(wanted, type=pa.string()), value_set=pa.array(keys, type=pa.string()))
    if places.null_count:
        raise KeyError(f"{places.null_count} applications have no outcomes, not even absent ones")
    return np.asarray(places.to_numpy(), dtype=np.intp)


def _own(rows: VendorRows | None, seed: int, *, draws: bool) -> Own | None:
    if rows is None:
        return None
    drawn = drawn_vendor_shares(rows, seed=seed) if draws else None
    return Own(rows=rows, line=linear(rows.skills, rows.scores), drawn=drawn)
