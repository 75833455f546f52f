"""Labels: what is predicted, cut from later events, each with the day on which it could first be known.

A label counts only once it is matured: its day lies the configured number of days before the snapshot. Nothing is
filled in for those who never got that far; the report says who they are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from training.configuration import ConfigurationError
from training.target import COMPOSITE, Target
from validation.outcome import Text

YEAR_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """One outcome of each row between 0 and 1 (NaN: none), and the day it became known (NaT: no date)."""

    value: "pd.Series[float]"
    known_on: "pd.Series[pd.Timestamp]"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labels:
    """Label (0, 1 or NaN) and the day it became known of each row, and whether any of its outcomes has no date.

    `first_on` and `known_on` are the first and the latest day of the outcomes that have one (NaT: none has).
    """

    label: "pd.Series[float]"
    first_on: "pd.Series[pd.Timestamp]"
    known_on: "pd.Series[pd.Timestamp]"
    is_undated: "pd.Series[bool]"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetKind:
    """How an outcome is read, who can have one at all, and from which day on it counts (both for the reader).

    `criterion` names the performance criterion that is needed; `is_rating` says that its values lie between 0 and 1 and
    have to be cut, `least` where they are cut when the configuration does not say.
    """

    outcome: Callable[[pd.DataFrame, str], Outcome]
    who: Text
    known: Text
    criterion: str | None = None
    is_rating: bool = False
    least: float | None = None


def target_kind(target: Target) -> TargetKind:
    """The kind of this target. Raises ConfigurationError for a name that is not known.

    A composite is read part by part, so it gives back who can have every part that it needs.
    """
    if target.name == COMPOSITE:
        return _composite_kind(target)
    kind = TARGETS.get(target.name)
    if kind is None:
        raise ConfigurationError(
            f"the target {target.name!r} is not known; known are {', '.join((*TARGETS, COMPOSITE))}"
        )
    if kind.is_rating and target.at_least is None and kind.least is None:
        raise ConfigurationError(f"the target {target.name!r} needs at_least: the least 0-1 rating that counts as good")
    return kind


def labels(frame: pd.DataFrame, target: Target) -> Labels:
    """The labels of one outcome; a composite's are in `training.composite`. Raises ConfigurationError."""
    kind = target_kind(target)
    found = kind.outcome(frame, target.name)
    least = target.at_least if target.at_least is not None else kind.least
    label = _at_least(found.value, least) if kind.is_rating and least is not None else found.value
    return Labels(label=label, first_on=found.known_on, known_on=found.known_on, is_undated=found.known_on.isna())


def is_matured(labels: Labels, target: Target, as_of: pd.Timestamp) -> "pd.Series[bool]":
    """Which labels are old enough at `as_of`; one without a date only where the target says so."""
    latest = as_of - pd.Timedelta(days=target.matured_after_days)
    is_old_enough = labels.known_on.isna() | (labels.known_on <= latest)
    return is_old_enough & (~labels.is_undated | target.undated_is_matured)


def _composite_kind(target: Target) -> TargetKind:
    kinds = [TARGETS[name] for name in target.needed]
    criteria = [found for name in target.parts if (found := TARGETS[name].criterion)]
    who = list(dict.fromkeys(kind.who for kind in kinds))
    return TargetKind(
        outcome=_missing,
        who=Text(en=" and ".join(one.en for one in who), zh="且".join(one.zh for one in who)),
        known=Text(en="the day of the latest of its parts", zh="各组成部分中最晚的已知日期"),
        criterion=criteria[0] if criteria else None,
    )


def _missing(_frame: pd.DataFrame, name: str) -> Outcome:
    raise ConfigurationError(f"the target {name!r} has parts; it has no outcome of its own")


def _re_interview(frame: pd.DataFrame, _name: str) -> Outcome:
    return Outcome(value=_flags(frame["re_interview_passed"]), known_on=moments(frame["re_interviewed_at"]))


def _rating(frame: pd.DataFrame, name: str) -> Outcome:
    return Outcome(value=frame[name].astype("float64"), known_on=moments(frame[f"{name}_on"]))


def _retention(frame: pd.DataFrame, _name: str) -> Outcome:
    """Whether the person stayed a year. Known a year after the start for all: leavers count no earlier than stayers."""
    hired, left = moments(frame["hired_on"]), moments(frame["left_on"])
    a_year_on = hired + pd.Timedelta(days=YEAR_DAYS)
    stayed = (left.isna() | (left >= a_year_on)).astype("float64")
    return Outcome(value=stayed.where(hired.notna()), known_on=a_year_on)


def _criterion(frame: pd.DataFrame, _name: str) -> Outcome:
    return Outcome(value=frame["criterion"].astype("float64"), known_on=moments(frame["criterion_on"]))


def _at_least(rating: "pd.Series[float]", least: float) -> "pd.Series[float]":
    return (rating >= least).astype("float64").where(rating.notna())


def _flags(values: "pd.Series[bool]") -> "pd.Series[float]":
    return values.astype("boolean").astype("Float64").astype("float64")


def moments(values: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    """Days and moments as moments in UTC."""
    return pd.to_datetime(values, utc=True)


_RE_INTERVIEWED = Text(en="those who were re-interviewed", zh="参加过复面的人")
_HIRED = Text(en="those who were hired", zh="已入职的人")
_RATED = Text(en="those who were hired and rated", zh="已入职并获得绩效评估的人")
_REVIEWED = Text(en="the day of the review", zh="绩效评估当日")

TARGETS: Mapping[str, TargetKind] = {
    "re_interview_pass": TargetKind(
        outcome=_re_interview,
        who=_RE_INTERVIEWED,
        known=Text(en="the moment of the re-interview", zh="复面当时"),
    ),
    "performance_6m": TargetKind(outcome=_rating, who=_RATED, known=_REVIEWED, is_rating=True),
    "performance_12m": TargetKind(outcome=_rating, who=_RATED, known=_REVIEWED, is_rating=True),
    "retention_12m": TargetKind(
        outcome=_retention,
        who=_HIRED,
        known=Text(en="a year after the start, for leavers too", zh="入职满一年当日，离职者亦同"),
    ),
    "high_performer": TargetKind(
        outcome=_criterion, who=_RATED, known=_REVIEWED, criterion="high_performer", is_rating=True, least=0.5
    ),
}
"""The single outcomes that may be predicted; `composite` stands beside them and is made of them."""
