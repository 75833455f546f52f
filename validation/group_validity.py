"""Validity group by group, and whether one regression line serves all of them.

Every group is shown, also the unknown one and those too small to compare, with the reason why they are not compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from validation.cells import UNKNOWN, Cells
from validation.correlation import Correlation, pearson, spearman
from validation.differential_prediction import DifferentialPrediction, GroupLine, differential_prediction
from validation.dmod import DMod, dmod
from validation.moments import Moments
from validation.outcome import Text
from validation.validity_rule import MINIMUM_PEOPLE, GroupEvidence, Judgement, judge_prediction


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupValidity:
    """One group's validity, its moments, its line where one exists, and dMod against the largest group."""

    group: str
    n: float
    missing: float
    correlation: Correlation
    spearman: float | None
    predictor_mean: float | None
    predictor_sd: float | None
    criterion_mean: float | None
    criterion_sd: float | None
    line: GroupLine | None
    dmod: DMod | None
    excluded: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupComparison:
    """All groups, the largest first, with Cleary's answer (None where no two could be compared) and its verdict."""

    groups: tuple[GroupValidity, ...]
    prediction: DifferentialPrediction | None
    judgement: Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class _Referent:
    """The largest group compared, against whose line dMod is taken."""

    line: GroupLine
    criterion_sd: float


def compare_groups(groups: Mapping[str, Cells], level: float = 0.95) -> GroupComparison:
    """Each group's validity and the comparison of those that can be compared."""
    compared = _comparable(groups)
    prediction = differential_prediction(compared)
    lines = {line.group: line for line in prediction.groups} if prediction else {}
    referent = _referent(lines, compared)
    ordered = sorted(groups.items(), key=lambda item: (-item[1].n, item[0]))
    shown = tuple(_group(name, block, lines.get(name), referent, level) for name, block in ordered)
    return GroupComparison(
        groups=shown, prediction=prediction, judgement=judge_prediction(prediction, _evidence(shown))
    )


def _comparable(groups: Mapping[str, Cells]) -> dict[str, Moments]:
    """Known groups with a line, and of enough people where two such groups exist."""
    known = {name: block.moments() for name, block in groups.items() if name != UNKNOWN}
    lined = {name: seen for name, seen in known.items() if seen.n > 2 and seen.sum_of_squares("x") > 0}
    large = {name: seen for name, seen in lined.items() if seen.n >= MINIMUM_PEOPLE}
    return large if len(large) > 1 else lined


def _referent(lines: Mapping[str, GroupLine], compared: Mapping[str, Moments]) -> _Referent | None:
    if not lines:
        return None
    largest = max(lines.values(), key=lambda line: line.n)
    return _Referent(line=largest, criterion_sd=compared[largest.group].sd("y") or 0.0)


def _group(name: str, block: Cells, line: GroupLine | None, referent: _Referent | None, level: float) -> GroupValidity:
    seen = block.moments()
    return GroupValidity(
        group=name,
        n=seen.n,
        missing=block.missing,
        correlation=pearson(seen.r("x", "y"), seen.n, level),
        spearman=spearman(block),
        predictor_mean=seen.mean_of("x"),
        predictor_sd=seen.sd("x"),
        criterion_mean=seen.mean_of("y"),
        criterion_sd=seen.sd("y"),
        line=line,
        dmod=None if line is None or referent is None or line is referent.line else _dmod(seen, line, referent),
        excluded=None if line is not None else _why_excluded(name, seen),
    )


def _dmod(seen: Moments, line: GroupLine, referent: _Referent) -> DMod | None:
    return dmod(
        referent=referent.line.line,
        focal=line.line,
        focal_mean=float(seen.mean[seen.at("x")]),
        focal_sd=seen.sd("x") or 0.0,
        referent_criterion_sd=referent.criterion_sd,
    )


def _why_excluded(name: str, seen: Moments) -> Text:
    if name == UNKNOWN:
        return Text(en="The group is unknown: disclosed, not compared.", zh="群体未知：已披露，不参与比较。")
    if seen.n < MINIMUM_PEOPLE:
        return Text(
            en=f"Fewer than {MINIMUM_PEOPLE} people with both figures: not compared.",
            zh=f"两项数据齐全者不足 {MINIMUM_PEOPLE} 人：不参与比较。",
        )
    return Text(en="No line: score or comparison group is missing.", zh="没有回归线：缺少得分差异或对照群体。")


def _evidence(lines: Sequence[GroupValidity]) -> list[GroupEvidence]:
    return [
        GroupEvidence(group=one.group, correlation=one.correlation, dmod=one.dmod)
        for one in lines
        if one.line is not None
    ]
