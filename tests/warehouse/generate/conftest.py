"""One generated company of the demo's size for all tests of this folder, and its files as frames."""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from warehouse.generate import company
from warehouse.generate.truth import Truth

APPLICATIONS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The written files, read by pandas and by nothing of ours."""

    folder: Path
    truth: Truth
    requisitions: pd.DataFrame
    candidates: pd.DataFrame
    applications: pd.DataFrame
    stages: pd.DataFrame
    interviews: pd.DataFrame
    re_interviews: pd.DataFrame
    offers: pd.DataFrame
    reviews: pd.DataFrame
    pay: pd.DataFrame
    courses: pd.DataFrame
    demographics: pd.DataFrame

    @property
    def rated(self) -> pd.DataFrame:
        """AI interviews with their application, form and, where there was one, re-interview; in the order of time."""
        joined = self.interviews.merge(self.applications, on="application_id")
        joined = joined.merge(self.re_interviews, on="application_id", how="left")
        return joined.merge(self.demographics, on="candidate_id").sort_values("applied_at", ignore_index=True)


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The demo company of 20,000 applications."""
    folder = tmp_path_factory.mktemp("company")
    truth = company.write(folder, applications=APPLICATIONS)
    lines = (folder / "ai_interviews.jsonl").read_text(encoding="utf-8").splitlines()
    return Company(
        folder=folder,
        truth=truth,
        requisitions=_csv(folder / "ats_requisitions.csv"),
        candidates=_csv(folder / "ats_candidates.csv"),
        applications=_csv(folder / "ats_applications.csv"),
        stages=_csv(folder / "ats_stages.csv"),
        interviews=pd.json_normalize([json.loads(line) for line in lines]),
        re_interviews=_csv(folder / "re_interviews.csv"),
        offers=_csv(folder / "offers_and_hires.csv"),
        reviews=pd.read_excel(folder / "performance_reviews.xlsx"),
        pay=pd.read_parquet(folder / "pay.parquet"),
        courses=_csv(folder / "courses.csv"),
        demographics=_csv(folder / "demographics.csv"),
    )


def _csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype={"phone": str}, low_memory=False)
