"""Each check of the gate passes, asks for review, fails and lacks evidence."""

import numpy as np
import pytest

from tests.validation.gate_evidence_builder import evidence, feature, holdout, profiles
from validation import policy as policies
from validation.decision_rule import State
from validation.gate_data import data_contracts, data_sufficiency
from validation.gate_drift import drift
from validation.gate_evidence import ContractFinding, Evidence, Holdout, Loads
from validation.gate_judgement import Judgement
from validation.gate_leakage import leakage
from validation.gate_performance import performance, validity
from validation.outcome import Text, Verdict
from validation.policy import Policy


@pytest.fixture(scope="module")
def policy() -> Policy:
    return policies.load()


def _finding(verdict: Verdict, unexpected: int = 70, expectation: str = "not in the future") -> ContractFinding:
    return ContractFinding(
        source="hris",
        place="hire.hired_on",
        expectation=expectation,
        verdict=verdict,
        n=100,
        unexpected_n=unexpected,
        sentence=Text(en=f"{unexpected} of 100 dates lie in the future.", zh="有日期在未来。"),
    )


def _loads(*findings: ContractFinding) -> Loads:
    return Loads(loads=1, unchecked=(), rows_read=100, rows_rejected=0, findings=findings)


@pytest.mark.parametrize(
    ("verdict", "unexpected", "state"),
    [
        (Verdict.PASS, 0, State.PASS),
        (Verdict.REVIEW, 70, State.REVIEW),
        (Verdict.NOT_ENOUGH_EVIDENCE, 70, State.REVIEW),
        (Verdict.BLOCK, 70, State.FAIL),
        (Verdict.BLOCK, 10, State.FAIL),
        (Verdict.BLOCK, 9, State.REVIEW),
        (Verdict.BLOCK, 1, State.REVIEW),
        (Verdict.BLOCK, 0, State.PASS),
    ],
)
def test_a_contract_finding_counts_by_its_share(
    policy: Policy, verdict: Verdict, unexpected: int, state: State
) -> None:
    assert data_contracts(evidence(loads=_loads(_finding(verdict, unexpected))), policy).state is state


def test_the_gravest_finding_decides(policy: Policy) -> None:
    loads = _loads(_finding(Verdict.REVIEW), _finding(Verdict.BLOCK))

    assert data_contracts(evidence(loads=loads), policy).state is State.FAIL


def test_what_the_mapping_itself_says_is_only_noted(policy: Policy) -> None:
    loads = _loads(_finding(Verdict.REVIEW, 100, "assumed"), _finding(Verdict.REVIEW, 100, "prohibited_column"))

    assert data_contracts(evidence(loads=loads), policy).state is State.PASS


def test_a_broken_contract_is_named_with_its_source(policy: Policy) -> None:
    judgement = data_contracts(evidence(loads=_loads(_finding(Verdict.BLOCK))), policy)

    assert "hris, hire.hired_on: 70 of 100" in judgement.reason.en
    assert judgement.next_step is not None


def test_a_load_that_was_never_checked_is_no_pass(policy: Policy) -> None:
    loads = Loads(loads=2, unchecked=("jobs.csv",), rows_read=100, rows_rejected=0)

    assert data_contracts(evidence(loads=loads), policy).state is State.INSUFFICIENT_DATA


@pytest.mark.parametrize(("n", "state"), [(2_000, State.PASS), (150, State.INSUFFICIENT_DATA)])
def test_too_few_holdout_rows_are_not_enough_evidence(policy: Policy, n: int, state: State) -> None:
    assert data_sufficiency(evidence(holdout=holdout(n=n)), policy).state is state


def test_one_kind_of_label_is_not_enough_evidence(policy: Policy) -> None:
    rows = holdout()
    only = Holdout(label=np.ones_like(rows.label), score=rows.score, others=rows.others, training_rows=8_000)

    judgement = data_sufficiency(evidence(holdout=only), policy)

    assert judgement.state is State.INSUFFICIENT_DATA
    assert "negative labels 0 of 50" in judgement.reason.en


def test_labels_that_have_not_matured_are_not_counted(policy: Policy) -> None:
    rows = holdout(n=400)
    label = np.where(np.arange(400) < 250, np.nan, rows.label)
    young = Holdout(label=label, score=rows.score, others=rows.others, training_rows=8_000)

    assert data_sufficiency(evidence(holdout=young), policy).state is State.INSUFFICIENT_DATA


def test_every_undeclared_feature_is_named(policy: Policy) -> None:
    features = (
        feature("notes", is_fixed_before_outcome=False),
        feature("ai_score"),
        feature("salary", is_fixed_before_outcome=False),
    )

    judgement = leakage(evidence(features=features), policy)

    assert judgement.state is State.FAIL
    assert "notes (demo), salary (demo)" in judgement.reason.en
    assert "ai_score" not in judgement.reason.en


