"""The page on training names exactly what a configuration may say."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from training import configuration
from training.configuration import DOCUMENT_KEYS, FEATURE_KEYS
from training.grid import TUNABLE
from training.labels import TARGETS
from training.target import COMPOSITE, Target
from training.tune_settings import Searching

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "training.md").read_text(encoding="utf-8")
TABLES: dict[str, set[str]] = {
    "The document": set(DOCUMENT_KEYS),
    "The target": {one.name for one in fields(Target)},
    "The targets": {*TARGETS, COMPOSITE},
    "Tuning": {one.name for one in fields(Searching)},
    "Features": set(FEATURE_KEYS),
}


def _first_column(title: str) -> list[str]:
    section = re.split(r"^### ", PAGE.partition(f"\n### {title}\n")[2], flags=re.MULTILINE)[0]
    return re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)


@pytest.mark.parametrize("title", TABLES)
def test_a_table_of_the_page_lists_what_the_code_knows_once(title: str) -> None:
    listed = _first_column(title)

    assert set(listed) == TABLES[title]
    assert len(listed) == len(set(listed))


def test_the_page_lists_the_parameters_that_a_candidate_may_have() -> None:
    (row,) = re.findall(r"^\| `candidates` \|.*$", PAGE, flags=re.MULTILINE)

    assert re.findall(r"`(\w+)`", row.partition("known are")[2]) == list(TUNABLE)


def test_the_example_of_the_page_is_a_configuration() -> None:
    example = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)[0])

    read = configuration.configuration(example, "docs/training.md")

    assert (read.target.needed, read.tuning.trials, read.signs) == (("retention_12m",), 40, {"content_logic": 1})


@pytest.mark.parametrize("name", [name for name in TARGETS if TARGETS[name].known.en != "the day of the review"])
def test_the_page_says_when_a_target_is_known_as_the_code_does(name: str) -> None:
    assert re.search(rf"^\| `{name}` \|.*\| {TARGETS[name].known.en}", PAGE, flags=re.MULTILINE)
