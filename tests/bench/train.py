"""A training from the lake to a stored run, against nothing but `xgboost.train` on the arrays that it fitted.

Both sides have imported and used their libraries before; both take one run, for each takes minutes. The bare side makes
its matrix with all threads and trains with the run's own parameters, one thread among them: how several threads add
up is not promised to be the same on every machine. Beside the fit, the training reads thirty million skill scores,
fingerprints and proves its rows, splits, cuts, measures, fits its baselines, studies each feature, weighs the skills
and stores model and evidence. It has one candidate, and so no cross-validation.
"""

import json
import time
from collections.abc import Callable

import numpy as np
import sqlalchemy as sa
import xgboost

from models import registry
from models.features import FeatureSpec
from tests.bulk_skills import SKILLS, skilled_company
from training.configuration import Configuration, configuration
from training.pipeline import read_rows, train
from training.splits import split
from warehouse import postgres
from warehouse.access import Principal, Role
from warehouse.settings import Settings

ROUNDS = 500
LIMIT = 1.4
SCIENTIST = Principal(id="bench", roles=frozenset({Role.DATA_SCIENTIST}))
_WARM = 2_000


def run(report: Callable[[str, float, float, str], None]) -> None:
    """The whole training takes at most 1.4 times the bare one."""
    settings = skilled_company()
    declare(settings)
    registry.prepare(settings)
    train(settings, SCIENTIST, asked(rounds=2))
    began = time.perf_counter()
    made = train(settings, SCIENTIST, asked(rounds=ROUNDS))
    ours_s = time.perf_counter() - began
    bare_s, rows = _bare(settings, dict(made.record["parameters"]))  # type: ignore[call-overload]
    detail = f"{ours_s:.0f} s against {bare_s:.0f} s for {rows:,} fitted rows × {len(SKILLS)} and {ROUNDS} rounds"
    report("training from the lake / bare xgboost.train", ours_s / bare_s, LIMIT, detail)


def declare(settings: Settings) -> None:
    """The mapping of the bulk records, which declares every skill fixed before the outcome."""
    skills = {name: {"column": name, "fixed_before_outcome": True} for name in SKILLS}
    document = {"source": "bulk", "tables": [{"table": "ai_interview", "columns": {}, "skills": skills}]}
    statement = (
        "INSERT INTO landing.mapping (source, version, sha256, document) VALUES ('bulk', 1, 'x', :document)"
        " ON CONFLICT DO NOTHING"
    )
    with postgres.engine(settings).begin() as connection:
        connection.execute(sa.text(statement), {"document": json.dumps(document)})


def asked(*, rounds: int) -> Configuration:
    """One candidate on all skills, without draws, alternatives and cross-validation."""
    sentence = {"en": "It moved the score.", "zh": "它影响了得分。"}
    return configuration(
        {
            "name": "bench",
            "model_name": "bench",
            "target": {"name": "re_interview_pass"},
            "cut": {"share": 0.4},
            "folds": 0,
            "draws": 0,
            "calibrate": False,
            "alternatives": "off",
            "candidates": [{"name": "one", "rounds": [rounds], "parameters": {"max_depth": 6, "eta": 0.05}}],
            "features": [{"name": name, "source": f"skill:{name}"} for name in SKILLS],
            "reasons": {
                f"skill:{name}": {"code": name.upper(), "positive": sentence, "negative": sentence} for name in SKILLS
            },
        }
    )


def _bare(settings: Settings, parameters: dict[str, object]) -> tuple[float, int]:
    """Seconds of matrix and training alone, and the rows that were fitted."""
    wanted = asked(rounds=ROUNDS)
    frame = read_rows(settings, SCIENTIST, wanted).rows.frame
    fitted = split(frame, wanted.holdout, wanted.seed).fit & frame["label"].notna().to_numpy()
    matrix = FeatureSpec(features=wanted.features).matrix(frame)[fitted]
    labels = frame["label"].to_numpy(dtype=np.float64)[fitted]
    rounds = int(str(parameters.pop("rounds")))
    xgboost.train(parameters, xgboost.QuantileDMatrix(matrix[:_WARM], labels[:_WARM]), num_boost_round=2)
    began = time.perf_counter()
    xgboost.train(parameters, xgboost.QuantileDMatrix(matrix, labels), num_boost_round=rounds)
    return time.perf_counter() - began, len(labels)
