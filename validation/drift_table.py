"""Drift between two tables, whole and by period: which columns are compared, and when the change began.

Columns that move by their nature (identifiers, moments in time, free text) are not compared and are listed as such. One
column is in memory at a time.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from validation.bins import OTHER, ColumnProfile, profile, reference_profile
from validation.drift import DEFAULT_THRESHOLDS, Drift, DriftThresholds, assess, whole
from validation.drift_columns import Columns, Content, names_of
from validation.outcome import Text, Verdict, worst
from validation.periods import Period, periods_of

_IDENTIFIER = re.compile(r"(?:^|[_\s-])(?:id|uuid|guid|key)$|[a-z]I[dD]$", re.IGNORECASE)
_TIME = Text(en="it holds the time by which periods are made.", zh="该列是划分时段所用的时间。")
_MOMENT = Text(en="it holds moments in time, which move by themselves.", zh="该列为时间，本身就会变化。")
_IDENTITY = Text(en="it holds an identifier, different in every row.", zh="该列为标识符，每行都不同。")
_FREE_TEXT = Text(
    en="it holds free text: its most frequent values cover less than half of the rows.",
    zh="该列为自由文本：最常见的取值覆盖不到一半的行。",
)


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
        return worst([self.whole.verdict, *(period.drift.verdict for period in self._judged)])

    @property
    def reason(self) -> Text:
        """The whole's reason, or where a period decided, that period's."""
        decided = [period for period in self._judged if period.drift.verdict is self.verdict]
        if self.whole.verdict is self.verdict or not decided:
            return self.whole.reason
        first = decided[0]
        return Text(
            en=f"{len(decided)} of {len(self.periods or ())} periods decide, the first is {first.period}: "
            f"{first.drift.reason.en}",
            zh=f"{len(self.periods or ())} 个时段中有 {len(decided)} 个决定结论，最早为 {first.period}："
            f"{first.drift.reason.zh}",
        )

    @property
    def _judged(self) -> list[PeriodDrift]:
        found = self.periods or ()
        return [period for period in found if period.drift.verdict is not Verdict.NOT_ENOUGH_EVIDENCE]

    def as_json(self) -> dict[str, object]:
        """The contract's document."""
        return {
            **self.whole.as_json(),
            "periods": None if self.periods is None else [period.as_json() for period in self.periods],
            "not_compared": [column.as_json() for column in self.not_compared],
            "verdict": self.verdict.value,
            "reason": {"en": self.reason.en, "zh": self.reason.zh},
        }


@dataclass(slots=True, kw_only=True)
class _Profiles:
    """What has been counted so far: the reference, the current table, and each of its periods."""

    reference: dict[str, ColumnProfile] = field(default_factory=dict)
    current: dict[str, ColumnProfile] = field(default_factory=dict)
    periods: list[dict[str, ColumnProfile]]
    left_out: list[NotCompared] = field(default_factory=list)


def compare_tables(
    reference: Columns,
    current: Columns,
    *,
    columns: Sequence[str] | None = None,
    time: str | None = None,
    every: str | None = None,
    thresholds: DriftThresholds = DEFAULT_THRESHOLDS,
    on_column: Callable[[int, int], None] | None = None,
) -> TableDrift:
    """Compares the named columns, or all that can be, on bins frozen from the reference.

    `time` names the current table's column of moments, which is never compared; `every` is `day`, `week`, `month`,
    `quarter`, `year` or a number of rows. `on_column` hears how many columns of how many are done. Raises
    `DriftInputError` for columns or periods that cannot be used.
    """
    periods = _periods(current, time, every)
    names = _named(reference, current, columns, time)
    profiles = _Profiles(periods=[{} for _ in periods or ()])
    for done, name in enumerate(names):
        if on_column is not None:
            on_column(done, len(names))
        _count(name, reference, current, periods or (), profiles)
    if columns is not None and profiles.left_out:
        refused = profiles.left_out[0]
        raise DriftInputError(f"{reference.label}, column {refused.column}: cannot be compared, {refused.reason.en}")
    if not set(profiles.reference) & set(profiles.current):
        raise DriftInputError(f"{reference.label} and {current.label} share no column that can be compared")
    if time is not None:
        profiles.left_out.append(NotCompared(column=time, reason=_TIME))
    return TableDrift(
        whole=assess(profiles.reference, profiles.current, thresholds=thresholds),
        periods=None if periods is None else _series(periods, profiles, thresholds),
        not_compared=tuple(profiles.left_out),
    )


def _periods(current: Columns, time: str | None, every: str | None) -> list[Period] | None:
    if every is None:
        if time is not None:
            raise DriftInputError("--time needs --every: day, week, month, quarter, year or a number of rows")
        return None
    if time is not None and time not in current.contents:
        raise DriftInputError(f"{current.label}, column {time}: no such column to take the time from")
    try:
        return periods_of(None if time is None else current.values(time), every, rows=current.rows)
    except ValueError as error:
        where = current.label if time is None else f"{current.label}, column {time}"
        raise DriftInputError(f"{where}: {error}") from error


def _named(reference: Columns, current: Columns, columns: Sequence[str] | None, time: str | None) -> list[str]:
    if columns is None:
        return [name for name in names_of(reference, current) if name != time]
    for name in columns:
        for table in (reference, current):
            if name not in table.contents:
                raise DriftInputError(f"{table.label}, column {name}: no such column")
        if name == time:
            raise DriftInputError(
                f"{current.label}, column {name}: it is the time of --time and cannot be compared as well"
            )
    return list(dict.fromkeys(columns))


def _count(name: str, reference: Columns, current: Columns, periods: Sequence[Period], into: _Profiles) -> None:
    """Profiles one column of both tables and of each period, or leaves it out with the reason."""
    first = reference if name in reference.contents else current
    values = first.values(name)
    what = first.contents[name]
    reason = _unsuited(name, values, what)
    found = None if reason else reference_profile(values, is_number=what is Content.NUMBERS)
    if found is None or _is_free_text(found):
        into.left_out.append(NotCompared(column=name, reason=reason or _FREE_TEXT))
        return
    if first is current:
        into.current[name] = found
        return
    into.reference[name] = found
    if name in current.contents:
        values = current.values(name)
        into.current[name] = profile(values, found.bins)
        for period, profiles in zip(periods, into.periods, strict=True):
            profiles[name] = profile(values.iloc[period.rows], found.bins)


def _series(periods: Sequence[Period], profiles: _Profiles, thresholds: DriftThresholds) -> tuple[PeriodDrift, ...]:
    shared = {name: found for name, found in profiles.reference.items() if name in profiles.current}
    tests = len(shared) * max(len(periods), 1)
    return tuple(
        PeriodDrift(index=index, period=period.name, drift=assess(shared, counted, thresholds=thresholds, tests=tests))
        for index, (period, counted) in enumerate(zip(periods, profiles.periods, strict=True))
    )


def _unsuited(name: str, values: pd.Series, what: Content) -> Text | None:
    if what is Content.MOMENTS:
        return _MOMENT
    if _IDENTIFIER.search(name) and len(values) > 1 and values.is_unique:
        return _IDENTITY
    return None


def _is_free_text(found: ColumnProfile) -> bool:
    return found.bins.names[-1:] == (OTHER,) and found.counts[-1] > found.present / 2
