"""Training with the alternative that won: one model for everybody, less impact, and no group anywhere at scoring."""

import io
import json
from typing import Any

import pandas as pd
import pytest

from models import run_files
from models.scorer import Scorer, chance
from tests.training.company import DECLARED, SCIENTIST
from tests.training.gate_company import JOB_RELATED, config
from training import evidence
from training.alternatives_settings import Use
from training.configuration import ConfigurationError
from training.gate_run import run_gate
from training.pipeline import TrainedRun, read_rows, train
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

LENIENT = {"tolerance": 0.2}


@pytest.fixture(scope="module")
def configured(company: Settings) -> TrainedRun:
    """A run of all skills as configured, with the alternatives tried beside."""
    return train(company, SCIENTIST, config(*DECLARED, alternatives=LENIENT))


@pytest.fixture(scope="module")
def chosen(company: Settings) -> TrainedRun:
    """The same, with the alternative that won as its model."""
    return train(company, SCIENTIST, config(*DECLARED, alternatives={**LENIENT, "use": "chosen"}))


def test_the_model_of_the_run_is_the_fit_that_won(company: Settings, chosen: TrainedRun) -> None:
    study = _json(company, chosen, evidence.ALTERNATIVES)
    won = next(one for one in study["points"] if one["name"] == study["chosen"])
    record: Any = chosen.record

    assert record["fit"]["name"] == study["chosen"] != "unconstrained"
    assert record["metrics"]["auc"] == pytest.approx(won["quality"]["holdout"]["auc"], abs=1e-12)


def test_its_study_is_that_of_the_configured_run(company: Settings, configured: TrainedRun, chosen: TrainedRun) -> None:
    assert _json(company, configured, evidence.ALTERNATIVES) == _json(company, chosen, evidence.ALTERNATIVES)


def test_the_record_says_which_fit_and_why_in_both_languages(configured: TrainedRun, chosen: TrainedRun) -> None:
    used: Any = chosen.record["fit"]
    stood: Any = configured.record["fit"]

    assert used["why"]["en"].startswith(f"The model is the alternative “{used['words']['en']}”.")
    assert "同一分数线" in used["why"]["zh"]
    assert stood["why"]["en"].startswith("Fitted as configured, although")


def test_no_group_is_among_what_scoring_needs(company: Settings, chosen: TrainedRun) -> None:
    scorer = _scorer(company, chosen)

    assert [feature.source for feature in scorer.spec.features] == [f"skill:{name}" for name in DECLARED]
    assert 0 < scorer.score_one({"skills": dict.fromkeys(DECLARED, 70.0)}).score < 1


def test_its_chances_are_calibrated_on_rows_that_its_folds_never_saw(chosen: TrainedRun) -> None:
    metrics: Any = chosen.record["metrics"]
    low, high = metrics["calibration"]["observed_over_expected_ci"]

    assert low < 1.1
    assert high > 0.9


def test_at_its_cut_the_impact_ratio_is_no_worse_than_the_configured_fits(
    company: Settings, configured: TrainedRun, chosen: TrainedRun
) -> None:
    assert _worst_ratio(company, chosen) > max(0.8, _worst_ratio(company, configured))


def test_the_gate_blocks_the_configured_fit_for_impact_and_not_the_chosen_one(
    company: Settings, configured: TrainedRun, chosen: TrainedRun
) -> None:
    before = run_gate(company, SCIENTIST, configured.run_id, is_dry=True)
    after = run_gate(company, SCIENTIST, chosen.run_id, is_dry=True)

    assert before.check("adverse_impact.sex").verdict.value == "block"
    assert after.check("adverse_impact.sex").verdict.value in {"pass", "review"}
    assert after.notes["fit"] == chosen.record["fit"]["why"]["en"]  # type: ignore[index]


def test_the_same_rows_give_the_same_bytes_again(company: Settings, chosen: TrainedRun) -> None:
    again = train(company, SCIENTIST, config(*DECLARED, alternatives={**LENIENT, "use": "chosen"}))

    assert again.record["model_sha256"] == chosen.record["model_sha256"]
    for name in (evidence.HOLDOUT, evidence.BINS, evidence.STABILITY, evidence.STUDY):
        assert run_files.read(company, again.run_id, name) == run_files.read(company, chosen.run_id, name)


def test_where_the_configured_fit_wins_the_run_is_the_same_as_without_the_choice(company: Settings) -> None:
    plain = train(company, SCIENTIST, config(*JOB_RELATED, alternatives={"methods": ["proxy_dropped"]}))
    asked = train(
        company, SCIENTIST, config(*JOB_RELATED, alternatives={"methods": ["proxy_dropped"], "use": "chosen"})
    )

    assert asked.record["model_sha256"] == plain.record["model_sha256"]
    assert asked.record["fit"]["name"] == "unconstrained"  # type: ignore[index]


@pytest.mark.parametrize("method", ["proxy_dropped", "reweighted", "constrained", "share_removed"])
def test_a_fit_of_any_method_is_served_from_its_file_and_repeats_the_holdout(company: Settings, method: str) -> None:
    """A custom objective and another base score must survive the file, and the contributions must still add up."""
    asked = config(*DECLARED, alternatives={**LENIENT, "methods": [method], "use": "chosen"})
    run = train(company, SCIENTIST, asked)
    scorer = _scorer(company, run)
    held = pd.read_parquet(io.BytesIO(run_files.read(company, run.run_id, evidence.HOLDOUT)))
    rows = read_rows(company, SCIENTIST, asked).rows.frame.set_index("application_key").loc[held["application_key"]]
    matrix = scorer.spec.matrix(rows.reset_index())

    assert run.record["fit"]["name"] == method  # type: ignore[index]
    assert scorer.score(matrix) == pytest.approx(held["score"].to_numpy(), abs=1e-12)
    assert chance(scorer.contributions(matrix).sum(axis=1)) == pytest.approx(held["score"].to_numpy(), abs=1e-5)


def _scorer(settings: Settings, run: TrainedRun) -> Scorer:
    model, spec, record = (
        run_files.read(settings, run.run_id, name) for name in (evidence.MODEL, evidence.SPEC, evidence.RECORD)
    )
    return Scorer.from_artefacts(model, spec.decode(), record.decode())


def _json(settings: Settings, run: TrainedRun, name: str) -> Any:
    return json.loads(run_files.read(settings, run.run_id, name))


def _worst_ratio(settings: Settings, run: TrainedRun) -> float:
    """The lowest impact ratio by sex of the run's own cut, from the gate's figures."""
    report = run_gate(settings, SCIENTIST, run.run_id, is_dry=True)
    figures = report.check("adverse_impact.sex").result.figures
    return min(one.value for one in figures if one.name.startswith("impact_ratio") and one.value is not None)


def test_a_word_that_names_no_use_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"alternatives\.use is 'best'"):
        config(*JOB_RELATED, alternatives={"use": "best"})


def test_without_a_word_the_configured_fit_is_used() -> None:
    found = config(*JOB_RELATED, alternatives="on").alternatives

    assert found is not None
    assert found.use is Use.CONFIGURED
