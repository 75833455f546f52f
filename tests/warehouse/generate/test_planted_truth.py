"""Each planted truth is found again in the files by a plain computation that knows nothing of the generator."""

import numpy as np
import pandas as pd
import pytest

from warehouse.generate import planted
from warehouse.generate.journey import journeys
from warehouse.generate.plan import Plan

SKILLS = [f"skills.{name}" for name in planted.NAMES]


def _d(rows, column):
    """Cohen's d of everybody else against women."""
    woman = rows.sex == "F"
    women, others = rows[woman][column], rows[~woman & rows.sex.notna()][column]
    pooled = np.sqrt((women.var() * len(women) + others.var() * len(others)) / (len(women) + len(others)))
    return (others.mean() - women.mean()) / pooled


def test_one_skill_alone_puts_women_lower(generated):
    gaps = {name: _d(generated.rated, f"skills.{name}") for name in planted.NAMES}

    assert gaps.pop("speech_fluency") == pytest.approx(0.40, abs=0.05)
    assert max(map(abs, gaps.values())) < 0.06


def test_the_truth_file_states_the_planted_gap(generated):
    skewed = generated.truth.document["skewed_skill"]

    assert skewed == {"skill": "speech_fluency", "attribute": "sex", "group": "F", "d": 0.4}


def test_planted_correlations_hold_in_the_whole_applicant_pool():
    """Everybody's blind impression and performance are known here alone; the closed form must agree with them."""
    plan = Plan(applications=60_000, seed=3, end=pd.Timestamp("2026-06-30").date())
    block = journeys(plan, np.arange(60_000))
    known, experienced = planted.correlations(), ~block.who.is_graduate & ~block.who.is_woman
    early = experienced & (block.along.interviewed_at < plan.silent_change)
    skills, overall = block.interviews.skills[early], block.interviews.overall[early]
    impression, performance = block.re_interviews.impression[early], block.work.performance[early]

    for row in range(len(SKILLS)):
        assert np.corrcoef(skills[:, row], impression)[0, 1] == pytest.approx(known.with_blind_rating[row], abs=0.025)
        assert np.corrcoef(skills[:, row], performance)[0, 1] == pytest.approx(known.with_performance[row], abs=0.025)
    assert np.corrcoef(overall, impression)[0, 1] == pytest.approx(known.overall_with_blind_rating, abs=0.025)
    assert np.corrcoef(overall, performance)[0, 1] == pytest.approx(known.overall_with_performance, abs=0.025)
    assert np.corrcoef(impression, performance)[0, 1] == pytest.approx(known.rating_with_performance, abs=0.025)


def test_validity_in_the_pool_is_found_with_the_below_the_line_sample(generated):
    """Those below the line count for all whom the sample left out, so the weighted correlations are the pool's."""
    rated = generated.rated
    blind = rated[(rated.saw_ai_score == "no") & (rated.overall >= 55)]
    above = 1 / planted.BLIND_SHARE  # above the line only this share is rated blind
    weights = np.where(blind.overall >= planted.COMPANY_LINE, above, 1 / planted.SAMPLE_SHARE)
    realised = generated.truth.document["realised"]["correlations"]

    for name in planted.NAMES:
        covariance = np.cov(blind[f"skills.{name}"], blind.rating, aweights=weights)
        found = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
        assert found == pytest.approx(realised[name]["blind_rating"], abs=0.06)


def test_performance_rewards_logic_and_not_fluency(generated):
    """Among those hired everything is weaker; the order is the planted one."""
    hires = generated.reviews[generated.reviews.months == 6].merge(generated.offers, on="employee_number")
    joined = hires.merge(generated.interviews, on="application_id")

    found = {name: joined[f"skills.{name}"].corr(joined.rating) for name in planted.NAMES}

    assert len(joined) > 1_000
    assert found["content_logic"] > 0.10
    assert found["speech_fluency"] < 0.05


