"""Alternatives and proxies of a training on the lake's rows: groups are read for this purpose and stay in this process.

Demographics are opened under the gate's own name on behalf of whoever trains; only counts and figures are kept.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.features import FeatureSpec
from training import evidence
from training.alternatives import Field, alternatives
from training.alternatives_chart import chart
from training.alternatives_groups import Groups
from training.configuration import Configuration
from training.dataset import Dataset
from training.gate_run import GATE
from training.learning import Learned
from training.proxies import proxy_study
from training.splits import folds
from training.tune import Folds
from warehouse.access import Principal
from warehouse.lake.door import opened
from warehouse.lake.snapshot import Snapshot
from warehouse.queries.groups import row_groups
from warehouse.settings import Settings


def by_group(
    settings: Settings,
    principal: Principal,
    rows: Dataset,
    spec: FeatureSpec,
    learned: Learned,
    configuration: Configuration,
    snapshot: Snapshot,
    tell: Callable[[str], None],
) -> Mapping[str, bytes]:
    """The files of a run that need groups: alternatives, their chart and the proxy study; none where they are off."""
    if configuration.alternatives is None:
        return {}
    purpose = f"alternatives and proxies of a training of {configuration.name} for {principal.id}"
    with opened(settings, GATE, snapshot.id, purpose=purpose) as lake:
        groups = Groups(frame=row_groups(lake, rows.frame["candidate_key"]))
    seen = field(rows.frame, spec, learned, groups, configuration)
    found = alternatives(seen, configuration.alternatives, tell)
    tell("asking which features predict a group")
    proxies = proxy_study(spec.names, seen.matrix, seen.groups, seen.folds, seed=configuration.seed)
    return {
        evidence.ALTERNATIVES: evidence.json_bytes(found.as_json()),
        evidence.ALTERNATIVES_CHART: chart(found),
        evidence.PROXIES: evidence.json_bytes(proxies.as_json()),
    }


def field(
    frame: pd.DataFrame, spec: FeatureSpec, learned: Learned, groups: Groups, configuration: Configuration
) -> Field:
    """The rows of a training with the folds, the split, the parameters and the share that it used."""
    fitted, held = learned.split.fit, learned.split.holdout
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
