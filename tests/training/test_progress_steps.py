"""The number of steps that a progress bar expects is the number that a training reports."""

import pytest

from tests.training.company import SCIENTIST
from training.configuration import Configuration, configuration
from training.pipeline import train
from training.progress_steps import steps
from warehouse.settings import Settings

SEARCHES: dict[str, dict[str, object]] = {
    "grid": {"candidates": [{"name": "a", "rounds": [5]}, {"name": "b", "rounds": [9]}]},
    "grid, one method": {"candidates": [{"name": "a", "rounds": [5]}], "alternatives": {"methods": ["reweighted"]}},
    "chosen fit": {"candidates": [{"name": "a", "rounds": [5]}], "alternatives": {"use": "chosen", "tolerance": 0.5}},
    "search": {"tuning": {"method": "optuna", "trials": 2}, "draws": 0},
}


def _configured(**changed: object) -> Configuration:
    features = [{"name": name, "source": f"skill:{name}"} for name in ("content_logic", "communication")]
    target = {"name": "re_interview_pass", "matured_after_days": 7}
    plain = {"name": "c", "model_name": "m", "target": target, "cut": {"share": 0.4}, "features": features}
    return configuration({**plain, "folds": 2, "draws": 1, **changed})


@pytest.mark.parametrize("search", SEARCHES)
def test_a_training_reports_as_many_steps_as_were_counted(planted: Settings, search: str) -> None:
    configured = _configured(**SEARCHES[search])
    told: list[str] = []

    train(planted, SCIENTIST, configured, progress=told.append)

    assert len(told) == steps(configured)


def test_more_trials_methods_and_draws_are_more_steps() -> None:
    assert steps(_configured(tuning={"method": "optuna", "trials": 30})) == 30 + 7 + 1
    assert steps(_configured(draws=0)) == steps(_configured(draws=9)) - 1
    assert steps(_configured(alternatives="on")) == steps(_configured()) + 6
