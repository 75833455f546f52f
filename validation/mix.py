"""Tells a change of mix from a change within: who came, or what happened to those who came.

A pass rate or a mean score moves when the shares of job families, sources or seasons move, without any change of the
model. The decomposition is Kitagawa's (1955; for means Oaxaca's without covariates): both parts add up exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from validation.histogram import Floats
from validation.outcome import Text, Verdict, finite

MINIMUM_N = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentCell:
    """A segment's people: how many, the sum of their outcome (score, or 1 for passed), and the sum of its squares.

    For a pass rate the squares equal the sum, which is the default.
    """

    segment: str
    n: float
    total: float
    squares: float | None = None

    @property
    def mean(self) -> float | None:
        """The mean outcome; None without people."""
        return self.total / self.n if self.n > 0 else None

    @property
    def variance(self) -> float:
        """The variance of the outcome within the segment (divisor n); 0 without people."""
        if self.n <= 0:
            return 0.0
        squares = self.total if self.squares is None else self.squares
        return max(squares / self.n - (self.total / self.n) ** 2, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentChange:
    """What one segment adds to both parts; a mean is None where the segment has nobody."""

    segment: str
    reference_share: float
    current_share: float
    reference_mean: float | None
    current_mean: float | None
    within: float
    mix: float

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "segment": self.segment,
            "reference_share": self.reference_share,
            "current_share": self.current_share,
            "reference_mean": finite(self.reference_mean),
            "current_mean": finite(self.current_mean),
            "within": self.within,
            "mix": self.mix,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MixChange:
    """A change of a mean split in two: `change` = `within` + `mix`. All are None when a side has nobody."""

    reference_n: float
    current_n: float
    reference_mean: float | None
    current_mean: float | None
    change: float | None
    within: float | None
    within_error: float | None
    mix: float | None
    segments: tuple[SegmentChange, ...]
    verdict: Verdict
    reason: Text

    def as_json(self) -> dict[str, object]:
        """Plain JSON values, both languages."""
        return {
            "reference_n": self.reference_n,
            "current_n": self.current_n,
            "reference_mean": finite(self.reference_mean),
            "current_mean": finite(self.current_mean),
            "change": finite(self.change),
            "within": finite(self.within),
            "within_error": finite(self.within_error),
            "mix": finite(self.mix),
            "segments": [segment.as_json() for segment in self.segments],
            "verdict": self.verdict.value,
            "reason": {"en": self.reason.en, "zh": self.reason.zh},
        }


def mix_change(
    reference: Sequence[SegmentCell],
    current: Sequence[SegmentCell],
    *,
    practical_sd: float = 0.10,
    level: float = 0.95,
    minimum_n: int = MINIMUM_N,
) -> MixChange:
    """Splits the change of the mean from reference to current; cells of one segment add up.

    Each part weighs with the average of both sides. A segment that only one side has belongs to the mix. A change
    within alarms (`review`) at `practical_sd` standard deviations of the outcome within the reference's segments, when
    it is beyond chance at `level`; a change of mix alone never does.
    """
    before, after = by_segment(reference), by_segment(current)
    n, m = _weight(before), _weight(after)
    if min(n, m) <= 0:
        return _undefined(before, after)
    segments = tuple(_segment(name, before, after, n, m) for name in sorted({**before, **after}))
    within = sum(segment.within for segment in segments)
    error = _within_error(before, after, n, m)
    threshold = practical_sd * _spread_within(before)
    verdict = _verdict(within, error, threshold, min(n, m) >= minimum_n, level)
    mix = sum(segment.mix for segment in segments)
    return MixChange(
        reference_n=n,
        current_n=m,
        reference_mean=_mean(before),
        current_mean=_mean(after),
        change=_mean(after) - _mean(before),
        within=within,
        within_error=error,
        mix=mix,
        segments=segments,
        verdict=verdict,
        reason=_reason(verdict, within, mix, (n, m), minimum_n),
    )


Cells = dict[str, SegmentCell]


def by_segment(cells: Sequence[SegmentCell]) -> Cells:
    """One cell for each segment; cells of one segment add up."""
    found: Cells = {}
    for cell in cells:
        known = found.get(cell.segment, SegmentCell(segment=cell.segment, n=0.0, total=0.0, squares=0.0))
        squares = (known.squares or 0.0) + (cell.total if cell.squares is None else cell.squares)
        found[cell.segment] = SegmentCell(
            segment=cell.segment, n=known.n + cell.n, total=known.total + cell.total, squares=squares
        )
    return found


def _weight(cells: Cells) -> float:
    return sum(cell.n for cell in cells.values())


def _mean(cells: Cells) -> float:
    return sum(cell.total for cell in cells.values()) / _weight(cells)


def _segment(name: str, before: Cells, after: Cells, n: float, m: float) -> SegmentChange:
    old, new = before.get(name), after.get(name)
    old_share, new_share = (old.n / n if old else 0.0), (new.n / m if new else 0.0)
    old_mean, new_mean = (old.mean if old else None), (new.mean if new else None)
    # Where one side has nobody there is no change within: the other side's mean stands for both.
    first = old_mean if old_mean is not None else new_mean or 0.0
    second = new_mean if new_mean is not None else first
    return SegmentChange(
        segment=name,
        reference_share=old_share,
        current_share=new_share,
        reference_mean=old_mean,
        current_mean=new_mean,
        within=(old_share + new_share) / 2 * (second - first),
        mix=(new_share - old_share) * (first + second) / 2,
    )


def _within_error(before: Cells, after: Cells, n: float, m: float) -> float:
    """The standard error of the part within, the shares taken as given."""
    terms = [
        ((before[name].n / n + after[name].n / m) / 2) ** 2
        * (before[name].variance / before[name].n + after[name].variance / after[name].n)
        for name in before
        if name in after and before[name].n > 0 and after[name].n > 0
    ]
    return float(np.sqrt(sum(terms)))


def _spread_within(cells: Cells) -> float:
    weights: Floats = np.asarray([cell.n for cell in cells.values()])
    return float(np.sqrt(np.average([cell.variance for cell in cells.values()], weights=weights)))


def _verdict(within: float, error: float, threshold: float, is_enough: bool, level: float) -> Verdict:
    if not is_enough:
        return Verdict.NOT_ENOUGH_EVIDENCE
    # Rates that agree to the last digit may differ by a rounding error, and a constant outcome has no spread.
    if abs(within) < max(threshold, 1e-12):
        return Verdict.PASS
    beyond = abs(within) > float(stats.norm.ppf(0.5 + level / 2)) * error
    return Verdict.REVIEW if beyond else Verdict.NOT_ENOUGH_EVIDENCE


def _reason(verdict: Verdict, within: float, mix: float, n: tuple[float, float], minimum_n: int) -> Text:
    if verdict is Verdict.NOT_ENOUGH_EVIDENCE:
        return Text(
            en=f"{n[0]:.0f} and {n[1]:.0f} people (at least {minimum_n} each) do not tell a change within segments "
            f"of {within:+.3g} from chance.",
            zh=f"基准 {n[0]:.0f} 人、当前 {n[1]:.0f} 人（各需至少 {minimum_n} 人），"
            f"无法区分各分组内部 {within:+.3g} 的变化与随机波动。",
        )
    if verdict is Verdict.REVIEW:
        return Text(
            en=f"The change within segments is {within:+.3g}, beyond chance; the change of mix adds {mix:+.3g}.",
            zh=f"各分组内部的变化为 {within:+.3g}，超出随机波动；结构变化另占 {mix:+.3g}。",
        )
    return Text(
        en=f"The change is one of mix ({mix:+.3g}); within segments it is {within:+.3g}.",
        zh=f"变化来自结构变化（{mix:+.3g}）；各分组内部为 {within:+.3g}。",
    )


def _undefined(before: Cells, after: Cells) -> MixChange:
    n, m = _weight(before), _weight(after)
    return MixChange(
        reference_n=n,
        current_n=m,
        reference_mean=_mean(before) if n > 0 else None,
        current_mean=_mean(after) if m > 0 else None,
        change=None,
        within=None,
        within_error=None,
        mix=None,
        segments=(),
        verdict=Verdict.NOT_ENOUGH_EVIDENCE,
        reason=Text(en="One side has nobody, so no change can be computed.", zh="有一方没有人员，无法计算变化。"),
    )
