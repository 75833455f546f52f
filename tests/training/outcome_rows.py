"""Interviewed applications with every outcome that may be predicted, as the lake gives them, from a known effect."""

import numpy as np
import pandas as pd

from models.features import Feature, FeatureSpec, Provenance
from training import configuration
from training.configuration import Configuration
from training.dataset import Dataset, dataset
from training.splits import split

AS_OF = pd.Timestamp("2026-06-30", tz="UTC")
SKILLS = ("content_logic", "problem_solving", "communication")
DAY = pd.Timedelta(days=1)

_PARTS = {"performance_12m": 0.6, "retention_12m": 0.4}
TARGETS: dict[str, dict[str, object]] = {
    "re_interview_pass": {"matured_after_days": 7},
    "performance_6m": {"at_least": 0.6},
    "performance_12m": {"at_least": 0.6},
    "retention_12m": {},
    "high_performer": {"undated_is_matured": True},
    "composite": {"parts": _PARTS, "required": ["retention_12m"], "top_share": 0.4},
}  # fmt: skip
"""A document of each target."""


def interviewed(count: int = 1500, seed: int = 3) -> pd.DataFrame:
    """Interviews from 2022 to 2025; those of six in ten lead to a re-interview, and to work for most who pass it."""
    random = np.random.default_rng(seed)
    skills = np.clip(random.normal(60, 14, (count, len(SKILLS))), 0, 100)
    ability = 0.05 * (skills[:, 0] - 60) + 0.03 * (skills[:, 1] - 60) + random.normal(0, 0.8, count)
    when = pd.Timestamp("2022-01-01", tz="UTC") + pd.to_timedelta(np.linspace(0, 1400, count), unit="D")
    is_seen = skills.mean(axis=1) >= 58
    passed = ability > -0.2
    is_hired = is_seen & (random.random(count) < 0.8)
    stayed = is_hired & (ability + random.normal(0, 1, count) > -0.5)
    hired_on = pd.Series(when + 30 * DAY).where(is_hired)
    frame = pd.DataFrame(
        {
            "application_key": [f"a{number:05d}" for number in range(count)],
            "candidate_key": [f"c{number:05d}" for number in range(count)],
            "department_id": "d",
            "job_family": "sales",
            "applied_at": when - DAY,
            "ai_interviewed_at": when,
            "ai_score": skills.mean(axis=1),
            "re_interviewed_at": pd.Series(when + 5 * DAY).where(is_seen),
            "re_interview_passed": [bool(one) if seen else None for one, seen in zip(passed, is_seen, strict=True)],
            "hired_on": hired_on,
            "left_on": (hired_on + 200 * DAY).where(is_hired & ~stayed),
            "criterion": pd.Series((ability > 0).astype(float)).where(is_hired),
            "criterion_on": pd.Series(pd.NaT, index=range(count)),
        }
    )
    for months, days, is_rated in ((6, 182, is_hired), (12, 365, stayed)):
        rating = pd.Series(np.clip(0.6 + 0.15 * ability + random.normal(0, 0.1, count), 0, 1))
        frame[f"performance_{months}m"] = rating.where(is_rated)
        frame[f"performance_{months}m_on"] = (hired_on + days * DAY).where(is_rated)
    return pd.concat([frame, pd.DataFrame(skills, columns=[f"skill:{name}" for name in SKILLS])], axis=1)


def asked(target: str, **changed: object) -> Configuration:
    """A quick configuration of this target."""
    features = [{"name": name, "source": f"skill:{name}"} for name in SKILLS]
    plain: dict[str, object] = {
        "name": "c",
        "model_name": "m",
        "target": {"name": target, **TARGETS[target]},
        "cut": {"match_vendor_cut": 60},
        "features": features,
        "folds": 3,
        "draws": 0,
        "candidates": [{"name": "few", "rounds": [10, 30], "parameters": {"max_depth": 2, "eta": 0.1}}],
    }
    document = {**plain, **changed}
    if "tuning" in changed:
        del document["candidates"]
    return configuration.configuration(document)


def spec_of(asked_for: Configuration) -> FeatureSpec:
    """The configuration's features, declared fixed before any outcome."""
    fixed = Provenance(fixed_before_outcome=True)
    return FeatureSpec(
        features=tuple(
            Feature(name=one.name, source=one.source, kind=one.kind, level=one.level, provenance=fixed)
            for one in asked_for.features
        )
    )


def rows_of(asked_for: Configuration, frame: pd.DataFrame | None = None) -> Dataset:
    """The dataset of a configuration, of these rows or of the planted ones."""
    read = interviewed() if frame is None else frame
    return dataset(
        read, "q", spec_of(asked_for), asked_for.target, AS_OF,
        fit_period=lambda kept: split(kept, asked_for.holdout, asked_for.seed).fit,
    )  # fmt: skip
