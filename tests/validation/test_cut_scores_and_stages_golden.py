"""Cut scores, medians, funnels and strata against worked examples."""

import pytest

from tests.validation.fairness_cases import golden
from validation.cut_scores import above, curve, expected_impact, median
from validation.ll144 import scoring_summary
from validation.mantel_haenszel import MantelHaenszel
from validation.stages import StageFlow, assess_funnel, bottom_line_ratio, stage_ratios
from validation.two_by_two import TwoByTwo

A, B = (("group", "A"),), (("group", "B"),)


def cells(**scores: list[float]) -> dict:
    return {(("group", name),): {at: found.count(at) for at in set(found)} for name, found in scores.items()}


def test_the_curve_over_cut_scores() -> None:
    inputs, expected = golden("AI-031")

    tables = curve(cells(A=inputs["scores_A"], B=inputs["scores_B"]), inputs["cuts"])

    pairs = [table.pair(B, A) for table in tables]
    assert [(pair.x2, pair.x1) for pair in pairs] == [(row["sel_A"], row["sel_B"]) for row in expected["rows"]]
    assert [pair.impact_ratio for pair in pairs] == pytest.approx([row["ir"] for row in expected["rows"]], abs=1e-9)
    assert [pair.exact.two_sided for pair in pairs] == pytest.approx(
        [row["fisher"] for row in expected["rows"]], abs=1e-9
    )


def test_a_score_gap_predicts_the_impact_ratio() -> None:
    inputs, expected = golden("AI-032")

    found = [
        expected_impact(gap=d, selection_ratio=sr, minority_share=share)
        for d, sr, share in inputs["grid_d_sr_pctminority"]
    ]

    assert [row.impact_ratio for row in found] == pytest.approx([row["ai"] for row in expected["rows"]], abs=1e-6)
    assert [row.cut for row in found] == pytest.approx([row["cut"] for row in expected["rows"]], abs=1e-6)


def test_people_at_the_median_are_not_above_it() -> None:
    inputs, expected = golden("AI-013")
    scores = cells(
        **{name: [s for s, g in zip(inputs["scores"], inputs["group"], strict=True) if g == name] for name in "AB"}
    )

    line = median(scores)

    assert line == expected["median"]
    assert {count.label: count.rate for count in above(scores, line)} == expected["above_strict"]


def test_the_median_is_of_the_full_sample_the_rates_are_not() -> None:
    inputs, expected = golden("AI-014")
    known = {
        (("sex", sex),): {s: 1 for s, g in zip(inputs["scores_known"], inputs["sex_known"], strict=True) if g == sex}
        for sex in "MF"
    }
    unknown = {(("sex", None),): dict.fromkeys(inputs["scores_unknown_sex"], 1)}

    summary = scoring_summary({**known, **unknown}, ["sex"])

    assert summary.median == expected["median_full_sample"]
    assert {line.count.label: line.rate for line in summary.tables[0].categories} == expected["scoring_rate_full"]
    assert summary.tables[0].unknown == 4


def test_stages_that_pass_add_up_to_a_process_that_does_not() -> None:
    inputs, expected = golden("AI-033")
    flows = [StageFlow(group=(("group", name),), entered=tuple(entered)) for name, entered in inputs["funnel"].items()]

    found = stage_ratios(flows, B, A)

    assert found == pytest.approx(expected["stage_ir"], abs=1e-9)
    assert bottom_line_ratio(flows, B, A) == pytest.approx(expected["bottom_line_ir"], abs=1e-9)


def test_the_highest_group_may_flip_between_stages() -> None:
    inputs, expected = golden("AI-034")
    flows = [StageFlow(group=(("group", name),), entered=tuple(entered)) for name, entered in inputs["funnel"].items()]

    funnel = assess_funnel(flows, ["screen", "offer"])

    assert list(stage_ratios(flows, B, A)) == pytest.approx(expected["stage_ir_B_over_A"])
    assert funnel.stages["offer"].group("A").impact_ratio == pytest.approx(expected["stage2_ir_A_over_B"])
    assert funnel.bottom_line.group("A").impact_ratio == pytest.approx(expected["bottom_line_ir"])


def test_berkeley_admissions_by_department() -> None:
    inputs, expected = golden("AI-035")
    pair = MantelHaenszel(
        tables=tuple(
            TwoByTwo(x1=men[0], n1=sum(men), x2=women[0], n2=sum(women))
            for men, women in inputs["strata_rows_male_female_cols_admit_reject"]
        )
    )

    found = [pair.odds_ratio, pair.chi2(), pair.chi2(is_corrected=True), pair.p_value(), pair.reversed.impact_ratio]

    names = ["mh_odds_ratio", "cmh_chi2_no_cc", "cmh_chi2_cc", "cmh_p_no_cc", "mh_impact_ratio_female_over_male"]
    assert found == pytest.approx([expected[name] for name in names], abs=1e-6)
    assert pair.odds_ratio_interval().as_list() == pytest.approx(expected["mh_or_ci95"], abs=1e-6)
    assert pair.reversed.ratio_interval().as_list() == pytest.approx(expected["mh_ir_ci95"], abs=1e-6)


def test_berkeley_departments_differ() -> None:
    inputs, expected = golden("AI-035")
    pair = MantelHaenszel(
        tables=tuple(
            TwoByTwo(x1=men[0], n1=sum(men), x2=women[0], n2=sum(women))
            for men, women in inputs["strata_rows_male_female_cols_admit_reject"]
        )
    )

    homogeneity = pair.homogeneity

    assert homogeneity is not None
    assert homogeneity.breslow_day == pytest.approx(expected["breslow_day"], abs=1e-6)
    assert homogeneity.tarone == pytest.approx(expected["breslow_day_tarone"], abs=1e-6)
    assert homogeneity.p_value == pytest.approx(expected["bd_p"], abs=1e-6)


def test_opposite_strata_are_seen_behind_a_pooled_ratio_near_one() -> None:
    inputs, expected = golden("AI-037")
    pair = MantelHaenszel(
        tables=tuple(
            TwoByTwo(x1=focal[0], n1=sum(focal), x2=reference[0], n2=sum(reference))
            for reference, focal in inputs["jobs_ref_then_focal_sel_notsel"]
        )
    )

    assert [table.impact_ratio for table in pair.tables] == pytest.approx(expected["within_job_ir_focal_over_ref"])
    assert pair.odds_ratio == pytest.approx(expected["mh_or_focal"], abs=1e-6)
    assert pair.homogeneity is not None
    assert pair.homogeneity.p_value == pytest.approx(expected["breslow_day_p"], rel=1e-6)
