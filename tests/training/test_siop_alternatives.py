"""The SIOP 2020 benchmark: a fairer fit by our own choice, judged by the competition's figure on people it never saw.

Clean columns, ten folds by person, three repetitions. The choice is made in the first repetition by what the product
looks at (AUC and impact ratio); the competition's figure, which also rewards who stayed, judges it in all three.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from tests.training.siop import applications, spec
from training.alternatives import Alternatives, Field, alternatives, out_of_fold
from training.alternatives_groups import Groups
from training.alternatives_methods import UNCONSTRAINED
from training.alternatives_settings import Trying
from training.grid import default_grid
from training.splits import folds
from training.tune import tune
from validation.siop_metric import SelectionMetric, metric_of_scores

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]

SEED = 20260101
REPETITIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Benchmark:
    """The choice, and the competition's figure of both fits in each repetition."""

    found: Alternatives
    chosen: list[SelectionMetric]
    unconstrained: list[SelectionMetric]


@pytest.fixture(scope="module")
def benchmark(shared_data: Path) -> Benchmark:
    """Tuned without groups, tried on one folding, measured on three."""
    read = pd.read_csv(shared_data / "siop_2020_selection" / "scale_scores.csv")
    first = _field(shared_data, read)
    found = alternatives(first, Trying(), lambda _step: None)
    people = applications(shared_data)["candidate_key"]
    again = [replace(first, folds=folds(people, 10, SEED + number)) for number in range(REPETITIONS)]
    return Benchmark(
        found=found,
        chosen=[_figure(read, out_of_fold(one, found.chosen)) for one in again],
        unconstrained=[_figure(read, out_of_fold(one, UNCONSTRAINED)) for one in again],
    )


def _field(shared_data: Path, read: pd.DataFrame) -> Field:
    frame = applications(shared_data)
    matrix, labels = spec().matrix(frame), frame["label"].to_numpy(dtype=np.float64)
    by_person = folds(frame["candidate_key"], 10, SEED)
    groups = Groups(frame=pd.DataFrame({"protected": read["Protected_Group"].map({1: "yes", 0: "no"})}))
    nobody = np.zeros(len(frame), dtype=bool)
    return Field(
        matrix=matrix,
        labels=labels,
        groups=groups,
        folds=by_person,
        held=matrix[nobody],
        held_labels=labels[nobody],
        held_groups=groups[nobody],
        trial=tune(matrix, labels, by_person, default_grid()[:2], seed=SEED).chosen,
        share=0.5,
        seed=SEED,
    )


def _figure(read: pd.DataFrame, margins: NDArray[np.float64]) -> SelectionMetric:
    flags = [read[name].to_numpy() == 1 for name in ("High_Performer", "Retained", "Protected_Group")]
    return metric_of_scores(margins, *flags)


def test_the_chosen_alternative_reaches_the_competitions_mark_almost_without_impact(benchmark: Benchmark) -> None:
    """Tried before us: 57.5 with a ratio of .998, by taking out the share of the features that predicts the group."""
    assert benchmark.found.chosen != UNCONSTRAINED
    assert np.mean([one.value for one in benchmark.chosen]) >= 57.0
    assert min(min(one.impact_ratio, 1 / one.impact_ratio) for one in benchmark.chosen) >= 0.97


def test_the_chosen_alternative_beats_the_unconstrained_fit_on_the_same_folds(benchmark: Benchmark) -> None:
    gains = [one.value - two.value for one, two in zip(benchmark.chosen, benchmark.unconstrained, strict=True)]

    assert min(gains) > 0
    assert benchmark.found.point(benchmark.found.chosen).is_no_worse(0.005)
