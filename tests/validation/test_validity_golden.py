"""Correlations, corrections and their companions against printed or independently recomputed figures."""

import pytest

from tests.validation.validity_cases import golden
from validation.benchmarks import BENCHMARKS
from validation.categorical_criteria import auc_equivalents, biserial, both_dichotomised
from validation.cells import cells
from validation.comparing import independent, meng_rosenthal_rubin
from validation.corrections import (
    case_ii,
    case_iv,
    corrected_validity,
    criterion_unreliability,
    unreliability_then_range,
)
from validation.correlation import fisher_interval, kendall_tau_b, pearson, pearson_of, spearman, spearman_interval
from validation.expectancy import normal_expectancy, trend_z
from validation.incremental import composite_d, composite_validity, increment
from validation.power import people_for_correlation
from validation.proportion import wilson
from validation.selection_effects import (
    criterion_means,
    mean_z_of_selected,
    r_after_selection_on_sum,
    r_among_hired,
    top_down_range_ratio,
)
from validation.weighting import weighted_validity


def test_pearson_carries_fishers_interval_and_the_t_test():
    _, expected = golden("VAL-001")

    for row in expected["rows"]:
        found = pearson(row["r"], row["n"])

        assert found.interval.as_list() == pytest.approx(row["ci95"], abs=1e-6)
        assert (found.t, found.p) == pytest.approx((row["t"], row["p"]), abs=1e-6)


def test_rank_correlations_and_both_intervals_of_spearman():
    inputs, expected = golden("VAL-002")
    pairs = cells(inputs["x"], inputs["y"])

    rho = spearman(pairs)

    assert pearson_of(pairs).r == pytest.approx(expected["pearson"], abs=1e-9)
    assert (rho, kendall_tau_b(pairs)) == pytest.approx((expected["spearman"], expected["kendall_tau_b"]), abs=1e-9)
    assert spearman_interval(rho, 10).as_list() == pytest.approx(expected["spearman_ci95_bonett_wright"], abs=1e-6)
    assert spearman_interval(rho, 10, "fieller").as_list() == pytest.approx(expected["spearman_ci95_fieller"], abs=1e-6)


def test_the_range_ratio_is_restricted_over_unrestricted():
    inputs, expected = golden("VAL-003")

    assert case_ii(inputs["r"], 1 / inputs["U"]) == pytest.approx(expected["r_corrected"], abs=1e-7)
    assert case_ii(inputs["r"], inputs["U"]) == pytest.approx(expected["inverted"], abs=5e-5)


def test_case_ii_corrects_direct_range_restriction():
    inputs, expected = golden("VAL-004")

    found = [case_ii(r, u) for r, u in inputs["r_and_u_sd_restricted_over_unrestricted"]]

    assert found == pytest.approx(expected["r_corrected"], abs=1e-9)


def test_top_down_hiring_attenuates_and_case_ii_recovers():
    for row in golden("VAL-005")[1]["rows"]:
        u = top_down_range_ratio(row["selection_ratio"])
        hired = r_among_hired(row["rho_applicants"], row["selection_ratio"])

        assert (u, hired) == pytest.approx((row["u"], row["r_among_hired"]), abs=1e-9)
        assert case_ii(hired, u) == pytest.approx(row["case_II_recovers"], abs=1e-9)


def test_selection_on_the_sum_turns_independent_scores_against_each_other():
    for row in golden("VAL-006")[1]["rows"]:
        found = r_after_selection_on_sum(row["rho"], row["selection_ratio"])

        assert found == pytest.approx(row["r_among_selected"], abs=1e-6)


def test_case_iv_corrects_indirect_range_restriction():
    inputs, expected = golden("VAL-007")

    for (r, u, rxx, ryy), row in zip(inputs["rows_r_ux_rxxa_ryyi"], expected["rows"], strict=True):
        steps = case_iv(r, u, rxx, ryy)

        found = (steps.u_true, steps.predictor_reliability_restricted, steps.r_true_restricted, steps.rho_true_score)
        wanted = (row["u_T"], row["rxx_i"], row["r_true_restricted"], row["rho_true_score"])
        assert found == pytest.approx(wanted, abs=1e-9)
        assert steps.operational_validity == pytest.approx(row["operational_validity"], abs=1e-9)


@pytest.mark.parametrize("u", [0.4, 0.4472135954999579])
def test_case_iv_is_not_correctable_when_the_true_variance_would_vanish(u):
    assert case_iv(0.2, u, 0.8, 0.6) is None


def test_unreliability_is_corrected_before_range_restriction():
    inputs, expected = golden("VAL-008")
    r, u, ryy = inputs["r"], inputs["u"], inputs["ryy"]

    assert unreliability_then_range(r, u=u, criterion_reliability=ryy) == pytest.approx(
        expected["right_order"], abs=5e-4
    )
    assert criterion_unreliability(case_ii(r, u), ryy) == pytest.approx(expected["wrong_order"], abs=5e-4)


def test_the_interval_is_corrected_at_its_ends():
    inputs, expected = golden("VAL-009")

    found = corrected_validity(inputs["r"], inputs["n"], u=inputs["u"], criterion_reliability=inputs["ryy"])

    assert found.value == pytest.approx(expected["corrected_point"], abs=1e-9)
    assert found.interval.as_list() == pytest.approx(expected["corrected_ci95_endpoint_transform"], abs=1e-9)
    raw = fisher_interval(inputs["r"], inputs["n"])
    assert (found.interval.high - found.interval.low) / (raw.high - raw.low) == pytest.approx(
        expected["width_ratio"], abs=1e-9
    )


