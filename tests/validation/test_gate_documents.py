"""The gate's check of what people must write: nothing asked, all there, some missing, nobody looked."""

from dataclasses import replace

import pytest

from tests.validation.gate_evidence_builder import evidence
from validation import human_parts, policy
from validation.decision_rule import State
from validation.gate import evaluate
from validation.gate_documents import demanded_parts, documents
from validation.gate_judgement import Judgement
from validation.human_parts import UnknownPart
from validation.outcome import Verdict
from validation.policy import PolicyError


def _judged(required: tuple[str, ...], written: frozenset[str] | None) -> Judgement:
    found = documents(replace(evidence(), documents=written), replace(policy.load("eu"), documents=required))
    assert found is not None
    return found


def test_a_policy_that_demands_nothing_has_no_such_check() -> None:
    assert documents(evidence(), policy.load()) is None


def test_all_demanded_parts_pass() -> None:
    found = _judged(("model_card.owner",), frozenset({"model_card.owner", "model_card.limitations"}))

    assert (found.state, found.figures[0].value, found.figures[0].n) == (State.PASS, 1.0, 1)


def test_a_missing_part_asks_for_review_and_says_what_to_do() -> None:
    found = _judged(("model_card.owner", "model_card.limitations"), frozenset({"model_card.owner"}))

    assert found.state is State.REVIEW
    assert "1 of 2" in found.reason.en
    assert "model_card.limitations" in found.reason.zh
    assert found.next_step is not None
    assert "hiregate document write" in found.next_step.en


def test_what_nobody_looked_at_is_not_there() -> None:
    assert _judged(("model_card.owner",), None).state is State.INSUFFICIENT_DATA


def test_a_kind_means_all_its_required_parts_each_once() -> None:
    found = [part.name for part in demanded_parts(("model_card.owner", "model_card"))]

    assert sorted(found) == sorted(part.name for part in human_parts.of_kind("model_card"))


def test_a_part_that_nobody_can_write_is_refused_with_the_policy() -> None:
    text = (
        "name: mine\nversion: '2026-11-22'\ntitle: {en: Mine, zh: 我的}\nextends: eu\n"
        "checks: {documents: {required: [model_card.horoscope]}}\n"
    )

    with pytest.raises(PolicyError, match=r"model_card\.horoscope"):
        policy.parse(text, "mine.yaml")
    with pytest.raises(UnknownPart):
        list(demanded_parts(("model_card.horoscope",)))


@pytest.mark.parametrize("name", ["cn", "eu", "us-nyc"])
def test_the_jurisdictions_ask_for_theirs_and_a_waiver_where_they_lack(name: str) -> None:
    report = evaluate(policy.load(name), replace(evidence(), documents=frozenset()))

    assert report.check("documents").verdict is Verdict.REVIEW
    assert "documents" in report.to_waive


def test_policies_put_together_demand_the_parts_of_both() -> None:
    both = policy.load("eu", "cn")

    assert set(both.documents) >= {*policy.load("eu").documents, *policy.load("cn").documents}
