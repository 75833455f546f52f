"""A file says in many words that a group is not known; none of them is a group."""

import pytest

from validation.untold import is_blank, is_untold


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "NA", "n/a", "N.A.", "NaN", "null", "-", "—", "??", "Missing", "not applicable"),
        *("Unknown", "UNKNOWN ", "unknown/not specified", "Unknown (declined)", "undisclosed", "Not stated"),
        *("Prefer not to say", "prefer_not_to_say", "I prefer not to answer.", "Prefer  Not To Disclose"),
        *("I don’t wish to answer", "I do not wish to self-identify", "I would rather not say"),
        "Chose not to disclose",
        *("Decline to answer", "Declined to state", "Declined", "refused", "no answer", "No response"),
        *("未知", "不详", "保密", "未填写", "未说明", "未提供", "拒绝回答", "拒答", "无回答"),
        *("不愿透露", "不愿意透露", "不便透露", "不想说", "选择不透露", "本人不愿回答", "不願透露"),
    ],
)
def test_what_says_nothing_of_a_group_is_unknown(text: str) -> None:
    assert is_untold(text)


@pytest.mark.parametrize(
    "text",
    [
        *("F", "M", "X", "U", "Female", "Other", "None", "Non-binary", "Nonbinary", "Two or More", "0", "1", "No"),
        *("Not Hispanic or Latino", "no disability", "Prefer to self-describe", "Native American", "Declan", "Refugee"),
        *("男", "女", "其他", "汉族", "无", "无残疾", "无党派", "未婚", "不限"),
    ],
)
def test_an_answer_is_a_group(text: str) -> None:
    assert not is_untold(text)


@pytest.mark.parametrize(("cell", "expected"), [(None, True), (float("nan"), True), (" N/A", True), ("unknown", False)])
def test_a_cell_is_blank_only_when_it_holds_nothing(cell: object, expected: bool) -> None:
    assert is_blank(cell) is expected
