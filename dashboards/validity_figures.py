"""From the lake's cells and sums to what the page of validity shows; statistics come from `validation`."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboards.charts import Grid
from validation.cells import cells, cells_by
from validation.correlation import Correlation, pearson
from validation.moments import moments, moments_from_sums
from validation.reinterview import PairAgreement, pair_agreement
from validation.validity import Assumptions, PredictorValidity, assess_cells
from validation.validity_by import StratifiedValidity, validity_by
from warehouse.queries.agreement import BLIND, INFORMED
from warehouse.queries.validity import Sums, ValidityMoments

SCORE_STEP, RATING_STEP = 5.0, 0.1
SCALE = 100.0
"""The assessment score's scale; ratings run from 0 to 1."""


VERSION = "ai_vendor_version"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ValidityRead:
    """Cells of predictor and criterion (`x`, `y`, `n`), also by vendor version; the sums over everybody who has the
    predictor; the sums of each skill; and the assessment score beside re-interview ratings by who saw it.
    """

    cells: pd.DataFrame
    versions: pd.DataFrame
    moments: ValidityMoments
    by_skill: Mapping[str, ValidityMoments]
    re_interviews: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Everybody who has the predictor, and those among them who also have the criterion."""

    applicants: int
    labelled: int
    applicant_sd: float | None


def pool(found: ValidityMoments) -> Pool:
    """How far the labelled are a selection of the applicants."""
    (everybody,) = found.pool
    labelled = sum(group.sums.n for group in found.groups)
    seen = moments_from_sums(everybody.columns, everybody.n, everybody.sums, everybody.products)
    return Pool(applicants=everybody.n, labelled=labelled, applicant_sd=seen.sd(everybody.columns[0]))


def answer(read: ValidityRead, predictor: str, given: Assumptions) -> PredictorValidity:
    """The validity of the predictor under the assumptions."""
    frame = read.cells
    found = cells(frame["x"], frame["y"], frame["n"])
    return assess_cells(predictor, {"": found}, is_grouped=False, assumptions=given)


def by_version(read: ValidityRead) -> StratifiedValidity:
    """Validity of each vendor version, and whether they agree."""
    frame = read.versions
    return validity_by(cells_by(list(frame[VERSION]), frame["x"], frame["y"], frame["n"]))


def by_skill(read: ValidityRead) -> Mapping[str, Correlation]:
    """Raw validity of each skill, the strongest first; a skill with too few labels stands last."""
    found = {name: _correlation(one.groups[0].sums if one.groups else None) for name, one in read.by_skill.items()}
    return dict(sorted(found.items(), key=lambda item: (item[1].r is None, -(item[1].r or 0.0))))


def agreement(read: ValidityRead) -> Mapping[str, PairAgreement]:
    """Agreement of assessment score and re-interview rating, blind apart from informed, on the scale 0 to 1."""
    frame = read.re_interviews
    parts = {kind: frame[frame["seen"] == kind] for kind in (BLIND, INFORMED)}
    return {
        kind: pair_agreement(moments({"ai": part["score"] / SCALE, "human": part["rating"]}, part["n"]))
        for kind, part in parts.items()
    }


def unknown_re_interviews(read: ValidityRead) -> int:
    """Re-interviews of which nobody recorded whether the rater had seen the score."""
    frame = read.re_interviews
    return int(frame.loc[~frame["seen"].isin([BLIND, INFORMED]), "n"].sum())


def grid(read: ValidityRead) -> Grid:
    """People by bins of five points of the predictor and a tenth of the criterion."""
    frame = read.cells.dropna(subset=["x", "y"])
    binned = pd.DataFrame(
        {
            "x": np.floor(frame["x"] / SCORE_STEP) * SCORE_STEP,
            "y": (np.floor(frame["y"] / RATING_STEP + 1e-9) * RATING_STEP).round(2),
            "n": frame["n"],
        }
    )
    table = binned.pivot_table(index="y", columns="x", values="n", aggfunc="sum")
    return Grid(
        x=[float(value) for value in table.columns],
        y=[float(value) for value in table.index],
        counts=[[None if np.isnan(value) else float(value) for value in row] for row in table.to_numpy(dtype=float)],
    )


def _correlation(sums: Sums | None) -> Correlation:
    if sums is None:
        return pearson(None, 0)
    seen = moments_from_sums(sums.columns, sums.n, sums.sums, sums.products)
    return pearson(seen.r(*sums.columns), sums.n)
