"""What the pages of statistics compute from cells, against NumPy, SciPy and counts by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from dashboards import drift_figures, fairness_figures, validity_figures
from dashboards.validity_figures import ValidityRead
from tests.warehouse.queries.people import COMPLIANCE, Person
from validation.validity import Assumptions
from warehouse.lake.door import opened
from warehouse.queries.agreement import re_interview_cells
from warehouse.queries.profiles import ColumnCells
from warehouse.queries.selection import Cells, score_cells, selection_cells
from warehouse.queries.suppression import SMALL_GROUPS
from warehouse.queries.validity import expectancy_cells, validity_moments
from warehouse.settings import Settings

LOGIC = "skill:logic"


@pytest.fixture(scope="module")
def read(company: Settings) -> ValidityRead:
    """What the page of validity reads of score and re-interview."""
    asked = {"predictor": "ai_score", "criterion": "re_interview_rating"}
    with opened(company, COMPLIANCE) as lake:
        return ValidityRead(
            cells=expectancy_cells(lake, **asked),
            versions=expectancy_cells(lake, **asked, by=("ai_vendor_version",), digits=0),
            moments=validity_moments(lake, predictors=("ai_score",), criterion="re_interview_rating"),
            by_skill={
                "logic": validity_moments(lake, predictors=(LOGIC,), criterion="re_interview_rating"),
            },
            re_interviews=re_interview_cells(lake),
        )


def rated(everyone: list[Person]) -> list[tuple[float, float]]:
    """Score and unit rating of those who have both."""
    return [(p.score, (p.rating - 1) / 4) for p in everyone if p.score is not None and p.rating is not None]


def test_raw_validity_is_pearsons_r_of_those_who_have_both(read: ValidityRead, everyone: list[Person]) -> None:
    found = validity_figures.answer(read, "ai_score", Assumptions())

    expected = stats.pearsonr(*zip(*rated(everyone), strict=True))
    assert found.correlation.r == pytest.approx(expected.statistic)
    assert found.corrections.range_restriction is None


def test_the_applicants_standard_deviation_is_that_of_everybody_with_a_score(
    read: ValidityRead, everyone: list[Person]
) -> None:
    pool = validity_figures.pool(read.moments)

    scores = [person.score for person in everyone if person.score is not None]
    assert (pool.applicants, pool.labelled) == (len(scores), len(rated(everyone)))
    assert pool.applicant_sd == pytest.approx(np.std(scores, ddof=1))


def test_switching_on_the_corrections_leaves_the_raw_figure_as_it_is(read: ValidityRead) -> None:
    raw = validity_figures.answer(read, "ai_score", Assumptions())

    both = validity_figures.answer(read, "ai_score", Assumptions(applicant_sd=40.0, criterion_reliability=0.6))

    assert both.correlation == raw.correlation
    assert both.corrections.both is not None


def test_a_skills_validity_comes_from_its_own_sums(read: ValidityRead, everyone: list[Person]) -> None:
    found = validity_figures.by_skill(read)["logic"]

    assert found.r == pytest.approx(stats.pearsonr(*zip(*rated(everyone), strict=True)).statistic)


def test_blind_and_informed_ratings_are_kept_apart(read: ValidityRead, everyone: list[Person]) -> None:
    """Everybody in this company rated blind."""
    found = validity_figures.agreement(read)

    assert found["blind"].n == len(rated(everyone))
    assert found["informed"].n == 0
    assert validity_figures.unknown_re_interviews(read) == 0


def test_the_grid_holds_everybody_who_has_both_values(read: ValidityRead, everyone: list[Person]) -> None:
    grid = validity_figures.grid(read)

    assert sum(count or 0 for row in grid.counts for count in row) == len(rated(everyone))


def cells(**columns: list[object]) -> Cells:
    """Selection cells by sex."""
    counts = {"selected": [0] * len(columns["sex"]), "withdrawn": [1] * len(columns["sex"])}
    frame = pd.DataFrame({**counts, "in_process": [2] * len(columns["sex"]), **columns})
    return Cells(frame=frame, attributes=("sex",), strata=(), merged_groups=0, lake="snapshot 1")


def test_small_groups_are_counted_beside_and_compared_with_nobody() -> None:
    found = fairness_figures.stage(cells(sex=["F", "M", SMALL_GROUPS], n=[100, 100, 14], selected=[50, 50, 14]))

    assert [line.count.label for line in found.table.groups] == ["F", "M"]
    assert (found.small, found.withdrawn, found.in_process) == (14, 3, 6)


def test_who_did_not_say_is_disclosed_as_unknown() -> None:
    found = fairness_figures.stage(cells(sex=["F", "M", "unknown"], n=[100, 100, 20], selected=[50, 50, 5]))

    assert (found.table.unknown.n, found.table.unknown.selected) == (20, 5)
    assert found.table.n == 220


def test_groups_carry_the_readers_names() -> None:
    found = fairness_figures.counts(cells(sex=["F"], n=[10]), {"F": "女"}.__getitem__)

    assert found[0].label == "女"


def test_groups_come_in_one_order_whatever_the_language() -> None:
    """Colours follow this order, so a group keeps its colour from stage to stage and in both languages."""
    many = [cells(sex=["M", "F"], n=[20, 20]), cells(sex=["X", "unknown"], n=[20, 20])]

    assert fairness_figures.labels(many) == ("F", "M", "X")
    assert fairness_figures.labels(many, {"F": "女", "M": "男", "X": "其他"}.__getitem__) == ("女", "男", "其他")


def test_ratio_lines_are_each_groups_rate_over_the_comparators(company: Settings, everyone: list[Person]) -> None:
    with opened(company, COMPLIANCE, purpose="test") as lake:
        by_score = fairness_figures.scores(score_cells(lake, attributes=("sex",)))

    line = next(one for one in fairness_figures.ratio_lines(by_score, (("sex", "M"),)) if one.group == "F")

    cut = line.cuts[len(line.cuts) // 2]
    women, men = ([p.score for p in everyone if p.sex == sex and p.score is not None] for sex in ("F", "M"))
    expected = np.mean([score >= cut for score in women]) / np.mean([score >= cut for score in men])
    assert line.ratios[len(line.cuts) // 2] == pytest.approx(expected)


def test_scoring_rates_count_above_the_median_of_everybody(company: Settings, everyone: list[Person]) -> None:
    with opened(company, COMPLIANCE, purpose="test") as lake:
        both = {
            ("sex",): (
                selection_cells(lake, stage="ai_interview", attributes=("sex",)),
                score_cells(lake, attributes=("sex",)),
            )
        }

    summary = fairness_figures.public_summary(both, str, is_scoring=True)

    middle = np.median([p.score for p in everyone if p.score is not None])
    women = [p.score for p in everyone if p.sex == "F" and p.score is not None]
    assert summary.median == middle
    assert summary.tables[0].category("F").count.selected == sum(score > middle for score in women)


def profile(column: str, values: dict[str, dict[str, int]]) -> ColumnCells:
    """A text column's cells by quarter."""
    rows = [(period, value, n) for period, counts in values.items() for value, n in counts.items()]
    return ColumnCells(
        column=column, by=("quarter",), frame=pd.DataFrame(rows, columns=["quarter", "value", "n"]), lake="snapshot 1"
    )


