"""Drift between two tables, whole and by period: which columns are compared, and when the change began.

Columns that move by their nature (identifiers, moments in time, free text) are not compared and are listed as such. One
column is in memory at a time.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from validation.bins import OTHER, ColumnProfile, FrozenBins, profile, reference_profile
from validation.drift import DEFAULT_THRESHOLDS, Drift, DriftThresholds, assess, whole
from validation.drift_columns import Columns, Content, names_of
from validation.header_row import nearest
from validation.histogram import Floats
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
    periods: list[dict[str, ColumnProfile]] = field(default_factory=list)
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
    names = _named(reference, current, columns, time)
    _refuse_time(current, time, every)
    first = [name for name in names if name in reference.names]
    second = [name for name in names if name in current.names]
    profiles = _Profiles()
    for done, name in enumerate(first):
        _heard(on_column, done, len(first) + len(second))
        _count_reference(name, reference, profiles)
    if columns is not None and profiles.left_out:
        refused = profiles.left_out[0]
        raise DriftInputError(f"{reference.label}, column {refused.column}: cannot be compared, {refused.reason.en}")
    reference.release()
    periods = _periods(current, time, every)
    profiles.periods.extend({} for _ in periods or ())
    for done, name in enumerate(second, start=len(first)):
        _heard(on_column, done, len(first) + len(second))
        _count_current(name, current, periods or (), profiles, is_shared=name in first)
    if not set(profiles.reference) & set(profiles.current):
        raise DriftInputError(f"{reference.label} and {current.label} share no column that can be compared")
    if time is not None:
        profiles.left_out.append(NotCompared(column=time, reason=_TIME))
    return TableDrift(
        whole=assess(profiles.reference, profiles.current, thresholds=thresholds),
        periods=None if periods is None else _series(periods, profiles, thresholds),
        not_compared=tuple(profiles.left_out),
    )


def _heard(on_column: Callable[[int, int], None] | None, done: int, of: int) -> None:
    if on_column is not None:
        on_column(done, of)


def _refuse_time(current: Columns, time: str | None, every: str | None) -> None:
    if time is None:
        return
    if every is None:
        raise DriftInputError("--time needs --every: day, week, month, quarter, year or a number of rows")
    if time not in current.names:
        raise DriftInputError(f"{current.label}, column {time}: no such column to take the time from")


def _periods(current: Columns, time: str | None, every: str | None) -> list[Period] | None:
    if every is None:
        return None
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
            if name not in table.names:
                near = nearest(name, table.names)
                meant = "" if near is None else f", did you mean {near}?"
                raise DriftInputError(f"{table.label}, column {name}: no such column{meant}")
        if name == time:
            raise DriftInputError(
                f"{current.label}, column {name}: it is the time of --time and cannot be compared as well"
            )
    return list(dict.fromkeys(columns))


def _count_reference(name: str, reference: Columns, into: _Profiles) -> None:
    """Profiles one column on the bins it freezes, or leaves it out with the reason."""
    found = _suited(name, reference, into)
    if found is not None:
        into.reference[name] = found


def _count_current(name: str, current: Columns, periods: Sequence[Period], into: _Profiles, *, is_shared: bool) -> None:
    """Profiles one column, whole and by period, on the bins of the reference where that has the column."""
    if not is_shared:
        found = _suited(name, current, into)
        if found is not None:
            into.current[name] = found
        return
    if name not in into.reference:
        return
    bins = into.reference[name].bins
    if not periods:
        into.current[name] = profile_of(current, name, bins)
        return
    values = current.values(name)
    into.current[name] = profile(values, bins)
    for period, profiles in zip(periods, into.periods, strict=True):
        profiles[name] = profile(values.iloc[period.rows], bins)


def profile_of(columns: Columns, name: str, bins: FrozenBins) -> ColumnProfile:
    """One column of a table counted on frozen bins."""
    values, people = columns.counted(name)
    return profile(values, bins, people)


def _suited(name: str, columns: Columns, into: _Profiles) -> ColumnProfile | None:
    """The profile of a column on its own bins; None where it moves by its nature, which is then noted."""
    reason, found = _MOMENT, None
    what = columns.contents[name]
    if what is not Content.MOMENTS:
        values, people = columns.counted(name)
        reason = _IDENTITY if _is_identifier(name, values, people) else _FREE_TEXT
        if reason is not _IDENTITY:
            found = reference_profile(values, people, is_number=what is Content.NUMBERS)
    if found is None or _is_free_text(found):
        into.left_out.append(NotCompared(column=name, reason=reason))
        return None
    return found


def _series(periods: Sequence[Period], profiles: _Profiles, thresholds: DriftThresholds) -> tuple[PeriodDrift, ...]:
    shared = {name: found for name, found in profiles.reference.items() if name in profiles.current}
    tests = len(shared) * max(len(periods), 1)
    return tuple(
        PeriodDrift(index=index, period=period.name, drift=assess(shared, counted, thresholds=thresholds, tests=tests))
        for index, (period, counted) in enumerate(zip(periods, profiles.periods, strict=True))
    )


def _is_identifier(name: str, values: pd.Series, people: Floats | None) -> bool:
    if not _IDENTIFIER.search(name) or len(values) < 2:
        return False
    return bool(values.is_unique if people is None else (people == 1).all())


def _is_free_text(found: ColumnProfile) -> bool:
    return found.bins.names[-1:] == (OTHER,) and found.counts[-1] > found.present / 2
