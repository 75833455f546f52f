"""The published and recomputed drift cases, each through the formula that the product uses."""

import numpy as np
import pytest
from scipy import stats

from tests.validation.drift_cases import compared, counted, golden, histogram
from validation import drift_measures as measures
from validation.drift import assess, compare
from validation.mix import SegmentCell, mix_change
from validation.outcome import Verdict


def test_psi_of_deciles_is_the_printed_one_and_symmetric():
    case = golden()["DR-001"]
    expected, actual = case["inputs"]["expected"], case["inputs"]["actual"]

    psi = measures.population_stability_index(expected, actual)

    assert psi == pytest.approx(case["expected"]["psi"], abs=1e-9)
    assert measures.population_stability_index(actual, expected) == pytest.approx(psi, abs=1e-12)


@pytest.mark.parametrize("row", golden()["DR-002"]["expected"]["rows"], ids=lambda row: row["name"])
def test_psi_and_both_bases_of_the_jensen_shannon_distance(row):
    assert measures.population_stability_index(row["e"], row["a"]) == pytest.approx(row["psi"], abs=1e-9)
    assert measures.jensen_shannon(row["e"], row["a"]) == pytest.approx(row["js_distance_ln"], abs=1e-9)
    assert measures.jensen_shannon(row["e"], row["a"], base=2) == pytest.approx(row["js_distance_base2"], abs=1e-9)


def test_an_empty_bin_counts_as_the_share_it_is_pinned_to():
    inputs, expected = golden()["DR-003"]["inputs"], golden()["DR-003"]["expected"]

    by_share = [
        measures.population_stability_index(inputs["expected"], inputs["actual"], empty_share=share)
        for share in inputs["epsilon"]
    ]
    counts = [np.asarray(inputs[side]) * 1000 for side in ("expected", "actual")]

    assert by_share == pytest.approx(expected["psi_by_epsilon"], abs=1e-9)
    assert measures.smoothed_psi(*counts) == pytest.approx(expected["psi_laplace_half_n1000"], abs=1e-9)


def test_a_new_category_is_a_bin_of_its_own():
    case = golden()["DR-004"]
    reference = counted(case["inputs"]["reference"])

    drift = compare("source", reference, counted(case["inputs"]["current"], reference))

    assert drift.psi == pytest.approx(case["expected"]["psi_formula"], abs=1e-9)
    assert drift.jensen_shannon == pytest.approx(case["expected"]["js_formula"], abs=1e-9)
    assert drift.new_values == ("D",)


@pytest.mark.parametrize("row", golden()["DR-005"]["expected"]["rows"], ids=lambda row: f"{row['bins']}-{row['n_ref']}")
def test_the_null_of_psi_has_the_published_points(row):
    sizes = (row["bins"], row["n_ref"], row["n_cur"])

    assert measures.psi_null(*sizes) == pytest.approx(row["null_q95"], abs=1e-6)
    if row["p_exceed_010"] > 1e-9:
        assert measures.psi_null(*sizes, level=1 - row["p_exceed_010"]) == pytest.approx(0.10, abs=1e-6)


@pytest.mark.parametrize("n", [100, 200, 500, 1000])
def test_unchanged_columns_hardly_ever_alarm_where_bare_thresholds_do(n):
    """The case counts bare PSI > .10 alarms (84 % at 100 rows); a verdict asks for more than that."""
    rng, level = np.random.default_rng(n), golden()["DR-007"]["inputs"]["psi_js_levels"]
    seen = [compared(rng.integers(0, level, n).astype(str), rng.integers(0, level, n).astype(str)) for _ in range(200)]

    alarms = sum(drift.verdict in {Verdict.REVIEW, Verdict.BLOCK} for drift in seen) / 200
    bare = sum((drift.psi or 0) > 0.10 for drift in seen) / 200

    assert alarms <= 0.10
    assert bare == pytest.approx(golden()["DR-007"]["expected"]["psi_gt_0.1_by_n"][str(n)], abs=0.08)


def test_wasserstein_alarms_at_its_nominal_rate_on_small_samples():
    """Bare 0.1 alarms on 76 % of unchanged columns at 1,001 against 100 rows."""
    rng = np.random.default_rng(3)
    reference = histogram(rng.normal(size=1001))
    null = measures.wasserstein_null(reference, 1001, 100)

    distances = [
        measures.wasserstein_normed(histogram(rng.normal(size=1001)), histogram(rng.normal(size=100)))
        for _ in range(400)
    ]

    assert np.mean(np.asarray(distances) > 0.1) == pytest.approx(0.763, abs=0.08)
    assert np.mean(np.asarray(distances) > null) <= 0.09


def test_the_two_sample_chi_square_keeps_its_level_where_the_one_sample_form_does_not():
    """The one-sample statistic is the two-sample one times 1 + m/n: hence the published false-alarm rates."""
    case = golden()["DR-008"]
    counts = np.asarray([[502, 497, 501], [497, 504, 499]])

    statistic, _, _ = measures.chi_square(*counts)
    one_sample = stats.chisquare(counts[1], counts[0]).statistic

    assert one_sample / statistic == pytest.approx(2.0, rel=0.01)
    for categories, row in zip(case["inputs"]["k_categories"], case["expected"]["true_alpha"], strict=True):
        critical = stats.chi2.isf(0.05, categories - 1)
        inflated = [stats.chi2.sf(critical / (1 + ratio), categories - 1) for ratio in (1.0, 0.1, 5.0)]
        assert inflated == pytest.approx(row, abs=1e-9)


