"""Chinese sentences: one word for one thing, and Chinese punctuation, wherever in the repository they stand."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PACKAGES = ("warehouse", "validation", "models", "training", "dashboards")
NO_SENTENCES = (
    "warehouse/generate/",
    "warehouse/identity_resolution/",
    "warehouse/mappings/",
    "warehouse/sync/connectors/",
    "validation/untold.py",
    "models/prohibited.py",
)
"""Lists of names and patterns that read other people's words."""

HAN = "[\u4e00-\u9fff]"
TWINS = {
    "政策": "策略",
    "提议": "提交",
    "模型说明卡": "模型卡",
    "预测偏差": "差异预测",
    "差别预测": "差异预测",
    "备选方案": "替代方案",
    "职位族": "岗位族",
    "职级": "岗位级别",
    "应聘者": "候选人",
    "求职者": "候选人",
    "绩效评价": "绩效评估",
    "种族/民族": "种族/族裔",
    "特征说明": "特征定义",
    "审批人": "复核人",
    "冠军": "现役模型",
    "挑战者": "挑战模型",
    "对照组": "对照群体",
    "账本": "台账",
    "租约": "上线有效期",
    "测试集": "留出集",
    "入选率": "选拔率",
    "厂商": "供应商",
}
"""The word that must not stand, and the one that stands for the same thing everywhere."""

MARKS = re.compile(
    rf"(?:{HAN}|[）》”，。；：]) ?[,;:?!()]|[,;:?!()] ?{HAN}|{HAN}\.(?:\s|$)|[：，。；、]\s*[：，。；、]"
)
SIGNS = re.compile(r"ICC\(A,1\)|`[^`]*`|\$?\{[^{}]*\}")
"""What keeps its own marks inside a sentence: the name of a statistic, code, and places to be filled in."""


def sentences() -> Iterator[tuple[str, str]]:
    """Every Chinese string of the packages and the policies, with its file."""
    for folder in (*PACKAGES, "policies"):
        for path in sorted((ROOT / folder).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix not in _READERS or name.startswith(NO_SENTENCES):
                continue
            text = path.read_text(encoding="utf-8")
            if re.search(HAN, text):
                yield from ((name, said) for said in _READERS[path.suffix](text) if re.search(HAN, said))


def _of_code(text: str) -> Iterator[str]:
    """String constants, those of an f-string together; docstrings are English and patterns are no sentences."""
    nodes = list(ast.walk(ast.parse(text)))
    formatted = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    told = {id(value) for node in formatted for value in node.values}
    told |= {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in formatted:
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield "" if "(?" in node.value else node.value


def _of_yaml(text: str) -> Iterator[str]:
    def leaves(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                yield from leaves(one)

    return leaves(list(yaml.safe_load_all(text)))


def _of_lines(text: str) -> Iterator[str]:
    return iter(re.sub(r"<[^>]*>", "\n", text).splitlines())


_READERS = {".py": _of_code, ".yaml": _of_yaml, ".html": _of_lines}


@pytest.fixture(scope="module")
def said() -> list[tuple[str, str]]:
    """All of them, read once."""
    return list(sentences())


def test_one_word_stands_for_one_thing(said: list[tuple[str, str]]) -> None:
    found = [(file, twin, TWINS[twin], text) for file, text in said for twin in TWINS if twin in text]

    assert found == []


def test_chinese_sentences_have_chinese_punctuation(said: list[tuple[str, str]]) -> None:
    """No half-width mark beside a Chinese character, and no mark twice."""
    found = [(file, text) for file, text in said if MARKS.search(SIGNS.sub("§", text))]

    assert found == []


def test_the_documents_use_the_same_words() -> None:
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]

    found = [(page.name, twin) for page in pages for twin in TWINS if twin in page.read_text(encoding="utf-8")]

    assert found == []


def test_the_scan_sees_what_it_forbids() -> None:
    assert all(MARKS.search(text) for text in ("影响比: 高", "人数,总数", "群体 (小)", "性别：：女", "无人。。"))
    assert not MARKS.search("影响比 0.71（女，n = 3,000）：低于 0.80。")
