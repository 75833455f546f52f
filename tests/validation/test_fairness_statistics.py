"""Sequential looks, paired models, rankings, hiding, error rates and dates beyond their golden cases."""

from datetime import date

import numpy as np
import pytest
from scipy.stats import binomtest
from statsmodels.stats.contingency_tables import mcnemar

from tests.validation.fairness_cases import error_cells, table
from validation.bias_audit_dates import earliest_use, is_use_allowed, posted_until
from validation.confusion import ErrorCell
from validation.cut_scores import curve, expected_impact, median
from validation.error_rates import error_rates
from validation.false_alarms import bootstrap_quantiles
from validation.group_count import BadCounts
from validation.impact_power import minimum_detectable_ratio, sample_size_to_detect, sample_size_to_prove
from validation.non_inferiority import McNemar, PairedDecisions, independent, paired, paired_bootstrap
from validation.outcome import Verdict
from validation.ranking import exposure_ratio, infeasible_index, ndkl, outranks, skew, skews
from validation.retention_rules import longest, retention_rules
from validation.sequential import false_alarm, spending_limits, trend
from validation.stages import StageFlow, assess_funnel
from validation.suppression import suppress

EVEN = {"A": 0.5, "B": 0.5}


@pytest.mark.parametrize(("looks", "chance"), [(1, 0.05), (4, 0.126), (12, 0.208), (52, 0.323)])
def test_repeated_looks_at_a_fair_process_raise_false_alarms(looks: int, chance: float) -> None:
    assert false_alarm(looks) == pytest.approx(chance, abs=7e-4)


def test_limits_of_alpha_spending_are_the_published_ones() -> None:
    """Five equal looks, two-sided .05, as printed for Lan-DeMets spending functions."""
    assert spending_limits(5) == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=2e-3)
    assert spending_limits(5, is_pocock=True) == pytest.approx([2.4380, 2.4268, 2.4101, 2.3966, 2.3859], abs=2e-3)


def test_a_persistent_gap_crosses_its_limit_and_blocks() -> None:
    periods = [(f"2026-Q{number}", table(60, 200, 100, 200)) for number in range(1, 5)]

    found = trend(periods, planned_looks=4)

    assert (found.verdict, found.persistent_periods) == (Verdict.BLOCK, 4)


def test_one_bad_early_period_asks_for_a_look_and_does_not_block() -> None:
    found = trend([("2026-01", table(36, 100, 52, 100))], planned_looks=12)

    assert found.verdict is Verdict.REVIEW


@pytest.mark.parametrize("periods", [[], [("2026-01", table(0, 0, 0, 0))], [("2026-01", table(0, 90, 0, 90))]])
def test_a_trend_of_nothing_is_no_evidence(periods: list) -> None:
    assert trend(periods, planned_looks=4).verdict is Verdict.NOT_ENOUGH_EVIDENCE


FOCAL = PairedDecisions(both=160, champion_only=20, challenger_only=15, neither=305)
OTHERS = PairedDecisions(both=190, champion_only=10, challenger_only=12, neither=288)


def test_the_same_people_tell_more_than_different_ones() -> None:
    apart = independent(table(180, 500, 200, 500), table(175, 500, 202, 500))
    together = paired(FOCAL, OTHERS)

    assert together.ratio == pytest.approx(apart.ratio)
    assert (together.is_noninferior, apart.is_noninferior) == (True, False)


def test_the_paired_bound_equals_its_bootstrap() -> None:
    drawn = paired_bootstrap(FOCAL, OTHERS, seed=7)

    assert drawn.lower == pytest.approx(paired(FOCAL, OTHERS).lower, abs=0.004)
    assert drawn == paired_bootstrap(FOCAL, OTHERS, seed=7)


def test_nobody_selected_is_no_evidence_of_non_inferiority() -> None:
    nobody = PairedDecisions(both=0, champion_only=0, challenger_only=0, neither=50)

    found = [paired(nobody, OTHERS), paired_bootstrap(nobody, OTHERS, seed=1)]

    assert {answer.verdict for answer in found} == {Verdict.NOT_ENOUGH_EVIDENCE}


