"""Self-reported attributes beside applications, for fairness figures only; needs a lake opened for a purpose.

What was not said is `unknown`, a group of its own.
"""

from collections.abc import Sequence

import ibis

from warehouse.lake.door import Lake
from warehouse.queries.clock import PERIODS, period, utc
from warehouse.queries.filters import EVERYTHING, UNKNOWN, Filters, filtered

ATTRIBUTES = ("sex", "race_ethnicity", "disability", "age_group")
"""`age_group` splits at 40 years in the year of application (29 U.S.C. 631(a) protects from 40 on)."""

STRATA = (
    "department", "job_family", "job_level", "location", "channel", "season", "language", "country", "ai_vendor",
    "ai_vendor_version", "ai_rubric_version", "ai_language", "month", "quarter", "year",
)  # fmt: skip
"""What figures can be taken apart by; the last three are periods of application."""

PROTECTED_AGE = 40
FROM_40, UNDER_40 = "40 and over", "under 40"


def grouped_rows(
    lake: Lake, attributes: Sequence[str], strata: Sequence[str], filters: Filters = EVERYTHING
) -> ibis.Table:
    """Applications with their attributes and strata as text columns of these names, `unknown` where nothing is known.

    Raises ValueError for a name that is neither, PurposeMissing where attributes are asked of a lake without a purpose.
    """
    rows = filtered(lake.applications, filters)
    for names, allowed, what in ((attributes, ATTRIBUTES, "attribute"), (strata, STRATA, "stratum")):
        for name in names:
            if name not in allowed:
                raise ValueError(f"{name!r} is no {what}; there are {', '.join(allowed)}")
    if attributes:
        rows = rows.left_join(lake.demographics.drop("refresh_seq"), "candidate_key")
    return rows.mutate(
        **{name: _attribute(rows, name) for name in attributes},
        **{name: _stratum(rows, name) for name in strata},
    )


def _attribute(rows: ibis.Table, name: str) -> ibis.Value:
    if name != "age_group":
        return rows[name].fill_null(UNKNOWN)
    age = utc(rows.applied_at).year() - rows.birth_year
    return ibis.cases((age >= PROTECTED_AGE, FROM_40), (age < PROTECTED_AGE, UNDER_40), else_=UNKNOWN)


def _stratum(rows: ibis.Table, name: str) -> ibis.Value:
    if name in PERIODS:
        return period(rows.applied_at, name)
    return rows[name].fill_null(UNKNOWN)
