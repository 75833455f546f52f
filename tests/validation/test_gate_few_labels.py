"""Few labels block nothing by chance, and excuse nothing that is a fact or a proven harm."""

import numpy as np
import pytest

from tests.validation.gate_evidence_builder import SEXES, counts, evidence, feature, selection
from validation import policy as policies
from validation.decision_rule import State
from validation.gate import evaluate
from validation.gate_evidence import Holdout
from validation.gate_few_labels import FACTS, ON_LABELS
from validation.group_count import group_count
from validation.outcome import Verdict
from validation.policy import Policy


@pytest.fixture(scope="module")
def policy() -> Policy:
    """The shipped default."""
    return policies.load()


def few(seed: int, *, n: int = 16, is_constant: bool = False) -> Holdout:
    """So many labelled rows with scores that know nothing: what a company of 150 applications holds out."""
    rng = np.random.default_rng(seed)
    names = ("vendor_score", "logistic", "champion")
    return Holdout(
        label=np.array([0.0, 1.0] * (n // 2)),
        score=np.full(n, 0.5) if is_constant else rng.random(n),
        others={name: rng.random(n) for name in names},
        training_rows=61,
    )


def test_no_draw_of_few_labels_blocks(policy: Policy) -> None:
    verdicts = {evaluate(policy, evidence(holdout=few(seed))).verdict for seed in range(60)}

    assert verdicts == {Verdict.NOT_ENOUGH_EVIDENCE}


def test_some_of_these_draws_would_have_blocked(policy: Policy) -> None:
    """Without this the test above would prove nothing."""
    reports = [evaluate(policy, evidence(holdout=few(seed))) for seed in range(60)]

    held = [
        one
        for report in reports
        for one in report.checks
        if one.result.reason.en.startswith("Too few rows to conclude")
    ]
    assert {one.state for one in held} == {State.INSUFFICIENT_DATA}
    assert {one.name.split(".")[0] for one in held} >= {"validity", "performance"}


def test_a_score_of_one_value_on_few_rows_is_a_lack_of_evidence(policy: Policy) -> None:
    check = evaluate(policy, evidence(holdout=few(1, is_constant=True))).check("validity")

    assert check.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert "undefined" in check.result.reason.en
    assert "数据行数太少" in check.result.reason.zh


def test_nobody_selected_by_a_model_of_few_rows_is_a_lack_of_evidence(policy: Policy) -> None:
    nobody = selection(counts(overall=0.0), lower=None, higher=None)

    check = evaluate(policy, evidence(holdout=few(1), selection=nobody)).check("adverse_impact.sex")

    assert check.verdict is Verdict.NOT_ENOUGH_EVIDENCE


def test_an_undeclared_feature_blocks_however_few_the_rows(policy: Policy) -> None:
    leak = feature("panel_alignment", is_fixed_before_outcome=False)

    report = evaluate(policy, evidence(holdout=few(1), features=(leak,)))

    assert report.check("leakage").verdict is Verdict.BLOCK
    assert report.verdict is Verdict.BLOCK


def test_harm_that_is_proven_on_many_people_blocks_however_few_the_labels(policy: Policy) -> None:
    """A lack of evidence can be waived, a block cannot: few labels must not be the way around it."""
    skewed = counts({SEXES[0]: 0.6})
    chosen = selection(skewed, lower=None, higher=None)

    assert evaluate(policy, evidence(holdout=few(1), selection=chosen)).check("adverse_impact.sex").state is State.FAIL


@pytest.mark.parametrize(("n", "state"), [(40, State.INSUFFICIENT_DATA), (100, State.FAIL)])
def test_harm_counted_on_fewer_people_than_a_holdout_needs_is_no_proof_while_rows_are_few(
    policy: Policy, n: int, state: State
) -> None:
    """Two groups of 40, as in a company of 3,000 applications: one such comparison in twenty fails by chance."""
    people = tuple(
        group_count({"sex": sex, "race_ethnicity": "x"}, n=n, selected=round(n * rate))
        for sex, rate in (("F", 0.2), ("M", 0.6))
    )
    chosen = selection(people, lower=None, higher=None)
    short = Holdout(label=few(1, n=400).label, score=few(1, n=400).score, others={}, training_rows=445)

    assert evaluate(policy, evidence(holdout=short, selection=chosen)).check("adverse_impact.sex").state is state
    assert evaluate(policy, evidence(selection=chosen)).check("adverse_impact.sex").state is State.FAIL


def test_with_enough_labels_a_score_that_knows_nothing_blocks(policy: Policy) -> None:
    check = evaluate(policy, evidence(holdout=few(1, n=4_000))).check("validity")

    assert check.verdict is Verdict.BLOCK


def test_every_check_that_rests_on_labels_is_one_of_the_policy(policy: Policy) -> None:
    assert set(policy.roles) >= ON_LABELS
    assert not FACTS & ON_LABELS