def test_biserial_undoes_the_split_of_a_criterion():
    inputs, expected = golden("VAL-010")

    found = [biserial(r, share) for r, share in zip(inputs["r_pb"], inputs["p"], strict=True)]

    assert found == pytest.approx(expected["biserial"], abs=1e-9)
    assert both_dichotomised(0.32, 0.5, 0.5) == pytest.approx(expected["both_dichotomised_r32_p5_p5"], abs=1e-9)


def test_a_second_predictor_adds_what_the_regression_says():
    inputs, expected = golden("VAL-012")
    between = [[1, inputs["r_12"]], [inputs["r_12"], 1]]

    found = increment(between, [inputs["r_y_interview"], inputs["r_y_gma"]], inputs["n"])

    assert (found.r, found.r_squared, found.r_squared_adjusted) == pytest.approx(
        (expected["R"], expected["R2"], expected["R2_adjusted"]), abs=1e-9
    )
    assert (found.delta_r_squared, found.delta_r, found.f, found.p) == pytest.approx(
        tuple(expected[key] for key in ("delta_R2", "delta_R", "F_change", "p")), abs=1e-8
    )
    assert (list(found.betas), list(found.df)) == (pytest.approx(expected["beta"], abs=1e-9), expected["df"])


def test_unit_weight_composites_of_validities_and_of_differences():
    inputs, expected = golden("VAL-013")
    between = [[1, inputs["r_12"]], [inputs["r_12"], 1]]

    assert composite_validity(between, inputs["r_y"]) == pytest.approx(expected["composite_validity"], abs=1e-9)
    assert composite_d(between, [-0.23, -0.79]) == pytest.approx(expected["composite_d_equal"], abs=1e-9)


def test_theoretical_expectancy_by_quintile():
    inputs, expected = golden("VAL-014")

    found = [normal_expectancy(r, inputs["base_rate"], inputs["groups"]) for r in inputs["r"]]

    assert [rate for row in found for rate in row] == pytest.approx(
        [rate for row in expected["p_success_by_quintile_low_to_high"] for rate in row], abs=1e-6
    )


def test_empirical_expectancy_has_wilson_intervals_and_a_trend():
    inputs, expected = golden("VAL-015")
    counts = inputs["success_n_by_quintile"]

    intervals = [wilson(good, n).as_list() for good, n in counts]

    assert [end for pair in intervals for end in pair] == pytest.approx(
        [end for pair in expected["wilson95"] for end in pair], abs=1e-9
    )
    found = trend_z([good for good, _ in counts], [n for _, n in counts])
    assert found == pytest.approx(expected["cochran_armitage_z"], abs=1e-9)


def test_auc_in_other_scales():
    inputs, expected = golden("VAL-025")

    found = [auc_equivalents(auc) for auc in inputs["auc"]]

    assert [one.d for one in found] == pytest.approx(expected["d_equal_variance"], abs=1e-9)
    assert [one.point_biserial for one in found] == pytest.approx(expected["point_biserial_p50"], abs=1e-9)
    assert [one.rank_biserial for one in found] == pytest.approx(expected["rank_biserial"], abs=1e-9)


def test_inverse_probability_weights_recover_the_applicants_correlation():
    inputs, expected = golden("VAL-032")

    found = weighted_validity(inputs["x"], inputs["y"], inputs["p_hire"], inputs["hired"])

    assert (found.raw.r, found.weighted.r) == pytest.approx(
        (expected["r_hired_unweighted"], expected["r_ipw"]), abs=1e-9
    )
    assert found.effective_n == pytest.approx(expected["effective_n_kish"], abs=1e-9)


def test_mean_criterion_of_hired_and_not_hired():
    for row in golden("VAL-033")[1]["rows"]:
        found = criterion_means(row["rho"], row["sr"])

        assert (found.hired, found.not_hired) == pytest.approx((row["mean_y_hired"], row["mean_y_rejected"]), abs=1e-9)


def test_people_needed_to_see_a_correlation():
    inputs, expected = golden("VAL-034")

    assert [people_for_correlation(r) for r in inputs["r"]] == expected["n"]


def test_validities_on_the_same_hires_are_dependent():
    inputs, expected = golden("VAL-035")

    dependent = meng_rosenthal_rubin(*inputs["dependent_champion_challenger"])
    separate = independent(*inputs["independent_groups"])

    assert (dependent.z, dependent.p) == pytest.approx((expected["meng_z"], expected["meng_p"]), abs=1e-9)
    assert (separate.z, separate.p) == pytest.approx((expected["independent_z"], expected["independent_p"]), abs=1e-9)


def test_benchmarks_are_those_published():
    _, expected = golden("VAL-036")
    low = expected.pop("lower_80_cv_structured")

    assert {b.key: [b.validity, b.sd, b.group_difference] for b in BENCHMARKS} == expected
    assert BENCHMARKS[0].credibility_interval().low == pytest.approx(low, abs=0.005)


def test_mean_standard_score_of_the_selected():
    inputs, expected = golden("VAL-020")

    assert [mean_z_of_selected(sr) for sr in inputs["sr"]] == pytest.approx(expected["mean_z"], abs=5e-5)
