"""Reads the SIOP 2020 files as applications with skills: 7,544 people, clean and keyed scales, one outcome."""

from pathlib import Path

import pandas as pd

from models.features import Feature, FeatureSpec, Provenance
from training.configuration import Configuration
from training.dataset import Dataset, dataset

CLEAN = (*(f"PScale{number}" for number in range(1, 14)), "latency")
KEYED = ("bio_scale", *(f"SJ{number}.score" for number in range(1, 10)))


def applications(shared_data: Path) -> pd.DataFrame:
    """One row a person: `skill:…` columns, `label` (High_Performer) and keys; nothing has a date."""
    read = pd.read_csv(shared_data / "siop_2020_selection" / "scale_scores.csv")
    frame = read[[*CLEAN, *KEYED]].add_prefix("skill:")
    frame["candidate_key"] = frame["application_key"] = read["Unnamed: 0"].astype(str)
    frame["label"] = read["High_Performer"].astype(float)
    return frame


def spec(names: tuple[str, ...] = CLEAN) -> FeatureSpec:
    return FeatureSpec(features=tuple(Feature(name=name, source=f"skill:{name}") for name in names))


def rows(shared_data: Path) -> pd.DataFrame:
    """The same people as the lake gives them: all interviewed on one assumed day, rated without a date."""
    frame = applications(shared_data)
    frame["criterion"], frame["criterion_on"] = frame.pop("label"), None
    frame["ai_interviewed_at"] = frame["applied_at"] = pd.Timestamp("2020-01-01", tz="UTC")
    return frame.assign(department_id="d", job_family="retail", ai_score=float("nan"))


def declared_spec(configuration: Configuration) -> FeatureSpec:
    """The configuration's features with the origin that an honest mapping declares: the keyed ones are not fixed."""
    features = [
        Feature(name=one.name, source=one.source, provenance=Provenance(fixed_before_outcome=one.name not in KEYED))
        for one in configuration.features
    ]
    return FeatureSpec(features=tuple(features))


def rows_of(shared_data: Path, configuration: Configuration) -> Dataset:
    """The dataset of a configuration."""
    as_of = pd.Timestamp("2026-01-01", tz="UTC")
    return dataset(rows(shared_data), "siop", declared_spec(configuration), configuration.target, as_of)
