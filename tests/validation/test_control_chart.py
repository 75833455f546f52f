"""The p-chart against statsmodels-free hand sums and an exact binomial."""

import pytest
from scipy import stats

from validation.control_chart import PeriodCount, p_chart
from validation.outcome import Verdict


def periods(*counts):
    """Periods named by their number, as (people, passed)."""
    return [PeriodCount(period=str(place), n=n, passed=passed) for place, (n, passed) in enumerate(counts, start=1)]


def test_limits_are_three_binomial_standard_errors_of_each_n():
    chart = p_chart(periods((100, 30), (400, 120)))

    assert chart.centre == pytest.approx(0.3)
    assert (chart.points[0].low, chart.points[0].high) == pytest.approx((0.162522729, 0.437477271), abs=1e-9)
    assert chart.points[1].high - 0.3 == pytest.approx(3 * stats.binom(400, 0.3).std() / 400)


def test_a_steady_rate_passes():
    assert p_chart(periods((100, 31), (120, 34), (90, 28))).verdict is Verdict.PASS


def test_a_period_outside_is_a_review_and_named():
    chart = p_chart(periods((500, 150), (500, 155), (500, 60), (500, 148)))

    assert [point.period for point in chart.points if point.is_outside] == ["3"]
    assert (chart.verdict, chart.reason.en[-3:]) == (Verdict.REVIEW, " 3.")


def test_the_reference_may_give_the_centre():
    chart = p_chart(periods((500, 150), (500, 155)), centre=0.5)

    assert all(point.is_outside for point in chart.points)


@pytest.mark.parametrize("counts", [[], [(0, 0)], [(3, 1), (4, 2)], [(500, 0), (400, 0)]])
def test_too_few_expected_passes_give_no_verdict(counts):
    assert p_chart(periods(*counts)).verdict is Verdict.NOT_ENOUGH_EVIDENCE


def test_limits_stay_between_zero_and_one():
    points = p_chart(periods((100, 98), (100, 97))).points

    assert max(point.high for point in points) == 1.0
    assert points[0].as_json()["is_judged"] is False
