"""The gate's check of a change in the vendor's scoring: named when it is there, and never invented."""

import pytest

from tests.validation.gate_evidence_builder import evidence, vendor
from validation import policy as policies
from validation.decision_rule import Action, State
from validation.gate import evaluate
from validation.gate_vendor import CHECK
from validation.gate_vendor import vendor as judged
from validation.outcome import Verdict
from validation.policy import Policy


@pytest.fixture(scope="module")
def policy() -> Policy:
    """The shipped default."""
    return policies.load()


def test_a_silent_change_asks_for_review_and_is_named(policy: Policy) -> None:
    """The demo's change is of this size: 2 points of 7."""
    report = evaluate(policy, evidence(vendors=(vendor(shift=2.8),)))

    check = report.check(CHECK)
    assert (check.state, check.action, report.verdict) == (
        State.REVIEW, Action.NEEDS_SIGNED_WAIVER, Verdict.REVIEW,
    )  # fmt: skip
    assert check.result.reason.en.startswith("acme: From 2025-07 on the vendor scores differently (silently)")
    assert "自 2025-07 起" in check.result.reason.zh


def test_without_a_change_it_passes(policy: Policy) -> None:
    report = evaluate(policy, evidence())

    assert (report.check(CHECK).state, report.verdict) == (State.PASS, Verdict.PASS)


def test_chance_rarely_looks_like_a_change(policy: Policy) -> None:
    states = [judged(evidence(vendors=(vendor(n=60, seed=seed),)), policy) for seed in range(100)]

    assert sum(one is not None and one.state is not State.PASS for one in states) <= 4


@pytest.mark.parametrize(
    ("at", "sentence"),
    [(7, "fitted on rows from before it"), (11, "measured on both sides of it"), (12, "measured on both sides")],
)
def test_it_says_what_the_model_saw_of_the_change(policy: Policy, at: int, sentence: str) -> None:
    found = judged(evidence(vendors=(vendor(shift=6.0, at=at),)), policy)

    assert found is not None
    assert sentence in found.reason.en


def test_a_change_after_all_rows_of_the_model_is_told_as_such(policy: Policy) -> None:
    moved = vendor(shift=6.0, at=11)
    early = type(moved)(vendor="acme", periods=moved.periods, holdout_from="2025-07", holdout_to="2025-09")

    found = judged(evidence(vendors=(early,)), policy)

    assert found is not None
    assert "after all rows of this model" in found.reason.en


@pytest.mark.parametrize(("version", "word"), [("1", "silently"), ("2", "with a new version")])
def test_an_announced_change_is_one_too_and_said_to_be_announced(policy: Policy, version: str, word: str) -> None:
    found = judged(evidence(vendors=(vendor(shift=6.0, version=version),)), policy)

    assert found is not None
    assert (found.state, word in found.reason.en) == (State.REVIEW, True)


def test_however_large_a_change_is_a_person_decides(policy: Policy) -> None:
    found = judged(evidence(vendors=(vendor(shift=40.0),)), policy)

    assert found is not None
    assert found.state is State.REVIEW


def test_a_second_vendor_of_few_people_hides_no_change_and_holds_up_nothing(policy: Policy) -> None:
    few = vendor("small", n=10)

    calm = judged(evidence(vendors=(vendor(), few)), policy)
    moved = judged(evidence(vendors=(vendor(shift=6.0), few)), policy)

    assert calm is not None
    assert moved is not None
    assert (calm.state, moved.state) == (State.PASS, State.REVIEW)


@pytest.mark.parametrize("vendors", [(), (vendor(n=10),), (vendor(months=3),)], ids=["nobody", "few", "short"])
def test_too_little_is_not_enough_evidence(policy: Policy, vendors: tuple[object, ...]) -> None:
    check = evaluate(policy, evidence(vendors=vendors)).check(CHECK)

    assert check.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert check.result.next_step is not None
