"""Validity of one or several predictors for a criterion: the whole answer with its verdicts.

Raw and corrected validity, ranks, expectancy, every group's line and Cleary's steps, what a second predictor adds.
Everything is computed from cells, so rows and an engine's aggregates give the same answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from validation.categorical_criteria import auc, polyserial
from validation.cells import Cells, cells_by, merged_cells
from validation.corrections import (
    Corrected,
    Correction,
    case_ii,
    corrected,
    criterion_unreliability,
    indirect,
    range_ratio,
    unreliability_then_range,
)
from validation.correlation import Correlation, pearson, spearman, spearman_interval
from validation.differential_prediction import DifferentialPrediction
from validation.expectancy import Expectancy, empirical_expectancy
from validation.group_validity import GroupValidity, compare_groups
from validation.joint_validity import Joint, joint_validity
from validation.moments import Moments, is_usable, moments
from validation.outcome import Interval, Text, Verdict, worst
from validation.validity_rule import Judgement, judge_validity

# A criterion of at most so many values is a category underneath, for which the polyserial correlation is shown.
MOST_CATEGORIES = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What the user brings; None switches the correction off.

    `applicant_sd` is the predictor's standard deviation among applicants, `criterion_reliability` holds among the
    hired, `predictor_reliability` among applicants (it turns on the correction for indirect restriction).
    """

    applicant_sd: float | None = None
    criterion_reliability: float | None = None
    predictor_reliability: float | None = None
    success_at: float | None = None
    bands: int = 5
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """The corrected validities beside their inputs; None where an input is missing or nothing can be corrected."""

    hired_sd: float | None
    u: float | None
    range_restriction: Corrected | None
    criterion_unreliability: Corrected | None
    both: Corrected | None
    indirect: Corrected | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictorValidity:
    """Everything about one predictor. `prediction` is Cleary's answer, None where no groups could be compared."""

    predictor: str
    assumptions: Assumptions
    missing: float
    correlation: Correlation
    spearman: float | None
    spearman_interval: Interval
    spearman_fieller: Interval
    polyserial: float | None
    auc: float | None
    corrections: Corrections
    expectancy: Expectancy
    groups: tuple[GroupValidity, ...]
    prediction: DifferentialPrediction | None
    prediction_judgement: Judgement
    judgement: Judgement
    verdict: Verdict
    scatter: Cells = field(repr=False)

    @property
    def reason(self) -> Text:
        """The sentence behind the verdict: validity's own, unless the groups weighed more."""
        own = self.judgement.verdict is self.verdict
        return self.judgement.reason if own else self.prediction_judgement.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """The answer for all predictors; `n` is the people with a criterion and at least one predictor."""

    criterion: str
    group: str | None
    n: float
    predictors: tuple[PredictorValidity, ...]
    joint: Joint | None
    assumptions: Assumptions
    verdict: Verdict
    reason: Text


_NOT_ASKED = Judgement(
    verdict=Verdict.NOT_ENOUGH_EVIDENCE,
    reason=Text(en="No group column was named, so nothing was compared.", zh="未指定群体列，因此没有进行比较。"),
)


def assess(
    predictors: Mapping[str, ArrayLike],
    criterion: ArrayLike,
    *,
    criterion_name: str = "criterion",
    groups: Sequence[object] | None = None,
    group_name: str | None = None,
    weights: ArrayLike | None = None,
    assumptions: Assumptions | None = None,
    own: Mapping[str, Assumptions] | None = None,
) -> Validity:
    """Validity from rows or from an aggregated table whose `weights` are people; NaN is missing, infinity too.

    `own` replaces the assumptions for single predictors: each scale has its own standard deviation and reliability.
    """
    given = assumptions or Assumptions()
    its = own or {}
    if not predictors:
        raise ValueError("validity needs at least one predictor")
    outcome = np.asarray(criterion, dtype=np.float64)
    labels: Sequence[object] = [""] * len(outcome) if groups is None else groups
    found = tuple(
        assess_cells(
            name,
            cells_by(labels, values, outcome, weights),
            is_grouped=groups is not None,
            assumptions=its.get(name, given),
        )
        for name, values in predictors.items()
    )
    return Validity(
        criterion=criterion_name,
        group=group_name if groups is not None else None,
        n=_people(predictors, outcome, weights),
        predictors=found,
        joint=joint_validity(predictors, outcome, weights) if len(predictors) > 1 else None,
        assumptions=given,
        verdict=worst(one.verdict for one in found),
        reason=_gravest(found),
    )


