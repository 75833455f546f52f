"""What may leave this machine is a list, and nothing in the code goes around it."""

import ast
import importlib.util
import typing
from pathlib import Path

import pytest

from warehouse import telemetry_words
from warehouse.telemetry_words import METRICS, OTHER, Attributes, allowed

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "value",
    ["ada@example.org", "8c5ff0d2-1111-4111-8111-0242ac120002", "13800138000", "Li Wei", "x" * 65, "", "李伟"],
)
def test_a_value_that_is_no_word_of_ours_becomes_other(value: str) -> None:
    assert allowed({"source": value, "entity": value}) == {"source": OTHER, "entity": OTHER}


def test_words_of_ours_pass_as_they_are() -> None:
    words = {"source": "acme_sf-2", "entity": "JobApplication", "route": "/v1/events/{source}", "status_code": 202}

    assert allowed(words) == words


def test_the_lists_of_names_agree() -> None:
    literals = (telemetry_words.CounterName, telemetry_words.HistogramName, telemetry_words.GaugeName)

    assert {name for literal in literals for name in typing.get_args(literal)} == set(METRICS)
    assert {name for metric in METRICS.values() for name in metric.attributes} <= set(Attributes.__annotations__)


_FORBIDDEN = (
    "id",
    "name",
    "email",
    "phone",
    "candidate",
    "application",
    "score",
    "subject",
    "person",
    "user",
    "address",
)


def test_no_attribute_is_about_a_person() -> None:
    parts = {part for name in Attributes.__annotations__ for part in name.split("_")}

    assert parts.isdisjoint(_FORBIDDEN)


def test_every_call_names_its_metric_and_attributes_in_the_code() -> None:
    """A name that is put together, or passed with **, would escape the type checker's list."""
    offenders = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for package in ("warehouse", "validation", "models", "training", "dashboards")
        for path in (ROOT / package).rglob("*.py")
        if not path.name.startswith("telemetry")
        for call in _calls(path)
        if not isinstance(call.args[0], ast.Constant)
        or any(
            one.arg is None or one.arg not in {*Attributes.__annotations__, "parent", "links"} for one in call.keywords
        )
    ]

    assert offenders == []


def _calls(path: Path) -> list[ast.Call]:
    text = path.read_text(encoding="utf-8")
    if "telemetry." not in text:
        return []
    return [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "telemetry"
        and node.func.attr in {"count", "measure", "span"}
    ]


def test_the_sdk_is_imported_in_one_module() -> None:
    importers = {
        str(path.relative_to(ROOT))
        for package in ("warehouse", "validation", "models", "training", "dashboards")
        for path in (ROOT / package).rglob("*.py")
        if "import opentelemetry" in (text := path.read_text(encoding="utf-8")) or "from opentelemetry" in text
    }

    assert importers == {"warehouse/telemetry_export.py"}
    assert importlib.util.find_spec("opentelemetry.sdk") is not None
