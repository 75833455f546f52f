"""What a stored gate report says becomes words of the reader's language: no code, no English definition is left."""

import ast
import re
from pathlib import Path

import pytest

import validation
from dashboards import gate_words
from dashboards.gate_report import CheckLine
from dashboards.wording.words import Words

ZH = Words("zh")
LINE = CheckLine(
    check="adverse_impact.sex",
    verdict="review",
    counts=True,
    is_blocking=True,
    reason="以下群体：F（0.612，n = 40），content_logic（AUC 0.7）。",
    next_step="",
    figures=(),
    withheld=0,
)


def test_a_reason_of_an_older_report_is_told_in_words() -> None:
    assert gate_words.reason(ZH, LINE) == "以下群体：女（0.612，n = 40），内容与逻辑（AUC 0.7）。"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("impact_ratio Asian, F", "影响比：亚裔、女"),
        ("single_auc content_logic", "单特征 AUC：内容与逻辑"),
        ("group_auc all features", "预测群体的 AUC：全部特征"),
        ("observed_over_expected", "实际与预测之比"),
    ],
)
def test_a_figure_is_named_in_words(name: str, shown: str) -> None:
    assert gate_words.figure(ZH, name) == shown


def test_a_stratum_and_a_comparator_are_named_in_words() -> None:
    assert gate_words.stratum(ZH, "sex F") == "性别：女"
    assert gate_words.stratum(ZH, "bottom line") == "全流程结果"
    assert [gate_words.comparator(ZH, name) for name in ("F", "vendor_score", "at least 0.55")] == [
        "女",
        "供应商评估得分",
        "至少 0.55",
    ]


def test_a_definition_is_told_with_its_facts() -> None:
    said = (
        "Mantel-Haenszel impact ratio over the strata by place of work, Greenland-Robins interval; undefined where"
        " Breslow-Day says that they differ."
    )

    assert gate_words.definition(ZH, said).startswith("按工作地点分层的 Mantel-Haenszel 影响比")
    assert gate_words.definition(Words("en"), said) == said


def test_every_definition_of_the_gate_has_its_chinese() -> None:
    """A new figure of the gate needs its sentence in `wording/*/definition.yaml`."""
    folder = Path(validation.__file__).parent

    found = [one for path in sorted(folder.glob("gate_*.py")) for one in _definitions(path)]

    assert len(found) > 10
    assert [one for one in found if gate_words.definition(ZH, one) == one] == []


def _definitions(path: Path) -> list[str]:
    """Constant definitions of figures in a module; those made of parts are tested above."""
    named = [
        word.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg == "definition"
    ]
    texts = [one.value for one in named if isinstance(one, ast.Constant)]
    constants = re.findall(r'^_DEFINITION = \(?\s*((?:"[^"]*"\s*)+)\)?$', path.read_text(encoding="utf-8"), re.M)
    return [*map(str, texts), *("".join(re.findall(r'"([^"]*)"', one)) for one in constants)]