def _people(predictors: Mapping[str, ArrayLike], outcome: ArrayLike, weights: ArrayLike | None) -> float:
    scored = is_usable(np.column_stack([np.asarray(values, dtype=np.float64) for values in predictors.values()]))
    known = np.where(scored.any(axis=1), 0.0, np.nan)
    return moments({"known": known, "y": outcome}, weights).n


def _gravest(found: Sequence[PredictorValidity]) -> Text:
    """The reason behind the gravest verdict, with the predictor's name."""
    overall = worst(one.verdict for one in found)
    one = next(one for one in found if one.verdict is overall)
    return Text(en=f"{one.predictor}: {one.reason.en}", zh=f"{one.predictor}：{one.reason.zh}")


def assess_cells(
    predictor: str, groups: Mapping[str, Cells], *, is_grouped: bool, assumptions: Assumptions | None = None
) -> PredictorValidity:
    """One predictor from the cells of each group; with `is_grouped` false the groups are only pooled."""
    given = assumptions or Assumptions()
    pooled = merged_cells(list(groups.values()))
    seen = pooled.moments()
    correlation = pearson(seen.r("x", "y"), seen.n, given.level)
    rho = spearman(pooled)
    by_group = compare_groups(groups, given.level) if is_grouped else None
    judged = judge_validity(correlation)
    fair = by_group.judgement if by_group else _NOT_ASKED
    few_levels = 2 <= len(np.unique(pooled.y)) <= MOST_CATEGORIES
    return PredictorValidity(
        predictor=predictor,
        assumptions=given,
        missing=pooled.missing,
        correlation=correlation,
        spearman=rho,
        spearman_interval=spearman_interval(rho, pooled.n, level=given.level),
        spearman_fieller=spearman_interval(rho, pooled.n, "fieller", given.level),
        polyserial=polyserial(pooled) if few_levels else None,
        auc=auc(pooled),
        corrections=_corrections(seen, correlation, given),
        expectancy=empirical_expectancy(pooled, given.success_at, given.bands, given.level),
        groups=by_group.groups if by_group else (),
        prediction=by_group.prediction if by_group else None,
        prediction_judgement=fair,
        judgement=judged,
        verdict=worst([judged.verdict, fair.verdict]) if is_grouped else judged.verdict,
        scatter=pooled,
    )


def _corrections(seen: Moments, raw: Correlation, given: Assumptions) -> Corrections:
    sd = seen.sd("x")
    u = range_ratio(sd, given.applicant_sd)
    reliability, predictor_reliability = given.criterion_reliability, given.predictor_reliability
    steps: dict[str, Correction] = {}
    if u is not None:
        steps["range_restriction"] = partial(case_ii, u=u)
    if reliability is not None:
        steps["criterion_unreliability"] = partial(criterion_unreliability, reliability=reliability)
    if u is not None and reliability is not None:
        steps["both"] = partial(unreliability_then_range, u=u, criterion_reliability=reliability)
    if u is not None and predictor_reliability is not None:
        steps["indirect"] = indirect(u, predictor_reliability, reliability or 1.0)
    done = {name: corrected(raw.r, raw.interval, step) for name, step in steps.items()}
    return Corrections(
        hired_sd=sd,
        u=u,
        range_restriction=done.get("range_restriction"),
        criterion_unreliability=done.get("criterion_unreliability"),
        both=done.get("both"),
        indirect=done.get("indirect"),
    )
