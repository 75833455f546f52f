"""What the evidence calls by its codes, in the reader's words."""

from dashboards import group_words
from dashboards.wording.words import Words

ONE = {
    "attribute": "sex",
    "group": "F",
    "together": {"auc": 0.71234, "auc_ci": [0.7, 0.72], "n": 1200},
    "alone": {"speech_fluency": {"auc": 0.7, "auc_ci": [None, None], "n": 1200}},
    "strongest": "speech_fluency",
}


def test_the_values_of_a_group_are_each_named() -> None:
    assert group_words.group(Words("zh"), "Asian, F") == "亚裔、女"
    assert group_words.group(Words("zh"), "somebody's own word") == "somebody's own word"


def test_a_proxys_finding_is_in_the_readers_language() -> None:
    told = group_words.finding(Words("zh"), ONE)

    assert told.startswith("女（性别）：全部特征合起来对该群体的预测能力较强（AUC 0.712 [0.700, 0.720]，n = 1,200）")
    assert "speech_fluency" not in told


def test_a_proxys_finding_in_english() -> None:
    told = group_words.finding(Words("en"), ONE)

    assert "predict the group well (AUC 0.712 [0.700, 0.720], n = 1,200)" in told
    assert "speech_fluency" not in told
