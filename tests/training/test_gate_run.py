"""The gate of real runs: from records through training to verdicts in the ledger, and on to a champion."""

import datetime as dt
import json
import re

import pytest
from sqlalchemy import text

from dashboards import demo, gate_text
from models import registry, releases
from models.registry import UnknownRun
from models.release_errors import GateBlocks
from models.release_run import proposal_of, run_id_of
from models.run_files import RunChanged
from tests.training.company import DECLARED, LEADER, SCIENTIST
from tests.training.gate_company import JOB_RELATED, config
from training.gate_run import run_gate
from training.pipeline import train
from validation.decision_rule import State
from validation.gate import GateReport
from validation.outcome import Verdict
from warehouse import postgres
from warehouse.access import NOBODY, AccessDenied, Principal, Role
from warehouse.settings import Settings

CHECKER = Principal(id="chen", roles=frozenset({Role.COMPLIANCE}))


@pytest.fixture(scope="module")
def skewed(company: Settings) -> GateReport:
    """The gate of a model of all skills, the skewed one among them."""
    return run_gate(company, SCIENTIST, train(company, SCIENTIST, config(*DECLARED)).run_id)


@pytest.fixture(scope="module")
def job_related(company: Settings) -> GateReport:
    """The gate of a model without the skewed skill."""
    return run_gate(company, SCIENTIST, train(company, SCIENTIST, config(*JOB_RELATED)).run_id)


@pytest.fixture(scope="module")
def champion(company: Settings, job_related: GateReport) -> releases.Promotion:
    """The job-related model in service, its open checks waived."""
    release = releases.propose(company, SCIENTIST, proposal_of(company, job_related.run_id))
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=60)
    for check in job_related.to_waive:
        releases.waive(company, CHECKER, release.label, check, reason="groups are small", owner="dana", expires=ends)
    releases.approve(company, CHECKER, release.label, reason="evidence read")
    return releases.promote(company, SCIENTIST, release.label)


def test_the_skewed_model_is_blocked_for_women(skewed: GateReport) -> None:
    check = skewed.check("adverse_impact.sex")

    assert skewed.verdict is Verdict.BLOCK
    assert check.state is State.FAIL
    assert "not by chance, for female (" in check.result.reason.en


def test_the_demo_proposes_no_model_that_the_gate_blocks(company: Settings, skewed: GateReport) -> None:
    told: list[str] = []

    people = demo.People(operator=SCIENTIST, maker=SCIENTIST, checker=CHECKER)

    champion = demo.release(company, people, skewed, told.append)

    assert champion is None
    assert "the gate blocks this model too" in told[0]


def test_a_blocked_run_cannot_be_proposed(company: Settings, skewed: GateReport) -> None:
    with pytest.raises(GateBlocks):
        releases.propose(company, SCIENTIST, proposal_of(company, skewed.run_id))


def test_the_job_related_model_passes_for_sex_and_race(job_related: GateReport) -> None:
    assert job_related.check("adverse_impact.sex").verdict is Verdict.PASS
    assert job_related.check("adverse_impact.race_ethnicity").verdict is Verdict.PASS


def test_scoring_rates_count_the_same_people_above_the_median_of_them_all(job_related: GateReport) -> None:
    detail = job_related.check("adverse_impact.sex").detail
    deployed, scored = detail["deployed"], detail["above_median"]

    above = sum(one["selected"] for one in [*scored["groups"], scored["unknown"]])
    everybody = sum(one["n"] for one in [*scored["groups"], scored["unknown"]])

    assert {str(one["group"]): one["n"] for one in scored["groups"]} == {
        str(one["group"]): one["n"] for one in deployed["groups"]
    }
    assert 0 < above <= everybody / 2


def test_small_intersections_ask_for_review_and_block_nothing(job_related: GateReport) -> None:
    assert job_related.check("adverse_impact.sex+race_ethnicity").verdict is Verdict.REVIEW
    assert job_related.verdict is Verdict.REVIEW


def test_a_vendor_that_did_not_change_its_scoring_is_not_asked_about(job_related: GateReport) -> None:
    check = job_related.check("vendor_change")

    assert check.state is State.PASS
    assert check.result.figures[0].n == 6_000


def test_adverse_impact_counts_everybody_interviewed_and_not_only_the_labelled(job_related: GateReport) -> None:
    table = job_related.check("adverse_impact.sex").detail["deployed"]

    labelled = job_related.check("validity").result.figures[0].n
    assert table["n"] > 1.2 * labelled  # type: ignore[index]


def test_a_feature_that_no_mapping_declares_is_named(company: Settings) -> None:
    run = train(company, SCIENTIST, config("content_logic", "problem_solving", "panel_alignment"))

    check = run_gate(company, SCIENTIST, run.run_id, is_dry=True).check("leakage")

    assert check.verdict is Verdict.BLOCK
    assert "panel_alignment (built@1)" in check.result.reason.en


