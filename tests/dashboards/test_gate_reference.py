"""The page about the gate says what policies and code say."""

import json
from pathlib import Path

import pytest

from dashboards.gate_code import CHECKS, evidence_of, next_steps
from dashboards.gate_reference import LOOKS, reference
from validation import policy as policies

PAGE = Path(__file__).resolve().parents[2] / "docs" / "gate.md"


def test_the_page_about_the_gate_is_what_policies_and_code_generate() -> None:
    """`.venv/bin/python -m dashboards.gate_reference > docs/gate.md` brings it up to date."""
    assert PAGE.read_text(encoding="utf-8") == reference()


def test_every_check_that_a_policy_can_name_is_described() -> None:
    schema = json.loads((policies.FOLDER / "policy.schema.json").read_text("utf-8"))

    named = set(schema["properties"]["checks"]["properties"])

    assert set(CHECKS) == set(LOOKS) == named


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_reads_some_evidence_and_can_say_what_to_do_next(check: str) -> None:
    assert evidence_of(check)
    assert next_steps(check)


def test_the_code_is_read_as_far_as_the_check_calls_it() -> None:
    """Two checks live in one module: neither takes over what the other one asks for."""
    assert evidence_of("data_contracts") == ("loads",)
    assert not [step for step in next_steps("data_sufficiency") if "contracts" in step]


def test_what_a_job_level_sets_stands_on_the_page() -> None:
    (line,) = [line for line in reference().splitlines() if line.startswith("| `level-manager`")]

    assert "`release.lease_days` 120" in line
    assert "`criterion.accepted` performance_12m" in line
