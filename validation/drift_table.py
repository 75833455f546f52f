"""Drift between two tables, whole and by period: which columns are compared, and when the change began.

Columns that move by their nature (identifiers, moments in time, free text) are not compared and are listed as such.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from validation.bins import OTHER, ColumnProfile, profile, reference_profile
from validation.drift import DEFAULT_THRESHOLDS, Drift, DriftThresholds, assess, whole
from validation.outcome import Text, Verdict, worst
from validation.periods import Period, periods_of

_IDENTIFIER = re.compile(r"(?:^|[_\s-])(?:id|uuid|guid|key)$|[a-z]I[dD]$", re.IGNORECASE)


class DriftInputError(ValueError):
    """Tables, columns or periods that cannot be compared; the message names the column and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCompared:
    """A column left out, and why."""

    column: str
    reason: Text

    def as_json(self) -> dict[str, object]:
        """Plain JSON values, both languages."""
        return {"column": self.column, "reason": {"en": self.reason.en, "zh": self.reason.zh}}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodDrift:
    """One period of the current table against the whole reference; `index` counts from 0."""

    index: int
    period: str
    drift: Drift

    def as_json(self) -> dict[str, object]:
        """The period's rows, verdict and effect sizes by column; shares by bin are left to the whole."""
        short = ("column", "psi", "jensen_shannon", "wasserstein_normed", "missing_change", "verdict", "reason")
        columns = [column.as_json() for column in self.drift.columns]
        return {
            "index": self.index,
            "period": self.period,
            "n": whole(self.drift.current_n),
            "columns": [{key: column[key] for key in short} for column in columns],
            "verdict": self.drift.verdict.value,
            "reason": {"en": self.drift.reason.en, "zh": self.drift.reason.zh},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDrift:
    """The whole comparison; `periods` is None when no series was asked for."""

    whole: Drift
    periods: tuple[PeriodDrift, ...] | None
    not_compared: tuple[NotCompared, ...]

    @property
    def verdict(self) -> Verdict:
        """The gravest of the whole and of every period that has enough rows for a verdict.

        An incident that is over is still in the window; a last period that has only begun decides nothing.
        """
        judged = [
            period.drift.verdict
            for period in self.periods or ()
            if period.drift.verdict is not Verdict.NOT_ENOUGH_EVIDENCE
        ]
        return worst([self.whole.verdict, *judged])

    def as_json(self) -> dict[str, object]:
        """The contract's document."""
        return {
            **self.whole.as_json(),
            "periods": None if self.periods is None else [period.as_json() for period in self.periods],
            "not_compared": [column.as_json() for column in self.not_compared],
            "verdict": self.verdict.value,
        }


def compare_tables(
    reference: pd.DataFrame,
    current: pd.DataFrame,
    *,
    columns: Sequence[str] | None = None,
    time: str | None = None,
    every: str | None = None,
    thresholds: DriftThresholds = DEFAULT_THRESHOLDS,
) -> TableDrift:
    """Compares the named columns, or all that can be, on bins frozen from the reference.

    `time` names the current table's column of moments, which is never compared; `every` is `day`, `week`, `month`,
    `quarter`, `year` or a number of rows. Raises `DriftInputError` for columns or periods that cannot be used.
    """
    periods = _periods(current, time, every)
    wanted = _wanted(reference, current, columns, time)
    before, left_out = _reference_profiles(reference, wanted)
    if columns is not None and left_out:
        raise DriftInputError(f"column {left_out[0].column}: {left_out[0].reason.en}")
    shared = [name for name in before if name in current]
    if not shared:
        raise DriftInputError("the two files share no column that can be compared; see --columns")
    after = _profiles(current, before, wanted)
    for name in [name for name in after if _is_free_text(after[name]) and name not in before]:
        left_out.append(NotCompared(column=name, reason=_FREE_TEXT))
        del after[name]
    series = None if periods is None else _series(current, before, shared, periods, thresholds)
    if time is not None:
        left_out.append(NotCompared(column=time, reason=_TIME))
    return TableDrift(whole=assess(before, after, thresholds=thresholds), periods=series, not_compared=tuple(left_out))


_TIME = Text(en="it holds the time by which periods are made.", zh="该列是划分时段所用的时间。")
_MOMENT = Text(en="it holds moments in time, which move by themselves.", zh="该列为时间，本身就会变化。")
_IDENTITY = Text(en="it holds an identifier, different in every row.", zh="该列为标识符，每行都不同。")
_FREE_TEXT = Text(
    en="it holds free text: its most frequent values cover less than half of the rows.",
    zh="该列为自由文本：最常见的取值覆盖不到一半的行。",
)


def _periods(current: pd.DataFrame, time: str | None, every: str | None) -> list[Period] | None:
    if every is None:
        if time is not None:
            raise DriftInputError("--time needs --every: day, week, month, quarter, year or a number of rows")
        return None
    if time is not None and time not in current:
        raise DriftInputError(f"column {time}: the current file has no such column to take the time from")
    try:
        return periods_of(current[time] if time is not None else None, every, rows=len(current))
    except ValueError as error:
        where = f"column {time}: " if time is not None else ""
        raise DriftInputError(f"{where}{error}") from error


def _wanted(
    reference: pd.DataFrame, current: pd.DataFrame, columns: Sequence[str] | None, time: str | None
) -> list[str]:
    if columns is None:
        names = [*reference.columns, *(name for name in current.columns if name not in reference)]
        return [str(name) for name in names if name != time]
    for name in columns:
        for table, which in ((reference, "reference"), (current, "current")):
            if name not in table:
                raise DriftInputError(f"column {name}: the {which} file has no such column")
        if name == time:
            raise DriftInputError(f"column {name}: it is the time of --time and cannot be compared as well")
    return list(dict.fromkeys(columns))


def _reference_profiles(
    reference: pd.DataFrame, wanted: Sequence[str]
) -> tuple[dict[str, ColumnProfile], list[NotCompared]]:
    profiles: dict[str, ColumnProfile] = {}
    left_out: list[NotCompared] = []
    for name in (name for name in wanted if name in reference):
        reason = _unsuited(reference[name])
        found = None if reason else reference_profile(reference[name])
        if found is not None and not _is_free_text(found):
            profiles[name] = found
        else:
            left_out.append(NotCompared(column=name, reason=reason or _FREE_TEXT))
    return profiles, left_out


def _profiles(
    current: pd.DataFrame, before: Mapping[str, ColumnProfile], wanted: Sequence[str]
) -> dict[str, ColumnProfile]:
    profiles = {name: profile(current[name], before[name].bins) for name in before if name in current}
    # A column that the reference lacks has no bins; its own serve to say what came.
    for name in wanted:
        if name in current and name not in profiles and not _unsuited(current[name]):
            profiles[name] = reference_profile(current[name])
    return profiles


def _series(
    current: pd.DataFrame,
    before: Mapping[str, ColumnProfile],
    shared: Sequence[str],
    periods: Sequence[Period],
    thresholds: DriftThresholds,
) -> tuple[PeriodDrift, ...]:
    reference = {name: before[name] for name in shared}
    tests = len(shared) * max(len(periods), 1)
    found = []
    for index, period in enumerate(periods):
        rows = current[list(shared)].iloc[period.rows]
        profiles = {name: profile(rows[name], reference[name].bins) for name in shared}
        drift = assess(reference, profiles, thresholds=thresholds, tests=tests)
        found.append(PeriodDrift(index=index, period=period.name, drift=drift))
    return tuple(found)


def _unsuited(values: pd.Series) -> Text | None:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return _MOMENT
    if _IDENTIFIER.search(str(values.name)) and len(values) > 1 and values.is_unique:
        return _IDENTITY
    return None


def _is_free_text(found: ColumnProfile) -> bool:
    return found.bins.names[-1:] == (OTHER,) and found.counts[-1] > found.present / 2
