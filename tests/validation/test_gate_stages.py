"""The gate's view of the whole process: every stage, the bottom line and the strata, with Holm over each family."""

import math
from typing import Any

import pytest

from tests.validation.gate_evidence_builder import counts, evidence, selection
from validation import policy as policies
from validation.decision_rule import State
from validation.gate_bottom_line import bottom_line
from validation.gate_evidence import CutCounts, Evidence, Outside
from validation.gate_judgement import Judgement
from validation.gate_stages import stages
from validation.gate_strata import strata
from validation.group_count import GroupCount, group_count, marginal
from warehouse.queries.gate import NOT_ASKED

POLICY = policies.load()
BY_SEX = policies.parse(
    """
name: by-sex
version: "2026-01-01"
extends: default
title: {en: By sex, zh: 按性别}
checks: {adverse_impact_strata: {tables: [[sex]]}}
""",
    "by-sex.yaml",
)
STAGES = ("applied", "ai_interview", "re_interview", "offer", "hire")


def funnel(n: int = 4_000, **rates: dict[str, float]) -> dict[str, tuple[GroupCount, ...]]:
    """A fair funnel, at some stages with rates by group."""
    return {stage: counts(rates.get(stage), n=n, overall=0.6) for stage in STAGES}


def of_sex(**changed: Any) -> Judgement:
    """The judgement of the process by sex."""
    return next(stages(evidence(**{"selection": large(), "funnel": funnel()} | changed), POLICY))


def large() -> Any:
    """A fair model with enough people that the bottom line can be shown."""
    return selection(counts(n=4_000))


def test_a_fair_funnel_with_enough_people_passes() -> None:
    assert of_sex().state is State.PASS


def test_one_stage_that_fails_is_named_though_another_makes_up_for_it() -> None:
    """The product of the stages reaches the line, and that excuses nothing."""
    found = of_sex(funnel=funnel(applied={"F": 0.75}, offer={"F": 1.3}))

    assert found.state is State.FAIL
    assert "applied: The impact ratio is below 0.80" in found.reason.en
    assert "does not excuse" in found.reason.en


def test_stages_that_each_pass_can_add_up_to_a_process_that_fails() -> None:
    found = of_sex(funnel=funnel(20_000, applied={"F": 0.88}, re_interview={"F": 0.88}, offer={"F": 0.88}))

    assert "All 5 stages pass." in found.reason.en
    assert found.state is State.FAIL
    assert "below 0.80, and not by chance: female (0.68" in found.reason.en


def test_the_models_own_stage_is_taken_as_the_model_decides_it() -> None:
    """What the company did at that stage until now is not what the model would do."""
    found = of_sex(funnel=funnel(ai_interview={"F": 0.4}))

    assert found.state is State.PASS


def test_a_skewed_model_fails_its_own_stage() -> None:
    found = of_sex(selection=selection(counts({"F": 0.6}, n=4_000)))

    assert found.state is State.FAIL
    assert "AI interview (this model)" in found.reason.en


def test_a_cut_beside_at_which_the_bottom_line_fails_turns_a_pass_into_a_review() -> None:
    fair = counts(n=4_000)
    beside = CutCounts(cut=0.55, counts=counts({"F": 0.6}, n=4_000))

    found = of_sex(selection=selection(fair, higher=beside))

    assert found.state is State.REVIEW
    assert "one step higher" in found.reason.en


def test_few_people_say_nothing_about_the_bottom_line() -> None:
    found = of_sex(funnel=funnel(4))

    assert found.state is State.INSUFFICIENT_DATA


def test_without_a_funnel_the_check_says_what_to_do() -> None:
    found = of_sex(funnel={})

    assert found.state is State.INSUFFICIENT_DATA
    assert found.next_step is not None


