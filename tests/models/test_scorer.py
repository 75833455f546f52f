"""The scorer: chances, bands, and contributions that add up to the score."""

import importlib
import json
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import xgboost

from models.features import ValueUnreadable
from models.reasons import stored_reasons
from models.scorer import ArtefactsDisagree, Platt, Scorer, log_odds
from tests.models.builders import artefacts, rows, scorer, spec


def test_scores_equal_those_of_the_booster_itself() -> None:
    matrix = spec().matrix(rows())
    booster = xgboost.Booster()
    booster.load_model(bytearray(artefacts()[0]))

    scores = scorer().score(matrix)

    np.testing.assert_allclose(scores, booster.predict(xgboost.DMatrix(matrix)), atol=1e-6)


@pytest.mark.parametrize("calibration", [Platt(), Platt(slope=1.7, intercept=-0.4)])
def test_contributions_and_base_add_up_to_the_log_odds_of_the_score(calibration: Platt) -> None:
    matrix = spec().matrix(rows())
    model = scorer(calibration)

    total = model.contributions(matrix).sum(axis=1)

    np.testing.assert_allclose(total, [log_odds(score) for score in model.score(matrix)], atol=1e-4)


def test_contributions_equal_those_of_the_shap_library() -> None:
    """An independent implementation of TreeSHAP on the same trees."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library's plotting parts use deprecated colour maps
        shap = importlib.import_module("shap")
    matrix, model = spec().matrix(rows(50)), scorer()

    theirs = shap.TreeExplainer(model.booster, feature_perturbation="tree_path_dependent").shap_values(matrix)

    np.testing.assert_allclose(model.contributions(matrix)[:, :-1], theirs, atol=1e-4)


def test_one_request_gets_the_score_of_its_row_with_band_and_reasons() -> None:
    frame, model = rows(), scorer()
    scores = model.score(spec().matrix(frame))
    best = int(np.argmax(scores))

    scored = model.score_one(frame.iloc[best].drop("label").dropna().to_dict())

    assert scored.score == pytest.approx(scores[best])
    assert (scored.band, scored.is_above_cut) == ("high", True)
    assert scored.reasons[0].contribution > 0


def test_bands_begin_at_their_least_score() -> None:
    model = scorer()

    assert [model.band(score) for score in (0.399, 0.4, 0.499, 0.5)] == ["low", "middle", "middle", "high"]


def test_a_value_that_is_no_number_cannot_be_scored() -> None:
    with pytest.raises(ValueUnreadable, match="communication"):
        scorer().score_one({"skills": {"communication": "good"}})


def test_the_spec_of_another_run_is_refused() -> None:
    model, stored, training = artefacts()
    other = json.dumps({**json.loads(training), "feature_spec_sha256": "0" * 64})

    with pytest.raises(ArtefactsDisagree):
        Scorer.from_artefacts(model, stored, other)


def test_reasons_are_the_stored_ones_not_todays_dictionary() -> None:
    model, stored, training = artefacts()
    record = json.loads(training)
    record["reasons"][0]["positive"]["en"] = "As it was said then."

    read = Scorer.from_artefacts(model, stored, json.dumps(record))

    assert read.reasons == stored_reasons(record["reasons"])


@pytest.mark.parametrize("training", ["{}", "[]", "nonsense", '{"feature_spec_sha256": "x", "reasons": 1}'])
def test_another_document_is_not_a_training_record(training: str) -> None:
    model, stored, _ = artefacts()

    with pytest.raises(ArtefactsDisagree, match="not a training record"):
        Scorer.from_artefacts(model, stored, training)


def test_another_file_is_not_a_model() -> None:
    _, stored, training = artefacts()

    with pytest.raises(ArtefactsDisagree, match="not an XGBoost model"):
        Scorer.from_artefacts(b"nonsense", stored, training)


def test_threads_that_share_a_scorer_get_the_same_numbers() -> None:
    matrix, model = spec().matrix(rows()), scorer()
    alone = model.contributions(matrix)

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _: model.contributions(matrix), range(40)))

    assert all(np.array_equal(alone, one) for one in together)
