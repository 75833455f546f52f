"""The registry of document kinds: every builder is there, and the page of documents lists what there is."""

from pathlib import Path

import pytest

from dashboards.documents import kinds
from dashboards.documents.frame import Kind
from dashboards.documents.kinds import KINDS, UnknownKind
from validation import human_parts

PAGE = Path(__file__).parents[3] / "docs" / "documents.md"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_has_its_function_and_its_line_in_the_docs(kind: Kind) -> None:
    needs = ", ".join(f"`{permission.value}`" for permission in kind.needs)
    line = f"| `{kind.name}` | {kind.title.en} / {kind.title.zh} | {kind.subject.value} | {needs} |"

    assert callable(kinds.builder(kind))
    assert f"{line} {', '.join(kind.obligations)} |" in PAGE.read_text(encoding="utf-8")


def test_every_part_belongs_to_a_kind_that_is_there() -> None:
    assert {part.kind for part in human_parts.PARTS} <= {kind.name for kind in KINDS}


def test_an_unknown_kind_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownKind, match="there is no document kind 'poem'; there are model_card"):
        kinds.kind("poem")


def test_a_name_may_be_written_with_dashes() -> None:
    assert kinds.kind("model-card").name == "model_card"