def test_the_result_stands_in_the_ledger_with_its_policy(company: Settings, job_related: GateReport) -> None:
    with postgres.unit_of_work(company, SCIENTIST) as session:
        row = session.execute(
            text(
                "SELECT g.verdict, g.evaluated_by, g.checks, p.sha256 FROM governance.gate_result g"
                " JOIN governance.policy_version p USING (policy_version_id) WHERE run_id = :run"
                " ORDER BY evaluated_at LIMIT 1"
            ),
            {"run": job_related.run_id},
        ).one()

    assert (row.verdict, row.evaluated_by, row.sha256) == ("review", SCIENTIST.id, job_related.policy_sha256)
    assert row.checks == json.loads(json.dumps(job_related.as_json()))


def test_a_dry_run_writes_nothing(company: Settings, job_related: GateReport) -> None:
    def count() -> int:
        with postgres.unit_of_work(company, SCIENTIST) as session:
            return int(session.execute(text("SELECT count(*) FROM governance.gate_result")).scalar_one())

    before = count()

    run_gate(company, SCIENTIST, job_related.run_id, is_dry=True)

    assert count() == before


def test_demographics_are_read_under_the_gates_name_and_for_this_run(
    company: Settings, job_related: GateReport
) -> None:
    with postgres.unit_of_work(company, CHECKER) as session:
        purposes = session.execute(
            text(
                "SELECT detail->>'purpose' FROM governance.audit_log"
                " WHERE action = 'read_demographics' AND actor = 'hiregate-gate'"
            )
        ).scalars()

        assert f"gate of run {job_related.run_id} for {SCIENTIST.id}" in set(purposes)


def test_whoever_may_not_read_demographics_gets_no_small_group(job_related: GateReport) -> None:
    shown = gate_text.document(job_related, SCIENTIST)
    whole = gate_text.document(job_related, CHECKER)

    assert "native" not in json.dumps([check["figures"] for check in shown["checks"]])  # type: ignore[attr-defined]
    assert not [check for check in shown["checks"] if re.search(r"\bnative\b", check["reason"]["en"])]  # type: ignore[attr-defined]
    assert not {"neighbours", "stages", "by", "errors"} & {key for check in shown["checks"] for key in check["detail"]}  # type: ignore[attr-defined]
    assert "native" in json.dumps(whole)


def test_a_waiver_that_ends_early_shortens_the_lease(champion: releases.Promotion) -> None:
    assert champion.lease_until - dt.datetime.now(dt.UTC) < dt.timedelta(days=61)


def test_the_champion_compared_with_itself_is_no_worse(
    company: Settings, champion: releases.Promotion, job_related: GateReport
) -> None:
    report = run_gate(company, SCIENTIST, job_related.run_id, is_dry=True)

    figure = report.check("performance.champion").result.figures[0]
    assert (figure.value, report.check("performance.champion").verdict) == (0.0, Verdict.PASS)
    assert report.check("adverse_impact_champion.sex").result.figures[0].value == 1.0


def test_a_challenger_that_harms_a_group_more_than_the_champion_is_told_so(
    company: Settings, champion: releases.Promotion, skewed: GateReport
) -> None:
    report = run_gate(company, SCIENTIST, skewed.run_id, is_dry=True)

    assert report.check("performance.champion").state is State.PASS
    assert report.check("adverse_impact_champion.sex").state is State.FAIL


def test_the_alias_mirrors_the_champion(company: Settings, champion: releases.Promotion) -> None:
    releases.mirror(company, "re-interview-pass")

    assert registry.champion_run(company, "re-interview-pass") == champion.release.run_id
    assert not releases.mirror(company, "re-interview-pass")


@pytest.mark.parametrize("who", [NOBODY, LEADER, Principal(id="ada", roles=frozenset({Role.AUDITOR}))])
def test_only_those_who_train_or_check_evaluate_a_gate(
    company: Settings, job_related: GateReport, who: Principal
) -> None:
    with pytest.raises(AccessDenied):
        run_gate(company, who, job_related.run_id)


@pytest.mark.parametrize("reference", ["", "nothing", "../secrets"])
def test_an_unknown_run_is_named(company: Settings, job_related: GateReport, reference: str) -> None:
    with pytest.raises(UnknownRun, match="hiregate train"):
        run_gate(company, SCIENTIST, reference)


def test_a_run_is_found_by_the_start_of_its_id(company: Settings, job_related: GateReport) -> None:
    assert run_id_of(company, job_related.run_id[:12]) == job_related.run_id


def test_a_model_file_that_was_changed_after_training_is_refused(company: Settings) -> None:
    run = train(company, SCIENTIST, config("content_logic", "problem_solving"))
    path = registry.artefact_folder(company) / run.run_id / "artifacts" / registry.MODEL_FILE
    path.write_bytes(path.read_bytes() + b"x")

    with pytest.raises(RunChanged, match="changed after its training"):
        run_gate(company, SCIENTIST, run.run_id)
