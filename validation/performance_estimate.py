"""A model's performance before the labels arrive, and the real one beside it once they have.

A calibrated score is the chance of the positive label, so the expected confusion counts and ROC AUC follow from the
scores alone (the idea of confidence-based performance estimation). It sees a change of who is scored; it cannot see a
change of what the score means, so an estimate asks for a review and only realised performance blocks.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from validation.histogram import Floats, cells
from validation.outcome import Text, Verdict, finite

LARGEST_ERROR = 0.02
REVIEW_FALL = 0.03
BLOCK_FALL = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The chance of the positive label by score: rising steps fitted to the reference, straight lines between them."""

    scores: tuple[float, ...]
    chances: tuple[float, ...]

    def chance(self, scores: Floats) -> Floats:
        """The chance for each score; beyond the reference's range the outermost chance holds."""
        return np.interp(scores, self.scores, self.chances)


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """Performance of one group of rows at a cut score; None where a denominator is zero.

    `positives` are expected or counted, `auc_error` is the standard error of the AUC (Hanley & McNeil 1982).
    """

    n: float
    positives: float
    auc: float | None
    auc_error: float | None
    accuracy: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    selection_rate: float | None

    def as_json(self) -> dict[str, object]:
        """Plain JSON values; what is undefined is null."""
        return {name: finite(getattr(self, name)) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkPerformance:
    """One chunk: estimated from the scores, realised where labels have come, and what follows."""

    chunk: str
    estimated: Performance
    realised: Performance | None
    verdict: Verdict
    reason: Text

    def as_json(self) -> dict[str, object]:
        """Plain JSON values, both languages."""
        return {
            "chunk": self.chunk,
            "estimated": self.estimated.as_json(),
            "realised": self.realised.as_json() if self.realised else None,
            "verdict": self.verdict.value,
            "reason": {"en": self.reason.en, "zh": self.reason.zh},
        }


def calibrate(scores: Floats, labels: Floats, weights: Floats | None = None) -> Calibration:
    """The isotonic fit of label on score; labels are 0 or 1. Rows whose score or label is missing are left out.

    Raises ValueError when no row is left, for nothing can be calibrated on nothing.
    """
    scores, labels, weights = _complete(scores, labels, weights)
    if not scores.size:
        raise ValueError("No row has both a score and a label, so the scores cannot be calibrated.")
    grouped = cells(scores, weights, ())
    positive = _positives(grouped.means, scores, labels * weights)
    fitted = isotonic_regression(positive / grouped.weights, weights=grouped.weights).x
    kept = _corners(fitted)
    return Calibration(scores=tuple(grouped.means[kept].tolist()), chances=tuple(fitted[kept].tolist()))


def estimate(scores: Floats, calibration: Calibration, *, cut: float, weights: Floats | None = None) -> Performance:
    """The performance to expect of these scores at and above the cut, if a score still means what it meant."""
    scores, chances, weights = _complete(scores, calibration.chance(scores), weights)
    return _performance(scores, chances, weights, cut)


def realise(scores: Floats, labels: Floats, *, cut: float, weights: Floats | None = None) -> Performance:
    """The performance that the labels (0 or 1) show; rows without a label are left out."""
    scores, labels, weights = _complete(scores, labels, weights)
    return _performance(scores, labels, weights, cut)


def minimum_chunk(reference: Performance, *, largest_error: float = LARGEST_ERROR) -> int | None:
    """The least rows of a chunk whose AUC has a standard error of at most `largest_error`; None if undefined.

    The error shrinks with the root of n while the share of positives stays that of the reference.
    """
    if reference.auc_error is None:
        return None
    return max(math.ceil(reference.n * (reference.auc_error / largest_error) ** 2), 30)


def judge(
    chunk: str,
    reference: Performance,
    estimated: Performance,
    realised: Performance | None = None,
) -> ChunkPerformance:
    """The verdict of one chunk against the reference, by AUC: realised where labels have come, else estimated.

    A fall of .03 beyond three standard errors is a review, a realised fall of .08 blocks, a chunk below the minimum
    size has no verdict.
    """
    least = minimum_chunk(reference)
    seen = realised if realised is not None and realised.auc is not None else estimated
    is_real = seen is realised
    if least is None or reference.auc is None or seen.auc is None or seen.n < least:
        return ChunkPerformance(
            chunk=chunk,
            estimated=estimated,
            realised=realised,
            verdict=Verdict.NOT_ENOUGH_EVIDENCE,
            reason=_too_few(seen.n, least),
        )
    fall = reference.auc - seen.auc
    error = math.hypot(reference.auc_error or 0.0, seen.auc_error or 0.0)
    verdict = _verdict(fall, error, is_real=is_real)
    reason = _reason(verdict, reference.auc, seen.auc, is_real=is_real)
    return ChunkPerformance(chunk=chunk, estimated=estimated, realised=realised, verdict=verdict, reason=reason)


def _complete(scores: Floats, second: Floats, weights: Floats | None) -> tuple[Floats, Floats, Floats]:
    weights = np.ones(scores.size) if weights is None else weights
    kept = np.isfinite(scores) & np.isfinite(second) & (weights > 0)
    return scores[kept], second[kept], weights[kept]


def _positives(points: Floats, scores: Floats, weights: Floats) -> Floats:
    return np.bincount(np.searchsorted(points, scores), weights=weights, minlength=points.size).astype(np.float64)


def _corners(fitted: Floats) -> NDArray[np.intp]:
    """The ends of each step; the points between them say nothing more."""
    changes = np.flatnonzero(np.diff(fitted) != 0)
    return np.unique(np.concatenate([[0], changes, changes + 1, [fitted.size - 1]]))


def _performance(scores: Floats, chances: Floats, weights: Floats, cut: float) -> Performance:
    n = float(weights.sum())
    positive, chosen = chances * weights, scores >= cut
    positives, selected = float(positive.sum()), float(weights[chosen].sum())
    hits = float(positive[chosen].sum())
    misses = positives - hits
    correct = hits + (n - selected - misses)
    auc = _auc(scores, positive, weights - positive)
    return Performance(
        n=n,
        positives=positives,
        auc=auc,
        auc_error=_auc_error(auc, positives, n - positives),
        accuracy=_ratio(correct, n),
        precision=_ratio(hits, selected),
        recall=_ratio(hits, positives),
        f1=_ratio(2 * hits, selected + positives),
        selection_rate=_ratio(selected, n),
    )


def _auc(scores: Floats, positive: Floats, negative: Floats) -> float | None:
    """The chance that a positive outranks a negative, ties half; weights may be fractions."""
    if not (positive.sum() > 0 and negative.sum() > 0):
        return None
    points = np.unique(scores)
    up, down = (_positives(points, scores, side) for side in (positive, negative))
    below = np.cumsum(down) - down
    return float((up * (below + down / 2)).sum() / (up.sum() * down.sum()))


def _auc_error(auc: float | None, positives: float, negatives: float) -> float | None:
    if auc is None or min(positives, negatives) < 1:
        return None
    first, second = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (positives - 1) * (first - auc**2) + (negatives - 1) * (second - auc**2)
    return math.sqrt(max(variance, 0.0) / (positives * negatives))


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _verdict(fall: float, error: float, *, is_real: bool) -> Verdict:
    if fall < REVIEW_FALL or fall <= 3 * error:
        return Verdict.PASS
    return Verdict.BLOCK if is_real and fall >= BLOCK_FALL else Verdict.REVIEW


def _reason(verdict: Verdict, reference: float, seen: float, *, is_real: bool) -> Text:
    how = Text(en="realised", zh="实际") if is_real else Text(en="estimated", zh="估计")
    if verdict is Verdict.PASS:
        return Text(
            en=f"The {how.en} AUC of {seen:.3f} holds the reference's {reference:.3f}.",
            zh=f"{how.zh} AUC 为 {seen:.3f}，与基准 {reference:.3f} 相当。",
        )
    return Text(
        en=f"The {how.en} AUC falls from {reference:.3f} to {seen:.3f}, beyond three standard errors.",
        zh=f"{how.zh} AUC 由 {reference:.3f} 降至 {seen:.3f}，超出三个标准误。",
    )


def _too_few(n: float, least: int | None) -> Text:
    if least is None:
        return Text(
            en="The reference has no AUC (only one label occurs), so nothing can be compared.",
            zh="基准数据只有一种标签，没有 AUC，无法比较。",
        )
    return Text(
        en=f"A chunk of {n:.0f} rows is below the {least} that an AUC needs here, or holds one label only.",
        zh=f"该批次 {n:.0f} 行，少于此处计算 AUC 所需的 {least} 行，或只有一种标签。",
    )


def in_chunks(rows: int, size: int) -> Sequence[slice]:
    """The slices of so many rows each, in order; the last one holds what is left."""
    return [slice(start, min(start + size, rows)) for start in range(0, rows, size)]
