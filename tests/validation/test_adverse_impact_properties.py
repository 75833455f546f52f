"""What must never change a figure, and independent libraries that must give the same one."""

import math
import warnings

import pandas as pd
import pytest
from aedt_audit import impact_ratios, scoring_rates, selection_rates, significance
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact, norm
from statsmodels.stats.contingency_tables import StratifiedTable, Table2x2
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from tests.validation.fairness_cases import table
from validation import ratio_interval
from validation.adverse_impact import AdverseImpact, assess
from validation.group_count import GroupCount, group_count
from validation.ll144 import category_table, scoring_summary
from validation.mantel_haenszel import MantelHaenszel
from validation.outcome import Verdict
from validation.proportion import wilson
from validation.two_by_two import TwoByTwo

GROUPS = ("A", "B", "C", None)
rows = st.lists(st.tuples(st.sampled_from(GROUPS), st.booleans()), min_size=1, max_size=80)


@st.composite
def tables(draw: st.DrawFn, largest: int = 300) -> TwoByTwo:
    n1, n2 = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    return TwoByTwo(x1=draw(st.integers(0, n1)), n1=n1, x2=draw(st.integers(0, n2)), n2=n2)


def counted(people: list[tuple[str | None, bool]]) -> list[GroupCount]:
    return [group_count({"group": group}, n=1, selected=int(chosen)) for group, chosen in people]


def _best(answer: AdverseImpact) -> set[float | None]:
    return {line.rate for line in answer.groups if line.is_comparator}


@given(rows, st.randoms())
def test_the_order_of_rows_changes_nothing(people: list, random: object) -> None:
    shuffled = list(people)
    random.shuffle(shuffled)

    assert assess(counted(people)).as_json() == assess(counted(shuffled)).as_json()


@given(rows, st.integers(0, 80))
def test_chunks_merged_are_the_whole(people: list, at: int) -> None:
    whole = assess(counted(people))
    chunks = [assess(counted(part)) for part in (people[:at], people[at:])]

    merged = assess([line.count for chunk in chunks for line in chunk.groups])

    known = [(line.count, line.impact_ratio, line.rate_ci) for line in whole.groups]
    assert known == [(line.count, line.impact_ratio, line.rate_ci) for line in merged.groups]


@given(rows)
def test_counts_instead_of_rows_change_nothing(people: list) -> None:
    sums = [
        group_count(
            {"group": group},
            n=sum(name == group for name, _ in people),
            selected=sum(chosen for name, chosen in people if name == group),
        )
        for group in dict(people)
    ]

    assert assess(sums).as_json() == assess(counted(people)).as_json()


@given(rows)
def test_new_names_for_groups_change_no_figure(people: list) -> None:
    names = {"A": "zebra", "B": "Ärzte", "C": "女", None: None}

    before, after = assess(counted(people)), assess(counted([(names[group], chosen) for group, chosen in people]))

    rates = {names[line.count.label]: line.rate for line in before.groups}
    assert rates == {line.count.label: line.rate for line in after.groups}
    assert _best(before) == _best(after)


@given(rows)
def test_no_figure_is_nan_or_infinite(people: list) -> None:
    answer = assess(counted(people), min_n=1).as_json()

    def numbers(value: object) -> list[float]:
        if isinstance(value, dict):
            return [number for item in value.values() for number in numbers(item)]
        if isinstance(value, list):
            return [number for item in value for number in numbers(item)]
        return [value] if isinstance(value, float) else []

    assert all(math.isfinite(number) for number in numbers(answer))


@given(rows)
def test_an_undefined_ratio_never_passes(people: list) -> None:
    answer = assess(counted(people), min_n=1)

    undefined = [line for line in answer.groups if line.impact_ratio is None and not line.is_comparator]

    assert all(line.verdict is Verdict.NOT_ENOUGH_EVIDENCE for line in undefined)


@given(tables(largest=120))
def test_fisher_equals_scipy(pair: TwoByTwo) -> None:
    cells = [[pair.x1, pair.n1 - pair.x1], [pair.x2, pair.n2 - pair.x2]]

    assert pair.exact.two_sided == pytest.approx(fisher_exact(cells).pvalue, abs=1e-9)
    assert pair.exact.lower == pytest.approx(fisher_exact(cells, alternative="less").pvalue, abs=1e-9)


@given(tables())
def test_pooled_z_equals_statsmodels(pair: TwoByTwo) -> None:
    assume(pair.status == "ok")

    z, p_value = proportions_ztest([pair.x1, pair.x2], [pair.n1, pair.n2])

    assert (pair.z, pair.z_p) == pytest.approx((z, p_value), abs=1e-9)


@given(tables())
def test_odds_ratio_equals_statsmodels(pair: TwoByTwo) -> None:
    assume(pair.status == "ok" and not pair.has_zero_cell)

    oracle = Table2x2([[pair.x1, pair.n1 - pair.x1], [pair.x2, pair.n2 - pair.x2]])

    assert pair.odds_ratio == pytest.approx(oracle.oddsratio)
    assert pair.odds_ratio_interval().as_list() == pytest.approx(list(oracle.oddsratio_confint()))


