"""AI scores and outcomes summed by period, segment and vendor version, for changes of mix and of the vendor's scoring.

The sums are standardised over all segments before anything is shown, so single cells may be small.
"""

import ibis
import pandas as pd

from warehouse.lake.door import Lake
from warehouse.queries.filters import EVERYTHING, UNKNOWN, Filters, filtered
from warehouse.queries.suppression import hidden

SEGMENTS = ("department", "job_family", "channel", "location", "season", "ai_language")
"""What the mix of people can be told apart by."""

PERIODS = ("month", "quarter")
"""Calendar periods of the AI interview, UTC."""


def score_segments(lake: Lake, *, segment: str, period: str, filters: Filters = EVERYTHING) -> pd.DataFrame:
    """Columns `vendor`, `period` (its first day), `segment`, `version`, `n`, `total` and `squares` of the AI score,
    `finished` and `advanced` of the AI interview; in the order of time. No row for fewer people than the smallest
    group in all. Raises ValueError for a segment or period that does not exist.
    """
    for name, allowed, what in ((segment, SEGMENTS, "segment"), (period, PERIODS, "period")):
        if name not in allowed:
            raise ValueError(f"{name!r} is no {what}; there are {', '.join(allowed)}")
    rows = filtered(lake.applications, filters)
    rows = rows.filter(rows.ai_score.notnull(), rows.ai_interviewed_at.notnull())
    # The columns' own names end in an underscore: `segment` may be one of the table's columns.
    rows = rows.mutate(
        vendor_=rows.ai_vendor.fill_null(UNKNOWN),
        period_=rows.ai_interviewed_at.truncate(period).date().cast("string"),
        segment_=rows[segment].fill_null(UNKNOWN),
        version_=rows.ai_vendor_version.fill_null(UNKNOWN),
    )
    keys = ("vendor_", "period_", "segment_", "version_")
    cells = rows.group_by(*keys).agg(
        n=rows.count(),
        total=rows.ai_score.cast("float64").sum(),
        squares=(rows.ai_score.cast("float64") * rows.ai_score.cast("float64")).sum(),
        finished=_count(rows.ai_outcome.isin(["advanced", "not_advanced"])),
        advanced=_count(rows.ai_outcome == "advanced"),
    )
    frame: pd.DataFrame = cells.order_by(*keys).to_pandas().rename(columns={name: name.rstrip("_") for name in keys})
    return frame.iloc[:0] if hidden([int(frame["n"].sum())]) else frame


def _count(condition: ibis.Value) -> ibis.Value:
    return condition.fill_null(False).sum()
