"""Drift: whether columns of the current rows are still distributed as in the reference a model was made from.

A column alarms only when an effect size passes both a practical threshold and what chance alone would show at these
numbers of rows and columns. Past the practical threshold but within chance, or with few rows, the answer is
`not_enough_evidence`. All is computed from profiles on frozen bins, never from rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from validation import drift_measures as measures
from validation.bins import NEW, ColumnProfile, Kind
from validation.drift_wording import absent_reason, column_reason, overall_reason
from validation.histogram import Floats
from validation.outcome import Text, Verdict, finite, worst

NEW_BINS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftThresholds:
    """Where drift begins to matter, whatever chance says.

    PSI .10 and .25 are the bands of credit scoring. A Jensen-Shannon distance of √(PSI/8) says the same for small
    changes, hence .10 (as Evidently has it) and .177. A normal column that moves by half a standard deviation has PSI
    .25, hence .5 for the normed Wasserstein distance to block. `minimum_n` counts the values of each side.
    """

    psi_review: float = 0.10
    psi_block: float = 0.25
    jensen_shannon_review: float = 0.10
    jensen_shannon_block: float = 0.177
    wasserstein_review: float = 0.10
    wasserstein_block: float = 0.50
    missing_review: float = 0.05
    missing_block: float = 0.25
    minimum_n: int = 100
    alpha: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One effect size with its practical threshold and the point that chance stays below; None is undefined."""

    name: str
    value: float | None
    threshold: float
    null: float | None

    @property
    def is_large(self) -> bool:
        """Whether it passes the practical threshold."""
        return self.value is not None and abs(self.value) >= self.threshold

    @property
    def is_beyond_chance(self) -> bool:
        """Whether it passes what an unchanged column would show."""
        return self.value is not None and self.null is not None and abs(self.value) > self.null

    def as_json(self) -> dict[str, object]:
        """Value, threshold and null point; what is undefined is null."""
        return {"value": finite(self.value), "threshold": self.threshold, "null": finite(self.null)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDrift:
    """One column compared: effect sizes, shares of missing values, new values, and the verdict with its reason."""

    column: str
    type: str
    reference_n: float
    current_n: float
    psi: float | None
    jensen_shannon: float | None
    wasserstein_normed: float | None
    missing_change: float | None
    missing_reference: float | None
    missing_current: float | None
    unreadable: float
    new_share: float | None
    new_values: tuple[str, ...]
    effects: tuple[Effect, ...]
    tests: Mapping[str, float | None]
    bins: tuple[str, ...]
    reference_shares: tuple[float, ...]
    current_shares: tuple[float, ...]
    verdict: Verdict
    reason: Text

    def as_json(self) -> dict[str, object]:
        """The contract's keys, and what is needed to read them."""
        return {
            "column": self.column,
            "type": self.type,
            "reference_n": whole(self.reference_n),
            "current_n": whole(self.current_n),
            "psi": finite(self.psi),
            "jensen_shannon": finite(self.jensen_shannon),
            "wasserstein_normed": finite(self.wasserstein_normed),
            "missing_change": finite(self.missing_change),
            "missing_reference": finite(self.missing_reference),
            "missing_current": finite(self.missing_current),
            "unreadable": whole(self.unreadable),
            "new_share": finite(self.new_share),
            "new_values": list(self.new_values),
            "effects": {effect.name: effect.as_json() for effect in self.effects},
            "tests": {name: finite(value) for name, value in self.tests.items()},
            "bins": list(self.bins),
            "reference_shares": list(self.reference_shares),
            "current_shares": list(self.current_shares),
            "verdict": self.verdict.value,
            "reason": {"en": self.reason.en, "zh": self.reason.zh},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """All columns compared, and what follows for the whole."""

    reference_n: float
    current_n: float
    columns: tuple[ColumnDrift, ...]
    verdict: Verdict
    reason: Text

    def as_json(self) -> dict[str, object]:
        """The contract's document without the period series."""
        return {
            "reference_n": whole(self.reference_n),
            "current_n": whole(self.current_n),
            "columns": [column.as_json() for column in self.columns],
            "verdict": self.verdict.value,
            "reason": {"en": self.reason.en, "zh": self.reason.zh},
        }


DEFAULT_THRESHOLDS = DriftThresholds()


def assess(
    reference: Mapping[str, ColumnProfile],
    current: Mapping[str, ColumnProfile],
    *,
    thresholds: DriftThresholds = DEFAULT_THRESHOLDS,
    tests: int | None = None,
) -> Drift:
    """Compares profiles by column; both sides must be counted on the same frozen bins.

    `tests` is the number of comparisons that share the chance of a false alarm, by default the columns of this one
    (a series passes columns times periods). A column that only one side has is a review, and without any column there
    is nothing to conclude from.
    """
    names = [*reference, *(name for name in current if name not in reference)]
    level = measures.corrected_level(tests or len(names), alpha=thresholds.alpha)
    columns = tuple(
        compare(name, reference[name], current[name], thresholds=thresholds, level=level)
        if name in reference and name in current
        else _absent(name, reference.get(name), current.get(name))
        for name in names
    )
    verdict = worst(column.verdict for column in columns)
    return Drift(
        reference_n=max((profile.rows for profile in reference.values()), default=0.0),
        current_n=max((profile.rows for profile in current.values()), default=0.0),
        columns=columns,
        verdict=verdict,
        reason=overall_reason(
            verdict, [column.column for column in columns if column.verdict is verdict], len(columns)
        ),
    )


def compare(
    column: str,
    reference: ColumnProfile,
    current: ColumnProfile,
    *,
    thresholds: DriftThresholds = DEFAULT_THRESHOLDS,
    level: float = 0.95,
) -> ColumnDrift:
    """One column; `level` is where the null of each effect size is read."""
    names, expected, actual = aligned(reference, current)
    effects = _effects(reference, current, expected, actual, thresholds=thresholds, level=level)
    by_name = {effect.name: effect for effect in effects}
    verdict = _verdict(reference, current, by_name, thresholds)
    new = sum(current.new.values())
    return ColumnDrift(
        column=column,
        type="text" if reference.bins.kind is Kind.TEXT else "numeric",
        reference_n=reference.present,
        current_n=current.present,
        psi=by_name["psi"].value,
        jensen_shannon=by_name["jensen_shannon"].value,
        wasserstein_normed=by_name["wasserstein_normed"].value if "wasserstein_normed" in by_name else None,
        missing_change=by_name["missing_change"].value,
        missing_reference=reference.missing_share,
        missing_current=current.missing_share,
        unreadable=current.unreadable,
        new_share=new / current.present if current.present > 0 else None,
        new_values=_most(current.new),
        effects=effects,
        tests=_tests(reference, current, expected, actual),
        bins=names,
        reference_shares=_shares(expected),
        current_shares=_shares(actual),
        verdict=verdict,
        reason=column_reason(column, verdict, effects, (reference.present, current.present), thresholds.minimum_n),
    )


def aligned(reference: ColumnProfile, current: ColumnProfile) -> tuple[tuple[str, ...], Floats, Floats]:
    """The names of the bins and both sides' counts; each new value has a bin of its own while they are few."""
    fresh = sorted({*reference.new, *current.new})
    if not fresh:
        return reference.bins.names, reference.counts, current.counts
    if len(fresh) > NEW_BINS or NEW in fresh:
        sides = [np.append(side.counts, sum(side.new.values())) for side in (reference, current)]
        return (*reference.bins.names, NEW), sides[0], sides[1]
    sides = [np.append(side.counts, [side.new.get(value, 0.0) for value in fresh]) for side in (reference, current)]
    return (*reference.bins.names, *fresh), sides[0], sides[1]


def _effects(
    reference: ColumnProfile,
    current: ColumnProfile,
    expected: Floats,
    actual: Floats,
    *,
    thresholds: DriftThresholds,
    level: float,
) -> tuple[Effect, ...]:
    n, m = reference.present, current.present
    used = int(((expected + actual) > 0).sum())
    effects = [
        Effect(
            name="psi",
            value=measures.population_stability_index(expected, actual),
            threshold=thresholds.psi_review,
            null=measures.psi_null(used, n, m, level=level),
        ),
        Effect(
            name="jensen_shannon",
            value=measures.jensen_shannon(expected, actual),
            threshold=thresholds.jensen_shannon_review,
            null=measures.jensen_shannon_null(used, n, m, level=level),
        ),
    ]
    if reference.cells is not None and current.cells is not None:
        effects.append(
            Effect(
                name="wasserstein_normed",
                value=measures.wasserstein_normed(reference.cells, current.cells),
                threshold=thresholds.wasserstein_review,
                null=measures.wasserstein_null(reference.cells, n, m, level=level),
            )
        )
    return (*effects, _missing(reference, current, thresholds.missing_review, level))


def _tests(
    reference: ColumnProfile, current: ColumnProfile, expected: Floats, actual: Floats
) -> Mapping[str, float | None]:
    """Classical tests, disclosed beside the effect sizes; they decide nothing, for with many rows they always fire."""
    chi_square = measures.chi_square(expected, actual) or (None, None, None)
    found = dict(zip(("chi_square", "chi_square_p", "cramers_v"), chi_square, strict=True))
    if reference.cells is not None and current.cells is not None:
        gap = measures.kolmogorov_smirnov(reference.cells, current.cells) or (None, None)
        found |= dict(zip(("kolmogorov_smirnov_d", "kolmogorov_smirnov_p"), gap, strict=True))
    return found


def _missing(reference: ColumnProfile, current: ColumnProfile, threshold: float, level: float) -> Effect:
    before, after = reference.missing_share, current.missing_share
    if before is None or after is None:
        return Effect(name="missing_change", value=None, threshold=threshold, null=None)
    null = measures.missing_null(before, reference.rows, after, current.rows, level=level)
    return Effect(name="missing_change", value=after - before, threshold=threshold, null=null)


def _verdict(
    reference: ColumnProfile, current: ColumnProfile, effects: Mapping[str, Effect], thresholds: DriftThresholds
) -> Verdict:
    if min(reference.rows, current.rows) < thresholds.minimum_n:
        return Verdict.NOT_ENOUGH_EVIDENCE
    missing = effects["missing_change"]
    if missing.is_beyond_chance and abs(missing.value or 0.0) >= thresholds.missing_block:
        return Verdict.BLOCK
    if min(reference.present, current.present) < thresholds.minimum_n:
        return Verdict.NOT_ENOUGH_EVIDENCE
    found = {name for name, effect in effects.items() if effect.is_large and effect.is_beyond_chance}
    if _blocks(found, effects, thresholds):
        return Verdict.BLOCK
    if found:
        return Verdict.REVIEW
    in_doubt = any(effect.is_large for effect in effects.values())
    return Verdict.NOT_ENOUGH_EVIDENCE if in_doubt else Verdict.PASS


def _blocks(found: set[str], effects: Mapping[str, Effect], thresholds: DriftThresholds) -> bool:
    """Two measures must agree: PSI alone grows without limit on one emptied bin, Wasserstein on one outlier."""

    def reaches(name: str, limit: float) -> bool:
        return name in found and (effects[name].value or 0.0) >= limit

    if not reaches("psi", thresholds.psi_review):
        return False
    by_shares = reaches("psi", thresholds.psi_block) and reaches("jensen_shannon", thresholds.jensen_shannon_block)
    return by_shares or reaches("wasserstein_normed", thresholds.wasserstein_block)


def _absent(column: str, reference: ColumnProfile | None, current: ColumnProfile | None) -> ColumnDrift:
    one = reference or current
    return ColumnDrift(
        column=column,
        type="text" if one and one.bins.kind is Kind.TEXT else "numeric",
        reference_n=reference.present if reference else 0.0,
        current_n=current.present if current else 0.0,
        psi=None,
        jensen_shannon=None,
        wasserstein_normed=None,
        missing_change=None,
        missing_reference=reference.missing_share if reference else None,
        missing_current=current.missing_share if current else None,
        unreadable=current.unreadable if current else 0.0,
        new_share=None,
        new_values=(),
        effects=(),
        tests={},
        bins=(),
        reference_shares=(),
        current_shares=(),
        verdict=Verdict.REVIEW,
        reason=absent_reason(column, is_in_reference=reference is not None),
    )


def whole(weight: float) -> float | int:
    """A weight as a whole number where it is one, as rows are."""
    return int(weight) if float(weight).is_integer() else weight


def _shares(counts: Floats) -> tuple[float, ...]:
    total = float(counts.sum())
    return tuple((counts / total).tolist()) if total > 0 else ()


def _most(new: Mapping[str, float], kept: int = 5) -> tuple[str, ...]:
    return tuple(sorted(new, key=lambda value: (-new[value], value))[:kept])
