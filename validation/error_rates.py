"""Error-rate fairness by group: equalized odds and demographic parity by Fairlearn's definitions, on weighted cells.

The only module that imports Fairlearn. Its traps are handled here: a group without true positives has no true positive
rate (Fairlearn says 0) and is left out of that range, a ratio with nothing in it is undefined and passes nothing, and
people of unknown group are disclosed instead of failing. Intervals come from counts, never from resampling cells.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from validation.adverse_impact import assess_by
from validation.confusion import Confusion, ErrorCell, confusions
from validation.group_count import GroupCount
from validation.group_words import named
from validation.impact_rule import MIN_SHARE, Rule
from validation.outcome import Text, Verdict, finite, worst
from validation.proportion import wilson

LABELS_NOTE = Text(
    en="Labels often exist only for people who were hired: then these rates describe the hired, not all applicants.",
    zh="标签往往仅存在于已入职者：此时这些比率描述的是入职者，而非全部候选人。",
)

# A gap of false positive rates beyond this, and beyond chance, asks for a person.
FALSE_POSITIVE_GAP = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRates:
    """Confusion counts by group, Fairlearn's gaps and ratios over them, and the verdict."""

    groups: tuple[Confusion, ...]
    unknown: int
    missing: int
    differences: Mapping[str, float | None]
    ratios: Mapping[str, float | None]
    verdict: Verdict
    reason: Text

    @property
    def n(self) -> int:
        """People of known group."""
        return sum(group.n for group in self.groups)

    def group(self, name: str) -> Confusion:
        """The counts of the group with this label."""
        return next(group for group in self.groups if group.label == name)

    def as_json(self) -> dict[str, object]:
        """The contract's JSON."""
        return {
            "n": self.n,
            "unknown": {"n": self.unknown, "label_or_prediction_missing": self.missing},
            "groups": [group.as_json() for group in self.groups],
            "differences": {name: finite(value) for name, value in self.differences.items()},
            "ratios": {name: finite(value) for name, value in self.ratios.items()},
            "note": {"en": LABELS_NOTE.en, "zh": LABELS_NOTE.zh},
            "verdict": self.verdict.value,
            "reason": {"en": self.reason.en, "zh": self.reason.zh},
        }


def error_rates(cells: Sequence[ErrorCell], *, min_n: int = 30, missing: int = 0) -> ErrorRates:
    """Error rates of these cells; `missing` people lack a label or a prediction and stand in no cell.

    The verdict holds true positive rates to the four-fifths rule (the chance of a good person to be selected) and asks
    for review where false positive rates lie more than ten points apart beyond chance.
    """
    groups = confusions(cells)
    known = sum(group.n for group in groups)
    differences, ratios = _gaps(groups)
    verdict, reason = _judged(groups, min_n)
    return ErrorRates(
        groups=groups,
        unknown=sum(cell.n for cell in cells) - known,
        missing=missing,
        differences=differences,
        ratios=ratios,
        verdict=verdict,
        reason=reason,
    )


def _gaps(groups: Sequence[Confusion]) -> tuple[dict[str, float | None], dict[str, float | None]]:
    """Fairlearn's between-group and to-overall gaps; undefined with fewer than two groups that have the rate."""
    from fairlearn import metrics  # noqa: PLC0415 - it takes seconds to import

    filled = [group for group in groups if group.n]
    with_positives = [group for group in filled if group.positives]
    with_negatives = [group for group in filled if group.negatives]
    selection = _Range.of(filled, metrics.selection_rate)
    tpr = _Range.of(with_positives, metrics.true_positive_rate)
    fpr = _Range.of(with_negatives, metrics.false_positive_rate)
    ppv = _predictive_parity(filled)
    differences = {
        "demographic_parity": selection.difference,
        "demographic_parity_to_overall": selection.difference_to_overall,
        "equal_opportunity": tpr.difference,
        "false_positive_rate": fpr.difference,
        "equalized_odds": _combined(max, tpr.difference, fpr.difference),
        "equalized_odds_mean": _combined(_mean, tpr.difference, fpr.difference),
        "predictive_parity": ppv.difference,
    }
    ratios = {
        "demographic_parity": selection.ratio,
        "demographic_parity_to_overall": selection.ratio_to_overall,
        "equal_opportunity": tpr.ratio,
        "false_positive_rate": fpr.ratio,
        "equalized_odds": _combined(min, tpr.ratio, fpr.ratio),
        "predictive_parity": ppv.ratio,
    }
    return differences, ratios


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    """How far groups lie apart in one rate."""

    difference: float | None = None
    difference_to_overall: float | None = None
    ratio: float | None = None
    ratio_to_overall: float | None = None

    @classmethod
    def of(cls, groups: Sequence[Confusion], metric: Callable[..., float]) -> "_Range":
        """Fairlearn's frame of the metric over weighted cells; nothing with fewer than two groups."""
        if len(groups) < 2:
            return cls()
        from fairlearn.metrics import MetricFrame  # noqa: PLC0415

        rows = [
            (index, label, predicted, people)
            for index, group in enumerate(groups)
            for label, predicted, people in (
                (1, 1, group.tp),
                (1, 0, group.fn),
                (0, 1, group.fp),
                (0, 0, group.tn),
            )
            if people
        ]
        names, labels, predictions, weights = (np.array(column) for column in zip(*rows, strict=True))
        frame = MetricFrame(
            metrics=metric,
            y_true=labels,
            y_pred=predictions,
            sensitive_features=names,
            sample_params={"sample_weight": weights.astype(float)},
        )
        return cls(
            difference=_defined(frame.difference()),
            difference_to_overall=_defined(frame.difference(method="to_overall")),
            ratio=_defined(frame.ratio()),
            ratio_to_overall=_defined(frame.ratio(method="to_overall")),
        )


