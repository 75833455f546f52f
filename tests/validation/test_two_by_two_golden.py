"""Every statistic of a 2x2 table against printed examples and values recomputed with SciPy and statsmodels."""

from fractions import Fraction

import pytest

from tests.validation.fairness_cases import golden, table
from validation import ratio_interval
from validation.two_by_two import TwoByTwo, cohen_h

BATTERY = ["AI-021", "AI-022", "AI-023", "AI-025", "AI-026", "AI-028"]


def battery(case_id: str) -> tuple[TwoByTwo, dict]:
    inputs, expected = golden(case_id)
    focal, reference = inputs["focal"], inputs["reference"]
    return table(focal["selected"], focal["n"], reference["selected"], reference["n"]), expected


@pytest.mark.parametrize("case_id", BATTERY)
def test_effect_sizes_equal_the_golden_ones(case_id: str) -> None:
    pair, expected = battery(case_id)

    found = [pair.impact_ratio, pair.cohen_h, pair.phi, pair.odds_ratio, pair.z_ir]

    names = ["impact_ratio", "cohen_h", "phi", "odds_ratio", "z_ir"]
    assert found == pytest.approx([expected[name] for name in names], abs=1e-9)


@pytest.mark.parametrize("case_id", BATTERY)
def test_large_sample_tests_equal_the_golden_ones(case_id: str) -> None:
    pair, expected = battery(case_id)

    found = [pair.z, pair.z_p, pair.chi2, pair.chi2_yates]

    assert found == pytest.approx([expected[name] for name in ("z", "p_two_sided", "chi2", "chi2_yates")], abs=1e-9)


@pytest.mark.parametrize("case_id", BATTERY)
def test_exact_tests_equal_the_golden_ones(case_id: str) -> None:
    pair, expected = battery(case_id)
    names = {
        "point": "fisher_p_point",
        "lower": "fisher_one_sided_lower",
        "two_sided": "fisher_two_sided_minlik",
        "midp_lower": "fisher_midp_one_sided",
        "midp_two_sided": "fisher_midp_two_sided_doubling",
        "midp_two_sided_minlik": "fisher_midp_two_sided_minlik",
    }

    found = {name: getattr(pair.exact, name) for name in names}

    assert found == pytest.approx({name: expected[key] for name, key in names.items()}, abs=1e-9)


@pytest.mark.parametrize("case_id", BATTERY)
def test_intervals_equal_the_golden_ones(case_id: str) -> None:
    pair, expected = battery(case_id)
    counts = (pair.x1, pair.n1, pair.x2, pair.n2)

    assert ratio_interval.katz(*counts).as_list() == pytest.approx(expected["ir_ci95_katz_log"], abs=1e-9)
    assert ratio_interval.score(*counts).as_list() == pytest.approx(expected["ir_ci95_koopman_score"], abs=1e-9)
    assert pair.odds_ratio_interval().as_list() == pytest.approx(expected["or_ci95_woolf"], abs=1e-9)


def test_morris_printed_z_and_p_are_reproduced() -> None:
    pair, expected = battery("AI-021")

    assert pair.z == pytest.approx(expected["published_z"], abs=5e-7)
    assert pair.z_p == pytest.approx(expected["published_p"], abs=5e-8)


def test_cohens_h_takes_the_square_roots_that_a_public_package_forgets() -> None:
    inputs, expected = golden("AI-029")

    h = abs(cohen_h(inputs["p_focal"], inputs["p_ref"]))

    assert h == pytest.approx(expected["h"], abs=1e-9)
    assert h != pytest.approx(expected["wrong_without_sqrt"], abs=1e-3)


@pytest.mark.parametrize("index", range(4))
def test_degenerate_tables_are_undefined_and_never_zero_or_nan(index: int) -> None:
    inputs, expected = golden("AI-030")

    pair = table(*inputs["tables"][index])

    found = [pair.impact_ratio, pair.z, pair.exact.two_sided if pair.exact else None, pair.odds_ratio]
    names = ["impact_ratio", "z", "fisher_two_sided", "odds_ratio_haldane"]
    assert found == pytest.approx([expected[name][index] for name in names], abs=1e-6)
    assert pair.status == expected["status"][index]


def test_exactly_four_fifths_is_not_below_four_fifths() -> None:
    inputs, expected = golden("AI-001")
    benchmark, n = max(inputs["selected"]), inputs["applicants"][0]

    pairs = [table(selected, n, benchmark, n) for selected in inputs["selected"]]

    assert [pair.exact_ratio for pair in pairs] == [
        Fraction(value).limit_denominator(100) for value in (1, 0.75, 0.8, 0.85)
    ]
    assert [pair.is_below() for pair in pairs] == expected["below_four_fifths"]


def test_one_swapped_hire_reverses_the_finding_of_question_21() -> None:
    inputs, expected = golden("AI-002")
    selected, applicants = inputs["selected"], inputs["applicants"]

    pair = table(selected["Black"], applicants["Black"], selected["White"], applicants["White"])

    assert (pair.impact_ratio, pair.is_below()) == (expected["impact_ratio"], expected["below_four_fifths"])
    assert pair.flip_flops is expected["flip_flops"]


def test_selections_needed_are_counted_on_integers() -> None:
    case, expected = golden("AI-003")

    needed = table(case["x_g"], case["n_g"], case["x_b"], case["n_b"]).selections_needed()

    assert needed == expected["selections_to_reach_four_fifths"]


def test_selections_needed_are_zero_above_the_line() -> None:
    inputs, expected = golden("AI-004")

    assert [table(*pair).selections_needed() for pair in inputs["pairs"]] == expected["needed"]


def test_both_conventions_of_shortfall() -> None:
    inputs, expected = golden("AI-045")

    pair = table(*inputs["focal"], *inputs["reference"])

    assert pair.shortfall_pooled == pytest.approx(expected["shortfall_pooled"])
    assert pair.shortfall_reference == pytest.approx(expected["shortfall_reference_rate"])


def test_one_sided_bounds_at_several_sizes() -> None:
    inputs, expected = golden("AI-043")
    first, second = inputs["rates"]

    found = [
        ratio_interval.katz(round(first * n), n, round(second * n), n, level=0.90).as_list()
        for n in inputs["n_per_group"]
    ]

    rows = [[row["lcb95_one_sided"], row["ucb95_one_sided"]] for row in expected["rows"]]
    assert [bound for pair in found for bound in pair] == pytest.approx(
        [bound for row in rows for bound in row], abs=1e-6
    )
