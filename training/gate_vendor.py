"""Each vendor's AI scores by month and job, for the gate's check of a change in the vendor's scoring."""

from collections.abc import Iterator

import pandas as pd

from validation.gate_evidence import VendorScores
from validation.mix import SegmentCell
from validation.vendor_change import LEAST_PEOPLE, LEAST_PERIODS, PeriodScores

UNNAMED = "(none)"
"""What stands for a vendor, a job family or a version that is not known."""


def vendor_scores(rows: pd.DataFrame, *, fitted: str | None, held: str | None) -> tuple[VendorScores, ...]:
    """The scores of everybody interviewed since the first row that was fitted, the vendor with most people first.

    `rows` as `warehouse.queries.training.interviewed` gives them; `fitted` and `held` are the ISO intervals of the run.
    By month, or by quarter where too few months have people enough.
    """
    when = pd.to_datetime(rows["ai_interviewed_at"], utc=True)
    begins = pd.Timestamp(fitted.split("/")[0], tz="UTC") if fitted else when.min()
    known = rows["ai_score"].notna() & (when >= begins)
    scores = pd.DataFrame(
        {
            "vendor": _named(rows["ai_vendor"][known]),
            "segment": _named(rows["job_family"][known]),
            "version": _named(rows["ai_vendor_version"][known]),
            "when": when[known].dt.tz_convert(None),
            "score": rows["ai_score"][known].astype("float64"),
        }
    )
    of_vendors = [(str(name), part) for name, part in scores.groupby("vendor", sort=True)]
    of_vendors.sort(key=lambda pair: -len(pair[1]))
    return tuple(_scores(name, part, held) for name, part in of_vendors)


def _named(column: "pd.Series[str]") -> "pd.Series[str]":
    return column.astype(object).where(column.notna(), UNNAMED).astype(str)


def _scores(name: str, rows: pd.DataFrame, held: str | None) -> VendorScores:
    by_month = rows["when"].dt.to_period("M")
    has_months = int((by_month.value_counts() >= LEAST_PEOPLE).sum()) >= LEAST_PERIODS
    unit = "M" if has_months else "Q"
    begins, ends = (str(pd.Period(end, unit)) for end in held.split("/")) if held else (None, None)
    return VendorScores(
        vendor=name,
        periods=tuple(_periods(rows.assign(period=rows["when"].dt.to_period(unit)))),
        holdout_from=begins,
        holdout_to=ends,
    )


def _periods(rows: pd.DataFrame) -> Iterator[PeriodScores]:
    sums = (
        rows.assign(squares=rows["score"] ** 2)
        .groupby(["period", "segment"], sort=True)
        .agg(n=("score", "size"), total=("score", "sum"), squares=("squares", "sum"))
        .reset_index()
    )
    versions = rows.groupby("period")["version"].agg(lambda column: column.mode().iloc[0])
    for period, part in sums.groupby("period", sort=True):
        numbers = part[["n", "total", "squares"]].to_numpy(dtype="float64").tolist()
        cells = (
            SegmentCell(segment=str(segment), n=n, total=total, squares=squares)
            for segment, (n, total, squares) in zip(part["segment"], numbers, strict=True)
        )
        yield PeriodScores(period=str(period), segments=tuple(cells), version=str(versions[period]))