def test_the_two_sample_chi_square_and_cramers_v_of_the_case():
    case = golden()["DR-009"]

    statistic, p_value, cramers_v = measures.chi_square(case["inputs"]["reference"], case["inputs"]["current"])

    assert statistic == pytest.approx(case["expected"]["two_sample_chi2"], abs=1e-9)
    assert p_value == pytest.approx(case["expected"]["two_sample_p"], abs=1e-9)
    assert cramers_v == pytest.approx(case["expected"]["cramers_v"], abs=1e-9)


def test_kolmogorov_smirnov_small_and_large():
    case = golden()["DR-011"]
    sizes = [n for n, _ in case["inputs"]["large_n"]]

    gap, p_value = measures.kolmogorov_smirnov(
        histogram(case["inputs"]["reference"]), histogram(case["inputs"]["current"])
    )
    critical = [measures.kolmogorov_smirnov_null(n, n) for n in sizes]

    assert gap == pytest.approx(case["expected"]["D"], abs=1e-9)
    assert p_value == pytest.approx(case["expected"]["p_exact"], abs=1e-6)
    assert critical == pytest.approx(case["expected"]["critical_D_05_by_n"], abs=1e-6)


@pytest.mark.parametrize("row", golden()["DR-011"]["expected"]["large_n_rows"][2:], ids=lambda row: str(row["n"]))
def test_the_asymptotic_p_of_kolmogorov_smirnov(row):
    steps = round(row["D"] * row["n"])
    low = histogram(np.arange(row["n"]))
    moved = histogram(np.arange(row["n"]) + steps)

    gap, p_value = measures.kolmogorov_smirnov(low, moved)

    assert gap == pytest.approx(row["D"], abs=1e-9)
    assert p_value == pytest.approx(row["p_asymptotic"], abs=1e-6)


def test_one_outlier_does_not_hide_a_shift_on_frozen_bins():
    """Equal-width bins over both samples let one value of 1000 turn PSI 1.15 into .0006."""
    reference = np.arange(2000) / 2000
    current = reference + 0.1
    spoiled = np.append(current[:-1], 1000.0)

    before, after = compared(reference, current), compared(reference, spoiled)

    assert before.psi == pytest.approx(0.7594, abs=1e-3)
    assert after.psi == pytest.approx(before.psi, abs=1e-9)
    assert before.wasserstein_normed == pytest.approx(golden()["DR-013"]["expected"]["w_normed_before"], abs=1e-6)
    assert after.wasserstein_normed == pytest.approx(golden()["DR-013"]["expected"]["w_normed_after"], abs=1e-6)


@pytest.mark.parametrize("when", ["before", "after_one_outlier"])
def test_psi_on_pooled_equal_width_bins_is_the_published_one(when):
    expected = golden()["DR-013"]["expected"]
    reference = np.arange(2000) / 2000
    current = reference + 0.1
    if when != "before":
        current = np.append(current[:-1], 1000.0)
    edges = np.histogram_bin_edges(np.concatenate([reference, current]), bins="sturges")

    psi = measures.population_stability_index(*(np.histogram(side, edges)[0] for side in (reference, current)))

    assert psi == pytest.approx(expected[f"psi_{when}"], abs=1e-6)
    assert edges.size - 1 == expected["bins"]


def test_a_change_of_mix_is_told_from_a_change_within():
    inputs, expected = golden()["DR-015"]["inputs"], golden()["DR-015"]["expected"]

    sides = [
        [
            SegmentCell(segment=name, n=1000 * share, total=1000 * share * inputs["pass_rate"][name])
            for name, share in inputs[f"{side}_mix"].items()
        ]
        for side in ("ref", "cur")
    ]
    change = mix_change(*sides)

    assert (change.reference_mean, change.current_mean) == pytest.approx((expected["ref_pass"], expected["cur_pass"]))
    assert change.within == pytest.approx(expected["within_change"], abs=1e-9)
    assert change.mix == pytest.approx(expected["mix_effect"], abs=1e-9)
    assert change.verdict is Verdict.PASS


def test_the_level_of_each_column_keeps_the_chance_of_any_false_alarm():
    inputs, expected = golden()["DR-017"]["inputs"], golden()["DR-017"]["expected"]

    chances = [measures.false_alarm_chance(columns) for columns in inputs["columns"]]
    alphas = [1 - measures.corrected_level(columns) for columns in inputs["columns"]]

    assert chances == pytest.approx(expected["p_any_false_alarm"], abs=1e-9)
    assert alphas == pytest.approx(expected["bonferroni_alpha"], abs=1e-9)


def test_twenty_unchanged_columns_raise_no_alarm():
    rng = np.random.default_rng(20)
    names = [f"column {number}" for number in range(20)]
    pairs = {name: (rng.integers(0, 10, 400).astype(str), rng.integers(0, 10, 400).astype(str)) for name in names}

    reference = {
        name: counted(dict(zip(*np.unique(before, return_counts=True), strict=True)))
        for name, (before, _) in pairs.items()
    }
    current = {
        name: counted(dict(zip(*np.unique(after, return_counts=True), strict=True)), reference[name])
        for name, (_, after) in pairs.items()
    }

    assert assess(reference, current).verdict is not Verdict.BLOCK
    assert sum(column.verdict is Verdict.REVIEW for column in assess(reference, current).columns) == 0
