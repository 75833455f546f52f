"""Gate rules, their chances, sample sizes, non-inferiority, rankings and dates against recomputed values."""

from datetime import date

import pytest

from tests.validation.fairness_cases import error_cells, golden, table
from validation.bias_audit_dates import earliest_use, is_use_allowed, last_allowed_day
from validation.confusion import confusions
from validation.decision_rule import State, decide, release_action
from validation.error_gaps import ErrorGap
from validation.error_rates import error_rates
from validation.false_alarms import (
    bootstrap_quantiles,
    expected_lowest_over_highest,
    four_fifths_alarm,
    four_fifths_alarm_of_many,
    operating_characteristics,
)
from validation.impact_power import minimum_detectable_ratio, sample_size_to_detect, sample_size_to_prove
from validation.non_inferiority import independent
from validation.proportion import wald_half_width
from validation.ranking import exposure_ratio, mean_exposure, ndkl, outranks, outranks_p
from validation.retention_rules import penalties, retention_rules
from validation.suppression import suppress


def test_the_reference_gate_decides_as_published() -> None:
    inputs, expected = golden("GATE-002")

    found = [decide(table(*cells), min_n=inputs["min_n"]).state.value for cells in inputs["tables_focal_x_n_ref_x_n"]]

    assert found == expected["decision"]


@pytest.mark.parametrize("is_blocking", [True, False])
def test_the_release_truth_table(is_blocking: bool) -> None:
    _, expected = golden("GATE-004")

    found = {state.value: release_action(state, is_blocking=is_blocking).value for state in State}

    assert found == expected["blocking" if is_blocking else "advisory"]


@pytest.mark.parametrize("index", range(20))
def test_operating_characteristics_of_the_gate_rules(index: int) -> None:
    inputs, expected = golden("GATE-001")
    row = expected["rows"][index]

    found = operating_characteristics(reference_rate=inputs["ref_rate"], true_ratio=row["true_ir"], n=row["n"])

    names = [name for name in row if name not in {"n", "true_ir"}]
    assert [getattr(found, name) for name in names] == pytest.approx([row[name] for name in names], abs=1e-6)


def test_minimum_detectable_ratios() -> None:
    inputs, expected = golden("GATE-003")

    found = [
        minimum_detectable_ratio(reference_rate=inputs["ref_rate"], focal_n=n, reference_n=n)
        for n in inputs["n_per_group"]
    ]

    assert found == pytest.approx([row["mde_ir"] for row in expected["rows"]], abs=1e-6)


def test_sample_sizes_to_detect_a_ratio() -> None:
    inputs, expected = golden("AI-041")
    pairs = [{"reference_rate": rate, "impact_ratio": ratio} for rate, ratio in inputs["ref_rate_and_ir"]]

    assert [sample_size_to_detect(**pair) for pair in pairs] == expected["n_per_group_pooled_z"]
    assert [sample_size_to_detect(**pair, by_arcsine=True) for pair in pairs] == expected["n_per_group_arcsine"]


def test_sample_sizes_to_prove_four_fifths() -> None:
    inputs, expected = golden("AI-042")

    found = [
        sample_size_to_prove(reference_rate=rate, true_ratio=ratio) for rate, ratio in inputs["ref_rate_and_true_ir"]
    ]

    assert found == expected["n_per_group"]


def test_false_alarms_of_two_groups_treated_alike() -> None:
    inputs, expected = golden("AI-038")

    found = [four_fifths_alarm(n1=n1, n2=n2, rate=rate) for n1, n2, rate in inputs["configs_n1_n2_p"]]

    assert found == pytest.approx(expected["p_either_group_flagged"], abs=1e-9)


def test_false_alarms_of_many_groups_treated_alike() -> None:
    inputs, expected = golden("AI-039")

    found = [four_fifths_alarm_of_many(groups=k, n=n, rate=rate) for k, n, rate in inputs["configs_k_n_p"]]

    assert found == pytest.approx(expected["p_any_group_flagged"], abs=1e-9)


