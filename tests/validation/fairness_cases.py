"""The golden cases of adverse impact, error rates, gates, rankings and compliance dates, each with its source."""

import json
from pathlib import Path
from typing import Any

from validation.confusion import ErrorCell
from validation.group_count import GroupCount, group_count
from validation.two_by_two import TwoByTwo

_FOLDER = Path(__file__).parent / "golden"
_FILES = ("fairness.json", "compliance.json")
_CASES = {case["id"]: case for name in _FILES for case in json.loads((_FOLDER / name).read_text(encoding="utf-8"))}


def golden(case_id: str) -> tuple[Any, Any]:
    """Inputs and expected values of a case."""
    case = _CASES[case_id]
    return case["inputs"], case["expected"]


def counts(selected: dict[str, int], considered: dict[str, int], attribute: str = "group") -> list[GroupCount]:
    """Counts of named groups from two mappings."""
    return [group_count({attribute: name}, n=n, selected=selected[name]) for name, n in considered.items()]


def pairs(table: dict[str, list[int]], attribute: str = "group") -> list[GroupCount]:
    """Counts of named groups from selected-and-considered pairs."""
    return [group_count({attribute: name}, n=n, selected=selected) for name, (selected, n) in table.items()]


def table(x1: int, n1: int, x2: int, n2: int) -> TwoByTwo:
    """A 2x2 table, focal group first."""
    return TwoByTwo(x1=x1, n1=n1, x2=x2, n2=n2)


def error_cells(rows: list[list[Any]]) -> list[ErrorCell]:
    """Cells from group, label, prediction, weight."""
    return [
        ErrorCell(group=(("group", group),), is_positive=bool(label), is_predicted=bool(predicted), n=people)
        for group, label, predicted, people in rows
    ]
