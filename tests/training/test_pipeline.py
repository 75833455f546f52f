"""A training from records to a stored run: what it stores, that it repeats itself, and who may ask for it."""

import hashlib
import io
import json

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text

from models import registry
from models.features import Feature, FeatureSpec
from models.prohibited import ProhibitedInput
from models.scorer import Scorer
from tests.training.company import DECLARED, LEADER, SCIENTIST
from training import configuration, evidence
from training.dataset import NothingToLearn
from training.pipeline import TrainedRun, read_rows, train, with_provenance
from validation.bins import ColumnProfile, FrozenBins
from warehouse.access import AccessDenied
from warehouse.postgres import unit_of_work
from warehouse.queries.training import Declaration, MappedSource
from warehouse.settings import Settings


def _json(settings: Settings, run: TrainedRun, name: str) -> dict[str, object]:
    read = json.loads(registry.artefact(settings, run.run_id, name))
    assert isinstance(read, dict)
    return read


def _holdout(settings: Settings, run: TrainedRun) -> pd.DataFrame:
    return pd.read_parquet(io.BytesIO(registry.artefact(settings, run.run_id, evidence.HOLDOUT)))


def test_the_model_ranks_people_better_than_the_vendor_does(planted: Settings, run: TrainedRun) -> None:
    record = _json(planted, run, evidence.RECORD)

    assert record["metrics"]["auc"] > record["baselines"]["vendor_score"]["auc"] + 0.1
    assert record["metrics"]["auc_ci"][0] > 0.6


def test_training_again_on_the_same_snapshot_gives_the_same_model_bytes(planted: Settings, run: TrainedRun) -> None:
    again = train(planted, SCIENTIST, configuration.load("demo_job_related"))

    for name in (evidence.MODEL, evidence.SPEC, evidence.HOLDOUT, evidence.BINS, evidence.STUDY):
        first, second = (registry.artefact(planted, one.run_id, name) for one in (run, again))
        assert first == second, name
    assert again.record["data_fingerprint"] == run.record["data_fingerprint"]


def test_the_record_names_the_model_file_and_the_spec_by_their_hashes(planted: Settings, run: TrainedRun) -> None:
    record = _json(planted, run, evidence.RECORD)

    assert record["model_sha256"] == hashlib.sha256(registry.artefact(planted, run.run_id, evidence.MODEL)).hexdigest()
    assert (
        record["feature_spec_sha256"]
        == FeatureSpec.from_json(registry.artefact(planted, run.run_id, evidence.SPEC).decode()).sha256
    )


def test_a_scorer_of_the_stored_files_gives_the_scores_of_the_holdout(planted: Settings, run: TrainedRun) -> None:
    files = [registry.artefact(planted, run.run_id, name) for name in (evidence.MODEL, evidence.SPEC, evidence.RECORD)]
    scorer = Scorer.from_artefacts(files[0], files[1].decode(), files[2].decode())
    rows = read_rows(planted, SCIENTIST, configuration.load("demo_job_related")).rows.frame.set_index("application_key")
    held = _holdout(planted, run)

    scores = scorer.score(scorer.spec.matrix(rows.loc[held["application_key"]]))

    np.testing.assert_array_equal(scores, held["score"].to_numpy())
    assert (held["selected"] == (held["score"] >= scorer.cut_score)).all()


def test_as_many_are_selected_as_at_the_vendors_cut(planted: Settings, run: TrainedRun) -> None:
    rows = read_rows(planted, SCIENTIST, configuration.load("demo_job_related")).rows.frame
    begins = pd.Timestamp(run.record["split"]["holdout_begins"])
    vendor = rows["ai_score"][rows["ai_interviewed_at"] < begins]

    cut = run.record["cut"]

    assert cut["wanted_share"] == pytest.approx((vendor >= 70).mean(), abs=0.01)
    assert cut["reached_share"] == pytest.approx(cut["wanted_share"], abs=0.01)


