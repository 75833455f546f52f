"""The golden cases of validity and differential prediction, each with the source that it names."""

import json
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "golden" / "validity.json"
_CASES = {case["id"]: case for case in json.loads(_FILE.read_text(encoding="utf-8"))}


def golden(case_id: str) -> tuple[Any, Any]:
    """Inputs and expected values of a case."""
    case = _CASES[case_id]
    return case["inputs"], case["expected"]
