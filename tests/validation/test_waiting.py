"""Waiting times with people who still wait, against statsmodels' survival curve."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from validation.waiting import DONE, LEFT, WAITING, Cell, curve, wait

TIMES = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from([DONE, WAITING, LEFT])), min_size=3, max_size=120
).filter(lambda rows: any(ended == DONE for _, ended in rows))


def _cells(rows: list[tuple[int, str]]) -> list[Cell]:
    return [Cell(time=time, ended=ended, n=1) for time, ended in rows]


@given(TIMES)
def test_the_curve_equals_statsmodels(rows: list[tuple[int, str]]) -> None:
    times = np.array([time + 1.0 for time, _ in rows])
    oracle = SurvfuncRight(times, np.array([ended == DONE for _, ended in rows], dtype=int))

    ours = curve(_cells([(time + 1, ended) for time, ended in rows]))

    assert [step.waiting for step in ours] == pytest.approx(list(oracle.surv_prob))


def test_people_who_still_wait_make_the_median_longer_than_that_of_the_served() -> None:
    served = [Cell(time=2, ended=DONE, n=40), Cell(time=10, ended=DONE, n=20)]

    alone, together = wait(served), wait([*served, Cell(time=9, ended=WAITING, n=40)])

    assert (alone.median, together.median) == (2, 10)
    assert together.waiting == 40


def test_the_interval_of_the_median_equals_statsmodels() -> None:
    random = np.random.default_rng(7)
    times, done = random.integers(1, 60, 300), random.random(300) < 0.7
    oracle = SurvfuncRight(times.astype(float), done.astype(int)).quantile_ci(0.5, method="cloglog")

    found = wait(Cell(time=int(t), ended=DONE if d else LEFT, n=1) for t, d in zip(times, done, strict=True))

    assert (found.interval.low, found.interval.high) == pytest.approx(oracle)


def test_where_fewer_than_half_are_served_there_is_no_median() -> None:
    found = wait([Cell(time=3, ended=DONE, n=4), Cell(time=5, ended=WAITING, n=16)])

    assert (found.median, found.ninth_tenth) == (None, None)


def test_a_negative_waiting_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be counted"):
        wait([Cell(time=-1, ended=DONE, n=1)])