def test_draws_in_which_the_challenger_selects_nobody_count_as_the_lowest() -> None:
    """Two of 35 are drawn as none in 13 of 100 resamples, so the 5 % point of the ratio is zero."""
    few = PairedDecisions(both=0, champion_only=3, challenger_only=2, neither=30)

    assert paired_bootstrap(few, OTHERS, seed=1).lower == 0.0


@pytest.mark.parametrize(("b", "c"), [(5, 15), (20, 20), (1, 0), (40, 12)])
def test_mcnemar_equals_statsmodels(b: int, c: int) -> None:
    cells = [[50, b], [c, 60]]

    found = McNemar(b=b, c=c)

    assert found.p_value == pytest.approx(mcnemar(cells, exact=False, correction=False).pvalue)
    assert found.p_corrected == pytest.approx(mcnemar(cells, exact=False, correction=True).pvalue, abs=1e-9) or b == c
    assert found.exact_p == pytest.approx(binomtest(b, b + c).pvalue)


def test_no_changed_decision_has_no_p() -> None:
    assert (McNemar(b=0, c=0).p_value, McNemar(b=0, c=0).exact_p, McNemar(b=0, c=0).midp) == (None, None, None)


def test_skew_is_the_log_of_share_over_target() -> None:
    assert skew("AAAB", "A", 4, EVEN) == pytest.approx(np.log(0.75 / 0.5))
    assert skews("AAAB", 2, EVEN) == {"A": pytest.approx(np.log(2.0)), "B": None}


@pytest.mark.parametrize(("ranking", "broken"), [("ABABABABAB", 0), ("AAAAABBBBB", 7), ("", 0)])
def test_infeasible_prefixes_are_counted(ranking: str, broken: int) -> None:
    assert infeasible_index(ranking, EVEN) == broken


def test_empty_rankings_are_undefined() -> None:
    assert (ndkl("", EVEN), outranks("AA", "A", "B"), exposure_ratio("A", "A", "B")) == (None, None, None)


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"a": 3, "b": 40, "c": 50}, {"a", "b"}),
        ({"a": 1, "b": 1, "c": 50}, {"a", "b", "c"}),
        ({"a": 4, "b": 4, "c": 50}, {"a", "b"}),
        ({"a": 0, "b": 40, "c": 50}, set()),
        ({"a": 3}, {"a"}),
    ],
)
def test_hidden_cells_cannot_be_recovered_from_a_total(counts: dict[str, int], hidden: set[str]) -> None:
    assert suppress(counts, k=5).hidden == hidden


def test_withdrawn_people_are_nobodys_rejection() -> None:
    flows = [
        StageFlow(group=(("sex", "F"),), entered=(100, 40), withdrew=(20,)),
        StageFlow(group=(("sex", "M"),), entered=(100, 50), withdrew=(0,)),
    ]

    found = assess_funnel(flows, ["interview"])

    assert found.stages["interview"].group("F").rate == pytest.approx(0.5)


def test_a_funnel_of_wrong_length_is_refused() -> None:
    with pytest.raises(BadCounts):
        assess_funnel([StageFlow(group=(("sex", "F"),), entered=(10,))], ["one", "two"])


def test_a_passing_process_with_a_failing_stage_is_blocked() -> None:
    flows = [
        StageFlow(group=(("g", "A"),), entered=(1000, 800, 400)),
        StageFlow(group=(("g", "B"),), entered=(1000, 500, 400)),
    ]

    found = assess_funnel(flows, ["screen", "offer"])

    assert (found.bottom_line.verdict, found.verdict) == (Verdict.PASS, Verdict.BLOCK)


def test_error_rates_of_unknown_people_are_disclosed() -> None:
    unknown = ErrorCell(group=(("group", None),), is_positive=True, is_predicted=True, n=7)

    answer = error_rates([*error_cells([["A", 1, 1, 5], ["B", 0, 0, 5]]), unknown])

    assert (answer.unknown, answer.n) == (7, 10)


def test_a_large_group_without_positives_leaves_no_evidence() -> None:
    cells = [["A", 1, 1, 90], ["A", 0, 0, 90], ["B", 1, 1, 90], ["B", 0, 0, 90], ["C", 0, 0, 500]]

    answer = error_rates(error_cells(cells))

    assert answer.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert "C" in answer.reason.en


