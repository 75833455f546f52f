"""Files refer to each other, keep the order of time, show nothing of the future and hold no real personal data."""

import re
from importlib.resources import files

import pandas as pd
import yaml

from warehouse.generate import company

PHONES = re.compile(r"^(\+86 100 0000 \d{4}|\+1 202 555 01\d{2}|\+49 30 23125 \d{3})$")
END = "2026-06-30T23:59:59Z"


def test_every_reference_names_a_row(generated):
    hires = generated.offers.dropna(subset=["employee_number"])
    references = [
        (generated.applications.candidate_id, generated.candidates.candidate_id),
        (generated.applications.requisition_id, generated.requisitions.requisition_id),
        (generated.stages.application_id, generated.applications.application_id),
        (generated.interviews.application_id, generated.applications.application_id),
        (generated.re_interviews.application_id, generated.interviews.application_id),
        (generated.offers.application_id, generated.re_interviews.application_id),
        (generated.reviews.employee_number, hires.employee_number),
        (generated.pay.employee_number, hires.employee_number),
        (generated.courses.employee_number, hires.employee_number),
        (generated.demographics.candidate_id, generated.candidates.candidate_id),
    ]

    assert all(child.isin(parent).all() for child, parent in references)


def test_record_ids_are_unique(generated):
    ids = [
        generated.requisitions.requisition_id,
        generated.candidates.candidate_id,
        generated.applications.application_id,
        generated.stages.stage_event_id,
        generated.interviews.interview_id,
        generated.re_interviews.re_interview_id,
        generated.offers.offer_id,
        generated.offers.employee_number.dropna(),
        generated.reviews.review_id,
        generated.courses.course_id,
        generated.demographics.candidate_id,
    ]

    assert all(column.is_unique for column in ids)


def test_nothing_happens_after_the_end(generated):
    moments = pd.concat(
        [
            generated.applications[["applied_at", "withdrawn_at", "rejected_at"]].stack(),
            generated.stages[["entered_at", "left_at"]].stack(),
            generated.interviews[["completed_at", "panel.computed_at"]].stack(),
            generated.re_interviews["rated_at"],
            generated.offers[["offered_at", "accepted_at", "declined_at", "started_on", "left_on"]].stack(),
        ]
    )

    assert moments.max() <= END
    assert str(generated.reviews.reviewed_on.max())[:10] <= END
    assert str(generated.pay.effective_on.max()) <= END


def test_stages_follow_each_other(generated):
    stages = generated.stages
    following = stages[stages.application_id == stages.application_id.shift()]
    before = stages.loc[following.index - 1]

    assert (before.outcome == "advanced").all()
    assert (following.entered_at.to_numpy() == before.left_at.to_numpy()).all()
    assert (stages.left_at.isna() == (stages.outcome == "pending")).all()


def test_an_application_opens_within_its_requisition(generated):
    joined = generated.applications.merge(generated.requisitions, on="requisition_id")

    assert (joined.applied_at.str[:10] > joined.opened_on).all()
    assert (joined.closed_on.isna() | (joined.applied_at.str[:10] <= joined.closed_on)).all()
    assert (joined.department_code_x == joined.department_code_y).all()


def test_some_people_are_still_in_process_and_some_withdrew(generated):
    last = generated.stages.groupby("application_id").tail(1)
    applied = last.merge(generated.applications, on="application_id")

    pending = applied[applied.outcome == "pending"]
    assert 50 < len(pending) < 1_000
    assert generated.applications.withdrawn_at.notna().mean() > 0.05
    assert (pending[pending.stage != "hire"].applied_at > "2026-04-01").all()


def test_nobody_is_hired_twice(generated):
    hires = generated.offers.dropna(subset=["employee_number"]).merge(generated.applications, on="application_id")

    assert hires.candidate_id.is_unique
    assert 500 < generated.applications.candidate_id.duplicated().sum() < 1_500


def test_performance_is_rated_only_while_employed(generated):
    joined = generated.reviews.merge(generated.offers, on="employee_number")
    reviewed, left = pd.to_datetime(joined.reviewed_on), pd.to_datetime(joined.left_on)
    tenure = (reviewed - pd.to_datetime(joined.started_on)).dt.days

    assert (left.isna() | (reviewed < left)).all()
    assert tenure.groupby(joined.months).min().to_dict() == {3: 91, 6: 182, 12: 365}
    assert joined.rating.between(1, 5).all()


def test_addresses_and_numbers_reach_nobody(generated):
    candidates = generated.candidates

    assert candidates.email.str.fullmatch(r"candidate\d+@example\.com").all()
    assert candidates.phone.str.match(PHONES).all()


def test_chinese_candidates_have_names_in_both_scripts(generated):
    candidates = generated.candidates
    chinese = candidates.country == "CN"

    assert candidates[chinese].full_name_local.str.fullmatch(r"\p{Han}{3}").all()
    assert candidates[~chinese].full_name_local.isna().all()
    assert candidates.full_name.str.fullmatch(r"[A-Z][A-Za-z]+ [A-Z][a-z]+").all()


def test_not_asked_differs_from_declined(generated):
    joined = generated.demographics.merge(generated.candidates, on="candidate_id")
    declined, american = joined.declined == "yes", joined.country == "US"

    assert joined[declined][["sex", "race_ethnicity", "birth_year", "disability"]].isna().all(axis=None)
    assert joined[~declined & american].race_ethnicity.notna().all()
    assert joined[~declined & ~american].race_ethnicity.isna().all()
    assert joined[~declined].sex.notna().all()


def test_small_groups_lie_below_two_percent(generated):
    share = generated.demographics.race_ethnicity.value_counts(normalize=True)

    assert (share < 0.02).sum() == 3
    assert 0 < generated.demographics.sex.value_counts(normalize=True)["X"] < 0.02


def test_every_source_and_mapping_says_that_it_is_generated():
    mappings = files("warehouse.mappings")

    for entry in company.FILES:
        mapping = yaml.safe_load((mappings / f"{entry.mapping}.yaml").read_text(encoding="utf-8"))
        assert entry.source.startswith("demo_")
        assert entry.mapping.startswith("demo_")
        assert (mapping["source"], mapping["generated"]) == (entry.source, True)
