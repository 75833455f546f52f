"""Labels: what is predicted, cut from later events, each with the day on which it could first be known.

A label counts only once it is matured: its day lies the configured number of days before the snapshot. Nothing is
filled in for those who never got that far; the report says who they are.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from training.configuration import ConfigurationError, Target
from validation.outcome import Text

YEAR_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labels:
    """Label (0, 1 or NaN) and the day it became known (NaT: no date) of each row."""

    label: "pd.Series[float]"
    known_on: "pd.Series[pd.Timestamp]"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetKind:
    """How a target's labels are cut, which performance criterion they need, and who can have one at all."""

    labels: Callable[[pd.DataFrame, Target], Labels]
    who: Text
    criterion: str | None = None


def target_kind(target: Target) -> TargetKind:
    """The kind of this target. Raises ConfigurationError for a name that is not known."""
    kind = TARGETS.get(target.name)
    if kind is None:
        raise ConfigurationError(f"the target {target.name!r} is not known; known are {', '.join(TARGETS)}")
    if target.at_least is None and kind.labels is _rating:
        raise ConfigurationError(f"the target {target.name!r} needs at_least: the least 0-1 rating that counts as good")
    return kind


def is_matured(labels: Labels, target: Target, as_of: pd.Timestamp) -> "pd.Series[bool]":
    """Which labels are old enough at `as_of`; one without a date only where the target says so."""
    latest = as_of - pd.Timedelta(days=target.matured_after_days)
    is_old_enough = labels.known_on <= latest
    return is_old_enough | (labels.known_on.isna() & target.undated_is_matured)


def _re_interview(frame: pd.DataFrame, _target: Target) -> Labels:
    return Labels(label=_flags(frame["re_interview_passed"]), known_on=_moments(frame["re_interviewed_at"]))


def _rating(frame: pd.DataFrame, target: Target) -> Labels:
    rating, known_on = frame[target.name].astype("float64"), _moments(frame[f"{target.name}_on"])
    return Labels(label=_at_least(rating, target.at_least), known_on=known_on)


def _retention(frame: pd.DataFrame, _target: Target) -> Labels:
    """Whether the person stayed a year. Known a year after the start for all: leavers count no earlier than stayers."""
    hired, left = _moments(frame["hired_on"]), _moments(frame["left_on"])
    a_year_on = hired + pd.Timedelta(days=YEAR_DAYS)
    label = (left.isna() | (left >= a_year_on)).astype("float64")
    return Labels(label=label.where(hired.notna()), known_on=a_year_on)


def _criterion(frame: pd.DataFrame, target: Target) -> Labels:
    rating = frame["criterion"].astype("float64")
    return Labels(label=_at_least(rating, target.at_least or 0.5), known_on=_moments(frame["criterion_on"]))


def _at_least(rating: "pd.Series[float]", least: float | None) -> "pd.Series[float]":
    return (rating >= (least or 0.0)).astype("float64").where(rating.notna())


def _flags(values: "pd.Series[bool]") -> "pd.Series[float]":
    return pd.Series(
        [np.nan if value is None or pd.isna(value) else float(value) for value in values], values.index, dtype="float64"
    )


def _moments(values: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    return pd.to_datetime(values, utc=True)


_RE_INTERVIEWED = Text(en="those who were re-interviewed", zh="参加过复面的人")
_HIRED = Text(en="those who were hired and rated", zh="已入职并获得绩效评价的人")

TARGETS: dict[str, TargetKind] = {
    "re_interview_pass": TargetKind(labels=_re_interview, who=_RE_INTERVIEWED),
    "performance_6m": TargetKind(labels=_rating, who=_HIRED),
    "performance_12m": TargetKind(labels=_rating, who=_HIRED),
    "retention_12m": TargetKind(labels=_retention, who=Text(en="those who were hired", zh="已入职的人")),
    "high_performer": TargetKind(labels=_criterion, who=_HIRED, criterion="high_performer"),
}
"""The targets that may be predicted."""