def test_equal_error_rates_pass_and_unequal_chances_block() -> None:
    fair = [["A", 1, 1, 900], ["A", 1, 0, 100], ["A", 0, 0, 900], ["B", 1, 1, 900], ["B", 1, 0, 100], ["B", 0, 0, 900]]
    unfair = [*fair[:3], ["B", 1, 1, 500], ["B", 1, 0, 500], ["B", 0, 0, 900]]

    assert error_rates(error_cells(fair)).verdict is Verdict.PASS
    assert error_rates(error_cells(unfair)).verdict is Verdict.BLOCK


def test_false_positive_rates_far_apart_ask_for_review() -> None:
    cells = [["A", 1, 1, 500], ["B", 1, 1, 500], ["A", 0, 1, 300], ["A", 0, 0, 700], ["B", 0, 1, 100], ["B", 0, 0, 900]]

    answer = error_rates(error_cells(cells))

    assert answer.verdict is Verdict.REVIEW
    assert "False positive rates" in answer.reason.en


def test_billions_of_people_are_as_exact_as_hundreds() -> None:
    small = error_rates(error_cells([["A", 1, 1, 6], ["A", 0, 0, 4], ["B", 1, 0, 3], ["B", 1, 1, 2]]))
    large = error_rates(
        error_cells([["A", 1, 1, 6 * 10**9], ["A", 0, 0, 4 * 10**9], ["B", 1, 0, 3 * 10**9], ["B", 1, 1, 2 * 10**9]])
    )

    assert large.differences == pytest.approx(small.differences)


@pytest.mark.parametrize("ratio", [0.0, 1.0])
def test_bootstrap_of_a_certain_outcome_is_certain(ratio: float) -> None:
    found = bootstrap_quantiles(x1=round(20 * ratio), n1=20, x2=20, n2=20, probabilities=(0.05, 0.95))

    assert found == (ratio, ratio)


def test_questions_without_an_answer_say_so() -> None:
    assert sample_size_to_detect(reference_rate=0.3, impact_ratio=1.0) is None
    assert sample_size_to_prove(reference_rate=0.3, true_ratio=0.8) is None
    assert minimum_detectable_ratio(reference_rate=0.1, focal_n=5, reference_n=5) is None


def test_a_curve_without_scores_is_empty_and_infinity_is_refused() -> None:
    assert curve({}) == ()
    assert median({}) is None
    with pytest.raises(BadCounts):
        curve({(("g", "A"),): {float("inf"): 1}})


@pytest.mark.parametrize("ratio", [0.0, 1.0, -1.0])
def test_an_impossible_selection_ratio_is_refused(ratio: float) -> None:
    with pytest.raises(BadCounts):
        expected_impact(gap=-0.2, selection_ratio=ratio, minority_share=0.3)


def test_the_audit_calendar() -> None:
    assert is_use_allowed(date(2026, 3, 1), date(2026, 2, 28)) is False
    assert earliest_use(date(2026, 6, 1), holidays=[date(2026, 6, 5)]) == date(2026, 6, 16)
    assert posted_until(date(2026, 8, 31)) == date(2027, 2, 28)


def test_the_longest_retention_in_force_counts() -> None:
    rules = retention_rules()

    found = longest(rules, jurisdictions={"US", "US-CA", "EU"}, on=date(2026, 11, 22))
    later = longest(rules, jurisdictions={"US", "US-CA", "EU"}, on=date(2028, 1, 1))

    assert found is not None
    assert later is not None
    assert (found.id, later.id) == ("california_ads_years", "eu_ai_act_technical_documentation_years")
    assert found.until(date(2026, 2, 28)) == date(2030, 2, 28)


@pytest.mark.parametrize(
    ("focal", "reference", "expected"), [(50, 50, 0.8577), (100, 20, 0.7794), (1000, 1000, 0.9921)]
)
def test_a_comparator_of_whom_all_were_selected_has_a_detectable_ratio(
    focal: int, reference: int, expected: float
) -> None:
    """It approaches that of a rate just below one; a ratio of one would say that nothing escapes."""
    found = minimum_detectable_ratio(reference_rate=1.0, focal_n=focal, reference_n=reference)

    assert found == pytest.approx(expected, abs=0.001)
