"""The feature spec: the same numbers for training and for scoring, and refusals of what no model may see."""

import numpy as np
import pandas as pd
import pytest

from models.features import (
    Feature,
    FeatureSpec,
    Kind,
    Missing,
    SourceNotAllowed,
    SpecMalformed,
    ValueMissing,
    ValueUnreadable,
    sources_of,
)
from models.prohibited import ProhibitedInput, Prohibition, prohibition, refuse_prohibited
from tests.models.builders import rows, spec


def test_a_person_gets_the_same_numbers_from_a_frame_and_from_a_request() -> None:
    frame = rows(60)

    whole = spec().matrix(frame)

    single = np.vstack([spec().row(sources_of(row.drop("label").dropna().to_dict())) for _, row in frame.iterrows()])
    np.testing.assert_array_equal(whole, single)
    assert whole.dtype == np.float32


def test_skills_may_come_as_a_list_of_objects_or_as_a_mapping() -> None:
    listed = sources_of({"assessment_score": 71, "skills": [{"skill": "communication", "score": 80}]})

    mapped = sources_of({"ai_score": 71, "skills": {"communication": 80}})

    assert listed == mapped == {"ai_score": 71, "skill:communication": 80}


def test_a_stored_spec_reads_back_equal_with_the_same_hash() -> None:
    read = FeatureSpec.from_json(spec().as_json())

    assert read == spec()
    assert read.sha256 == spec().sha256


@pytest.mark.parametrize("text", ["{}", "[]", "nonsense", '{"features": [{}], "version": 1}'])
def test_another_document_is_not_a_stored_spec(text: str) -> None:
    with pytest.raises(SpecMalformed):
        FeatureSpec.from_json(text)


def test_text_that_is_a_number_counts_as_that_number() -> None:
    feature = Feature(name="score", source="ai_score")

    row = FeatureSpec(features=(feature,)).row({"ai_score": " 71.5 "})

    assert row[0, 0] == np.float32(71.5)


@pytest.mark.parametrize("value", ["seventy", True, float("inf"), 1e39, [1], {"a": 1}, ""])
def test_a_value_that_is_no_number_is_refused_without_repeating_it(value: object) -> None:
    feature = Feature(name="score", source="ai_score")

    with pytest.raises(ValueUnreadable, match="'score' needs a finite number") as caught:
        FeatureSpec(features=(feature,)).row({"ai_score": value})

    assert "seventy" not in str(caught.value)


def test_an_absent_value_stays_absent_is_filled_or_refused_as_the_feature_says() -> None:
    keep = Feature(name="a", source="skill:a")
    fill = Feature(name="b", source="skill:b", missing=Missing.FILL, fill=50)
    refuse = Feature(name="c", source="skill:c", missing=Missing.REFUSE)

    row = FeatureSpec(features=(keep, fill)).row({})

    np.testing.assert_array_equal(row, np.array([[np.nan, 50]], dtype=np.float32))
    with pytest.raises(ValueMissing, match="'c' must be present"):
        FeatureSpec(features=(refuse,)).row({})


def test_rows_without_a_required_feature_are_named_before_anything_is_computed() -> None:
    required = FeatureSpec(features=(Feature(name="c", source="skill:c", missing=Missing.REFUSE),))

    incomplete = required.incomplete(pd.DataFrame({"skill:c": [1.0, np.nan]}))

    assert incomplete.tolist() == [False, True]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("gender", Prohibition.PROTECTED),
        ("applicantAge2", Prohibition.PROTECTED),
        ("Birth_Year", Prohibition.PROTECTED),
        ("race_ethnicity", Prohibition.PROTECTED),
        ("has-disability", Prohibition.PROTECTED),
        ("Protected_Group", Prohibition.PROTECTED),
        ("民族", Prohibition.PROTECTED),
        ("average_smile", Prohibition.BIOMETRIC),
        ("facialExpression", Prohibition.BIOMETRIC),
        ("emotion_score", Prohibition.BIOMETRIC),
        ("eye_contact_share", Prohibition.BIOMETRIC),
        ("微笑次数", Prohibition.BIOMETRIC),
        ("re_interview_rating", Prohibition.LATE),
        ("performance_12m", Prohibition.LATE),
        ("High_Performer", Prohibition.LATE),
        ("salary", Prohibition.LATE),
    ],
)
def test_a_prohibited_name_is_refused_with_its_reason(name: str, reason: Prohibition) -> None:
    with pytest.raises(ProhibitedInput) as caught:
        Feature(name="innocent", source=f"skill:{name}")

    assert caught.value.prohibition is reason
    assert caught.value.sentence.zh


@pytest.mark.parametrize(
    "name",
    [
        "language",
        "average",
        "message",
        "surface",
        "page_count",
        "content_logic",
        "customer_orientation",
        "PScale1",
        "speech_fluency",
        "stress_handling",
        "panel_alignment",
        "performance_motivation",
        "attention_to_detail",
    ],
)
def test_a_name_that_only_looks_like_a_prohibited_one_is_allowed(name: str) -> None:
    assert prohibition(name) is None


def test_a_request_with_a_protected_field_is_refused() -> None:
    with pytest.raises(ProhibitedInput, match="gender"):
        sources_of({"assessment_score": 70, "gender": "F"})
    with pytest.raises(ProhibitedInput, match="age"):
        sources_of({"skills": {"age": 30}})


@pytest.mark.parametrize("source", ["ai_rubric_version", "status", "left_on", "location", "language", "skill:", "x"])
def test_only_sources_known_at_the_interview_are_features(source: str) -> None:
    with pytest.raises(SourceNotAllowed):
        Feature(name="innocent", source=source)


def test_a_contradictory_feature_is_refused() -> None:
    with pytest.raises(SpecMalformed, match="kind"):
        Feature(name="a", source="job_family", kind=Kind.NUMBER)
    with pytest.raises(SpecMalformed, match="level"):
        Feature(name="a", source="job_family", kind=Kind.LEVEL)
    with pytest.raises(SpecMalformed, match="fill"):
        Feature(name="a", source="ai_score", missing=Missing.FILL)


def test_a_spec_without_features_or_with_a_name_twice_is_refused() -> None:
    one = Feature(name="a", source="ai_score")

    with pytest.raises(SpecMalformed, match="at least one"):
        FeatureSpec(features=())
    with pytest.raises(SpecMalformed, match="twice"):
        FeatureSpec(features=(one, one))


def test_a_missing_column_and_strange_skills_are_named() -> None:
    with pytest.raises(SpecMalformed, match="ai_score"):
        FeatureSpec(features=(Feature(name="a", source="ai_score"),)).matrix(pd.DataFrame({"x": [1]}))
    with pytest.raises(SpecMalformed, match="skills must be"):
        sources_of({"skills": "many"})


def test_allowed_names_pass_together() -> None:
    refuse_prohibited(["ai_score", "candidate_id", "interview_time", "video_url", "skills", "job_family"])


def test_an_empty_frame_gives_an_empty_matrix() -> None:
    assert spec().matrix(rows(5).iloc[:0]).shape == (0, 4)
