"""The files that one training run leaves: the model, its feature spec, its record, the holdout, bins and feature study.

Everything that the gate, a comparison or an auditor later asks is in them; nothing has to be computed from the rows.
"""

import hashlib
import importlib.metadata
import io
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.features import FeatureSpec, Matrix
from validation.bins import freeze, profile

Array = NDArray[np.float64]

MODEL = "model.ubj"
SPEC = "feature_spec.json"
RECORD = "training.json"
HOLDOUT = "holdout.parquet"
BINS = "feature_bins.json"
STUDY = "feature_study.json"
STABILITY = "stability.json"
ALTERNATIVES = "alternatives.json"
ALTERNATIVES_CHART = "alternatives.svg"
PROXIES = "proxy_study.json"
WEIGHTS = "weights.json"

HOLDOUT_COLUMNS = (
    "application_key", "candidate_key", "department_id", "job_family", "applied_at", "ai_interviewed_at",
    "score", "selected", "label", "vendor_score", "logistic", "unit_weighted_skills",
)  # fmt: skip
"""One row an interviewed application of the holdout, labelled or not; scores that do not exist are empty."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scored:
    """The holdout's rows with the model's score and those of the baselines, by name."""

    rows: pd.DataFrame
    score: Array
    cut: float
    baselines: Mapping[str, Array]

    def frame(self) -> pd.DataFrame:
        """The columns of HOLDOUT_COLUMNS."""
        known = [name for name in HOLDOUT_COLUMNS if name in self.rows.columns]
        frame = self.rows[known].reset_index(drop=True)
        frame["score"], frame["selected"] = self.score, self.score >= self.cut
        for name in ("vendor_score", "logistic", "unit_weighted_skills"):
            frame[name] = self.baselines.get(name, np.nan)
        return frame[list(HOLDOUT_COLUMNS)]


def parquet(frame: pd.DataFrame) -> bytes:
    """The frame as a Parquet file."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def feature_bins(spec: FeatureSpec, fitted: Matrix) -> dict[str, dict[str, object]]:
    """Each feature's bins and its profile on the fitted rows, by its name."""
    return {name: binned(fitted[:, index].astype(np.float64)) for index, name in enumerate(spec.names)}


def json_bytes(document: object) -> bytes:
    """The document as JSON with sorted keys; what is not a number must already be null."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1)
    return text.encode()


def environment() -> dict[str, str]:
    """Versions of what computes."""
    names = ("xgboost-cpu", "numpy", "scikit-learn", "pandas", "scipy")
    return {"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in names}}


@cache
def code_version() -> str:
    """The product's version and the hash of the code that makes models, with or without a repository around it."""
    digest = hashlib.sha256()
    for package in ("models", "training"):
        for one in sorted(files(package).iterdir(), key=lambda path: path.name):
            if one.name.endswith((".py", ".yaml")):
                digest.update(one.name.encode() + b"\0" + one.read_bytes())
    return f"{importlib.metadata.version('hiregate')}+{digest.hexdigest()[:12]}"


def binned(values: Array) -> dict[str, object]:
    """Frozen bins of these values and their profile in them."""
    bins = freeze(values)
    return {"bins": json.loads(bins.as_json()), "profile": json.loads(profile(values, bins).as_json())}