def test_scores_rise_silently(generated):
    """Campus applicants are left out, so that the mix of people is the same before and after."""
    regular = generated.rated[generated.rated.channel != "campus"]
    after = regular.completed_at >= generated.truth.document["silent_change"]["from"]

    assert regular[after].overall.mean() - regular[~after].overall.mean() == pytest.approx(2.0, abs=0.4)
    for skill in SKILLS:
        assert regular[after][skill].mean() - regular[~after][skill].mean() == pytest.approx(1.0, abs=0.5)


def test_the_exported_version_hides_the_change(generated):
    interviews = generated.interviews.sort_values("completed_at")
    change = generated.truth.document["silent_change"]["from"]
    near = interviews[interviews.completed_at.between("2024-11-01", "2025-03-01")]
    mean = near.groupby(near.completed_at >= change).overall.mean()

    assert mean[True] - mean[False] > 1.2
    assert near.model_version.nunique() == near.rubric_version.nunique() == 1


def test_the_announced_version_changes_no_score(generated):
    interviews = generated.rated[generated.rated.channel != "campus"]
    first_day = interviews[interviews.model_version == "4.2.0"].completed_at.min()
    near = interviews[interviews.completed_at.between("2024-03-01", "2024-06-30")]
    after = near.completed_at >= first_day

    assert near[after].model_version.unique().tolist() == ["4.2.0"]
    assert abs(near[after].overall.mean() - near[~after].overall.mean()) < 0.7


def test_the_campus_season_brings_other_people(generated):
    rated = generated.rated
    autumn = rated.applied_at.str[5:10].between("09-01", "11-15")
    campus = rated.channel == "campus"

    assert campus[autumn].mean() == pytest.approx(0.45, abs=0.03)
    assert campus[rated.applied_at.str[5:7].isin(["06", "07", "12"])].mean() < 0.07
    knowledge = rated["skills.job_knowledge"]
    assert knowledge[~campus].mean() - knowledge[campus].mean() == pytest.approx(0.35 * 0.8**0.5 * 11, abs=0.6)
    assert (2026 - rated.birth_year)[campus].max() < 32


def test_one_department_has_a_standard_of_its_own(generated):
    rated = generated.rated.dropna(subset=["rating"])
    passed = rated[rated.passed == "yes"].groupby("department_code").rating.min()
    failed = rated[rated.passed == "no"].groupby("department_code").rating.max()

    assert passed.drop("FIN").unique().tolist() == [3.4]
    assert (passed["FIN"], failed["FIN"]) == (4.1, 4.0)


def test_the_sample_below_the_line_is_small_logged_and_blind(generated):
    logged = generated.stages[generated.stages.decided_by == "below_the_line_sample"]
    rated = generated.rated
    below = rated[rated.overall.between(55, 64.99)]
    sampled = below[below.application_id.isin(logged.application_id)]

    assert len(sampled) == len(logged)
    assert len(sampled) / len(below) == pytest.approx(0.12, abs=0.02)
    assert (sampled.saw_ai_score.dropna() == "no").all()
    assert sampled.rating.notna().mean() > 0.85


def test_informed_interviewers_are_pulled_towards_the_ai_score(generated):
    above = generated.rated[generated.rated.overall >= planted.COMPANY_LINE].dropna(subset=["rating"])

    agreement = {seen: rows.overall.corr(rows.rating) for seen, rows in above.groupby("saw_ai_score")}

    assert agreement["yes"] > agreement["no"] + 0.08


def test_interviewers_differ_in_severity(generated):
    blind = generated.rated[generated.rated.saw_ai_score == "no"]
    by_rater = blind.groupby("rater").rating.agg(["mean", "size", "var"])
    large = by_rater[by_rater["size"] >= 25]

    chance = (large["var"] / large["size"]).mean()
    spread = np.sqrt(large["mean"].var() - chance)
    assert spread == pytest.approx(planted.RATER_SEVERITY_SD * planted.RATING_SD, abs=0.07)


def test_the_leaky_column_knows_the_outcome_because_it_is_written_after_it(generated):
    filled = generated.rated.dropna(subset=["panel.panel_alignment"])

    assert filled["panel.panel_alignment"].corr(filled.rating) > 0.9
    assert (filled["panel.computed_at"] > filled.rated_at).all()
    assert generated.rated[generated.rated.rating.isna()]["panel.panel_alignment"].isna().all()
