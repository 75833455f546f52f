"""Reason codes: a sentence in both languages for every feature, strongest first, adding up."""

import numpy as np
import pytest

from models.features import Feature, FeatureSpec
from models.reasons import ReasonsIncomplete, dictionary, reasons, stored_reasons
from tests.models.builders import spec
from training import configuration


@pytest.mark.parametrize("name", configuration.names())
def test_every_feature_of_every_configuration_has_sentences_in_both_languages(name: str) -> None:
    read = configuration.load(name)

    explanations = reasons(FeatureSpec(features=read.features), read.reasons).explanations

    assert len(explanations) == len(read.features)
    assert all(text.en and text.zh for one in explanations for text in (one.positive, one.negative))


def test_sentences_of_the_two_directions_differ_in_each_language() -> None:
    for source, one in dictionary().items():
        assert one.positive.en != one.negative.en, source
        assert one.positive.zh != one.negative.zh, source


def test_the_strongest_reasons_come_first_with_the_sentence_of_their_direction() -> None:
    made = reasons(spec())

    top = made.top(np.array([0.2, -0.9, 0.0, 0.5, 3.0]), 2)

    assert [(one.code, one.contribution) for one in top] == [("PROBLEM_SOLVING", -0.9), ("JOB_FAMILY", 0.5)]
    assert top[0].zh == "面试中分析并解决问题的表现弱于一般水平。"


def test_a_feature_that_moved_nothing_is_no_reason() -> None:
    assert reasons(spec()).top(np.zeros(5)) == ()


def test_features_of_the_same_code_are_added_up_and_nothing_is_lost() -> None:
    own = {"skill:a": {"code": "SAME", "positive": {"en": "+", "zh": "正"}, "negative": {"en": "-", "zh": "负"}}}
    own["skill:b"] = own["skill:a"]
    made = FeatureSpec(features=tuple(Feature(name=name, source=f"skill:{name}") for name in "ab"))

    by_code = reasons(made, own).by_code(np.array([0.25, 0.5, 9.0]))

    assert by_code == {"SAME": 0.75}


def test_a_feature_without_a_chinese_sentence_is_refused() -> None:
    made = FeatureSpec(features=(Feature(name="new", source="skill:new"),))
    half = {"skill:new": {"positive": {"en": "+"}, "negative": {"en": "-"}}}

    with pytest.raises(ReasonsIncomplete, match="skill:new"):
        reasons(made, half)


def test_stored_reasons_read_back_equal_and_lacking_ones_are_refused() -> None:
    made = reasons(spec())

    assert stored_reasons(made.as_json()) == made
    with pytest.raises(ReasonsIncomplete):
        stored_reasons([{"code": "X"}])
