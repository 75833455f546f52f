"""What the code of a check says about it: which parts of the evidence it reads, and the next steps that it can name.

Read from the syntax tree of the check's module, following the functions that it calls there, so that the page about the
gate cannot promise what no check does.
"""

import ast
import functools
import importlib
import inspect
from collections.abc import Iterator, Mapping
from types import ModuleType

from validation.gate_evidence import Evidence

CHECKS: Mapping[str, tuple[str, str]] = {
    "data_contracts": ("validation.gate_data", "data_contracts"),
    "data_sufficiency": ("validation.gate_data", "data_sufficiency"),
    "leakage": ("validation.gate_leakage", "leakage"),
    "validity": ("validation.gate_performance", "validity"),
    "criterion": ("validation.gate_criterion", "criterion"),
    "performance": ("validation.gate_performance", "performance"),
    "adverse_impact": ("validation.gate_impact", "adverse_impact"),
    "adverse_impact_champion": ("validation.gate_impact_change", "adverse_impact_champion"),
    "adverse_impact_stages": ("validation.gate_stages", "stages"),
    "adverse_impact_strata": ("validation.gate_strata", "strata"),
    "vendor_change": ("validation.gate_vendor", "vendor"),
    "drift": ("validation.gate_drift", "drift"),
    "error_rates": ("validation.gate_errors", "errors"),
    "calibration": ("validation.gate_quality", "calibrated"),
    "stability": ("validation.gate_quality", "stable"),
    "proxies": ("validation.gate_proxies", "proxies"),
    "explanations": ("validation.gate_quality", "explained"),
    "documents": ("validation.gate_documents", "documents"),
}
"""Each check's module and function, in the order of the page."""

_STEPS = frozenset({"step", "steps"})
_ALWAYS = frozenset({"run_id", "model_name", "artifact_sha256", "snapshot", "period", "cut"})
"""Parts that name the run, not evidence about it."""


def evidence_of(check: str) -> tuple[str, ...]:
    """The fields of the evidence that the check looks at, in the order in which the evidence has them."""
    read = {
        node.attr
        for function in _reachable(check)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "evidence"
    }
    return tuple(name for name in Evidence.__slots__ if name in read - _ALWAYS)


def next_steps(check: str) -> tuple[str, ...]:
    """What the check can say to do next, in English, each once and in the order of the code."""
    module = _module(check)
    texts = _texts(_tree(module))
    said = {
        _english(node, texts): None
        for function in _reachable(check)
        for expression in _steps(function)
        for node in ast.walk(expression)
    }
    return tuple(text for text in said if text is not None)


def _module(check: str) -> ModuleType:
    return importlib.import_module(CHECKS[check][0])


@functools.cache
def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def _reachable(check: str) -> list[ast.FunctionDef]:
    """The check's function and those of its module that it calls, directly or through others."""
    functions = {node.name: node for node in _tree(_module(check)).body if isinstance(node, ast.FunctionDef)}
    found: dict[str, ast.FunctionDef] = {}
    open_ = [CHECKS[check][1]]
    while open_:
        name = open_.pop(0)
        if name in functions and name not in found:
            found[name] = functions[name]
            open_.extend(node.id for node in ast.walk(functions[name]) if isinstance(node, ast.Name))
    return list(found.values())


def _steps(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """The expressions that become a next step: the keyword, what is lacking, and what is named so before."""
    for node in ast.walk(function):
        if isinstance(node, ast.keyword) and node.arg == "next_step":
            yield node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "lacking":
            yield from node.args[2:]
        elif isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id in _STEPS for to in node.targets):
            yield node.value


def _texts(tree: ast.Module) -> dict[str, str]:
    """The module's constants that are sentences in both languages, in English."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            text = _sentence(node.value)
            if text is not None:
                found[node.targets[0].id] = text
    return found


def _english(node: ast.AST, texts: Mapping[str, str]) -> str | None:
    return texts.get(node.id) if isinstance(node, ast.Name) else _sentence(node)


def _sentence(node: ast.AST) -> str | None:
    """The English of `Text(en=..., zh=...)` where it is written out; a sentence with figures in it is none."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text"):
        return None
    english = next((one.value for one in node.keywords if one.arg == "en"), None)
    return english.value if isinstance(english, ast.Constant) and isinstance(english.value, str) else None