def test_the_parity_ratio_that_fair_groups_should_expect() -> None:
    inputs, expected = golden("AI-040")

    found = [expected_lowest_over_highest(groups=k, n=n, rate=rate) for k, n, rate in inputs["configs_k_n_p"]]

    assert found == pytest.approx(expected["expected_demographic_parity_ratio"], abs=1e-9)


def test_fairlearn_gives_the_same_figures_on_weighted_cells() -> None:
    inputs, expected = golden("ML-001")

    answer = error_rates(error_cells(inputs["cells_group_ytrue_ypred_weight"]))

    differences, ratios = answer.differences, answer.ratios
    assert {
        "demographic_parity_difference": differences["demographic_parity"],
        "demographic_parity_ratio": ratios["demographic_parity"],
        "equalized_odds_difference": differences["equalized_odds"],
        "equalized_odds_difference_mean": differences["equalized_odds_mean"],
        "equalized_odds_ratio": ratios["equalized_odds"],
        "equal_opportunity_difference": differences["equal_opportunity"],
        "equal_opportunity_ratio": ratios["equal_opportunity"],
        "dpd_to_overall": differences["demographic_parity_to_overall"],
        "dpr_to_overall": ratios["demographic_parity_to_overall"],
    } == pytest.approx({name: value for name, value in expected.items() if name != "by_group"}, abs=1e-9)


@pytest.mark.parametrize("name", ["A", "B", "C"])
def test_rates_by_group_from_weighted_cells(name: str) -> None:
    inputs, expected = golden("ML-001")

    group = error_rates(error_cells(inputs["cells_group_ytrue_ypred_weight"])).group(name)

    assert {key: getattr(group, key) for key in expected["by_group"][name]} == pytest.approx(expected["by_group"][name])


def test_a_group_without_positives_does_not_dominate_equalized_odds() -> None:
    inputs, expected = golden("ML-002")

    answer = error_rates(error_cells(inputs["cells_group_ytrue_ypred_weight"]))

    assert answer.group("C").tpr is expected["group_C_tpr_correct"]
    assert answer.differences["equalized_odds"] == pytest.approx(expected["correct_excluding_undefined_tpr"])


def test_people_are_counted_by_weight_not_by_row() -> None:
    inputs, expected = golden("ML-003")
    male_yes, male_no, female_yes, female_no = inputs["weights"]
    cells = [["M", 1, 1, male_yes], ["M", 0, 0, male_no], ["F", 1, 1, female_yes], ["F", 0, 0, female_no]]

    answer = error_rates(error_cells(cells))

    assert answer.group("M").n == 1390
    assert answer.ratios["demographic_parity"] == pytest.approx(expected["dpr"], abs=1e-9)


def test_half_widths_come_from_people_not_from_resampled_cells() -> None:
    inputs, expected = golden("ML-004")
    male_yes, male_no = inputs["weights"][:2]
    rate, n = male_yes / (male_yes + male_no), male_yes + male_no

    half = wald_half_width(rate, n)

    assert [rate - half, rate + half] == pytest.approx(expected["correct_binomial_wald95"]["M"], abs=1e-6)


def test_nobody_selected_is_undefined_and_passes_nothing() -> None:
    _, expected = golden("ML-005")

    answer = error_rates(error_cells([["A", 1, 0, 60], ["A", 0, 0, 60], ["B", 1, 0, 60], ["B", 0, 0, 60]]))

    assert answer.ratios["demographic_parity"] is expected["dpr_none_selected"]
    assert answer.verdict.value == "not_enough_evidence"


def test_exact_bootstrap_quantiles_need_no_draws() -> None:
    inputs, expected = golden("ML-007")
    (x1, n1), (x2, n2) = inputs["focal"], inputs["reference"]

    found = bootstrap_quantiles(x1=x1, n1=n1, x2=x2, n2=n2, probabilities=(0.025, 0.05, 0.5, 0.95, 0.975))

    assert found == pytest.approx(expected["exact_bootstrap_quantiles_2.5_5_50_95_97.5"], abs=1e-9)


