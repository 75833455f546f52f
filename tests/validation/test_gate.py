"""The gate as a whole: what each state of a check does to a release, and golden cases GATE-002 and GATE-004."""

import json
from pathlib import Path

import pytest

from tests.validation.gate_evidence_builder import counts, evidence, feature, profiles, selection
from validation import policy as policies
from validation.decision_rule import Action, State
from validation.gate import evaluate, under
from validation.gate_evidence import CutCounts, Evidence
from validation.gate_judgement import Judgement
from validation.group_count import group_count
from validation.outcome import Text, Verdict
from validation.policy import Policy
from validation.policy_settings import Role

GOLDEN = {case["id"]: case for case in json.loads((Path(__file__).parent / "golden" / "gate.json").read_text("utf-8"))}
STATES = {"fail": Verdict.BLOCK, "insufficient_data": Verdict.NOT_ENOUGH_EVIDENCE, "undefined": Verdict.BLOCK}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return policies.load()


def _judgement(check: str, state: State) -> Judgement:
    return Judgement(check=check, state=state, reason=Text(en="Because.", zh="因为。"))


def test_a_sound_model_passes(policy: Policy) -> None:
    report = evaluate(policy, evidence())

    assert report.verdict is Verdict.PASS
    assert report.to_waive == ()


def test_every_check_says_why_in_both_languages(policy: Policy) -> None:
    report = evaluate(policy, evidence())

    assert all(check.result.reason.en and check.result.reason.zh for check in report.checks)


def test_every_figure_carries_n_period_definition_and_snapshot(policy: Policy) -> None:
    report = evaluate(policy, evidence())

    figures = [figure for check in report.checks for figure in check.result.figures]
    assert len(figures) > 20
    assert all(one.n and one.period and one.definition and one.snapshot for one in figures)


def test_no_evidence_at_all_passes_nothing(policy: Policy) -> None:
    empty = Evidence(
        run_id="r",
        model_name="m",
        artifact_sha256="",
        target="re_interview_pass",
        snapshot="",
        period="",
        cut=0.5,
        has_champion=True,
    )

    report = evaluate(policy, empty)

    assert {check.verdict for check in report.checks} == {Verdict.NOT_ENOUGH_EVIDENCE}
    assert report.verdict is Verdict.NOT_ENOUGH_EVIDENCE


def test_a_blocking_failure_blocks_the_whole(policy: Policy) -> None:
    report = evaluate(policy, evidence(features=(feature("notes", is_fixed_before_outcome=False),)))

    assert report.verdict is Verdict.BLOCK


def test_an_advisory_failure_asks_for_a_waiver_and_blocks_nothing(policy: Policy) -> None:
    report = evaluate(policy, evidence(profiles=profiles(shift=2.0)))

    assert report.check("drift").action is Action.NEEDS_SIGNED_WAIVER
    assert report.verdict is Verdict.REVIEW
    assert report.to_waive == ("drift",)


def test_an_advisory_doubt_leaves_a_note_only(policy: Policy) -> None:
    report = evaluate(policy, evidence(profiles=profiles(n=20)))

    assert report.check("drift").verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert report.check("drift").action is Action.RELEASE_WITH_NOTE
    assert report.verdict is Verdict.PASS


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("state", list(State))
def test_the_shipped_policy_has_the_golden_truth_table(policy: Policy, role: Role, state: State) -> None:
    expected = GOLDEN["GATE-004"]["expected"][role.value][state.value]

    assert policy.consequences[role][state].value == expected


@pytest.mark.parametrize("state", list(State))
def test_only_a_pass_of_a_blocking_check_passes(policy: Policy, state: State) -> None:
    verdict = under(policy, _judgement("leakage", state)).verdict

    assert (verdict is Verdict.PASS) == (state is State.PASS)


@pytest.mark.parametrize("state", list(State))
def test_an_advisory_check_never_blocks(policy: Policy, state: State) -> None:
    assert under(policy, _judgement("drift", state)).verdict is not Verdict.BLOCK


@pytest.mark.parametrize("index", range(13))
def test_the_gate_decides_the_golden_tables(policy: Policy, index: int) -> None:
    """GATE-002 has `min_n` 30 and a threshold of .80, as the shipped policy; what is undefined blocks."""
    case = GOLDEN["GATE-002"]
    focal, focal_n, bar, bar_n = case["inputs"]["tables_focal_x_n_ref_x_n"][index]
    people = (
        group_count({"sex": "F", "race_ethnicity": "x"}, n=focal_n, selected=focal),
        group_count({"sex": "M", "race_ethnicity": "x"}, n=bar_n, selected=bar),
    )
    chosen = selection(deployed=people, lower=None, higher=None)

    check = evaluate(policy, evidence(selection=chosen)).check("adverse_impact.sex")

    decision = case["expected"]["decision"][index]
    assert check.state.value == decision
    assert check.verdict is STATES.get(decision, check.verdict)


def test_the_report_is_plain_json(policy: Policy) -> None:
    report = evaluate(policy, evidence())

    text = json.dumps(report.as_json(), allow_nan=False)

    assert json.loads(text)["policy"]["version"] == policy.version


def test_nobody_selected_blocks_and_never_passes(policy: Policy) -> None:
    nobody = counts(overall=0.0)

    report = evaluate(policy, evidence(selection=selection(deployed=nobody)))

    assert report.check("adverse_impact.sex").state is State.UNDEFINED
    assert report.verdict is Verdict.BLOCK


def test_a_neighbouring_cut_that_fails_asks_for_review(policy: Policy) -> None:
    unfair = CutCounts(cut=0.55, counts=counts({"F": 0.5}))

    report = evaluate(policy, evidence(selection=selection(higher=unfair)))

    assert report.check("adverse_impact.sex").verdict is Verdict.REVIEW