def test_the_holdout_holds_everybody_interviewed_in_the_last_period_labelled_or_not(
    planted: Settings, run: TrainedRun
) -> None:
    held = _holdout(planted, run)

    assert tuple(held.columns) == evidence.HOLDOUT_COLUMNS
    assert held["label"].isna().any()
    assert held["ai_interviewed_at"].min() >= pd.Timestamp(run.record["split"]["holdout_begins"])
    assert len(held) == run.record["n"]["holdout"]


def test_each_feature_carries_its_mapping_and_its_declaration(planted: Settings, run: TrainedRun) -> None:
    spec = FeatureSpec.from_json(registry.artefact(planted, run.run_id, evidence.SPEC).decode())

    assert {feature.provenance.mappings for feature in spec.features} == {("built@1",)}
    assert all(feature.provenance.fixed_before_outcome for feature in spec.features)


@pytest.mark.parametrize("origin", ["face", "emotion"])
def test_an_input_declared_to_come_from_faces_or_emotions_is_refused_whatever_its_name(origin: str) -> None:
    spec = FeatureSpec(features=(Feature(name="poise", source="skill:poise"),))
    declared = {"skill:poise": Declaration(fixed_before_outcome=True, derived_from=origin)}

    with pytest.raises(ProhibitedInput, match="skill:poise"):
        with_provenance(spec, (MappedSource(system="v", version=1, declarations=declared),))


def test_an_undeclared_feature_that_knows_the_outcome_shows_in_the_study(planted: Settings) -> None:
    leaky = train(planted, SCIENTIST, configuration.load("demo_with_leak"))

    study = {one["name"]: one for one in _json(planted, leaky, evidence.STUDY)["features"]}

    assert study["panel_alignment"]["fixed_before_outcome"] is None
    assert study["panel_alignment"]["single_auc"] > study["panel_alignment"]["others_auc"] + 0.1
    assert study["communication"]["single_auc"] < study["communication"]["others_auc"]


def test_bins_and_profiles_read_back_and_count_the_fitted_rows(planted: Settings, run: TrainedRun) -> None:
    stored = _json(planted, run, evidence.BINS)["features"]

    assert set(stored) == set(DECLARED) - {"speech_fluency"}
    for one in stored.values():
        bins = FrozenBins.from_json(json.dumps(one["bins"]))
        profile = ColumnProfile.from_json(json.dumps(one["profile"]))
        assert profile.bins == bins
        assert profile.rows == run.record["n"]["fit"]


def test_the_record_says_for_whom_labels_exist_in_both_languages(run: TrainedRun) -> None:
    warning = run.record["warnings"][0]

    assert "re-interviewed" in warning["en"]
    assert "复面" in warning["zh"]


def test_the_run_is_listed_with_its_numbers_and_its_data(planted: Settings, run: TrainedRun) -> None:
    listed = next(one for one in registry.runs(planted, model_name="re-interview-pass") if one.run_id == run.run_id)

    assert listed.metrics["holdout_auc"] == pytest.approx(run.record["metrics"]["auc"])
    assert listed.parameters["seed"] == "20260101"
    assert listed.tags["data_fingerprint"] == run.record["data_fingerprint"]


def test_the_audit_log_says_who_trained_on_what(planted: Settings, run: TrainedRun) -> None:
    with unit_of_work(planted, SCIENTIST) as session:
        line = session.execute(
            text("SELECT actor, detail FROM governance.audit_log WHERE action = 'model_trained' AND subject = :run"),
            {"run": run.run_id},
        ).one()

    assert line.actor == "sam"
    assert line.detail["data_fingerprint"] == run.record["data_fingerprint"]


def test_progress_is_told_step_by_step(planted: Settings) -> None:
    steps: list[str] = []

    train(planted, SCIENTIST, configuration.load("demo_job_related"), progress=steps.append)

    assert steps[0] == "reading the snapshot"
    assert steps[-1] == "storing the run"


def test_who_may_not_train_is_refused(planted: Settings) -> None:
    with pytest.raises(AccessDenied, match="train"):
        train(planted, LEADER, configuration.load("demo_job_related"))


def test_before_the_first_refresh_there_is_nothing_to_learn(records: Settings) -> None:
    with pytest.raises(NothingToLearn, match="hiregate refresh"):
        train(records, SCIENTIST, configuration.load("demo_job_related"))