def test_non_inferiority_of_independent_samples() -> None:
    inputs, expected = golden("ML-008")

    answer = independent(
        table(*inputs["champion"]["focal"], *inputs["champion"]["ref"]),
        table(*inputs["challenger"]["focal"], *inputs["challenger"]["ref"]),
        margin=inputs["margin_ratio"],
    )

    found = [answer.champion, answer.challenger, answer.ratio, answer.lower, answer.z]
    names = ["ir_champion", "ir_challenger", "ratio", "one_sided95_lower", "z_noninferiority"]
    assert found == pytest.approx([expected[name] for name in names], abs=1e-9)
    assert answer.is_noninferior is expected["noninferior"]


def test_precision_by_group_size() -> None:
    inputs, expected = golden("ML-010")

    found = [wald_half_width(inputs["rate"], n) for n in inputs["n"]]

    assert found == pytest.approx(expected["wald_halfwidth"], rel=1e-4)


def test_a_second_cell_hides_when_the_total_is_known() -> None:
    inputs, expected = golden("ML-011")

    found = suppress(inputs["counts"], k=inputs["k"])

    assert list(found.primary) == expected["primary_suppressed"]
    assert list(found.complementary) == expected["complementary_suppressed"]


def test_gaps_in_the_words_of_aif360() -> None:
    inputs, expected = golden("ML-013")
    groups = {group.label: group for group in confusions(error_cells(inputs["cells_group_ytrue_ypred_weight"]))}

    gap = ErrorGap(unprivileged=groups["B"], privileged=groups["A"])

    assert {name: getattr(gap, name) for name in expected} == pytest.approx(expected, abs=1e-9)


def test_the_share_of_positives_is_no_selection_rate() -> None:
    inputs, expected = golden("ML-014")
    groups = {group.label: group for group in confusions(error_cells(inputs["cells_group_ytrue_ypred_weight"]))}

    gap = ErrorGap(unprivileged=groups["B"], privileged=groups["A"])

    found = [gap.disparate_impact, gap.share_of_positives_disparity, gap.tpr_disparity, gap.fpr_disparity]
    names = ["pprev_disparity_B", "ppr_disparity_B", "tpr_disparity_B", "fpr_disparity_B"]
    assert found == pytest.approx([expected[name] for name in names], abs=1e-9)


def test_discounted_divergence_of_rankings() -> None:
    inputs, expected = golden("RK-001")

    assert [ndkl(ranking, inputs["target"]) for ranking in inputs["rankings"]] == pytest.approx(
        expected["ndkl"], abs=1e-9
    )


def test_exposure_of_groups() -> None:
    inputs, expected = golden("RK-002")

    assert [exposure_ratio(ranking, "B", "A") for ranking in inputs["rankings"]] == pytest.approx(expected["B_over_A"])
    assert mean_exposure(inputs["rankings"][0]) == pytest.approx(expected["mean_exposure"][0], abs=1e-9)


def test_chance_to_outrank() -> None:
    inputs, expected = golden("RK-004")

    assert outranks(inputs["ranking"], "A", "B") == pytest.approx(expected["p_A_outranks_B"])
    assert outranks_p(inputs["ranking"], "A", "B") == pytest.approx(expected["mannwhitney_p_exact"])


def test_an_audit_allows_use_for_one_year() -> None:
    inputs, expected = golden("CMP-001")
    on, audits = date.fromisoformat(inputs["check_date"]), [date.fromisoformat(day) for day in inputs["audit_dates"]]

    assert [is_use_allowed(audit, on) for audit in audits] == expected["use_allowed"]
    assert [last_allowed_day(audit).isoformat() for audit in audits] == expected["last_allowed_day"]


def test_notice_is_ten_business_days_before_use() -> None:
    inputs, expected = golden("CMP-002")

    found = earliest_use(date.fromisoformat(inputs["notice_date"]), business_days=inputs["business_days"])

    assert found.isoformat() == expected["earliest_use"]


def test_retention_periods_are_dated_data() -> None:
    _, expected = golden("CMP-003")

    found = {rule.id: rule.amount for rule in retention_rules()}

    fines = {penalty.id: [penalty.first, penalty.later_max] for penalty in penalties()}
    assert {**found, **fines} == expected