@given(tables())
def test_katz_equals_statsmodels(pair: TwoByTwo) -> None:
    assume(0 < pair.x1 < pair.n1 and 0 < pair.x2 < pair.n2)

    oracle = confint_proportions_2indep(pair.x1, pair.n1, pair.x2, pair.n2, method="log", compare="ratio")

    assert ratio_interval.katz(pair.x1, pair.n1, pair.x2, pair.n2).as_list() == pytest.approx(list(oracle))


@settings(max_examples=50)
@given(tables(largest=150), st.booleans())
def test_the_score_interval_equals_statsmodels(pair: TwoByTwo, is_corrected: bool) -> None:
    """Where everybody in a group is selected statsmodels loses its footing; the ends' meaning is checked below."""
    assume(0 < pair.x1 < pair.n1 and 0 < pair.x2 < pair.n2)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        oracle = confint_proportions_2indep(
            pair.x1, pair.n1, pair.x2, pair.n2, method="score", compare="ratio", correction=is_corrected
        )

    found = ratio_interval.score(pair.x1, pair.n1, pair.x2, pair.n2, is_corrected=is_corrected)
    assert found.as_list() == pytest.approx([float(end) for end in oracle], rel=1e-5)


@given(tables(largest=10**9))
def test_the_score_interval_contains_the_ratio_at_any_size(pair: TwoByTwo) -> None:
    assume(pair.x2 > 0)

    low, high = ratio_interval.score(pair.x1, pair.n1, pair.x2, pair.n2).as_list()

    assert low <= pair.impact_ratio * (1 + 1e-9)
    assert high >= pair.impact_ratio * (1 - 1e-9)


@given(st.integers(0, 200), st.integers(1, 200))
def test_wilson_equals_statsmodels(selected: int, n: int) -> None:
    assume(selected <= n)

    assert wilson(selected, n).as_list() == pytest.approx(proportion_confint(selected, n, method="wilson"), abs=1e-9)


@given(st.lists(tables(largest=60), min_size=2, max_size=6))
def test_mantel_haenszel_equals_statsmodels(strata: list[TwoByTwo]) -> None:
    assume(all(pair.status == "ok" for pair in strata))
    pooled = MantelHaenszel(tables=tuple(strata))
    assume(pooled.odds_ratio)

    oracle = StratifiedTable([[[p.x1, p.n1 - p.x1], [p.x2, p.n2 - p.x2]] for p in strata])

    assert pooled.odds_ratio == pytest.approx(oracle.oddsratio_pooled)
    assert pooled.odds_ratio_interval().as_list() == pytest.approx(list(oracle.oddsratio_pooled_confint()))
    assert pooled.p_value() == pytest.approx(oracle.test_null_odds(correction=False).pvalue, abs=1e-9)


@given(st.lists(tables(largest=60), min_size=2, max_size=6))
def test_breslow_day_equals_statsmodels(strata: list[TwoByTwo]) -> None:
    assume(all(pair.status == "ok" for pair in strata))
    pooled = MantelHaenszel(tables=tuple(strata))
    assume(pooled.odds_ratio and 1e-3 < pooled.odds_ratio < 1e3)
    assume(abs(pooled.odds_ratio - 1) > 1e-4)  # at exactly one the oracle divides by zero

    oracle = StratifiedTable([[[p.x1, p.n1 - p.x1], [p.x2, p.n2 - p.x2]] for p in strata])

    assert pooled.homogeneity.breslow_day == pytest.approx(oracle.test_equal_odds().statistic, rel=1e-6, abs=1e-6)
    assert pooled.homogeneity.tarone == pytest.approx(oracle.test_equal_odds(adjust=True).statistic, rel=1e-6, abs=1e-6)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.booleans()), min_size=1, max_size=60))
def test_selection_tables_equal_the_aedt_audit_package(people: list) -> None:
    frame = pd.DataFrame(people, columns=["group", "selected"])

    oracle = significance(impact_ratios(selection_rates(frame, by=["group"], outcome="selected"))).set_index("group")

    for line in category_table(counted(people), ["group"]).categories:
        row = oracle.loc[line.count.label]
        assert (line.count.n, line.count.selected, line.rate) == (row["n"], row["selected"], row["rate"])
        assert line.impact_ratio == pytest.approx(row["impact_ratio"]) or math.isnan(row["impact_ratio"])


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 5)), min_size=1, max_size=60))
def test_scoring_tables_equal_the_aedt_audit_package(people: list) -> None:
    frame = pd.DataFrame(people, columns=["group", "score"])
    cells: dict = {}
    for group, score in people:
        scores = cells.setdefault((("group", group),), {})
        scores[float(score)] = scores.get(float(score), 0) + 1

    summary = scoring_summary(cells, ["group"])

    oracle = scoring_rates(frame, by=["group"], score="score")
    assert summary.median == oracle.attrs["sample_median"]
    assert {line.count.label: line.rate for line in summary.tables[0].categories} == dict(
        zip(oracle["group"], oracle["rate"], strict=True)
    )


def test_p_values_of_far_tails_do_not_underflow_to_a_pass() -> None:
    pair = table(400_000_000, 10**9, 600_000_000, 10**9)

    assert pair.z_p == 2 * norm.sf(abs(pair.z))
    assert pair.exact.two_sided == 0.0
