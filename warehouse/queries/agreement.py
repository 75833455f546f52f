"""AI score beside human rating of the same re-interviews, apart by whether the human rated before seeing the score."""

import ibis
import pandas as pd

from warehouse.access import SMALLEST_GROUP
from warehouse.lake.door import Lake
from warehouse.queries.filters import EVERYTHING, UNKNOWN, Filters, filtered

BLIND, INFORMED = "blind", "informed"
"""Rated before seeing the AI score, or after; the third group is `unknown`."""


def re_interview_cells(lake: Lake, *, filters: Filters = EVERYTHING, digits: int = 0) -> pd.DataFrame:
    """Distinct pairs with the people in each: `seen` (blind, informed, unknown), `score` (0-100, rounded to `digits`),
    `rating` (0-1) and `n`. A kind of fewer people than the smallest group is left out.
    """
    rows = filtered(lake.applications, filters)
    rows = rows.filter(rows.ai_score.notnull(), rows.re_interview_rating.notnull())
    blind = rows.re_interview_blind
    rows = rows.mutate(
        seen=ibis.cases((blind.isnull(), UNKNOWN), (blind, BLIND), else_=INFORMED),
        score=rows.ai_score.round(digits).cast("float64"),
        rating=rows.re_interview_rating.round(4).cast("float64"),
    )
    cells = rows.group_by("seen", "score", "rating").agg(n=rows.count())
    frame: pd.DataFrame = cells.order_by("seen", "score", "rating").to_pandas()
    people = frame.groupby("seen")["n"].transform("sum")
    return frame[people >= SMALLEST_GROUP].reset_index(drop=True)
