"""Alternatives of a training on the lake's rows: the groups are read for this purpose and stay in this process.

Demographics are opened under the gate's own name on behalf of whoever trains; only counts and figures are kept.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.features import FeatureSpec
from training.alternatives import Alternatives, Field, alternatives
from training.alternatives_groups import Groups
from training.configuration import Configuration
from training.dataset import Dataset
from training.gate_run import GATE
from training.learning import Learned
from training.splits import folds
from training.tune import Folds
from warehouse.access import Principal
from warehouse.lake.door import opened
from warehouse.queries.groups import row_groups
from warehouse.settings import Settings


def known_groups(
    settings: Settings, principal: Principal, rows: Dataset, snapshot_id: int, configuration: Configuration
) -> Groups:
    """The groups of the rows, as their snapshot knows them; the opening stands in the audit log with its purpose."""
    purpose = f"alternatives and proxies of a training of {configuration.name} for {principal.id}"
    with opened(settings, GATE, snapshot_id, purpose=purpose) as lake:
        return Groups(frame=row_groups(lake, rows.frame["candidate_key"]))


def tried(
    rows: Dataset,
    spec: FeatureSpec,
    learned: Learned,
    groups: Groups,
    configuration: Configuration,
    tell: Callable[[str], None],
) -> Alternatives | None:
    """What the configuration asks to try on the rows of a training; None where it asks for nothing."""
    if configuration.alternatives is None:
        return None
    return alternatives(field(rows, spec, learned, groups, configuration), configuration.alternatives, tell)


def field(rows: Dataset, spec: FeatureSpec, learned: Learned, groups: Groups, configuration: Configuration) -> Field:
    """The rows of a training with the folds and the split that it used."""
    frame, fitted, held = rows.frame, learned.split.fit, learned.split.holdout
    matrix, labels = spec.matrix(frame), frame["label"].to_numpy(dtype=np.float64)
    return Field(
        matrix=matrix[fitted],
        labels=labels[fitted],
        groups=groups[fitted],
        folds=everybodys_folds(frame[fitted], configuration.folds, configuration.seed),
        held=matrix[held],
        held_labels=labels[held],
        held_groups=groups[held],
        trial=learned.tuning.chosen,
        share=learned.cut.wanted_share,
        seed=configuration.seed,
    )


def everybodys_folds(frame: pd.DataFrame, count: int, seed: int) -> Folds:
    """A fold for each row: the labelled ones as in tuning, and whoever has no label too, each person in one fold."""
    labelled: NDArray[np.bool_] = frame["label"].notna().to_numpy()
    people = frame["candidate_key"].astype(str)
    by_tuning = dict(zip(people[labelled], folds(people[labelled], count, seed).tolist(), strict=True))
    others = folds(people, count, seed)
    return np.asarray([by_tuning.get(who, other) for who, other in zip(people, others, strict=True)], dtype=np.intp)