def test_every_period_after_the_reference_is_held_against_it() -> None:
    steady = {"a": 500, "b": 500}
    column = profile("channel", {"2025-01-01": steady, "2025-04-01": steady, "2025-07-01": {"a": 900, "b": 100}})

    found = drift_figures.by_period([column], until="2025-01-01")

    assert [one.period for one in found] == ["2025-04-01", "2025-07-01"]
    assert [one.column("channel").verdict.value for one in found] == ["pass", "block"]
    assert found[1].column("channel").psi == pytest.approx(0.4 * np.log(0.9 / 0.5) - 0.4 * np.log(0.1 / 0.5))


def segments(*rows: tuple[str, str, str, int, float]) -> pd.DataFrame:
    """Sums of scores with a variance of 100 within each cell."""
    frame = pd.DataFrame(rows, columns=["period", "segment", "version", "n", "mean"])
    frame["total"] = frame["n"] * frame["mean"]
    frame["squares"] = frame["n"] * (frame["mean"] ** 2 + 100)
    return frame.assign(vendor="acme", finished=frame["n"], advanced=frame["n"] // 2)


def test_a_change_of_mix_is_told_from_a_change_within() -> None:
    rows = segments(
        ("2025-01-01", "sales", "1", 300, 60.0),
        ("2025-01-01", "research", "1", 100, 80.0),
        ("2025-04-01", "sales", "1", 100, 60.0),
        ("2025-04-01", "research", "1", 300, 80.0),
    )

    found = drift_figures.mix(rows, until="2025-01-01", outcome=drift_figures.SCORE)

    assert found.change == pytest.approx(10.0)
    assert (found.mix, found.within) == (pytest.approx(10.0), pytest.approx(0.0))


def test_a_silent_change_of_the_vendors_scoring_is_dated() -> None:
    periods = [f"2025-{month:02d}-01" for month in range(1, 9)]
    rows = [(period, "sales", "1", 400, 60.0 if place < 5 else 64.0) for place, period in enumerate(periods)]

    found = drift_figures.change_of(segments(*rows), "acme")

    assert found.change_at == "2025-06-01"
    assert found.is_announced is False


@pytest.mark.parametrize(
    ("period", "kind", "expected"), [("2025-04-01", "quarter", "2025-Q2"), ("2025-11-01", "month", "2025-11")]
)
def test_periods_are_named_as_people_write_them(period: str, kind: str, expected: str) -> None:
    assert drift_figures.period_name(period, kind) == expected
