"""Weights of skills against hand-made truths: what a vendor gives, what a booster learned, and what may be said."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xgboost
from numpy.typing import NDArray

from dashboards.wording.words import table
from models.features import Feature, FeatureSpec, Kind
from training.explained import contributions
from training.ground import Ground
from training.splits import Split
from training.tune import Trial
from training.weights_chain import Links, Scale, correlation, correlations, loop
from training.weights_known import known
from training.weights_learned import learned_shares
from training.weights_values import SkillWeight, Vendor, Weights
from training.weights_vendor import VERSION, linear, vendor_rows
from training.weights_words import SKILLS, chain, overall, skill_sentence, worded
from validation.outcome import Interval

Array = NDArray[np.float64]
RANDOM = np.random.default_rng(4)


def _versions(*names: str) -> pd.DataFrame:
    return pd.DataFrame([["acme", name, None] for name in names], columns=list(VERSION))


def _skill(name: str, learned: float, vendor: float | None, half: float = 0.05, **changed: Any) -> SkillWeight:
    difference = None if vendor is None else learned - vendor
    ends = Interval(low=None, high=None)
    if difference is not None:
        ends = Interval(low=difference - half, high=difference + half)
    return SkillWeight(
        skill=name, learned=learned, learned_interval=Interval(low=learned - 0.04, high=learned + 0.04),
        beta=vendor, vendor=vendor, vendor_interval=Interval(low=None, high=None),
        difference=difference, difference_interval=ends, re_interview=None, performance=None, **changed,
    )  # fmt: skip


def _weights(*skills: SkillWeight, r_squared: float | None = 0.8) -> Weights:
    vendor = Vendor(name="acme", version="4", rubric="r1", n=2_000, others_n=0, r_squared=r_squared or 0.0)
    nothing = Links(
        criterion="performance_6m", score_re_interview=None, re_interview_performance=None, score_performance=None
    )
    return Weights(
        target="re_interview_pass", n=1_234, period="2025-01-01/2025-12-31",
        vendor=None if r_squared is None else vendor, skills=skills, others_share=0.0, links=nothing, loop=None,
    )  # fmt: skip


def _ground(matrix: NDArray[np.float32]) -> Ground:
    everybody = np.ones(len(matrix), dtype=bool)
    return Ground(
        frame=pd.DataFrame({"application_key": [f"a{i}" for i in range(len(matrix))], "ai_score": np.nan}),
        matrix=matrix, labels=np.ones(len(matrix)), share=0.5,
        split=Split(fit=everybody, holdout=~everybody, begins=None, shared_person_rows=0, late_label_rows=0),
        trial=Trial(candidate="one", parameters={}, rounds=1, fold_aucs=(), fitted_auc=0.5),
    )  # fmt: skip


def test_the_vendors_own_weights_are_found_again_in_its_score() -> None:
    skills = RANDOM.normal(60, 10, (5_000, 3))
    scores = 0.1 * skills[:, 0] + 0.6 * skills[:, 1] - 0.3 * skills[:, 2]

    found = linear(skills, scores)

    assert found.shares == pytest.approx([0.1, 0.6, -0.3], abs=0.02)
    assert found.r_squared == pytest.approx(1.0)


def test_a_score_that_follows_something_else_is_not_explained() -> None:
    found = linear(RANDOM.normal(60, 10, (5_000, 3)), RANDOM.normal(60, 10, 5_000))

    assert found.r_squared < 0.01


def test_only_one_version_of_the_vendor_speaks_and_the_others_are_counted() -> None:
    """Two versions with opposite weights, put together, would show none."""
    skills = RANDOM.normal(60, 10, (300, 1))
    versions = _versions(*["2"] * 200, *["1"] * 100)
    scores = np.where((versions["ai_vendor_version"] == "2").to_numpy(), skills[:, 0], -skills[:, 0])

    rows = vendor_rows(versions, skills, scores)

    assert rows is not None
    assert (rows.version, rows.n, rows.others_n) == (("acme", "2", None), 200, 100)
    assert linear(rows.skills, rows.scores).shares == pytest.approx([1.0])


def test_rows_that_lack_a_skill_or_the_score_are_left_out_and_too_few_give_nothing() -> None:
    skills = RANDOM.normal(60, 10, (30, 2))
    skills[:15, 0] = np.nan

    assert vendor_rows(_versions(*["1"] * 30), skills, np.ones(30)) is None


def test_the_learned_weight_of_a_lowering_skill_has_a_minus_and_an_unused_one_is_zero() -> None:
    matrix = RANDOM.normal(0, 1, (4_000, 3)).astype(np.float32)
    chance = 1 / (1 + np.exp(-(1.5 * matrix[:, 0] - 1.5 * matrix[:, 1])))
    labels = (RANDOM.random(4_000) < chance).astype(float)
    data = xgboost.QuantileDMatrix(np.where([True, True, False], matrix, np.nan), labels)
    booster = xgboost.train({"objective": "binary:logistic", "max_depth": 2, "nthread": 1}, data, 60)

    shares, others = learned_shares(contributions(booster, matrix), matrix, (0, 1, 2))

    assert shares == pytest.approx([0.5, -0.5, 0.0], abs=0.05)
    assert others == pytest.approx(0.0, abs=1e-9)


def test_features_that_are_no_skills_stay_out_of_the_shares_and_are_said_beside() -> None:
    matrix = RANDOM.normal(0, 1, (4_000, 2)).astype(np.float32)
    labels = (RANDOM.random(4_000) < 1 / (1 + np.exp(-(matrix[:, 0] + matrix[:, 1])))).astype(float)
    booster = xgboost.train(
        {"objective": "binary:logistic", "max_depth": 2, "nthread": 1}, xgboost.DMatrix(matrix, labels), 40
    )

    shares, others = learned_shares(contributions(booster, matrix), matrix, (1,))

    assert shares == pytest.approx([1.0])
    assert others == pytest.approx(0.5, abs=0.05)


def test_a_difference_is_spoken_of_only_where_its_interval_leaves_out_zero() -> None:
    more, same = _skill("content_logic", 0.5, 0.1), _skill("communication", 0.32, 0.30)
    vendor = _weights(more).vendor

    assert skill_sentence(more, vendor).en.startswith("content and logic counts more than the vendor gives it: 50 %")
    assert "no difference can be told" in skill_sentence(same, vendor).en
    assert "不能断定有差异" in skill_sentence(same, vendor).zh


def test_the_overall_sentence_names_what_counts_more_and_less_with_n_and_period() -> None:
    found = overall(_weights(_skill("content_logic", 0.7, 0.1), _skill("tone", 0.1, 0.7), _skill("x", 0.2, 0.2)))

    assert found.en == (
        "To predict who passes the re-interview, content and logic counts more and tone less than the vendor gives"
        " them; for x no difference can be told; n = 1,234 with a label, 2025-01-01 to 2025-12-31."
        " The skills explain 80% of the score of acme 4 r1 (n = 2,000)."
    )
    assert "内容与逻辑的作用更大，tone的作用更小" in found.zh


def test_where_no_interval_leaves_out_zero_the_overall_sentence_says_that_nothing_can_be_told() -> None:
    found = overall(_weights(_skill("content_logic", 0.5, 0.5), _skill("communication", 0.5, 0.5)))

    assert "no difference from the vendor's weights can be told" in found.en


def test_without_draws_nothing_is_said_to_differ() -> None:
    nowhere = Interval(low=None, high=None)
    found = overall(_weights(replace(_skill("content_logic", 0.9, 0.1), difference_interval=nowhere)))

    assert "no difference from the vendor's weights can be told" in found.en


@pytest.mark.parametrize(
    ("r_squared", "said"), [(0.04, "is not explained by these skills (R² = 0.04"), (None, "too few")]
)
def test_a_vendors_score_that_the_skills_do_not_explain_has_no_weights_to_compare(
    r_squared: float | None, said: str
) -> None:
    found = worded(_weights(_skill("content_logic", 0.9, 0.1), r_squared=r_squared))

    assert said in found.overall.en
    assert "not known" in found.skills[0].sentence.en


def test_a_score_of_which_the_skills_explain_less_than_half_says_what_is_missing() -> None:
    assert "the larger part of it follows something else" in overall(_weights(_skill("x", 0.9, 0.1), r_squared=0.4)).en


def test_new_weights_that_rank_the_held_out_people_better_are_shown_to() -> None:
    skills = RANDOM.normal(0, 1, (3_000, 2))
    label = (RANDOM.random(3_000) < 1 / (1 + np.exp(-2 * skills[:, 0]))).astype(float)

    found = loop(skills, np.array([1.0, 0.0]), Scale.of(skills), skills[:, 1], label)

    assert found is not None
    assert found.is_better
    assert "better than the vendor's score" in chain(_weights().links, found).en


def test_new_weights_that_equal_the_vendors_are_not_called_better() -> None:
    skills = RANDOM.normal(0, 1, (500, 1))
    label = (skills[:, 0] + RANDOM.normal(0, 1, 500) > 0).astype(float)

    found = loop(skills, np.array([1.0]), Scale.of(skills), skills[:, 0] + RANDOM.normal(0, 0.01, 500), label)

    assert found is not None
    assert not found.is_better
    assert loop(skills[:20], np.array([1.0]), Scale.of(skills), skills[:20, 0], label[:20]) is None


def test_skills_are_found_behind_features_that_share_a_source() -> None:
    """Two levels of one column stand before the skill, so that the third column of the matrix is the skill's."""
    levels = [Feature(name=one, source="channel", kind=Kind.LEVEL, level=one) for one in ("site", "fair")]
    spec = FeatureSpec(features=(*levels, Feature(name="logic", source="skill:logic")))
    matrix = RANDOM.normal(60, 10, (100, 3)).astype(np.float32)
    passed = pd.DataFrame({"application_key": [f"a{i}" for i in range(100)], "re_interview_passed": matrix[:, 2] > 60})
    nothing = dict.fromkeys([*VERSION, "performance_6m", "performance_12m"], np.nan)

    found = known(_ground(matrix), passed.assign(**nothing), spec, seed=1, draws=False)

    assert found is not None
    assert (found.columns, found.names) == ((2,), ("logic",))
    assert found.re_interview[0] == correlation(matrix[:, 2].astype(float), passed["re_interview_passed"].to_numpy())


def test_correlations_taken_together_are_those_taken_one_by_one() -> None:
    """One skill lacks people, one is constant, and the outcome is unknown of some."""
    skills = RANDOM.normal(60, 10, (400, 4))
    skills[:50, 1], skills[:, 2] = np.nan, 60.0
    outcome = np.where(RANDOM.random(400) < 0.2, np.nan, skills[:, 0] + RANDOM.normal(0, 10, 400))

    found = correlations(skills, outcome)

    alone = [correlation(column, outcome) for column in skills.T]
    assert [one and (round(one.r or 0, 12), one.n) for one in found] == [
        one and (round(one.r or 0, 12), one.n) for one in alone
    ]
    assert found[2] is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_skills_are_called_as_on_the_pages(language: str) -> None:
    words = table(language)

    assert {name: text.in_language(language) for name, text in SKILLS.items()} == {
        name: words[f"skill.{name}"] for name in SKILLS
    }
