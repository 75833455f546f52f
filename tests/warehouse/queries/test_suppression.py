"""What is hidden can not be told from what is shown and the total."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.queries.suppression import hidden


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([100, 50, 20], set()),
        ([100, 50, 4], {1, 2}),
        ([100, 6, 7], {1, 2}),
        ([100, 3, 4], {0, 1, 2}),
        ([0, 100, 50], set()),
        ([7], {0}),
        ([], set()),
    ],
)
def test_small_groups_are_hidden_with_the_next_smallest(sizes: list[int], expected: set[int]) -> None:
    assert hidden(sizes) == expected


@given(st.lists(st.integers(0, 40), max_size=8))
def test_total_and_shown_groups_never_tell_fewer_than_ten(sizes: list[int]) -> None:
    gone = hidden(sizes)

    rest = sum(sizes[place] for place in gone)
    others = [place for place, size in enumerate(sizes) if size and place not in gone]
    assert not gone or rest >= 10 or not others
    assert all(place in gone for place, size in enumerate(sizes) if 0 < size < 10)
