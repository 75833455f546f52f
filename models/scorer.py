"""Scores applications with a trained model: native XGBoost bytes, its feature spec and its training record.

A score is a chance between 0 and 1. The contributions are TreeSHAP values by the booster itself, in log-odds and after
calibration, so that base and contributions of a row add up to the log-odds of its score.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import xgboost
from numpy.typing import NDArray

from models.features import FeatureSpec, Matrix, sources_of
from models.reasons import Reason, Reasons, stored_reasons

Scores = NDArray[np.float64]


class ArtefactsDisagree(ValueError):
    """The model file, the feature spec and the training record do not belong together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platt:
    """Platt's calibration (1999): log-odds become slope × log-odds + intercept. The default changes nothing."""

    slope: float = 1.0
    intercept: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One application's score with its band (`low`, `middle`, `high`) and the strongest reasons."""

    score: float
    band: str
    is_above_cut: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """What a scorer needs of a `training.json`."""

    feature_spec_sha256: str
    reasons: Reasons
    calibration: Platt
    cut_score: float
    bands: tuple[float, float]

    @classmethod
    def read(cls, training: str) -> Self:
        try:
            plain = json.loads(training)
            return cls(
                feature_spec_sha256=str(plain["feature_spec_sha256"]),
                reasons=stored_reasons(plain["reasons"]),
                calibration=Platt(**plain["calibration"]),
                cut_score=float(plain["cut_score"]),
                bands=(float(plain["bands"]["middle"]), float(plain["bands"]["high"])),
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ArtefactsDisagree(
                f"This is not a training record ({type(error).__name__}); fetch it again"
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scorer:
    """A model ready to score. `bands` are the least scores of `middle` and `high`; it may be shared between threads."""

    booster: xgboost.Booster
    spec: FeatureSpec
    reasons: Reasons
    calibration: Platt
    cut_score: float
    bands: tuple[float, float]
    sha256: str
    threads: int = 1

    @classmethod
    def from_artefacts(cls, model: bytes, spec: str, training: str, *, threads: int = 1) -> Self:
        """The scorer of a run's `model.ubj`, `feature_spec.json` and `training.json`.

        Raises ArtefactsDisagree when they do not belong together.
        """
        features, record = FeatureSpec.from_json(spec), _Record.read(training)
        booster = xgboost.Booster({"nthread": threads})
        try:
            booster.load_model(bytearray(model))
        except xgboost.core.XGBoostError as error:
            raise ArtefactsDisagree("The model file is not an XGBoost model; fetch it again") from error
        if booster.num_features() != len(features.features) or record.feature_spec_sha256 != features.sha256:
            raise ArtefactsDisagree("The model and the feature spec are not of the same run; fetch both again")
        return cls(
            booster=booster,
            spec=features,
            reasons=record.reasons,
            calibration=record.calibration,
            cut_score=record.cut_score,
            bands=record.bands,
            sha256=hashlib.sha256(model).hexdigest(),
            threads=threads,
        )

    def score(self, matrix: Matrix) -> Scores:
        """The chance of each row, between 0 and 1."""
        margin = self.booster.inplace_predict(matrix, predict_type="margin").astype(np.float64)
        return chance(self.calibration.slope * margin + self.calibration.intercept)

    def contributions(self, matrix: Matrix) -> Scores:
        """Log-odds by feature, and the base as the last column; each row adds up to the log-odds of its score."""
        raw = self.booster.predict(xgboost.DMatrix(matrix, nthread=self.threads), pred_contribs=True).astype(np.float64)
        raw *= self.calibration.slope
        raw[:, -1] += self.calibration.intercept
        return raw

    def score_one(self, payload: Mapping[str, object], *, reason_count: int = 3) -> Scored:
        """Score, band and reasons of one request; raises FeatureError or ProhibitedInput where it cannot be scored."""
        matrix = self.spec.row(sources_of(payload))
        score = float(self.score(matrix)[0])
        return Scored(
            score=score,
            band=self.band(score),
            is_above_cut=score >= self.cut_score,
            reasons=self.reasons.top(self.contributions(matrix)[0], reason_count),
        )

    def band(self, score: float) -> str:
        """The band of a score: `low`, `middle` or `high`."""
        middle, high = self.bands
        return "high" if score >= high else "middle" if score >= middle else "low"


def chance(log_odds: NDArray[np.float64]) -> Scores:
    """Log-odds as chances."""
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def log_odds(score: float) -> float:
    """A chance as log-odds; it must lie strictly between 0 and 1."""
    return math.log(score / (1.0 - score))
