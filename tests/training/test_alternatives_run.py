"""Alternatives of a real training: from the lake's demographics to the run's files, and no group anywhere else."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from models import run_files
from tests.training.company import DECLARED, SCIENTIST
from tests.training.gate_company import config
from training import evidence
from training.pipeline import TrainedRun, train
from warehouse import postgres
from warehouse.settings import Settings

FILES = {evidence.ALTERNATIVES, evidence.ALTERNATIVES_CHART, evidence.PROXIES}


@pytest.fixture(scope="module")
def skewed(company: Settings) -> TrainedRun:
    """A run of all skills, the skewed one among them, with everything tried that can be."""
    return train(company, SCIENTIST, config(*DECLARED, alternatives={"tolerance": 0.2}))


@pytest.fixture(scope="module")
def found(company: Settings, skewed: TrainedRun) -> dict[str, Any]:
    """The run's alternatives as stored."""
    stored: dict[str, Any] = json.loads(run_files.read(company, skewed.run_id, evidence.ALTERNATIVES))
    return stored


def test_the_files_stand_in_the_audit_log_with_their_hashes(company: Settings, skewed: TrainedRun) -> None:
    assert set(run_files.hashes(company, skewed.run_id)) >= FILES
    assert run_files.changed(company, skewed.run_id) == ()


def test_without_alternatives_no_demographics_are_opened_and_no_file_is_written(company: Settings) -> None:
    before = _openings(company)

    run = train(company, SCIENTIST, config("content_logic", "problem_solving"))

    assert not FILES & set(run_files.hashes(company, run.run_id))
    assert _openings(company) == before


def test_demographics_are_opened_once_under_the_gates_name_for_a_stated_purpose(
    company: Settings, skewed: TrainedRun
) -> None:
    purpose = "alternatives and proxies of a training of gate_test for sam"

    assert _openings(company).count(purpose) == 1


def test_the_model_of_the_run_stays_the_configured_one(company: Settings, skewed: TrainedRun) -> None:
    plain = train(company, SCIENTIST, config(*DECLARED))

    assert skewed.record["model_sha256"] == plain.record["model_sha256"]


def test_where_quality_may_fall_far_the_chosen_fit_selects_women_almost_as_often(found: dict[str, Any]) -> None:
    points = {one["name"]: one["impact"] for one in found["points"]}

    assert points["unconstrained"]["cross_validated"]["worst"]["impact_ratio"] < 0.6
    assert points[found["chosen"]]["cross_validated"]["worst"]["impact_ratio"] > 0.9
    assert points[found["chosen"]]["holdout"]["worst"]["impact_ratio"] > 0.8


def test_the_configured_points_holdout_is_what_the_run_reports(skewed: TrainedRun, found: dict[str, Any]) -> None:
    configured = found["points"][0]["quality"]["holdout"]
    metrics: Any = skewed.record["metrics"]

    assert configured["auc"] == pytest.approx(metrics["auc"], abs=1e-12)
    assert configured["n"] == metrics["n"]


def test_no_very_small_group_is_named(company: Settings, skewed: TrainedRun, found: dict[str, Any]) -> None:
    proxies = run_files.read(company, skewed.run_id, evidence.PROXIES).decode()

    assert '"native"' not in json.dumps(found) + proxies
    assert found["points"][0]["impact"]["holdout"]["tables"]["race_ethnicity"]["small_or_unknown"] > 0


def test_the_proxy_study_names_the_skewed_skill(company: Settings, skewed: TrainedRun) -> None:
    study = json.loads(run_files.read(company, skewed.run_id, evidence.PROXIES))

    assert "strongest alone is speech_fluency (AUC 0.8" in study["finding"]["en"]
    assert "speech_fluency" in study["finding"]["zh"]
    races = [one for one in study["groups"] if one["attribute"] == "race_ethnicity"]
    assert all(one["together"]["auc_ci"][0] < 0.52 for one in races)


def _openings(settings: Settings) -> list[str]:
    with postgres.unit_of_work(settings, SCIENTIST) as session:
        query = (
            "SELECT detail->>'purpose' FROM governance.audit_log"
            " WHERE action = 'read_demographics' AND actor = 'hiregate-gate'"
        )
        return list(session.execute(text(query)).scalars())
