"""Differential prediction: does one regression line serve every group (Cleary 1968; Lautenschlager & Mendoza 1986)?

Three nested models, all from each group's moments: one line, own intercepts, own slopes. The steps are the omnibus
test, then slopes, then intercepts unless the slopes differ. A line that under-predicts a group is bias against it; the
usual finding is over-prediction. The effect size dMod stands beside every p.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy import stats

from validation.moments import Moments, merged

# A residual sum of squares this far below the total is rounding noise: the lines fit exactly.
_EXACT = 1e-13
ALPHA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A regression line of the criterion on the predictor."""

    intercept: float
    slope: float

    def at(self, x: float) -> float:
        """The predicted criterion."""
        return self.intercept + self.slope * x


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """F test of a larger against a smaller model; f None with p 0 means that the larger one fits exactly."""

    f: float | None
    df: tuple[int, float]
    p: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """One group: its line, the parallel line, and the mean residual from the common line (negative: over-predicted)."""

    group: str
    n: float
    line: Line
    parallel: Line
    mean_residual: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferentialPrediction:
    """All steps and lines. `alpha` is the level at which a step counts as rejected."""

    n: float
    common: Line
    groups: tuple[GroupLine, ...]
    r_squared_common: float | None
    r_squared_intercepts: float | None
    r_squared_slopes: float | None
    omnibus: Step
    slope: Step
    intercept: Step
    alpha: float

    @property
    def slopes_differ(self) -> bool:
        """Whether equal slopes are rejected."""
        return self.slope.p is not None and self.slope.p < self.alpha

    @property
    def intercepts_differ(self) -> bool:
        """Whether equal intercepts are rejected, which is asked only where the slopes do not differ."""
        return not self.slopes_differ and self.intercept.p is not None and self.intercept.p < self.alpha

    @property
    def is_rejected(self) -> bool:
        """Whether one common line does not serve every group."""
        return self.slopes_differ or self.intercepts_differ

    def coefficients(self, referent: str, focal: str, centre: float = 0.0) -> tuple[float, float, float, float]:
        """Intercept, slope, intercept difference and slope difference (focal minus referent) with x centred there."""
        lines = {group.group: group.line for group in self.groups}
        one, other = lines[referent], lines[focal]
        return one.at(centre), one.slope, other.at(centre) - one.at(centre), other.slope - one.slope


def differential_prediction(
    groups: Mapping[str, Moments], predictor: str = "x", criterion: str = "y", alpha: float = ALPHA
) -> DifferentialPrediction | None:
    """Cleary's steps over the groups' moments; a group whose predictor does not vary has no line and is left out.

    None with fewer than two groups left, or with no degrees of freedom for separate lines.
    """
    usable = {name: seen for name, seen in groups.items() if seen.n > 2 and seen.sum_of_squares(predictor) > 0}
    every = merged(list(usable.values())) if usable else None
    if every is None or len(usable) < 2 or every.n - 2 * len(usable) <= 0:
        return None
    within = _within(list(usable.values()), predictor, criterion)
    errors = (
        _error(_sums(every, predictor, criterion)),
        _error(within),
        sum(_error(_sums(seen, predictor, criterion)) for seen in usable.values()),
    )
    total, slope = every.sum_of_squares(criterion), within[1] / within[0]
    common = _line(every, predictor, criterion)
    k, left = len(usable), every.n
    return DifferentialPrediction(
        n=every.n,
        common=common,
        groups=tuple(_group_line(name, seen, slope, common, predictor, criterion) for name, seen in usable.items()),
        r_squared_common=_explained(errors[0], total),
        r_squared_intercepts=_explained(errors[1], total),
        r_squared_slopes=_explained(errors[2], total),
        omnibus=_step(errors[0], errors[2], total, 2 * (k - 1), left - 2 * k),
        slope=_step(errors[1], errors[2], total, k - 1, left - 2 * k),
        intercept=_step(errors[0], errors[1], total, k - 1, left - k - 1),
        alpha=alpha,
    )


Sums = tuple[float, float, float]


def _sums(seen: Moments, predictor: str, criterion: str) -> Sums:
    """Centred Sxx, Sxy, Syy."""
    return (
        seen.sum_of_squares(predictor),
        seen.sum_of_products(predictor, criterion),
        seen.sum_of_squares(criterion),
    )


def _within(blocks: Sequence[Moments], predictor: str, criterion: str) -> Sums:
    parts = [_sums(block, predictor, criterion) for block in blocks]
    return sum(part[0] for part in parts), sum(part[1] for part in parts), sum(part[2] for part in parts)


def _error(sums: Sums) -> float:
    xx, xy, yy = sums
    return max(0.0, yy - xy * xy / xx)


def _line(seen: Moments, predictor: str, criterion: str) -> Line:
    xx, xy, _ = _sums(seen, predictor, criterion)
    slope = xy / xx
    at_x, at_y = float(seen.mean[seen.at(predictor)]), float(seen.mean[seen.at(criterion)])
    return Line(intercept=at_y - slope * at_x, slope=slope)


def _group_line(name: str, seen: Moments, slope: float, common: Line, predictor: str, criterion: str) -> GroupLine:
    x, y = float(seen.mean[seen.at(predictor)]), float(seen.mean[seen.at(criterion)])
    return GroupLine(
        group=name,
        n=seen.n,
        line=_line(seen, predictor, criterion),
        parallel=Line(intercept=y - slope * x, slope=slope),
        mean_residual=y - common.at(x),
    )


def _explained(error: float, total: float) -> float | None:
    return 1 - error / total if total > 0 else None


def _step(small: float, large: float, total: float, df: int, left: float) -> Step:
    """F of the larger model; undefined when the criterion is constant or the smaller model already fits exactly."""
    gain = max(0.0, small - large)
    if total <= 0 or left <= 0 or small <= _EXACT * total:
        return Step(f=None, df=(df, left), p=None)
    if large <= _EXACT * total:
        return Step(f=None, df=(df, left), p=0.0)
    f = gain / df / (large / left)
    return Step(f=f, df=(df, left), p=float(stats.f.sf(f, df, left)))
