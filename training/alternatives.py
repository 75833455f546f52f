"""Less discriminatory alternatives of a run: the same rows, folds and holdout, fitted in other ways, and the choice.

The least impact wins among the fits that are shown to rank people no worse than the configured one, within a tolerance.
Both are judged in cross-validation; the holdout only reports, so that the gate still meets it fresh. Nothing here reads
or writes anything. No method ever gives groups cuts of their own.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import xgboost
from numpy.typing import NDArray

from models.features import Matrix
from training.alternatives_groups import Groups
from training.alternatives_methods import METHODS, UNCONSTRAINED, CannotTry, Lesson
from training.alternatives_points import Impact, Point, impact, ranked
from training.alternatives_settings import Trying
from training.alternatives_words import because
from training.auc import auc_value
from training.cut import at_share
from training.fit import margins_at
from training.ground import Fitted
from training.tune import PARALLEL_FITS, Folds, Trial
from validation.gate_comparison import paired_ranking
from validation.outcome import Text

Array = NDArray[np.float64]

EQUAL_RATIOS = 0.01
"""Impact ratios that are closer than this are not told apart: with a thousand people a group, one folding of the same
people moves them more."""

ONE_SIDED = 0.90
"""The two-sided coverage whose lower end is the one-sided 95 % bound."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """Rows of the fit period with a fold each, and of the holdout; labels are NaN where there is none.

    `share` of the people advance; `trial` holds the parameters that the run's tuning chose.
    """

    matrix: Matrix
    labels: Array
    groups: Groups
    folds: Folds
    held: Matrix
    held_labels: Array
    held_groups: Groups
    trial: Trial
    share: float
    seed: int

    def lesson(self, rows: NDArray[np.bool_]) -> Lesson:
        """The labelled ones of some rows of the fit period."""
        kept = rows & np.isfinite(self.labels)
        return Lesson(
            matrix=self.matrix[kept], labels=self.labels[kept], groups=self.groups[kept],
            trial=self.trial, seed=self.seed,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alternatives:
    """Every point, the methods that found nothing to work on, the chosen point's name, and why it was chosen."""

    points: tuple[Point, ...]
    not_tried: Mapping[str, Text]
    chosen: str
    why: Text
    tolerance: float
    share: float

    def point(self, name: str) -> Point:
        """The point of this name."""
        return next(one for one in self.points if one.name == name)

    def as_json(self) -> dict[str, object]:
        """Plain JSON values: counts and figures, no row."""
        return {
            "chosen": self.chosen,
            "why": {"en": self.why.en, "zh": self.why.zh},
            "tolerance": self.tolerance,
            "share": self.share,
            "points": [one.as_json(self.tolerance) for one in self.points],
            "not_tried": {name: {"en": text.en, "zh": text.zh} for name, text in self.not_tried.items()},
        }


def alternatives(field: Field, settings: Trying, tell: Callable[[str], None]) -> Alternatives:
    """The configured fit and every method of the settings on these rows, and the choice among them."""
    points: list[Point] = []
    not_tried: dict[str, Text] = {}
    for name in (UNCONSTRAINED, *settings.methods):
        tell(f"trying {name}" if points else "measuring the configured fit by group")
        try:
            points.append(_point(field, name, points[0] if points else None))
        except CannotTry as error:
            not_tried[name] = error.reason
    chosen = choice(points, settings.tolerance)
    return Alternatives(
        points=tuple(points),
        not_tried=not_tried,
        chosen=chosen.name,
        why=because(points, chosen, settings.tolerance),
        tolerance=settings.tolerance,
        share=field.share,
    )


def choice(points: Sequence[Point], tolerance: float) -> Point:
    """The least impact among the points that are no worse; the configured fit (the first) where none can be compared.

    Ratios less than EQUAL_RATIOS below the best count as equal. Among equals the configured fit stands, else the one
    that ranks people best, else the earlier and simpler one.
    """
    able = [one for one in points if one.is_no_worse(tolerance) and one.impact.ratio is not None]
    best = max((one.impact.ratio or 0.0 for one in able), default=None)
    if best is None:
        return points[0]
    equal = [one for one in able if (one.impact.ratio or 0.0) > best - EQUAL_RATIOS]
    return equal[0] if equal[0] is points[0] else max(equal, key=lambda one: one.cross_validated.value or 0.0)


def finished(field: Field, found: Alternatives) -> Fitted | None:
    """The chosen fit as the model of a run: fitted on all labelled rows of the fit period. None where the configured
    one stands."""
    if found.chosen == UNCONSTRAINED:
        return None
    method, everybody = METHODS[found.chosen], field.lesson(np.ones(len(field.labels), dtype=bool))
    return Fitted(
        name=found.chosen,
        booster=method.make(everybody),
        margins=found.point(found.chosen).margins[np.isfinite(field.labels)],
        parameters=method.parameters(field.trial, field.seed),
        again=lambda rows, seed: method.make(everybody.drawn(rows, seed)),
    )


def out_of_fold(field: Field, name: str) -> Array:
    """The log-odds of each row of the fit period by a fit of the other folds."""
    margins = np.full(len(field.labels), np.nan)

    def one(fold: int) -> tuple[NDArray[np.bool_], Array]:
        unseen = field.folds == fold
        booster = METHODS[name].make(field.lesson(~unseen))
        return unseen, _margins(booster, field.matrix[unseen])

    with ThreadPoolExecutor(max_workers=PARALLEL_FITS) as pool:
        for unseen, found in pool.map(one, [int(fold) for fold in np.unique(field.folds)]):
            margins[unseen] = found
    return margins


def _point(field: Field, name: str, configured: Point | None) -> Point:
    """The point of a method. Raises CannotTry."""
    everybody = field.lesson(np.ones(len(field.labels), dtype=bool))
    METHODS[name].needs(everybody)
    margins = out_of_fold(field, name)
    booster = METHODS[name].make(everybody)
    held = _margins(booster, field.held)
    cut = at_share(_margins(booster, field.matrix), field.share)
    return Point(
        name=name,
        words=METHODS[name].words,
        margins=margins,
        fold_aucs=_by_fold(field, margins),
        cross_validated=ranked(margins, field.labels),
        holdout=ranked(held, field.held_labels),
        impact=at_the_share(field, margins),
        holdout_impact=impact(field.held_groups, held >= cut),
        difference=None
        if configured is None
        else paired_ranking(field.labels, margins, configured.margins, level=ONE_SIDED),
    )


def at_the_share(field: Field, margins: Array) -> Impact:
    """The impact when the field's share of the fit period's people advances, one cut for all."""
    return impact(field.groups, margins >= at_share(margins, field.share))


def _by_fold(field: Field, margins: Array) -> tuple[float, ...]:
    known = np.isfinite(field.labels)
    found = [
        auc_value(margins[known & (field.folds == fold)], field.labels[known & (field.folds == fold)])
        for fold in np.unique(field.folds)
    ]
    return tuple(one for one in found if one is not None)


def _margins(booster: xgboost.Booster, matrix: Matrix) -> Array:
    return margins_at(booster, matrix, (booster.num_boosted_rounds(),))[0]
