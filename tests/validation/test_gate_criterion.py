"""The gate's check of the label: only what the policy accepts counts as evidence of work in the job."""

import pytest

from tests.validation.gate_evidence_builder import evidence
from validation import policy as policies
from validation.decision_rule import State
from validation.gate import evaluate
from validation.gate_criterion import criterion
from validation.outcome import Verdict


@pytest.mark.parametrize(
    ("level", "target", "state"),
    [
        ("level-senior", "re_interview_pass", State.REVIEW),
        ("level-senior", "performance_6m", State.PASS),
        ("level-manager", "performance_6m", State.REVIEW),
        ("level-manager", "performance_12m", State.PASS),
        ("level-manager", "composite", State.REVIEW),
    ],
)
def test_graver_openings_ask_for_labels_that_show_later(level: str, target: str, state: State) -> None:
    found = criterion(evidence(target=target), policies.load(level))

    assert found is not None
    assert found.state is state
    assert (found.next_step is None) == (state is State.PASS)


def test_a_policy_that_names_no_labels_asks_nothing() -> None:
    assert criterion(evidence(), policies.load()) is None


def test_for_leading_openings_another_label_needs_a_signature() -> None:
    report = evaluate(policies.load("level-manager"), evidence())

    assert "criterion" in report.to_waive
    assert report.check("criterion").verdict is Verdict.REVIEW


def test_for_senior_openings_another_label_leaves_a_note() -> None:
    report = evaluate(policies.load("level-senior"), evidence())

    assert "criterion" not in report.to_waive
    assert "performance_6m" in report.check("criterion").result.reason.en
