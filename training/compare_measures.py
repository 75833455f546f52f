"""The measures of one side over one set of rows: what sums they need of each draw, and what the sums say.

Brier score and calibration are of chances only. The calibration error keeps the sample's bins in all draws. Slope and
intercept are those of the logistic recalibration (Cox 1958); each draw takes one Newton step from the sample's fit,
which differs from fitting again by terms of order 1/n (one-step bootstrap; Davison & Hinkley 1997, 2.7).
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from training.bootstrap import Drawn, Places, Ranked, Sums
from training.compare_estimates import Figure
from training.compare_shape import MEASURES, Sentence
from training.compare_words import REASONS
from validation.cells import bands

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

BINS = 10
_EDGE = 1e-6
"""A chance of 0 or 1 has no logit; it is taken as this far inside."""
_STEPS, _ENOUGH = 50, 1e-10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """Places of the sums and of the order that one side's measures need; `slope` is the sample's recalibration."""

    scored: int
    selected: int
    judged: int
    good: int
    chosen: int
    chosen_good: int
    order: int
    brier: int | None
    bins: tuple[int, ...]
    newton: int | None
    fit: tuple[float, float] | None
    n: int
    judged_n: int

    @classmethod
    def of(cls, side: "Rows", sums: Sums, orders: list[Ranked]) -> Self:
        """Asks for what the side needs."""
        seen, judged = side.seen, side.judged
        selects, good = side.score >= side.cut, np.where(judged, side.label, 0.0) > 0.5
        orders.append(Ranked.by(side.score, side.label, np.where(judged, 0, -1), 1))
        fit = recalibration(side.score[judged], side.label[judged]) if side.is_chance else None
        return cls(
            scored=sums.add(seen),
            selected=sums.add(seen & selects),
            judged=sums.add(judged),
            good=sums.add(good),
            chosen=sums.add(judged & selects),
            chosen_good=sums.add(good & selects),
            order=len(orders) - 1,
            brier=sums.add(side.part((side.score - side.label) ** 2)) if side.is_chance else None,
            bins=side.bin_sums(sums) if side.is_chance else (),
            newton=None if fit is None else side.newton_sums(sums, fit),
            fit=fit,
            n=int(seen.sum()),
            judged_n=int(judged.sum()),
        )

    def figures(self, drawn: Drawn) -> dict[str, Figure]:
        """Every measure, with the reason where the sample has none."""
        values = self._values(drawn)
        size = {name: self.n if name == "selection_rate" else self.judged_n for name in MEASURES}
        return {
            name: Figure(values=values[name], n=size[name], reason=self._reason(name, drawn.sums[:, 0], values[name]))
            for name in MEASURES
        }

    def _values(self, drawn: Drawn) -> dict[str, Array]:
        s = drawn.sums
        judged, chosen = s[self.judged], s[self.chosen]
        with np.errstate(divide="ignore", invalid="ignore"):
            precision, base = s[self.chosen_good] / chosen, s[self.good] / judged
            found = {
                "auc": drawn.aucs[self.order][0],
                "precision": precision,
                "lift": np.where(base > 0, precision / base, np.nan),
                "selection_rate": s[self.selected] / s[self.scored],
                "brier": _nothing(s) if self.brier is None else s[self.brier] / judged,
                "calibration_error": np.abs(s[list(self.bins)]).sum(axis=0) / judged if self.bins else _nothing(s),
            }
        intercept, slope = self._recalibrated(s)
        return found | {"calibration_intercept": intercept, "calibration_slope": slope}

    def _recalibrated(self, s: Array) -> tuple[Array, Array]:
        if self.newton is None or self.fit is None:
            return _nothing(s), _nothing(s)
        one, x, v, vx, vxx = s[self.newton : self.newton + 5]
        determinant = v * vxx - vx**2
        with np.errstate(divide="ignore", invalid="ignore"):
            intercept = self.fit[0] + (vxx * one - vx * x) / determinant
            slope = self.fit[1] + (v * x - vx * one) / determinant
        is_usable = determinant > _ENOUGH
        return np.where(is_usable, intercept, np.nan), np.where(is_usable, slope, np.nan)

    def _reason(self, name: str, sample: Array, values: Array) -> Sentence | None:
        if np.isfinite(values[0]):
            return None
        if name == "selection_rate":
            return REASONS["nobody"]
        if not sample[self.judged]:
            return REASONS["no_labels"]
        if name == "auc":
            return REASONS["one_outcome"]
        if name in {"precision", "lift"}:
            return REASONS["no_positives" if sample[self.chosen] else "none_selected"]
        return REASONS["not_a_chance" if self.brier is None else "no_fit"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """A side's scores on all rows; `seen` are the rows that count, `judged` those of them with a label."""

    score: Array
    label: Array
    cut: float
    is_chance: bool
    seen: Mask

    @property
    def judged(self) -> Mask:
        """Rows that count and have a label."""
        return self.seen & np.isfinite(self.label)

    def part(self, values: Array) -> Array:
        """The values of the judged rows, 0 elsewhere."""
        return np.where(self.judged, values, 0.0)

    def bin_sums(self, sums: Sums) -> tuple[int, ...]:
        """The sums of outcome minus chance in each bin, which hold about equally many people of the sample."""
        if not self.judged.any():
            return ()
        codes: Places = np.full(self.score.size, -1)
        codes[self.judged] = bands(self.score[self.judged], np.ones(int(self.judged.sum())), BINS).astype(np.intp)
        count = int(codes.max()) + 1
        first = sums.add_by(codes, count, self.part(self.label - self.score))
        return tuple(range(first, first + count))

    def newton_sums(self, sums: Sums, fit: tuple[float, float]) -> int:
        """The place of five sums: the gradient at the sample's fit, then the information."""
        logit = np.where(self.judged, logits(np.where(self.judged, self.score, 0.5)), 0.0)
        chance = 1 / (1 + np.exp(-(fit[0] + fit[1] * logit)))
        residual, spread = self.part(self.label - chance), self.part(chance * (1 - chance))
        places = [sums.add(one) for one in (residual, residual * logit, spread, spread * logit, spread * logit**2)]
        return places[0]


def logits(chance: Array) -> Array:
    """The logarithm of the odds."""
    inside = np.clip(chance, _EDGE, 1 - _EDGE)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def recalibration(chance: Array, label: Array) -> tuple[float, float] | None:
    """Intercept and slope of the logistic regression of the outcome on the chance's logit; None where it has none."""
    if not 0 < label.sum() < label.size or np.ptp(chance) == 0:
        return None
    x, beta = np.column_stack([np.ones(chance.size), logits(chance)]), np.array([0.0, 1.0])
    for _ in range(_STEPS):
        fitted = 1 / (1 + np.exp(-np.clip(x @ beta, -40, 40)))
        information = x.T @ (x * (fitted * (1 - fitted))[:, None])
        if np.linalg.det(information) <= _ENOUGH:
            return None
        step = np.linalg.solve(information, x.T @ (label - fitted))
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < _ENOUGH * max(1.0, math.sqrt(float(beta @ beta))):
            return float(beta[0]), float(beta[1])
    return None


def _nothing(sums: Array) -> Array:
    return np.full(sums.shape[1], np.nan)
