"""Finds a silent change of an AI vendor's scoring: the scores move while the people stay the same.

Each period's mean score is standardised to one mix of segments, so that a change of who applies does not count. A scan
over all possible change points, with the variation between periods as its yardstick, then says whether and since which
period mean or spread differ. Whether the vendor announced a new version then is told beside it.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from validation.histogram import Floats
from validation.mix import SegmentCell, by_segment
from validation.outcome import Text, Verdict, finite

LEAST_PERIODS = 4
LEAST_PEOPLE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodScores:
    """A period's scores by segment (job family, source), and the vendor's version as it was announced."""

    period: str
    segments: tuple[SegmentCell, ...]
    version: str | None = None

    @property
    def n(self) -> float:
        """The period's people."""
        return sum(cell.n for cell in self.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorLimits:
    """From which change of a vendor's scoring on a run asks for review: of the mean, in standard deviations, or of the
    spread, as a factor. `false_alarms` is the chance to find one where there is none."""

    false_alarms: float
    shift_review: float
    spread_review: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorChange:
    """The likeliest change point and how sure it is.

    `shift_sd` is the change of the standardised mean in standard deviations within segments, `spread_ratio` the spread
    after over before, `p_value` counts all points that were tried; `is_announced` whether the version changes there.
    """

    periods: tuple[str, ...]
    standardised_means: tuple[float, ...]
    change_at: str | None
    shift_sd: float | None
    spread_ratio: float | None
    p_value: float | None
    is_announced: bool | None
    verdict: Verdict
    reason: Text

    def as_json(self) -> dict[str, object]:
        """Plain JSON values, both languages."""
        return {
            "periods": list(self.periods),
            "standardised_means": list(self.standardised_means),
            "change_at": self.change_at,
            "shift_sd": finite(self.shift_sd),
            "spread_ratio": finite(self.spread_ratio),
            "p_value": finite(self.p_value),
            "is_announced": self.is_announced,
            "verdict": self.verdict.value,
            "reason": {"en": self.reason.en, "zh": self.reason.zh},
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Cells:
    """People, mean and sum of squares around it by period (row) and segment (column); zeros where nobody is."""

    n: Floats
    mean: Floats
    squares: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Series:
    """A standardised figure by period with its sampling variance."""

    values: Floats
    variances: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Split:
    """A change point: the index of the first period after it, before-after difference, and p for all points tried."""

    at: int
    difference: float
    p_value: float


def vendor_change(
    periods: Sequence[PeriodScores],
    *,
    shift_review: float = 0.10,
    shift_block: float = 0.50,
    ratio_review: float = 1.15,
    alpha: float = 0.05,
) -> VendorChange:
    """Scans the periods, in their order, for one change of mean or spread.

    Periods under 30 people are left out; with fewer than four the answer is `not_enough_evidence`. A change found
    beyond chance is a review from a tenth of a standard deviation (or a spread 15 % wider or narrower), and blocks from
    half a standard deviation.
    """
    kept = [period for period in periods if period.n >= LEAST_PEOPLE]
    cells = _cells(kept)
    if len(kept) < LEAST_PERIODS or cells is None:
        return _too_little(kept)
    means, log_spreads, spread = _standardised(cells)
    mean_split, spread_split = _scan(means), _scan(log_spreads)
    split = min(mean_split, spread_split, key=lambda found: found.p_value)
    p_value = min(1.0, 2 * split.p_value)
    shift = _difference(means, split.at) / spread if spread > 0 else 0.0
    ratio = math.exp(_difference(log_spreads, split.at))
    is_found = p_value < alpha
    verdict = _verdict(is_found, abs(shift), max(ratio, 1 / ratio), (shift_review, shift_block, ratio_review))
    announced = kept[split.at].version != kept[split.at - 1].version
    return VendorChange(
        periods=tuple(period.period for period in kept),
        standardised_means=tuple(means.values.tolist()),
        change_at=kept[split.at].period if is_found else None,
        shift_sd=shift,
        spread_ratio=ratio,
        p_value=p_value,
        is_announced=announced if is_found else None,
        verdict=verdict,
        reason=_reason(verdict, kept[split.at].period, shift, ratio, announced),
    )


def _cells(periods: Sequence[PeriodScores]) -> _Cells | None:
    """Every segment that two periods have people of; None where those do not tie all periods together."""
    merged = [by_segment(period.segments) for period in periods]
    seen = Counter(name for cells in merged for name, cell in cells.items() if cell.n > 0)
    names = sorted(name for name, count in seen.items() if count > 1)
    empty = SegmentCell(segment="", n=0, total=0)
    rows = [[cells.get(name, empty) for name in names] for cells in merged]
    numbers = np.asarray([[(one.n, one.total, one.variance) for one in row] for row in rows], dtype=np.float64)
    n, total, variance = numbers.reshape(len(rows), len(names), 3).transpose(2, 0, 1)
    found = _Cells(n=n, mean=np.divide(total, n, out=np.zeros_like(n), where=n > 0), squares=n * variance)
    return found if n.size and (n.sum(axis=1) > 0).all() and _effects(found)[1] else None


def _effects(cells: _Cells) -> tuple[Floats, bool]:
    """The mean of each period with the mix of all people: periods and segments fitted as two additive effects, every
    person counting once. False beside it where the segments leave periods apart, which nothing then compares."""
    count, segments = cells.n.shape
    at, of = np.nonzero(cells.n)
    weight = np.sqrt(cells.n[at, of])
    design = np.zeros((at.size, count + segments))
    design[np.arange(at.size), at] = design[np.arange(at.size), count + of] = weight
    fitted, _, rank, _ = np.linalg.lstsq(design, weight * cells.mean[at, of])
    effects: Floats = fitted.astype(np.float64)
    shares = cells.n.sum(axis=0) / cells.n.sum()
    return effects[:count] + float(shares @ effects[count:]), bool(rank == count + segments - 1)


def _standardised(cells: _Cells) -> tuple[_Series, _Series, float]:
    """Means and log spreads by period, and the spread within segments. A segment's variance is that of all periods: of
    few people alone it would be small by chance, and outweigh all others."""
    freedom = np.maximum(cells.n - 1, 0)
    overall = float(cells.squares.sum() / max(freedom.sum(), 1))
    floor = max(overall * 1e-6, 1e-18)
    per_segment = np.maximum(_over(cells.squares.sum(axis=0), freedom.sum(axis=0), overall), floor)
    people = cells.n.sum(axis=1)
    means = _Series(values=_effects(cells)[0], variances=cells.n @ per_segment / people**2)
    left = np.maximum(freedom.sum(axis=1), 1)
    ratios = np.maximum((cells.squares / per_segment).sum(axis=1) / left, 1e-6)
    # The sampling variance of a log standard deviation is about 1 / 2n for scores near the normal curve.
    return means, _Series(values=np.log(ratios) / 2, variances=1 / (2 * left)), math.sqrt(overall)


def _over(sums: Floats, counts: Floats, otherwise: float) -> Floats:
    return np.divide(sums, counts, out=np.full_like(sums, otherwise), where=counts > 0)


def _scan(series: _Series) -> _Split:
    """The best of all change points. Variation between periods beyond sampling widens the yardstick (Birge ratio)."""
    count = series.values.size
    splits = [(_statistic(series, at), at) for at in range(1, count)]
    statistic, at = max(splits)
    residual = _residual(series, at)
    scale = max(1.0, residual / (count - 2))
    p_value = 2 * float(stats.t.sf(statistic / math.sqrt(scale), count - 2))
    if scale <= 1.0:
        p_value = 2 * float(stats.norm.sf(statistic))
    return _Split(at=at, difference=_difference(series, at), p_value=min(1.0, p_value * (count - 1)))


def _sides(series: _Series, at: int) -> tuple[tuple[float, float], tuple[float, float]]:
    weights = 1 / series.variances
    before = float(np.average(series.values[:at], weights=weights[:at]))
    after = float(np.average(series.values[at:], weights=weights[at:]))
    return (before, 1 / float(weights[:at].sum())), (after, 1 / float(weights[at:].sum()))


def _difference(series: _Series, at: int) -> float:
    (before, _), (after, _) = _sides(series, at)
    return after - before


def _statistic(series: _Series, at: int) -> float:
    (before, variance_before), (after, variance_after) = _sides(series, at)
    return abs(after - before) / math.sqrt(variance_before + variance_after)


def _residual(series: _Series, at: int) -> float:
    (before, _), (after, _) = _sides(series, at)
    fitted = np.where(np.arange(series.values.size) < at, before, after)
    return float(((series.values - fitted) ** 2 / series.variances).sum())


def _verdict(is_found: bool, shift: float, ratio: float, limits: tuple[float, float, float]) -> Verdict:
    review, block, widened = limits
    if not is_found or (shift < review and ratio < widened):
        return Verdict.PASS
    return Verdict.BLOCK if shift >= block else Verdict.REVIEW


def _reason(verdict: Verdict, period: str, shift: float, ratio: float, is_announced: bool) -> Text:
    if verdict is Verdict.PASS:
        return Text(
            en="With the mix held constant the vendor's scores show no change that matters.",
            zh="在人员结构不变的口径下，供应商评分没有实质变化。",
        )
    how = Text(en="with a new version", zh="版本同时更新") if is_announced else Text(en="silently", zh="未公告")
    return Text(
        en=f"From {period} on the vendor scores differently ({how.en}): with the mix held constant the mean moves by "
        f"{shift:+.2g} standard deviations and the spread by a factor of {ratio:.2g}.",
        zh=f"自 {period} 起供应商评分方式改变（{how.zh}）：在人员结构不变的口径下，均值变化 {shift:+.2g} 个标准差，"
        f"离散程度变为 {ratio:.2g} 倍。",
    )


def _too_little(kept: Sequence[PeriodScores]) -> VendorChange:
    return VendorChange(
        periods=tuple(period.period for period in kept),
        standardised_means=(),
        change_at=None,
        shift_sd=None,
        spread_ratio=None,
        p_value=None,
        is_announced=None,
        verdict=Verdict.NOT_ENOUGH_EVIDENCE,
        reason=Text(
            en=f"{len(kept)} periods have {LEAST_PEOPLE} people or more and segments in common; "
            f"{LEAST_PERIODS} are needed.",
            zh=f"只有 {len(kept)} 个时段达到 {LEAST_PEOPLE} 人并有共同分组；至少需要 {LEAST_PERIODS} 个。",
        ),
    )
