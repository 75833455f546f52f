"""From values by period to what the page of drift shows: bins are frozen from the reference, `validation` judges."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from validation.bins import ColumnProfile, profile, reference_profile
from validation.column_values import is_numeric
from validation.drift import ColumnDrift, Drift, assess
from validation.histogram import Floats
from validation.mix import MixChange, SegmentCell, mix_change
from validation.vendor_change import PeriodScores, VendorChange, vendor_change
from warehouse.queries.profiles import ColumnCells

SCORE, ADVANCED = "score", "advanced"
"""What a change of mix is told apart for: the mean assessment score, or the share that went on from the interview."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodDrift:
    """One period against the reference."""

    period: str
    drift: Drift

    def column(self, name: str) -> ColumnDrift | None:
        """One column's answer; None where the period has nobody."""
        return next((one for one in self.drift.columns if one.column == name), None)


def periods(cells: Sequence[ColumnCells]) -> tuple[str, ...]:
    """The periods that have people enough, in order."""
    found = {str(value) for one in cells for value in one.frame[one.by[0]].unique()} if cells else set()
    return tuple(sorted(found))


def by_period(cells: Sequence[ColumnCells], *, until: str) -> tuple[PeriodDrift, ...]:
    """Each period after `until` against all up to it; every comparison shares the chance of a false alarm."""
    later = [period for period in periods(cells) if period > until]
    reference = {one.column: _reference(one, until) for one in cells}
    tests = max(1, len(later) * len(cells))
    return tuple(
        PeriodDrift(
            period=period,
            drift=assess(
                reference, {one.column: _profile(one, period, reference[one.column]) for one in cells}, tests=tests
            ),
        )
        for period in later
    )


def _reference(one: ColumnCells, until: str) -> ColumnProfile:
    frame = one.frame[one.frame[one.by[0]] <= until]
    return reference_profile(frame["value"], _weights(frame), is_number=is_numeric(one.frame["value"]))


def _profile(one: ColumnCells, period: str, reference: ColumnProfile) -> ColumnProfile:
    frame = one.frame[one.frame[one.by[0]] == period]
    return profile(frame["value"], reference.bins, _weights(frame))


def _weights(frame: pd.DataFrame) -> Floats:
    return frame["n"].to_numpy(dtype="float64")


def mix(segments: pd.DataFrame, *, until: str, outcome: str) -> MixChange:
    """The change of the mean from the periods up to `until` to those after, split into mix and within."""
    early = segments["period"] <= until
    return mix_change(_cells(segments[early], outcome), _cells(segments[~early], outcome))


def _cells(segments: pd.DataFrame, outcome: str) -> list[SegmentCell]:
    columns = ("finished", "advanced", "advanced") if outcome == ADVANCED else ("n", "total", "squares")
    numbers = segments[list(columns)].to_numpy(dtype="float64")
    return [
        SegmentCell(segment=str(segment), n=n, total=total, squares=squares)
        for segment, (n, total, squares) in zip(segments["segment"], numbers.tolist(), strict=True)
    ]


def vendors(segments: pd.DataFrame) -> tuple[str, ...]:
    """The vendors, the one with most interviews first."""
    people = segments.groupby("vendor")["n"].sum().sort_values(ascending=False)
    return tuple(str(vendor) for vendor in people.index)


def change_of(segments: pd.DataFrame, vendor: str) -> VendorChange:
    """Whether and since when the vendor scores differently, with the mix of segments held constant."""
    rows = segments[segments["vendor"] == vendor]
    return vendor_change(
        [
            PeriodScores(period=str(period), segments=tuple(_cells(part, SCORE)), version=_version(part))
            for period, part in rows.groupby("period", sort=True)
        ]
    )


def _version(part: pd.DataFrame) -> str:
    """The version that most interviews of the period had."""
    people = part.groupby("version")["n"].sum()
    return str(people.idxmax())


def versions(segments: pd.DataFrame, vendor: str) -> dict[str, str]:
    """The announced version of each period."""
    rows = segments[segments["vendor"] == vendor]
    return {str(period): _version(part) for period, part in rows.groupby("period", sort=True)}


def period_name(period: str, kind: str) -> str:
    """A period's first day as people write the period: `2025-Q2` or `2025-04`."""
    year, month = period[:4], int(period[5:7])
    return f"{year}-Q{(month + 2) // 3}" if kind == "quarter" else f"{year}-{month:02d}"
