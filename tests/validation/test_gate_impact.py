"""Adverse impact at the gate: small groups, unknown people, neighbouring cuts, and the comparison with the champion."""

import json
import math
from pathlib import Path

import pytest

from tests.validation.gate_evidence_builder import counts, evidence, selection
from validation import policy as policies
from validation.decision_rule import State
from validation.gate_evidence import PairedCount
from validation.gate_impact import adverse_impact
from validation.gate_impact_change import adverse_impact_champion, changes, narrowed
from validation.gate_judgement import Judgement
from validation.group_count import GroupCount, group_count
from validation.policy import Policy
from warehouse.queries.gate import NOT_ASKED


@pytest.fixture(scope="module")
def policy() -> Policy:
    return policies.load()


def _table(policy: Policy, name: str, people: tuple[GroupCount, ...], unscored: int = 0) -> Judgement:
    given = evidence(selection=selection(deployed=people, lower=None, higher=None, unscored=unscored))
    return next(one for one in adverse_impact(given, policy) if one.check == f"adverse_impact.{name}")


def _of_sex(**sexes: tuple[int, int]) -> tuple[GroupCount, ...]:
    return tuple(
        group_count({"sex": sex if sex != "unknown" else None, "race_ethnicity": "x"}, n=n, selected=selected)
        for sex, (selected, n) in sexes.items()
    )


def test_equal_rates_of_many_people_pass(policy: Policy) -> None:
    assert _table(policy, "sex", counts()).state is State.PASS


def test_half_the_rate_fails_and_names_the_group(policy: Policy) -> None:
    judgement = _table(policy, "sex", counts({"F": 0.5}))

    assert judgement.state is State.FAIL
    assert "below 0.80, and not by chance, for female (0.500, n = 6,000)." in judgement.reason.en


def test_the_intersection_fails_where_each_attribute_alone_passes(policy: Policy) -> None:
    people = tuple(
        group_count(
            {"sex": sex, "race_ethnicity": race}, n=2_000, selected=400 if (sex == "F") == (race == "x") else 600
        )
        for sex in ("F", "M")
        for race in ("x", "y")
    )

    assert _table(policy, "sex", people).state is State.PASS
    assert _table(policy, "race_ethnicity", people).state is State.PASS
    assert _table(policy, "sex+race_ethnicity", people).state is State.FAIL


def test_a_doubtful_ratio_asks_for_review(policy: Policy) -> None:
    assert _table(policy, "sex", _of_sex(F=(36, 100), M=(40, 100))).state is State.REVIEW


def test_a_tiny_group_is_listed_and_does_not_spoil_the_pass(policy: Policy) -> None:
    judgement = _table(policy, "sex", _of_sex(F=(1_200, 3_000), M=(1_210, 3_000), X=(2, 12)))

    assert judgement.state is State.PASS
    assert "Too few to judge (below 30): other 12." in judgement.reason.en


def test_a_sizeable_group_that_cannot_be_judged_asks_for_review(policy: Policy) -> None:
    """25 of 265 people are 9 %: too many to be left aside, too few to be judged."""
    judgement = _table(policy, "sex", _of_sex(F=(118, 120), M=(119, 120), X=(25, 25)))

    assert judgement.state is State.REVIEW


def test_only_groups_too_small_to_judge_are_not_enough_evidence(policy: Policy) -> None:
    assert _table(policy, "sex", _of_sex(F=(10, 20), M=(9, 20))).state is State.INSUFFICIENT_DATA


def test_nobodys_group_known_is_not_enough_evidence(policy: Policy) -> None:
    assert _table(policy, "sex", _of_sex(unknown=(500, 1_000))).state is State.INSUFFICIENT_DATA


def test_many_unknown_people_turn_a_pass_into_a_review(policy: Policy) -> None:
    """900 of 6,900 are unknown; at worst all of them are women who were not selected: .8 of the men's rate is lost."""
    known = _of_sex(F=(1_200, 3_000), M=(1_200, 3_000))
    unknown = _of_sex(unknown=(300, 900))

    judgement = _table(policy, "sex", known + unknown)

    assert _table(policy, "sex", known).state is State.PASS
    assert judgement.state is State.REVIEW
    assert "The group of 13% of the people is unknown." in judgement.reason.en