def _predictive_parity(groups: Sequence[Confusion]) -> "_Range":
    """The range of precision, by the same definitions, among groups of whom anybody was selected."""
    values = [group.ppv for group in groups if group.ppv is not None]
    if len(values) < 2:
        return _Range()
    return _Range(difference=max(values) - min(values), ratio=min(values) / max(values) if max(values) else None)


def _judged(groups: Sequence[Confusion], min_n: int) -> tuple[Verdict, Text]:
    opportunity = assess_by(
        Rule(min_n=min_n),
        [GroupCount(group=group.group, n=group.positives, selected=group.tp) for group in groups],
    )
    found = [(opportunity.verdict, _about_positives(opportunity.reason))]
    unjudged = _without_positives(groups, min_n)
    if unjudged is not None:
        found.append((Verdict.NOT_ENOUGH_EVIDENCE, unjudged))
    apart = _false_positives_apart(groups, min_n)
    if apart is not None:
        found.append((Verdict.REVIEW, apart))
    verdict = worst(entry[0] for entry in found)
    return verdict, next(reason for seen, reason in found if seen is verdict)


def _without_positives(groups: Sequence[Confusion], min_n: int) -> Text | None:
    """Groups large enough to be compared, of whom too few are truly positive: their rate is unknown, not fine."""
    everyone = sum(group.n for group in groups)
    few = [group for group in groups if group.positives < min_n and group.n >= MIN_SHARE * everyone]
    if not few:
        return None
    found = [named(group.group) for group in few]
    names, words = "; ".join(who.en for who in found), "；".join(who.zh for who in found)
    return Text(
        en=f"True positive rates. Fewer than {min_n} people with a positive label: {names}.",
        zh=f"真阳性率。标签为正的人数不足 {min_n} 人：{words}。",
    )


def _about_positives(reason: Text) -> Text:
    return Text(en=f"True positive rates. {reason.en}", zh=f"真阳性率。{reason.zh}")


def _false_positives_apart(groups: Sequence[Confusion], min_n: int) -> Text | None:
    """The widest gap of false positive rates whose Newcombe interval lies beyond ten points."""
    judged = [group for group in groups if group.negatives >= min_n]
    if len(judged) < 2:
        return None
    low, high = (choose(judged, key=lambda group: group.fpr or 0.0) for choose in (min, max))
    least, most = wilson(low.fp, low.negatives), wilson(high.fp, high.negatives)
    gap = (high.fpr or 0.0) - (low.fpr or 0.0)
    below = math.hypot((high.fpr or 0.0) - (most.low or 0.0), (least.high or 0.0) - (low.fpr or 0.0))
    if gap - below <= FALSE_POSITIVE_GAP:
        return None
    one, other = named(low.group), named(high.group)
    return Text(
        en=f"False positive rates lie {gap:.3f} apart: {one.en} {low.fpr:.3f}, {other.en} {high.fpr:.3f}.",
        zh=f"假阳性率相差 {gap:.3f}：{one.zh} {low.fpr:.3f}，{other.zh} {high.fpr:.3f}。",
    )


def _combined(join: Callable[[list[float]], float], *values: float | None) -> float | None:
    """Both parts joined; undefined as long as one of them is."""
    found = [value for value in values if value is not None]
    return join(found) if len(found) == len(values) else None


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _defined(value: float) -> float | None:
    return finite(float(value))
