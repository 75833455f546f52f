"""A change of who comes against a change of what happens to them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validation.mix import SegmentCell, mix_change
from validation.outcome import Verdict


def passes(**segments):
    """Segments as (people, passed)."""
    return [SegmentCell(segment=name, n=n, total=passed) for name, (n, passed) in segments.items()]


def test_a_season_of_students_is_no_alarm():
    """In autumn students are 80 % of the people instead of 20 %, and pass as rarely as ever."""
    change = mix_change(passes(student=(200, 40), other=(800, 400)), passes(student=(800, 160), other=(200, 100)))

    assert change.within == pytest.approx(0, abs=1e-12)
    assert change.mix == pytest.approx(-0.18)
    assert change.verdict is Verdict.PASS


def test_a_change_within_is_a_review_although_the_mix_hides_it():
    change = mix_change(passes(a=(1000, 200), b=(1000, 600)), passes(a=(500, 50), b=(1500, 750)))

    assert change.change == pytest.approx(0.0)
    assert change.within == pytest.approx(-0.10)
    assert change.verdict is Verdict.REVIEW


def test_few_people_are_not_enough():
    change = mix_change(passes(a=(40, 10)), passes(a=(50, 40)))

    assert change.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert "40 and 50 people" in change.reason.en


def test_a_large_change_within_chance_is_not_enough_evidence():
    change = mix_change(passes(a=(120, 60)), passes(a=(120, 52)))

    assert change.verdict is Verdict.NOT_ENOUGH_EVIDENCE


def test_a_side_without_people_is_undefined():
    change = mix_change(passes(a=(100, 10)), [])

    assert (change.change, change.verdict) == (None, Verdict.NOT_ENOUGH_EVIDENCE)
    assert change.as_json()["reference_mean"] == 0.1


def test_a_new_segment_is_a_change_of_mix():
    change = mix_change(passes(a=(500, 250)), passes(a=(500, 250), b=(500, 0)))

    assert change.within == pytest.approx(0)
    assert change.mix == pytest.approx(-0.25)


def test_the_error_of_the_part_within_is_the_simulated_one():
    rng = np.random.default_rng(1)
    base = passes(a=(400, 120), b=(600, 360))

    parts = []
    for _ in range(2000):
        sides = [passes(a=(400, rng.binomial(400, 0.3)), b=(600, rng.binomial(600, 0.6))) for _ in range(2)]
        parts.append(mix_change(*sides).within)

    assert mix_change(base, base).within_error == pytest.approx(np.std(parts), rel=0.05)


segments = st.dictionaries(
    st.sampled_from("abcde"), st.tuples(st.integers(1, 500), st.floats(0, 1)), min_size=1, max_size=5
)


@settings(deadline=None)
@given(before=segments, after=segments)
def test_both_parts_add_up_to_the_change(before, after):
    sides = [
        [SegmentCell(segment=name, n=n, total=n * rate) for name, (n, rate) in side.items()] for side in (before, after)
    ]

    change = mix_change(*sides)

    assert change.within + change.mix == pytest.approx(change.change, abs=1e-9)


def test_cells_of_one_segment_add_up():
    split = [*passes(a=(30, 10)), *passes(a=(70, 30)), *passes(b=(200, 20))]

    assert (
        mix_change(split, split).as_json()
        == mix_change(passes(a=(100, 40), b=(200, 20)), passes(a=(100, 40), b=(200, 20))).as_json()
    )
