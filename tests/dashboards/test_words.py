"""The pages' sentences: both languages have the same ones, and both keep to the glossary."""

import re
from string import Formatter

import pytest

from dashboards.wording.words import Words, table
from validation.outcome import Verdict
from warehouse.access import Role

GLOSSARY = {
    r"candidates?": "候选人",
    r"applications?\b(?! that led)": "应聘",
    r"AI interviews?": "AI 面试",
    r"re-interview(s|ed)?": "复面",
    r"assessment scores?": "评估得分",
    r"performance reviews?": "绩效评估",
    r"labels?": "标签",
    r"cut scores?": "分数线",
    r"selection rates?": "选拔率",
    r"scoring rates?": "高分率",
    r"impact ratios?": "影响比",
    r"adverse impact": "不利影响",
    r"four-fifths": "五分之四规则",
    r"bottom line": "全流程结果",
    r"shortfall": "人数差额",
    r"comparator(?!'s, same rows)": "对照群体",
    r"validity": "效度",
    r"criterion": "效标",
    r"range restriction": "全距限制",
    r"expectancy table": "期望表",
    r"mix change": "结构变化",
    r"findings?": "数据问题",
    r"gate": "门禁",
    r"verdicts?": "结论",
    r"waivers?": "豁免",
    r"leases?": "有效期",
    r"champion": "现役模型",
    r"holdout": "留出集",
    r"release ledger": "发布台账",
    r"quarantine": "隔离区",
    r"lake": "数据湖",
    r"snapshot": "快照",
    r"audit log": "审计日志",
    r"human review": "人工复核",
    r"roles?": "角色",
    r"report files?": "报告文件",
}
"""English words of the glossary, and what must stand in the Chinese of the same sentence."""


def said(language: str) -> dict[str, str]:
    """All sentences of a language."""
    return dict(table(language))


def placeholders(sentence: str) -> list[str]:
    """The facts that a sentence names, in order of the alphabet."""
    return sorted(name for _, name, _, _ in Formatter().parse(sentence) if name)


def without_names(sentence: str) -> str:
    """The sentence without commands and placeholders."""
    return re.sub(r"`[^`]*`|\{[^}]*\}", "", sentence)


def test_both_languages_have_the_same_sentences() -> None:
    groups_of_names = ("value.",)
    english = {key for key in said("en") if not key.startswith(groups_of_names)}

    assert english == {key for key in said("zh") if not key.startswith(groups_of_names)}


def test_each_sentence_names_the_same_facts_in_both_languages() -> None:
    chinese = said("zh")

    different = [key for key, text in said("en").items() if placeholders(text) != placeholders(chinese[key])]

    assert different == []


@pytest.mark.parametrize("english", GLOSSARY)
def test_a_glossary_word_has_its_one_chinese_word(english: str) -> None:
    chinese, pattern = said("zh"), re.compile(rf"\b{english}\b", re.IGNORECASE)

    found = {key: text for key, text in said("en").items() if pattern.search(without_names(text))}

    assert found
    assert [key for key in found if GLOSSARY[english] not in chinese[key]] == []


def test_no_sentence_holds_a_placeholder_word() -> None:
    assert [key for key, text in said("en").items() if re.search(r"todo|lorem|xxx", text, re.IGNORECASE)] == []


def test_chinese_sentences_are_chinese() -> None:
    """What stays Latin are names, formula signs and file kinds."""
    plain = re.compile(r"[\u4e00-\u9fff–、；]")
    latin = {
        "app.title",
        "app.tab",
        "app.filter",
        "app.named_of",
        "app.with_n",
        "figure.auc",
        "figure.psi",
        "figure.r",
        "validity.icc",
        "validity.r",
        "model.as_of_hint",
    }
    latin |= {"validity.x_axis", "validity.y_axis", "fairness.judged", "fairness.not_compared_group"}
    latin |= {"app.note", "app.fact_n", "process.move", "releases.line", "sync.notice", "jobs.title"}

    assert {key for key, text in said("zh").items() if not plain.search(text)} <= latin


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_verdict_and_role_has_a_word(language: str) -> None:
    say = Words(language)

    assert all(say.has(f"verdict.{verdict.value}") for verdict in Verdict)
    assert all(say.has(f"role.{role.value}") for role in Role)


def test_a_departments_chinese_name_comes_from_the_records() -> None:
    say = Words("zh", names=(("Sales", "销售部"),))

    assert say.of("value", "Sales") == "销售部"
    assert say.of("value", "A name nobody translated") == "A name nobody translated"