def test_who_is_not_asked_is_disclosed_and_spoils_no_table(policy: Policy) -> None:
    """As many people again applied where nobody asks for race: they stand in the table of sex, and in none of race."""
    elsewhere = tuple(
        group_count({"sex": sex, "race_ethnicity": NOT_ASKED}, n=6_000, selected=selected)
        for sex, selected in (("F", 2_400), ("M", 2_400))
    )

    alone, beside = (_table(policy, "race_ethnicity", people) for people in (counts(), counts() + elsewhere))

    assert (alone.state, beside.state) == (State.PASS, State.PASS)
    assert "12,000 people applied where this is not asked" in beside.reason.en
    assert next(one for one in beside.figures if one.name == "not_asked").value == 12_000
    assert alone.detail["deployed"] == beside.detail["deployed"]
    assert _table(policy, "sex", counts() + elsewhere).detail["deployed"]["n"] == alone.detail["deployed"]["n"] + 12_000


def test_many_people_without_a_score_turn_a_pass_into_a_review(policy: Policy) -> None:
    assert _table(policy, "sex", counts(), unscored=100).state is State.PASS
    assert _table(policy, "sex", counts(), unscored=2_000).state is State.REVIEW


def test_every_figure_names_its_cut_and_comparator(policy: Policy) -> None:
    given = evidence(selection=selection())

    figures = [figure for one in adverse_impact(given, policy) for figure in one.figures]

    assert {figure.cut for figure in figures} == {0.45, 0.5, 0.55}
    assert all(figure.comparator for figure in figures)
    assert all(figure.interval for figure in figures if figure.name != "unknown_share")


def test_the_whole_table_is_kept_as_evidence(policy: Policy) -> None:
    judgement = _table(policy, "sex", counts())

    assert json.loads(json.dumps(judgement.detail))["deployed"]["groups"][0]["n"] == 6_000


def _pair(sex: str, n: int, champion: int, selected: int, both: float) -> PairedCount:
    return PairedCount(group=(("sex", sex),), n=n, champion=champion, selected=selected, both=both)


def test_the_ratio_of_impact_ratios_is_the_golden_one() -> None:
    """ML-008 has two separate samples: there the overlap is what chance alone gives, x_new * x_old / n."""
    golden = json.loads((Path(__file__).parent / "golden" / "gate.json").read_text("utf-8"))
    expected = next(case["expected"] for case in golden if case["id"] == "ML-008")
    pairs = [_pair("F", 500, 180, 170, 180 * 170 / 500), _pair("M", 500, 200, 205, 200 * 205 / 500)]

    (change,) = changes(pairs, min_n=30, level=0.90)

    assert change.ratio == pytest.approx(expected["ratio"], abs=1e-9)
    assert change.interval.low == pytest.approx(expected["one_sided95_lower"], abs=1e-9)


def test_models_that_agree_about_people_are_compared_far_more_sharply() -> None:
    agreeing = [_pair("F", 500, 180, 170, 170.0), _pair("M", 500, 200, 205, 200.0)]

    (change,) = changes(agreeing, min_n=30, level=0.90)

    assert change.interval.low is not None
    assert change.interval.low > 0.87


@pytest.mark.parametrize(
    ("selected", "both", "state"),
    [(400, 400.0, State.PASS), (370, 350.0, State.REVIEW), (200, 200.0, State.FAIL), (0, 0.0, State.UNDEFINED)],
)
def test_no_group_may_lose_against_the_champion(policy: Policy, selected: int, both: float, state: State) -> None:
    pairs = tuple(
        PairedCount(group=(("sex", sex), ("race_ethnicity", "x")), n=1_000, champion=400, selected=new, both=its)
        for sex, new, its in (("F", selected, both), ("M", 400, 400.0))
    )

    judgement = next(adverse_impact_champion(evidence(selection=selection(paired=pairs)), policy))

    assert judgement.state is state


def test_people_whose_group_is_unknown_are_left_out_of_the_pairs() -> None:
    pairs = [_pair("F", 10, 4, 4, 4.0), PairedCount(group=(("sex", None),), n=9, champion=1, selected=1, both=1.0)]

    kept = narrowed(pairs, ["sex"])

    assert [count.n for count in kept] == [10]


def test_an_unchanged_group_has_a_ratio_of_one() -> None:
    (change,) = changes([_pair("F", 100, 40, 40, 40.0), _pair("M", 100, 50, 50, 50.0)], min_n=30, level=0.9)

    assert change.ratio == pytest.approx(1.0)
    assert change.interval.low is not None
    assert math.isclose(change.interval.low, 1.0)
