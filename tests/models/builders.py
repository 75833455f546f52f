"""Builds small models for tests: a spec of three skills, rows with a known effect, and a fitted scorer."""

import json

import numpy as np
import pandas as pd

from models.features import Feature, FeatureSpec, Kind, Provenance
from models.reasons import reasons
from models.scorer import Platt, Scorer
from training.fit import fit, native_bytes

SKILLS = ("content_logic", "problem_solving", "communication")


def spec() -> FeatureSpec:
    features = [
        Feature(name=skill, source=f"skill:{skill}", provenance=Provenance(systems=("vendor",))) for skill in SKILLS
    ]
    level = Feature(name="is_sales", source="job_family", kind=Kind.LEVEL, level="sales")
    return FeatureSpec(features=(*features, level))


def rows(count: int = 400, seed: int = 7) -> pd.DataFrame:
    """Applications whose label depends on two of the skills; some values are absent."""
    random = np.random.default_rng(seed)
    skills = random.normal(60, 15, (count, len(SKILLS)))
    chance = 1 / (1 + np.exp(-(0.08 * (skills[:, 0] - 60) + 0.05 * (skills[:, 1] - 60))))
    frame = pd.DataFrame(skills, columns=[f"skill:{skill}" for skill in SKILLS])
    frame.loc[::17, "skill:communication"] = np.nan
    frame["job_family"] = np.where(random.random(count) < 0.5, "sales", "engineering")
    frame["label"] = (random.random(count) < chance).astype(float)
    return frame


def artefacts(calibration: Platt = Platt()) -> tuple[bytes, str, str]:  # noqa: B008 - a frozen value
    """A run's model.ubj, feature_spec.json and the part of training.json that a scorer reads."""
    frame, made = rows(), spec()
    booster = fit(
        made.matrix(frame), frame["label"].to_numpy(), parameters={"max_depth": 2, "eta": 0.2}, rounds=20, seed=1
    )
    record = {
        "feature_spec_sha256": made.sha256,
        "reasons": reasons(made).as_json(),
        "calibration": {"slope": calibration.slope, "intercept": calibration.intercept},
        "cut_score": 0.5,
        "bands": {"middle": 0.4, "high": 0.5},
    }
    return native_bytes(booster), made.as_json(), json.dumps(record)


def scorer(calibration: Platt = Platt()) -> Scorer:  # noqa: B008 - a frozen value
    return Scorer.from_artefacts(*artefacts(calibration))