@pytest.mark.parametrize(
    ("others_n", "single", "others", "state"),
    [
        (6, 0.62, 0.70, State.PASS),
        (6, 0.71, 0.70, State.REVIEW),
        (14, 0.611, 0.614, State.REVIEW),  # SIOP 2020: `bio_scale` against the fourteen clean columns
        (4, 0.641, 0.630, State.PASS),  # the demo's job-related skills: among five one leads
        (4, 0.80, 0.70, State.REVIEW),
        (6, 0.54, 0.53, State.PASS),  # a weak feature among weaker ones is no leak
        (6, 0.97, 0.99, State.REVIEW),  # too good to be true, whatever the others know
        (6, None, 0.70, State.INSUFFICIENT_DATA),
    ],
)
def test_a_feature_that_knows_as_much_as_all_others_asks_why(
    policy: Policy, others_n: int, single: float | None, others: float, state: State
) -> None:
    harmless = tuple(feature(f"skill:{number}", single_auc=0.54) for number in range(others_n))

    judgement = leakage(evidence(features=(feature("late", single_auc=single, others_auc=others), *harmless)), policy)

    assert judgement.state is state
    assert ("late" in judgement.reason.en) is (state is not State.PASS)


def test_an_undeclared_feature_that_knows_too_much_is_named_for_both(policy: Policy) -> None:
    late = feature("bio_scale", is_fixed_before_outcome=False, single_auc=0.611, others_auc=0.614)
    clean = tuple(feature(f"PScale{number}", single_auc=0.56) for number in range(14))

    judgement = leakage(evidence(features=(late, *clean)), policy)

    assert judgement.state is State.FAIL
    assert judgement.reason.en.count("bio_scale") == 2


@pytest.mark.parametrize(
    ("noise", "n", "state"),
    [(1.0, 2_000, State.PASS), (20.0, 2_000, State.FAIL), (6.0, 700, State.REVIEW)],
)
def test_the_score_must_be_shown_to_predict(policy: Policy, noise: float, n: int, state: State) -> None:
    assert validity(evidence(holdout=holdout(n=n, noise=noise)), policy).state is state


def test_a_constant_score_is_not_shown_to_predict(policy: Policy) -> None:
    rows = holdout()
    flat = Holdout(label=rows.label, score=np.full_like(rows.score, 0.5), others={}, training_rows=8_000)

    assert validity(evidence(holdout=flat), policy).state is not State.PASS


def test_one_kind_of_label_makes_validity_undefined(policy: Policy) -> None:
    rows = holdout()
    only = Holdout(label=np.ones_like(rows.label), score=rows.score, others=rows.others, training_rows=8_000)

    assert validity(evidence(holdout=only), policy).state is State.UNDEFINED


def _against(policy: Policy, name: str, given: Evidence) -> Judgement:
    return next(one for one in performance(given, policy) if one.check == f"performance.{name}")


def test_a_model_that_is_as_good_as_the_champion_passes(policy: Policy) -> None:
    assert _against(policy, "champion", evidence()).state is State.PASS


def test_a_model_that_is_certainly_worse_than_the_champion_fails(policy: Policy) -> None:
    judgement = _against(policy, "champion", evidence(holdout=holdout(noise=2.0, champion_noise=0.5)))

    assert judgement.state is State.FAIL
    assert "the champion" in judgement.reason.en


def test_too_few_rows_to_tell_champion_and_challenger_apart_ask_for_review(policy: Policy) -> None:
    """With independent scores on 300 rows the interval of the difference is wider than the margin."""
    judgement = _against(policy, "champion", evidence(holdout=holdout(n=300, noise=1.2, champion_noise=1.2001)))

    assert judgement.state is State.REVIEW


def test_the_first_release_has_no_champion_to_be_worse_than(policy: Policy) -> None:
    judgement = _against(policy, "champion", evidence(has_champion=False))

    assert judgement.state is State.PASS
    assert "no champion yet" in judgement.reason.en


def test_a_champion_whose_scores_are_missing_is_not_enough_evidence(policy: Policy) -> None:
    rows = holdout()
    without = Holdout(label=rows.label, score=rows.score, others={}, training_rows=8_000)

    states = {one.check: one.state for one in performance(evidence(holdout=without), policy)}

    assert set(states.values()) == {State.INSUFFICIENT_DATA}
    assert set(states) == {"performance.vendor_score", "performance.logistic", "performance.champion"}


@pytest.mark.parametrize(
    ("shift", "n", "state"),
    [
        (0.0, 3_000, State.PASS),
        (0.35, 3_000, State.REVIEW),
        (2.0, 3_000, State.FAIL),
        (0.0, 40, State.INSUFFICIENT_DATA),
    ],
)
def test_the_latest_people_must_look_like_the_training_rows(policy: Policy, shift: float, n: int, state: State) -> None:
    assert drift(evidence(profiles=profiles(shift=shift, n=n)), policy).state is state


def test_without_frozen_bins_drift_is_not_enough_evidence(policy: Policy) -> None:
    assert drift(evidence(profiles=None), policy).state is State.INSUFFICIENT_DATA
