"""The gate's check of proxies: it asks about features that predict a group beyond chance, and never stops a release."""

from dataclasses import replace
from typing import Any

import pytest

from tests.validation.gate_evidence_builder import evidence
from validation import policy as policies
from validation.decision_rule import State
from validation.gate import evaluate
from validation.gate_evidence import GroupPrediction
from validation.gate_proxies import proxies
from validation.outcome import Interval, Verdict
from validation.policy import Policy, PolicyError


@pytest.fixture(scope="module")
def policy() -> Policy:
    """The shipped policy."""
    return policies.load()


def _prediction(auc: float | None, half: float = 0.02, **changed: Any) -> GroupPrediction:
    ends = Interval(low=None, high=None) if auc is None else Interval(low=auc - half, high=auc + half)
    plain = GroupPrediction(attribute="sex", group="F", feature="fluency", auc=auc, interval=ends, n=4_000)
    return replace(plain, **changed)


@pytest.mark.parametrize(
    ("auc", "half", "state"),
    [(0.62, 0.02, State.REVIEW), (0.55, 0.02, State.PASS), (0.60, 0.06, State.PASS), (0.51, 0.02, State.PASS)],
    ids=["shown above", "at the limit", "above by chance", "a coin"],
)
def test_only_an_interval_above_the_limit_asks_for_review(
    policy: Policy, auc: float, half: float, state: State
) -> None:
    found = proxies(evidence(predictions=(_prediction(auc, half),)), policy)

    assert found is not None
    assert found.state is state


def test_it_says_which_feature_predicts_whom_how_well_and_what_to_do(policy: Policy) -> None:
    seen = (_prediction(0.70), _prediction(0.65, feature=None), _prediction(0.51, feature="logic"))

    found = proxies(evidence(predictions=seen), policy)

    assert found is not None
    assert found.reason.en == (
        "Predicted above AUC 0.55, and not by chance: female (sex): fluency AUC 0.700 [0.680, 0.720], n = 4,000;"
        " female (sex): all features together AUC 0.650 [0.630, 0.670], n = 4,000."
    )
    assert "全部特征合起来" in found.reason.zh
    assert found.next_step is not None
    assert "use: chosen" in found.next_step.zh


def test_where_nothing_is_found_the_highest_is_told_all_the_same(policy: Policy) -> None:
    found = proxies(evidence(predictions=(_prediction(0.52), _prediction(0.50, feature=None))), policy)

    assert found is not None
    assert "the highest is AUC 0.520 [0.500, 0.540], n = 4,000 of fluency for female (sex)" in found.reason.en
    assert [figure.name for figure in found.figures] == ["group_auc fluency", "group_auc all features"]


@pytest.mark.parametrize(
    ("seen", "said"),
    [((), "no study of proxies"), ((_prediction(0.9, n=150),), "from 200 people of known group on; there are 150")],
    ids=["no study", "too few"],
)
def test_without_enough_people_or_a_study_there_is_not_enough_evidence(
    policy: Policy, seen: tuple[GroupPrediction, ...], said: str
) -> None:
    found = evaluate(policy, evidence(predictions=seen)).check("proxies")

    assert found.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert said in found.result.reason.en
    assert found.result.next_step is not None


def test_it_never_blocks_and_does_not_count_alone(policy: Policy) -> None:
    report = evaluate(policy, evidence(predictions=(_prediction(0.99, 0.001),)))

    assert report.check("proxies").verdict is Verdict.REVIEW
    assert not report.check("proxies").counts
    assert report.verdict is Verdict.PASS


def test_no_policy_may_make_it_blocking(policy: Policy) -> None:
    document: Any = policy.document
    changed = {**document["checks"]["proxies"], "role": "blocking"}

    with pytest.raises(PolicyError, match=r"checks\.proxies\.role"):
        policies.from_document({**document, "checks": {**document["checks"], "proxies": changed}})


def test_a_policy_that_does_not_ask_gets_no_answer(policy: Policy) -> None:
    document: Any = policy.document
    checks = {name: check for name, check in document["checks"].items() if name != "proxies"}

    assert proxies(evidence(), policies.from_document({**document, "checks": checks})) is None
