"""Draws are a pure function of seed, name and index, and look random."""

import numpy as np

from warehouse.generate.draws import Draws

INDEX = np.arange(200_000, dtype=np.int64)


def _splitmix(state: int) -> int:
    """SplitMix64's output function, in plain integers."""
    mask = 2**64 - 1
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & mask
    return state ^ (state >> 31)


def test_a_draw_does_not_depend_on_its_neighbours():
    draws = Draws(seed=7)

    together = draws.uniform("age", INDEX)
    alone = draws.uniform("age", INDEX[123:124])

    assert alone[0] == together[123]


def test_the_bits_are_those_of_splitmix64():
    draws = Draws(seed=7)
    start = int(draws._stream("age")[0])

    drawn = draws.uniform("age", INDEX[:5])

    expected = [(_splitmix((start + i * 0x9E3779B97F4A7C15) % 2**64) >> 11) for i in range(5)]
    assert drawn.tolist() == [(bits + 0.5) * 2.0**-53 for bits in expected]


def test_uniform_numbers_fill_the_unit_interval_evenly():
    drawn = Draws(seed=7).uniform("age", INDEX)

    counts, _ = np.histogram(drawn, bins=20, range=(0, 1))
    assert np.abs(counts - 10_000).max() < 450
    assert 0 < drawn.min() < drawn.max() < 1


def test_fields_and_seeds_are_unrelated():
    first = Draws(seed=7).normal("age", INDEX)

    others = [Draws(seed=7).normal("pay", INDEX), Draws(seed=8).normal("age", INDEX), first[::-1]]

    assert all(abs(np.corrcoef(first, other)[0, 1]) < 0.01 for other in others)


def test_a_choice_follows_its_shares():
    drawn = Draws(seed=7).choice("sex", INDEX, (9, 10, 1))

    shares = np.bincount(drawn, minlength=3) / len(INDEX)
    assert np.allclose(shares, (0.45, 0.5, 0.05), atol=0.005)
