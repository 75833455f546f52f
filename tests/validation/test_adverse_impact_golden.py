"""Whole adverse-impact tables against the statute's own examples and published audits."""

from fractions import Fraction

import pytest

from tests.validation.fairness_cases import counts, golden, pairs
from validation.adverse_impact import AdverseImpact, Polarity, assess
from validation.group_count import group_count
from validation.ll144 import category_table


def ratios(answer: AdverseImpact) -> dict[str, float | None]:
    return {line.count.label: line.impact_ratio for line in answer.groups}


@pytest.mark.parametrize("case_id", ["AI-005", "AI-007", "AI-016"])
def test_selection_tables_reproduce_the_printed_ratios(case_id: str) -> None:
    inputs, expected = golden(case_id)

    answer = category_table(counts(inputs["selected"], inputs["applicants"]), ["group"])

    found = {line.count.label: line.impact_ratio for line in answer.categories}
    assert found == pytest.approx(expected["impact_ratio"], abs=1e-9)
    assert found == pytest.approx(expected["published_impact_ratio"], abs=6e-3)
    assert {line.count.label: line.rate for line in answer.categories} == pytest.approx(
        expected["selection_rate"], abs=1e-9
    )


@pytest.mark.parametrize("case_id", ["AI-010", "AI-011"])
def test_scoring_tables_reproduce_the_printed_ratios(case_id: str) -> None:
    inputs, expected = golden(case_id)

    answer = category_table(counts(inputs["above_median"], inputs["applicants"]), ["group"])

    found = {line.count.label: line.impact_ratio for line in answer.categories}
    assert found == pytest.approx(expected["impact_ratio"], abs=1e-9)
    assert found == pytest.approx(expected["published_impact_ratio"], abs=6e-3)


def test_the_three_tables_need_not_reconcile() -> None:
    inputs, expected = golden("AI-008")

    sums = {name: sum(n for _, n in inputs[name].values()) for name in ("sex", "race", "intersectional")}

    assert sums == {name: expected[f"n_{name}"] for name in sums}


@pytest.mark.parametrize("name", ["race", "intersectional"])
def test_categories_below_two_percent_stay_in_the_table(name: str) -> None:
    inputs, expected = golden("AI-009")

    answer = category_table(pairs(inputs[name]), ["group"])

    excluded = {line.count.label: line.is_excluded for line in answer.categories}
    assert excluded == expected[f"{name}_excludable"]
    assert all(line.rate is not None for line in answer.categories)


def test_two_groups_of_eleven_do_not_become_the_benchmark() -> None:
    inputs, expected = golden("AI-015")
    unknown = group_count({"group": None}, n=inputs["unknown"], selected=0)

    answer = assess([*counts(inputs["selected"], inputs["applicants"]), unknown])

    assert answer.comparator is not None
    assert answer.comparator.label == expected["benchmark"]
    assert ratios(answer) == pytest.approx(expected["impact_ratio"], abs=1e-9)
    assert [line.count.label for line in answer.groups if line.excluded] == expected["excluded"]


def test_the_denominator_of_two_percent_is_a_setting() -> None:
    inputs, expected = golden("AI-046")
    cells = [
        *pairs(inputs["known"]),
        group_count({"group": None}, n=inputs["unknown"][1], selected=inputs["unknown"][0]),
    ]

    of_known, of_all = assess(cells), assess(cells, share_of_all=True)

    assert of_known.group("C").impact_ratio == pytest.approx(expected["ir_C_if_A_kept"], abs=1e-9)
    assert of_all.group("C").impact_ratio == pytest.approx(expected["ir_C_if_A_excluded"], abs=1e-9)
    assert of_all.group("A").share == pytest.approx(expected["share_A_of_all"], abs=1e-9)


def test_unknown_people_bound_the_ratio() -> None:
    inputs, expected = golden("AI-018")
    female, male = inputs["female"], inputs["male"]
    people = [
        group_count({"sex": "F"}, n=female["n"], selected=round(female["n"] * female["rate"])),
        group_count({"sex": "M"}, n=male["n"], selected=round(male["n"] * male["rate"])),
        group_count({"sex": None}, n=inputs["unknown"], selected=0),
    ]

    bounds = assess(people).group("M").bounds

    assert bounds is not None
    assert bounds.worst_case.as_list() == pytest.approx(
        [expected["worst_case_lower"], expected["worst_case_upper"]], abs=2e-6
    )
    assert bounds.proportional.as_list() == pytest.approx(
        [expected["proportional_lower"], expected["proportional_upper"]], abs=2e-6
    )


def test_a_named_comparator_gives_the_published_ratios() -> None:
    inputs, expected = golden("AI-019")
    people = [group_count({"race": name}, n=n, selected=round(n * rate)) for name, (n, rate) in inputs["race"].items()]

    named = assess(people, comparator="Hispanic")
    highest = assess(people)

    assert ratios(named)["Asian"] == pytest.approx(expected["recalc_vs_named_comparator_hispanic"]["Asian"], abs=0.001)
    assert ratios(named)["Two+"] == pytest.approx(expected["published_ir"]["Two+"], abs=0.02)
    assert ratios(highest)["Asian"] == pytest.approx(expected["min_recalc_asian"], abs=0.001)


def test_an_adverse_outcome_turns_the_ratio_around() -> None:
    inputs, expected = golden("AI-020")
    people = counts(inputs["flagged"], inputs["n"])

    wrong, right = assess(people), assess(people, polarity=Polarity.ADVERSE)

    assert ratios(wrong) == pytest.approx(expected["ir_if_flag_is_selection"])
    assert ratios(right) == pytest.approx(expected["ir_if_not_flagged_is_selection"], abs=1e-9)
    assert [line.is_below_threshold for line in right.groups] == [False, False]


def test_four_fifths_is_a_fraction() -> None:
    inputs, expected = golden("AI-001")
    people = counts(
        dict(zip(inputs["groups"], inputs["selected"], strict=True)),
        dict(zip(inputs["groups"], inputs["applicants"], strict=True)),
    )

    answer = assess(people, threshold=Fraction(4, 5))

    assert {line.count.label: line.is_below_threshold for line in answer.groups} == dict(
        zip(inputs["groups"], expected["below_four_fifths"], strict=True)
    )
