"""Verdicts of tables: what passes, what blocks, what asks a person, and what says nothing."""

import math
from fractions import Fraction

import numpy as np
import pytest

from tests.validation.fairness_cases import pairs, table
from validation.adverse_impact import AdverseImpact, assess
from validation.decision_rule import State, decide, holm
from validation.group_count import BadCounts, GroupCount, group_count, marginal
from validation.impact_rule import Rule
from validation.outcome import Verdict
from validation.strata import StratifiedImpact, assess_strata


def sexes(f: tuple[int, int], m: tuple[int, int]) -> AdverseImpact:
    return assess(pairs({"F": list(f), "M": list(m)}))


@pytest.mark.parametrize(
    ("f", "m", "verdict"),
    [
        ((480, 1000), (500, 1000), Verdict.PASS),
        ((400, 1000), (600, 1000), Verdict.BLOCK),
        ((36, 100), (40, 100), Verdict.REVIEW),
        ((1, 3), (2, 3), Verdict.NOT_ENOUGH_EVIDENCE),
        ((0, 500), (0, 500), Verdict.NOT_ENOUGH_EVIDENCE),
        ((0, 60), (12, 60), Verdict.BLOCK),
        ((500, 500), (500, 500), Verdict.PASS),
        ((10**9 // 2, 10**9), (10**9 // 2, 10**9), Verdict.PASS),
    ],
)
def test_the_four_verdicts(f: tuple[int, int], m: tuple[int, int], verdict: Verdict) -> None:
    assert sexes(f, m).verdict is verdict


@pytest.mark.parametrize("counts", [[], [group_count({"sex": "F"}, n=500, selected=100)]])
def test_nobody_to_compare_with_is_no_evidence(counts: list[GroupCount]) -> None:
    assert assess(counts).verdict is Verdict.NOT_ENOUGH_EVIDENCE


def test_all_unknown_is_no_evidence_and_disclosed() -> None:
    answer = assess([group_count({"sex": None}, n=500, selected=100)])

    assert answer.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert (answer.unknown.n, answer.unknown.share, answer.groups) == (500, 1.0, ())


def test_many_unknown_people_turn_a_pass_into_a_review() -> None:
    known = pairs({"F": [480, 1000], "M": [500, 1000]})

    few, many = (assess([*known, group_count({"group": None}, n=n, selected=0)]) for n in (100, 900))

    assert (few.verdict, many.verdict) == (Verdict.PASS, Verdict.REVIEW)
    assert "unknown group" in many.reason.en


def test_many_missing_outcomes_turn_a_pass_into_a_review() -> None:
    known = pairs({"F": [480, 1000], "M": [500, 1000]})

    assert assess(known, outcome_missing=100).verdict is Verdict.PASS
    assert assess(known, outcome_missing=1000).verdict is Verdict.REVIEW


def test_a_small_group_neither_sets_the_bar_nor_hides_harm() -> None:
    answer = assess(pairs({"A": [5000, 10_000], "B": [5000, 10_000], "C": [10, 100], "D": [9, 10]}))

    assert answer.comparator is not None
    assert answer.comparator.label == "A"
    assert answer.group("D").excluded is not None
    assert (answer.group("C").verdict, answer.verdict) == (Verdict.REVIEW, Verdict.REVIEW)


def test_hundreds_of_groups_are_judged_though_none_reaches_two_percent() -> None:
    answer = assess(pairs({f"g{number}": [50 if number else 5, 100] for number in range(500)}))

    assert answer.group("g0").verdict is Verdict.BLOCK
    assert answer.comparator is not None
    assert "none reaches 2 %" in answer.comparator.rule.en


def test_a_ratio_above_one_is_not_clipped() -> None:
    answer = assess(pairs({"A": [300, 1000], "B": [450, 1000]}), comparator="A")

    assert answer.group("B").impact_ratio == pytest.approx(1.5)
    assert answer.verdict is Verdict.PASS


def test_the_pooled_rest_is_everybody_else() -> None:
    answer = assess(pairs({"A": [10, 100], "B": [50, 100], "C": [30, 100]}), comparator="rest")

    assert answer.group("A").impact_ratio == pytest.approx(0.1 / 0.4)
    assert answer.group("B").impact_ratio == pytest.approx(0.5 / 0.2)


def test_an_unknown_comparator_names_those_there_are() -> None:
    with pytest.raises(BadCounts, match="there are: A; B"):
        assess(pairs({"A": [1, 2], "B": [1, 2]}), comparator="X")


def test_holm_keeps_one_finding_in_a_family_from_being_chance() -> None:
    """A lone p of .03 among seven comparisons is no proof; by itself it would be."""
    many = pairs({"A": [600, 1000], "B": [34, 75], **{f"g{number}": [590, 1000] for number in range(6)}})

    alone, family = assess(many[:2]), assess(many)

    assert (alone.group("B").verdict, family.group("B").verdict) == (Verdict.BLOCK, Verdict.REVIEW)


def test_holm_steps_down_and_never_decreases() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_a_finding_that_one_swap_reverses_does_not_block() -> None:
    pair = table(0, 30, 1, 30)

    assert pair.flip_flops is True
    assert decide(pair).state is State.REVIEW


@pytest.mark.parametrize(
    ("n", "selected"), [(-1, 0), (3, 4), (3, -1), (2.5, 1), (math.nan, 0), (math.inf, 0), ("3", 1)]
)
def test_impossible_counts_are_refused(n: object, selected: object) -> None:
    with pytest.raises(BadCounts):
        group_count({"sex": "F"}, n=n, selected=selected)


def test_counts_of_numpy_are_counts() -> None:
    assert group_count({"sex": "F"}, n=np.int64(5), selected=np.int32(2)) == group_count({"sex": "F"}, n=5, selected=2)


def test_groups_of_different_attributes_are_not_compared() -> None:
    with pytest.raises(BadCounts, match="different attributes"):
        assess([group_count({"sex": "F"}, n=5, selected=2), group_count({"race": "W"}, n=5, selected=2)])


def test_a_margin_sums_over_the_other_attributes() -> None:
    both = [group_count({"race": race, "sex": sex}, n=10, selected=4) for race in "AB" for sex in "FM"]

    assert marginal(both, ["sex"]) == tuple(group_count({"sex": sex}, n=20, selected=8) for sex in "FM")


def test_a_check_of_the_gate_carries_its_figures() -> None:
    check = sexes((400, 1000), (600, 1000)).as_check("adverse_impact")

    assert check.verdict is Verdict.BLOCK
    assert [(figure.name, figure.n, figure.comparator) for figure in check.figures] == [("impact_ratio F", 1000, "M")]


def by_job(*jobs: dict[str, list[int]], rule: Rule | None = None) -> StratifiedImpact:
    return assess_strata({f"job{number}": pairs(job) for number, job in enumerate(jobs)}, rule)


def test_equal_chances_within_jobs_pass_whatever_the_crude_ratio() -> None:
    answer = by_job({"F": [400, 500], "M": [800, 1000]}, {"F": [200, 2000], "M": [50, 500]})

    assert answer.crude.verdict is Verdict.BLOCK
    assert answer.verdict is Verdict.PASS
    assert answer.pooled[0].pair.impact_ratio == pytest.approx(1.0)


def test_strata_that_differ_are_not_pooled_into_a_pass() -> None:
    answer = by_job({"F": [20, 100], "M": [50, 100]}, {"F": [36, 100], "M": [10, 100]})

    pooled = answer.as_json()["pooled"]

    assert answer.verdict is Verdict.BLOCK
    assert (pooled["homogeneous"], pooled["refused"], pooled["impact_ratio"]) == (False, True, None)


def test_harm_within_jobs_blocks_though_the_crude_table_favours_the_group() -> None:
    answer = by_job({"F": [500, 1000], "M": [90, 100]}, {"F": [5, 100], "M": [100, 1000]})

    assert answer.crude.comparator is not None
    assert answer.crude.comparator.label == "F"
    assert answer.verdict is Verdict.BLOCK


def test_a_group_below_two_percent_asks_a_person_within_strata_as_well() -> None:
    job = {"A": [1000, 2000], "B": [1000, 2000], "C": [1, 30]}

    answer = by_job(job, job)

    assert (answer.crude.verdict, answer.verdict) == (Verdict.REVIEW, Verdict.REVIEW)
    assert answer.pooled[-1].harm_is_proven


def test_groups_within_strata_are_one_family_of_comparisons() -> None:
    """One of seven groups, at p = .03 against the highest, is no proof of harm; one of two is."""
    job = {name: [60, 200] for name in "ABCDE"} | {"F": [44, 200], "G": [60, 200]}
    pair = {name: job[name] for name in "AF"}

    many, alone = by_job(job, job), by_job(pair, pair)

    assert (many.verdict, alone.verdict) == (Verdict.REVIEW, Verdict.BLOCK)
    assert many.pooled[-2].p_holm == pytest.approx(6 * (alone.pooled[0].p_holm or 0.0))


def test_a_named_comparator_may_be_absent_from_a_stratum() -> None:
    answer = by_job({"F": [40, 100], "M": [50, 100]}, {"F": [10, 100]}, rule=Rule(comparator="M"))

    assert answer.strata["job1"].verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert answer.pooled[0].pair.odds_ratio == pytest.approx((40 * 50) / (50 * 60))


def test_a_threshold_is_exact() -> None:
    assert table(48, 100, 60, 100).is_below(Fraction(4, 5)) is False
    assert table(47, 100, 60, 100).is_below(Fraction(4, 5)) is True
