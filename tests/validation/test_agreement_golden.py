"""Agreement of two raters against Shrout & Fleiss, Lin, Cohen, Gwet and Bland & Altman."""

import pytest

from tests.validation.validity_cases import golden
from validation.agreement import bland_altman, concordance, icc2_interval, icc3_interval, intraclass, rating_moments
from validation.kappa import category_agreement
from validation.moments import moments


def test_the_six_intraclass_correlations():
    inputs, expected = golden("VAL-026")

    found = intraclass(rating_moments(inputs["ratings_targets_x_judges"]))

    single = (found.icc1, found.icc2, found.icc3)
    mean = (found.icc1k, found.icc2k, found.icc3k)
    assert single == pytest.approx(tuple(expected[key] for key in ("ICC1", "ICC2", "ICC3")), abs=1e-6)
    assert mean == pytest.approx(tuple(expected[key] for key in ("ICC1k", "ICC2k", "ICC3k")), abs=1e-6)
    squares = (found.between_targets, found.between_judges, found.error, found.within_targets)
    assert squares == pytest.approx(tuple(expected[key] for key in ("MSB", "MSJ", "MSE", "MSW")), abs=1e-6)


def test_intervals_of_agreement_and_consistency_are_those_the_psych_package_prints():
    inputs, _ = golden("VAL-026")

    found = intraclass(rating_moments(inputs["ratings_targets_x_judges"]))

    assert icc2_interval(found).as_list() == pytest.approx([0.019, 0.76], abs=0.005)
    assert icc3_interval(found).as_list() == pytest.approx([0.342, 0.95], abs=0.005)


def test_a_lenient_ai_correlates_perfectly_and_agrees_poorly():
    inputs, expected = golden("VAL-027")
    seen = moments({"ai": inputs["ai"], "human": inputs["human"]})

    icc, limits = intraclass(seen), bland_altman(seen, "ai", "human")

    assert (seen.r("ai", "human"), icc.icc3) == pytest.approx((1.0, 1.0), abs=1e-9)
    assert icc.icc2 == pytest.approx(expected["icc_agreement_2_1"], abs=1e-6)
    assert concordance(seen, "ai", "human") == pytest.approx(expected["lin_ccc"], abs=1e-6)
    assert [limits.bias, *limits.limits.as_list()] == pytest.approx([10.0, *expected["loa"]], abs=1e-6)


def test_weighted_kappa_of_three_printed_tables():
    inputs, expected = golden("VAL-028")
    tables = zip(inputs.values(), ("fleiss", "radiology", "ordinal"), strict=True)

    for table, name in tables:
        found = category_agreement(table)

        kappas = (found.kappa, found.linear, found.quadratic)
        assert kappas == pytest.approx(
            tuple(expected[name][key] for key in ("unweighted", "linear", "quadratic")), abs=1e-9
        )


def test_kappa_falls_where_nearly_everybody_passes():
    inputs, expected = golden("VAL-029")

    found = [category_agreement(inputs[key]) for key in ("t1", "t2")]

    assert [one.agreement for one in found] == pytest.approx(expected["agreement"], abs=1e-9)
    assert [one.kappa for one in found] == pytest.approx(expected["kappa"], abs=1e-9)
    assert [one.pabak for one in found] == pytest.approx(expected["pabak"], abs=1e-9)
    assert [one.ac1 for one in found] == pytest.approx(expected["gwet_ac1"], abs=1e-9)


def test_bland_altman_peak_flow_data():
    inputs, expected = golden("VAL-030")
    seen = moments({"wright": inputs["wright"], "mini": inputs["mini"]})

    found = bland_altman(seen, "wright", "mini")
    paper = bland_altman(seen, "wright", "mini", multiplier=2.0)

    assert [found.bias, found.sd, found.se, found.se_limit] == pytest.approx(
        [expected[key] for key in ("mean_diff", "sd_diff", "se_mean", "se_limit_approx")], abs=1e-6
    )
    assert found.limits.as_list() == pytest.approx(expected["loa_1_96"], abs=1e-6)
    assert paper.limits.as_list() == pytest.approx(expected["loa_2sd"], abs=1e-6)
    assert found.interval.as_list() == pytest.approx(expected["ci_mean"], abs=1e-6)
    assert paper.lower_limit_interval.as_list() == pytest.approx(expected["ci_lower_limit"], abs=1e-6)
