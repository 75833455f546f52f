"""Taylor-Russell and money against printed tables and package examples."""

import pytest

from tests.validation.validity_cases import golden
from validation.selection_effects import mean_z_of_selected
from validation.taylor_russell import success_ratio, two_equal_hurdles
from validation.utility import (
    boudreau_npv,
    break_even_validity,
    brogden_cronbach_gleser,
    chance_of_at_least,
    inflation_adjusted_rate,
    raju_burke_normand,
)


def test_taylor_russell_single_entry():
    inputs, expected = golden("VAL-016")

    found = success_ratio(inputs["r"], inputs["base_rate"], inputs["sr"])

    assert found == pytest.approx(expected["success_ratio"], abs=5e-6)


def test_taylor_russell_grid_at_a_low_base_rate():
    inputs, expected = golden("VAL-017")

    for r, row in zip(inputs["rows_r"], expected["success_ratio"], strict=True):
        found = [success_ratio(r, inputs["base_rate"], sr) for sr in inputs["cols_sr"]]

        assert found == pytest.approx(row, abs=1e-6)


def test_taylor_russell_printed_table():
    inputs, expected = golden("VAL-018")

    found = [success_ratio(inputs["validity"], inputs["base_rate"], sr) for sr in inputs["selection_ratios"]]

    assert found == pytest.approx(expected["success_ratio"], abs=1e-6)
    assert found == pytest.approx(expected["printed_table_2dp"], abs=0.0051)


def test_two_hurdles_that_together_let_a_fifth_pass():
    inputs, expected = golden("VAL-019")
    first, second = inputs["r_y"]

    found = two_equal_hurdles(
        joint_ratio=inputs["joint_sr"], base_rate=inputs["base_rate"], r12=inputs["r12"], r1y=first, r2y=second
    )

    assert found.first_ratio == pytest.approx(expected["marginal_sr"], abs=5e-4)
    assert found.success_ratio == pytest.approx(expected["ppv"], abs=5e-4)


def test_utility_depends_on_the_procedure_it_is_compared_with():
    inputs, expected = golden("VAL-021")

    found = [
        brogden_cronbach_gleser(
            validity=inputs["r"],
            selection_ratio=inputs["sr"],
            criterion_sd=inputs["sdy"],
            people=inputs["n_selected"],
            years=inputs["tenure"],
            cost=inputs["total_cost"],
            baseline_validity=baseline,
        )
        for baseline in inputs["baseline_r"]
    ]

    assert found == pytest.approx(expected["net_utility"], abs=1.0)


def test_programmer_aptitude_test():
    inputs, expected = golden("VAL-022")

    for years, key in zip(inputs["tenure"], ("one_year", "multi_year"), strict=True):
        found = [
            brogden_cronbach_gleser(
                validity=inputs["r"], selection_ratio=sr, criterion_sd=inputs["sdy"], people=inputs["n"], years=years
            )
            for sr in inputs["sr"]
        ]

        assert found == pytest.approx(expected[key], abs=1.0)


def test_utility_in_points_of_a_rating():
    inputs, expected = golden("VAL-023")

    found = raju_burke_normand(
        validity=inputs["r"], selection_ratio=inputs["sr"], rating_sd=inputs["sdr"], value_per_point=inputs["a"]
    )

    assert found == pytest.approx(expected["utility"], abs=1.0)


def test_net_present_value_with_people_leaving():
    inputs, expected = golden("VAL-037")
    one, two = inputs["case1"], inputs["case2"]

    found = [
        boudreau_npv(
            gain_z=gain,
            criterion_sd=case["sdy"],
            people_by_period=case["n_by_period"],
            cost_by_period=case["cost_by_period"],
            margin=margin,
            tax=case["tax"],
            discount=case["discount"],
        )
        for case, gain, margin in (
            (one, (0.35 - 0.20) * mean_z_of_selected(0.20), one["contribution_margin"]),
            (two, two["delta_z"], two["margin"]),
        )
    ]

    assert found == pytest.approx(expected["npv"], abs=1.0)


def test_break_even_and_companions():
    inputs, expected = golden("VAL-024")

    found = break_even_validity(
        selection_ratio=inputs["sr"],
        criterion_sd=inputs["sdy"],
        people=inputs["n"],
        years=inputs["tenure"],
        cost=inputs["cost"],
        baseline_validity=inputs["baseline_r"],
    )

    assert found == pytest.approx(expected["break_even_validity"], abs=1e-6)
    rate = inflation_adjusted_rate(inputs["discount"], inputs["inflation"])
    assert rate == pytest.approx(expected["inflation_adjusted_rate"], abs=1e-9)
    chance = chance_of_at_least(inputs["at_least"], inputs["n_sel"], inputs["ppv"])
    assert chance == pytest.approx(expected["binom_tail"], abs=1e-6)
