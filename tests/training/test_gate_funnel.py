"""What the gate counts around the model: the funnel of the period with who is in no rate, and the strata."""

import pandas as pd
import pytest

from tests.builders import build
from training.gate_funnel import funnel, strata
from validation.gate_evidence import Outside
from validation.group_count import GroupCount
from warehouse.access import Principal, Role
from warehouse.lake.door import Lake, opened
from warehouse.lake.refresh import refresh
from warehouse.settings import Settings

AUDITOR = Principal(id="ada", roles=frozenset({Role.AUDITOR}))
ATTRIBUTES = ("sex",)


def planted(settings: Settings) -> None:
    """Women and men at two places, interviewed; who is how far is told by the lake's rules."""

    def plant(builder) -> None:
        department = builder.department()
        for location, family in (("Berlin", "Sales"), ("Austin", "Support")):
            opening = builder.requisition(department, location=location, job_family=family)
            for sex in ("F", "M"):
                person = builder.candidate()
                builder.demographics(person, sex=sex)
                builder.ai_interview(builder.application(opening, person))

    build(settings, plant)
    refresh(settings)


def held(lake: Lake) -> pd.DataFrame:
    """Everybody as a run's holdout has them: those in Berlin stand above the cut."""
    rows = lake.applications.select("application_key", "candidate_key", "job_family", "location", "applied_at")
    frame: pd.DataFrame = rows.to_pandas()
    return frame.assign(score=[0.9 if place == "Berlin" else 0.1 for place in frame["location"]]).drop(
        columns="location"
    )


def counted(counts: tuple[GroupCount, ...]) -> dict[str, tuple[int, int]]:
    """People and selected by sex."""
    return {str(one.group[0][1]): (one.n, one.selected) for one in counts}


@pytest.mark.parametrize(
    ("way", "above", "below"), [("job_family", "Sales", "Support"), ("location", "Berlin", "Austin")]
)
def test_people_are_divided_by_what_the_run_and_the_lake_say(
    records: Settings, way: str, above: str, below: str
) -> None:
    planted(records)

    with opened(records, AUDITOR, purpose="a test") as lake:
        found = strata(lake, held(lake), attributes=ATTRIBUTES, cut=0.5, asked={}, by=("job_family", "location"))

    assert counted(found[way][above]) == {"F": (1, 1), "M": (1, 1)}
    assert counted(found[way][below]) == {"F": (1, 0), "M": (1, 0)}


def test_periods_are_quarters_of_application_and_rows_without_a_date_have_none(records: Settings) -> None:
    planted(records)

    with opened(records, AUDITOR, purpose="a test") as lake:
        rows = held(lake)
        rows["applied_at"] = pd.to_datetime(["2026-01-05", "2026-03-31", "2026-04-01", None], utc=True)
        found = strata(lake, rows, attributes=ATTRIBUTES, cut=0.5, asked={}, by=("period",))

    assert {name: sum(one.n for one in counts) for name, counts in found["period"].items()} == {
        "(none)": 1,
        "2026-Q1": 2,
        "2026-Q2": 1,
    }


def test_the_funnel_counts_the_finished_and_beside_them_who_is_in_no_rate(records: Settings) -> None:
    planted(records)

    with opened(records, AUDITOR, purpose="a test") as lake:
        found = funnel(lake, held(lake), attributes=ATTRIBUTES, asked={})

    assert counted(found.counts["applied"]) == {"F": (2, 2), "M": (2, 2)}
    assert found.counts["ai_interview"] == ()
    assert set(found.outside["ai_interview"]) == {
        Outside(group=(("sex", sex),), in_process=2, withdrawn=0) for sex in ("F", "M")
    }