def test_the_bottom_lines_ratio_and_interval_follow_the_formula() -> None:
    women, men = [(100, 50), (50, 20)], [(100, 60), (60, 30)]
    path = {
        stage: (
            group_count({"sex": "F"}, n=women[index][0], selected=women[index][1]),
            group_count({"sex": "M"}, n=men[index][0], selected=men[index][1]),
        )
        for index, stage in enumerate(("first", "second"))
    }
    spread = math.sqrt(sum(1 / x - 1 / n for n, x in (*women, *men)))

    line = bottom_line(path, POLICY.impact).lines[0]

    assert line.ratio == pytest.approx((0.5 * 0.4) / (0.6 * 0.5))
    assert line.interval.low == pytest.approx(2 / 3 * math.exp(-1.6448536 * spread))


def test_many_stages_need_more_proof_than_one() -> None:
    """One gap of p = .03 among five fair stages is a finding of chance: with Holm a person looks, nothing is proven."""
    few = {stage: (group_count({"sex": "F"}, n=100, selected=50), group_count({"sex": "M"}, n=100, selected=50))
           for stage in STAGES}  # fmt: skip
    few["offer"] = (group_count({"sex": "F"}, n=100, selected=48), group_count({"sex": "M"}, n=100, selected=64))
    wide = {
        stage: tuple(group_count({"sex": dict(one.group)["sex"], "race_ethnicity": "white"}, n=one.n,
                                 selected=one.selected) for one in its)
        for stage, its in few.items()
    }  # fmt: skip

    found = of_sex(funnel=wide, selection=selection(wide["applied"]))

    assert found.detail["stages"]["offer"]["groups"][0]["p_holm"] > 0.05  # type: ignore[index]
    assert "offer: The impact ratio is below" not in found.reason.en


def within(by_stratum: dict[str, tuple[GroupCount, ...]], **others: dict[str, tuple[GroupCount, ...]]) -> Evidence:
    """Evidence with these job families, and with other ways to divide the people."""
    return evidence(strata={"job_family": by_stratum, **others})


def test_strata_that_agree_are_pooled_and_pass() -> None:
    found = next(strata(within({"sales": counts(n=2_000), "support": counts(n=2_000)}), POLICY))

    assert found.state is State.PASS


def test_a_pooled_pass_is_refused_where_one_stratum_fails_and_another_makes_up_for_it() -> None:
    opposite = {"sales": counts({"F": 0.6}, n=2_000), "support": counts({"M": 0.6}, n=2_000)}

    found = next(strata(within(opposite), POLICY))

    assert marginal([one for its in opposite.values() for one in its], ["sex"])[0].rate == pytest.approx(0.32)
    assert found.state is State.FAIL
    assert "2 of 2 strata fail after Holm" in found.reason.en


def test_people_in_process_and_withdrawn_are_told_beside_the_rates_that_do_not_count_them() -> None:
    group = (("sex", "F"), ("race_ethnicity", "white"))
    waiting = {"offer": (Outside(group=group, in_process=120, withdrawn=14),)}

    found = of_sex(outside=waiting)

    assert "In no rate: offer 120 in process, 14 withdrew." in found.reason.en
    assert "未计入比率：录用通知处理中 120 人、撤回 14 人。" in found.reason.zh
    told = found.detail["stages"]["offer"]["not_counted"]  # type: ignore[index]
    assert (told["in_process"], told["withdrawn"]) == (120, 14)
    assert told["groups"] == [{"group": {"sex": "F"}, "in_process": 120, "withdrawn": 14}]


def test_the_figures_of_people_in_no_rate_are_of_all_who_came_to_the_stage() -> None:
    group = (("sex", "F"), ("race_ethnicity", "white"))

    found = of_sex(outside={"offer": (Outside(group=group, in_process=120, withdrawn=14),)})

    shown = {
        one.name: (one.value, one.n, one.stratum) for one in found.figures if one.name in ("in_process", "withdrawn")
    }
    came = 6 * 4_000 + 134
    assert shown == {"in_process": (120.0, came, "offer"), "withdrawn": (14.0, came, "offer")}


def test_the_models_own_stage_counts_everybody_with_a_score() -> None:
    group = (("sex", "F"), ("race_ethnicity", "white"))

    found = of_sex(outside={"ai_interview": (Outside(group=group, in_process=120, withdrawn=14),)})

    assert "In no rate" not in found.reason.en


