"""The vendor's scores as a run's gate gathers them: by month and job, from the first fitted row to the latest."""

import numpy as np
import pandas as pd
import pytest

from tests.validation.gate_evidence_builder import evidence
from training.configuration import load
from training.dataset import NothingToLearn
from training.gate_vendor import vendor_scores
from training.pipeline import asked_period
from validation import policy as policies
from validation.decision_rule import State
from validation.gate_vendor import vendor
from warehouse.generate import planted

CHANGE = pd.Timestamp("2025-01-07", tz="UTC")
HELD = "2025-11-23/2026-06-29"


def interviews(count: int = 3_000, *, shift: float = planted.SILENT_SHIFT_OVERALL) -> pd.DataFrame:
    """Three years of interviews of two jobs; the vendor's change has the size that the demo company plants."""
    rng = np.random.default_rng(3)
    when = pd.date_range("2023-07-02", "2026-06-30", periods=count, tz="UTC")
    job = rng.choice(["sales", "tech"], count)
    score = rng.normal(planted.OVERALL_MEAN, planted.OVERALL_SD, count) + 3.0 * (job == "tech")
    return pd.DataFrame(
        {
            "ai_interviewed_at": when,
            "ai_vendor": "acme",
            "ai_vendor_version": "4.2.0",
            "job_family": job,
            "ai_score": score + shift * (when >= CHANGE),
        }
    )


def state(rows: pd.DataFrame, *, fitted: str = "2023-07-02/2025-11-22") -> State:
    """What the gate finds under the shipped policy."""
    found = vendor(evidence(vendors=vendor_scores(rows, fitted=fitted, held=HELD)), policies.load())
    assert found is not None
    return found.state


def test_a_fit_across_the_planted_change_asks_for_review() -> None:
    assert state(interviews()) is State.REVIEW


def test_without_the_change_it_passes() -> None:
    assert state(interviews(shift=0.0)) is State.PASS


def test_a_fit_of_rows_from_after_the_change_passes() -> None:
    assert state(interviews(), fitted="2025-02-01/2025-11-22") is State.PASS


def test_a_change_since_the_training_is_found_in_the_newest_rows() -> None:
    """The holdout ends before the change; the rows that came since show it."""
    (found,) = vendor_scores(interviews(), fitted="2023-07-02/2024-03-01", held="2024-03-02/2024-09-30")

    judged = vendor(evidence(vendors=(found,)), policies.load())

    assert judged is not None
    assert "2025-01" in judged.reason.en
    assert "after all rows of this model" in judged.reason.en


def test_months_with_few_people_are_taken_together_as_quarters() -> None:
    (found,) = vendor_scores(interviews(600), fitted=None, held=HELD)

    assert [one.period for one in found.periods][:2] == ["2023Q3", "2023Q4"]
    assert (found.holdout_from, found.holdout_to) == ("2025Q4", "2026Q2")


def test_rows_without_a_score_stand_in_no_month_and_the_largest_vendor_comes_first() -> None:
    rows = interviews()
    rows.loc[rows.index[::2], "ai_score"] = np.nan
    rows.loc[rows.index[1::2][:100], "ai_vendor"] = None

    found = vendor_scores(rows, fitted=None, held=None)

    assert [one.vendor for one in found] == ["acme", "(none)"]
    assert sum(period.n for one in found for period in one.periods) == 1_500


def test_a_configuration_leaves_out_and_counts_who_was_interviewed_earlier() -> None:
    after = load("demo_after_change")

    kept, excluded = asked_period(interviews(), after)

    assert kept["ai_interviewed_at"].min() >= pd.Timestamp("2025-02-01", tz="UTC")
    assert excluded == {"interviewed_before_period": 3_000 - len(kept)}
    assert asked_period(interviews(), load("demo_job_related"))[1] == {}


def test_a_period_without_anybody_is_told_with_its_day() -> None:
    with pytest.raises(NothingToLearn, match="Nobody was interviewed from 2025-02-01 on"):
        asked_period(interviews().iloc[:100], load("demo_after_change"))
