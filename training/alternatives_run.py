"""Alternatives and proxies of a training on the lake's rows: groups are read for this purpose and stay in this process.

Demographics are opened under the gate's own name on behalf of whoever trains; only counts and figures are kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training import evidence
from training.alternatives import Alternatives, Field, alternatives, finished
from training.alternatives_chart import chart
from training.alternatives_groups import Groups
from training.alternatives_settings import Use
from training.configuration import Configuration
from training.gate_run import GATE
from training.ground import Fitted, Ground
from training.proxies import proxy_study
from training.splits import folds
from training.tune import Folds
from warehouse.access import Principal
from warehouse.lake.door import opened
from warehouse.lake.snapshot import Snapshot
from warehouse.queries.groups import row_groups
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """The files of a run that need groups, what was found, and the fit to use where it is not the configured one."""

    files: Mapping[str, bytes]
    found: Alternatives
    fit: Fitted | None


def by_group(
    settings: Settings,
    principal: Principal,
    ground: Ground,
    names: Sequence[str],
    configuration: Configuration,
    snapshot: Snapshot,
    tell: Callable[[str], None],
) -> Compared | None:
    """Alternatives, their chart and the proxy study; `names` are the matrix's columns. None where they are off."""
    if configuration.alternatives is None:
        return None
    purpose = f"alternatives and proxies of a training of {configuration.name} for {principal.id}"
    with opened(settings, GATE, snapshot.id, purpose=purpose) as lake:
        groups = Groups(frame=row_groups(lake, ground.frame["candidate_key"]))
    seen = field(ground, groups, configuration)
    found = alternatives(seen, configuration.alternatives, tell)
    tell("asking which features predict a group")
    proxies = proxy_study(names, seen.matrix, seen.groups, seen.folds, seed=configuration.seed)
    return Compared(
        files={
            evidence.ALTERNATIVES: evidence.json_bytes(found.as_json()),
            evidence.ALTERNATIVES_CHART: chart(found),
            evidence.PROXIES: evidence.json_bytes(proxies.as_json()),
        },
        found=found,
        fit=finished(seen, found) if configuration.alternatives.use is Use.CHOSEN else None,
    )


def field(ground: Ground, groups: Groups, configuration: Configuration) -> Field:
    """The rows of a training with the folds, the split, the parameters and the share that it uses."""
    fitted, held = ground.split.fit, ground.split.holdout
    return Field(
        matrix=ground.matrix[fitted],
        labels=ground.labels[fitted],
        groups=groups[fitted],
        folds=everybodys_folds(ground.frame[fitted], configuration.folds, configuration.seed),
        held=ground.matrix[held],
        held_labels=ground.labels[held],
        held_groups=groups[held],
        trial=ground.trial,
        share=ground.share,
        seed=configuration.seed,
    )


def everybodys_folds(frame: pd.DataFrame, count: int, seed: int) -> Folds:
    """A fold for each row: the labelled ones as in tuning, and whoever has no label too, each person in one fold."""
    labelled: NDArray[np.bool_] = frame["label"].notna().to_numpy()
    people = frame["candidate_key"].astype(str)
    by_tuning = dict(zip(people[labelled], folds(people[labelled], count, seed).tolist(), strict=True))
    others = folds(people, count, seed)
    return np.asarray([by_tuning.get(who, other) for who, other in zip(people, others, strict=True)], dtype=np.intp)
