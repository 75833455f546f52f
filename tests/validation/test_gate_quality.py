"""The gate's checks of calibration, stability, reasons and error rates."""

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.validation.gate_evidence_builder import evidence, feature
from validation import policy as policies
from validation.decision_rule import State
from validation.gate_errors import errors
from validation.gate_evidence import Evidence, Holdout, LabelledCount, Stability
from validation.gate_quality import calibrated, explained, stable
from validation.policy import Policy


@pytest.fixture(scope="module")
def policy() -> Policy:
    return policies.load()


def _held(times: float, n: int = 4_000) -> Evidence:
    """People whose true chance is `times` the predicted one."""
    random = np.random.default_rng(4)
    score = random.uniform(0.1, 0.5, n)
    label = (random.random(n) < times * score).astype(float)
    return evidence(holdout=Holdout(label=label, score=score, others={}, training_rows=n))


@pytest.mark.parametrize(
    ("times", "n", "state"),
    [
        (1.0, 4_000, State.PASS),
        (1.5, 4_000, State.FAIL),
        (0.5, 4_000, State.FAIL),
        (1.18, 1_000, State.REVIEW),
        (1.0, 60, State.INSUFFICIENT_DATA),
    ],
)
def test_calibration_follows_observed_over_expected(policy: Policy, times: float, n: int, state: State) -> None:
    found = calibrated(_held(times, n), policy)

    assert found is not None
    assert found.state is state


def test_a_score_that_is_no_chance_is_not_called_calibrated(policy: Policy) -> None:
    held = Holdout(label=np.array([0.0, 1.0]), score=np.array([40.0, 70.0]), others={}, training_rows=2)

    found = calibrated(evidence(holdout=held), policy)

    assert found is not None
    assert found.state is State.INSUFFICIENT_DATA


@pytest.mark.parametrize(
    ("aucs", "flips", "state"),
    [
        ((0.70, 0.71), (0.01, 0.04), State.PASS),
        ((0.70, 0.73), (0.01, 0.04), State.REVIEW),
        ((0.70, 0.71), (0.01, 0.08), State.REVIEW),
        ((0.70, 0.75), (0.01, 0.04), State.FAIL),
        ((), (), State.INSUFFICIENT_DATA),
    ],
)
def test_stability_follows_spread_and_flips(
    policy: Policy, aucs: tuple[float, ...], flips: tuple[float, ...], state: State
) -> None:
    found = stable(replace(evidence(), stability=Stability(aucs=aucs, flip_shares=flips, n=900)), policy)

    assert found is not None
    assert found.state is state


def test_a_feature_without_a_reason_in_both_languages_fails(policy: Policy) -> None:
    of_two = replace(evidence(), features=(feature("logic"), feature("clarity")), explained=frozenset({"logic"}))

    found = explained(of_two, policy)

    assert found is not None
    assert (found.state, found.reason.en) == (State.FAIL, "No reason in both languages for clarity.")


def test_features_that_all_have_a_reason_pass(policy: Policy) -> None:
    whole = replace(evidence(), features=(feature("logic"),), explained=frozenset({"logic"}))

    assert explained(whole, policy).state is State.PASS  # type: ignore[union-attr]


def _labelled(sex: str, positives: int, selected: int) -> list[LabelledCount]:
    group = (("race_ethnicity", None), ("sex", sex))
    return [
        LabelledCount(group=group, is_positive=True, is_selected=True, n=selected),
        LabelledCount(group=group, is_positive=True, is_selected=False, n=positives - selected),
        LabelledCount(group=group, is_positive=False, is_selected=False, n=200),
    ]


@pytest.mark.parametrize(("women", "state"), [(160, State.PASS), (90, State.FAIL)])
def test_good_people_of_every_group_need_the_same_chance(policy: Policy, women: int, state: State) -> None:
    counts = (*_labelled("F", 200, women), *_labelled("M", 200, 165))

    found = {one.check: one for one in errors(replace(evidence(), labelled=counts), policy)}

    assert found["error_rates.sex"].state is state
    assert "Labels exist only for those" in found["error_rates.sex"].reason.en
    assert found["error_rates.race_ethnicity"].state is State.INSUFFICIENT_DATA


def test_very_small_groups_are_told_as_fewer_than_ten(policy: Policy) -> None:
    counts = (*_labelled("F", 200, 160), *_labelled("X", 3, 2))

    reason = next(iter(errors(replace(evidence(), labelled=counts), policy))).reason

    assert not re.search(r"(?<![<\d.])\b\d people", reason.en)


def test_without_labels_error_rates_lack_evidence(policy: Policy) -> None:
    assert {one.state for one in errors(evidence(), policy)} == {State.INSUFFICIENT_DATA}


def test_a_policy_without_these_checks_runs_none_of_them(policy: Policy) -> None:
    checks = {
        name: check
        for name, check in policy.document["checks"].items()  # type: ignore[union-attr,attr-defined]
        if name not in {"calibration", "stability", "explanations", "error_rates"}
    }
    plain = policies.from_document({**policy.document, "checks": checks})

    found = (calibrated(evidence(), plain), stable(evidence(), plain), explained(evidence(), plain))

    assert (found, list(errors(evidence(), plain))) == ((None, None, None), [])
