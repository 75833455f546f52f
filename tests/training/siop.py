"""Reads the SIOP 2020 files as applications with skills: 7,544 people, clean and keyed scales, one outcome."""

from pathlib import Path

import pandas as pd

from models.features import Feature, FeatureSpec

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