def test_places_that_differ_refuse_the_pooled_figure_though_jobs_agree() -> None:
    """The same people: equal in both jobs, but each place favours another sex."""
    jobs = {"sales": counts(n=2_000), "support": counts(n=2_000)}
    places = {"Berlin": counts({"F": 0.6}, n=2_000), "Austin": counts({"M": 0.6}, n=2_000)}

    found = next(strata(within(jobs, location=places), POLICY))

    assert found.state is State.FAIL
    assert "By place of work (2)" in found.reason.en
    assert "job family" not in found.reason.en
    by_way = {one.stratum: one.value for one in found.figures}
    assert by_way["by place of work"] is None
    assert by_way["by job family"] is not None


def test_all_ways_strata_and_groups_are_one_family() -> None:
    """A stratum that fails alone (p = .02) is a finding of chance among twenty fair ones: a person looks."""
    odd = (group_count({"sex": "F"}, n=100, selected=34), group_count({"sex": "M"}, n=100, selected=50))
    fair = (group_count({"sex": "F"}, n=100, selected=50), group_count({"sex": "M"}, n=100, selected=50))
    many = {f"2026-W{week}": fair for week in range(20)}

    alone = next(strata(within(_with_race({"odd": odd, "fair": fair})), BY_SEX))
    among = next(strata(within(_with_race({"odd": odd, "fair": fair}), period=_with_race(many)), BY_SEX))

    assert alone.detail["by"]["job_family"]["failing"] == ["odd"]  # type: ignore[index]
    assert among.detail["by"]["job_family"]["failing"] == []  # type: ignore[index]


def test_a_pooled_ratio_that_the_family_takes_the_proof_from_claims_none() -> None:
    close = (group_count({"sex": "F"}, n=100, selected=30), group_count({"sex": "M"}, n=100, selected=40))
    fair = (group_count({"sex": "F"}, n=100, selected=50), group_count({"sex": "M"}, n=100, selected=50))
    jobs = _with_race({"a": close, "b": close})
    ways = {name: _with_race({str(index): fair for index in range(2)}) for name in ("location", "period")}

    alone = next(strata(within(jobs), BY_SEX))
    among = next(strata(within(jobs, **ways), BY_SEX))

    assert (alone.state, among.state) == (State.FAIL, State.REVIEW)
    assert "not proven among all strata" in among.reason.en


def test_a_way_that_divides_nobody_is_left_out() -> None:
    jobs = {"sales": counts(n=2_000), "support": counts(n=2_000)}

    found = next(strata(within(jobs, period={"2026-Q1": counts(n=4_000)}), POLICY))

    assert set(found.detail["by"]) == {"job_family"}  # type: ignore[call-overload]


def test_people_who_were_not_asked_are_in_no_stratum() -> None:
    nobody = (group_count({"sex": "F", "race_ethnicity": NOT_ASKED}, n=500, selected=100),)
    places = {"Austin": counts(n=2_000), "Seattle": counts(n=2_000), "Shanghai": nobody}

    of_race = list(strata(within({}, location=places), POLICY))[1]

    listed = of_race.detail["by"]["location"]["strata"]["strata"]  # type: ignore[index]
    assert [one["stratum"] for one in listed] == ["Austin", "Seattle"]


def _with_race(by_stratum: dict[str, tuple[GroupCount, ...]]) -> dict[str, tuple[GroupCount, ...]]:
    """The same counts with the second attribute that the policy names."""
    return {
        name: tuple(
            group_count({**dict(one.group), "race_ethnicity": "white"}, n=one.n, selected=one.selected) for one in its
        )
        for name, its in by_stratum.items()
    }


def test_every_judgement_speaks_both_languages() -> None:
    judged = [*stages(evidence(funnel=funnel()), POLICY), *strata(within({"sales": counts()}), POLICY)]

    assert len(judged) == 4
    assert all(one.reason.zh and one.reason.en for one in judged)
