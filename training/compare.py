"""Compares runs, and the baselines beside them, on the same holdout rows: figures, paired differences and flips.

Only rows that every run held out are compared, so no model is asked about people it was fitted on; the report says how
many rows that leaves. Rows follow the reader's departments.

Errors:

  NotComparable    runs of different targets, or without common rows
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models import run_files
from training.auc import auc_value
from training.baselines import LOGISTIC, UNIT_WEIGHTS, VENDOR
from training.bootstrap import auc_differences
from training.cut import at_share
from training.evidence import HOLDOUT, RECORD
from training.flips import Decided, flips
from training.metrics import LEVEL, HeldRows, metrics
from warehouse.access import Permission, Principal
from warehouse.settings import Settings

Array = NDArray[np.float64]

MOST_RUNS = 10


class NotComparable(ValueError):
    """Runs that cannot be set side by side."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """One column of the comparison: a run or a baseline, with its scores on the common rows and its cut."""

    name: str
    score: Array
    cut: float
    is_chance: bool

    @property
    def selects(self) -> NDArray[np.bool_]:
        """Who stands at or above the cut; without a score nobody does."""
        return np.asarray(self.score >= self.cut)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A run as it was stored."""

    run_id: str
    record: Mapping[str, object]
    holdout: pd.DataFrame


def compare(settings: Settings, principal: Principal, run_ids: Sequence[str], *, seed: int = 1) -> dict[str, object]:
    """The comparison as plain JSON values; the first run is what the others are compared with.

    Raises AccessDenied without READ_MODELS, UnknownRun, and NotComparable.
    """
    principal.require(Permission.READ_MODELS)
    if not 1 <= len(run_ids) <= MOST_RUNS:
        raise NotComparable(f"Between one and {MOST_RUNS} runs can be compared; {len(run_ids)} were given")
    runs = [stored(settings, principal, run_id) for run_id in dict.fromkeys(run_ids)]
    rows = common_rows(runs)
    sides = [*_runs(runs, rows), *_baselines(runs[0], rows)]
    label = rows["label"].to_numpy(dtype=np.float64)
    return {
        "target": _target(runs[0]),
        "n": len(rows),
        "labelled": int(np.isfinite(label).sum()),
        "left_out": {run.run_id: len(run.holdout) - len(rows) for run in runs},
        "sides": {side.name: metrics(_held(side, label)) for side in sides},
        "against_first": {side.name: _paired(sides[0], side, rows, label, seed) for side in sides[1:]},
        "parameters": differing_parameters(runs),
        "snapshots": {run.run_id: run.record["snapshot"] for run in runs},
    }


def stored(settings: Settings, principal: Principal, run_id: str) -> Stored:
    """A run's record and the holdout rows that the principal may see. Raises UnknownRun."""
    record = json.loads(run_files.read(settings, run_id, RECORD))
    holdout = pd.read_parquet(io.BytesIO(run_files.read(settings, run_id, HOLDOUT)))
    visible = principal.visible_departments
    if visible is not None:
        holdout = holdout[holdout["department_id"].isin(visible)]
    return Stored(run_id=run_id, record=record, holdout=holdout.set_index("application_key", drop=False))


def common_rows(runs: Sequence[Stored]) -> pd.DataFrame:
    """The first run's holdout rows that every other run held out too."""
    targets = {json.dumps(_target(run), sort_keys=True) for run in runs}
    if len(targets) > 1:
        raise NotComparable("The runs predict different targets; compare runs of one target")
    keys = runs[0].holdout.index
    for run in runs[1:]:
        keys = keys[keys.isin(run.holdout.index)]
    if keys.empty:
        raise NotComparable("No row was held out by all of these runs; train them on the same snapshot and split")
    return runs[0].holdout.loc[keys]


def differing_parameters(runs: Sequence[Stored]) -> dict[str, dict[str, object]]:
    """Parameters in which the runs differ, by name and run."""
    flat = {run.run_id: _flat(run) for run in runs}
    names = sorted({name for values in flat.values() for name in values})
    table = {name: {run_id: values.get(name) for run_id, values in flat.items()} for name in names}
    return {name: values for name, values in table.items() if len({str(value) for value in values.values()}) > 1}


def _flat(run: Stored) -> dict[str, object]:
    flat: dict[str, object] = {name: run.record[name] for name in ("data_fingerprint", "code_version", "cut_score")}
    for part in ("configuration", "parameters"):
        values = run.record[part]
        flat |= {f"{part}.{key}": value for key, value in values.items()} if isinstance(values, dict) else {}
    return flat


def _target(run: Stored) -> object:
    return run.record["target"]


def _runs(runs: Sequence[Stored], rows: pd.DataFrame) -> list[Side]:
    return [
        Side(
            name=run.run_id,
            score=run.holdout.loc[rows.index, "score"].to_numpy(dtype=np.float64),
            cut=float(str(run.record["cut_score"])),
            is_chance=True,
        )
        for run in runs
    ]


def _baselines(first: Stored, rows: pd.DataFrame) -> list[Side]:
    """The first run's baselines: the vendor at its own cut, the others where as many advance as with the run."""
    share, cut = float((rows["score"] >= float(str(first.record["cut_score"]))).mean()), first.record["cut"]
    vendor_cut = cut.get("match_vendor_cut") if isinstance(cut, dict) else None
    sides = []
    for name in (VENDOR, LOGISTIC, UNIT_WEIGHTS):
        score = rows[name].to_numpy(dtype=np.float64)
        if np.isfinite(score).any():
            own = float(vendor_cut) if name == VENDOR and vendor_cut is not None else at_share(score, share)
            sides.append(Side(name=name, score=score, cut=own, is_chance=name == LOGISTIC))
    return sides


def _held(side: Side, label: Array) -> HeldRows:
    return HeldRows(score=side.score, label=label, cut=side.cut, is_chance=side.is_chance)


def _paired(first: Side, other: Side, rows: pd.DataFrame, label: Array, seed: int) -> dict[str, object]:
    judged = np.isfinite(label) & np.isfinite(first.score) & np.isfinite(other.score)
    return {
        "auc_difference": paired_auc(first.score[judged], other.score[judged], label[judged], seed),
        "flips": flips(
            Decided(
                rows=rows,
                first=first.score,
                second=other.score,
                first_selects=first.selects,
                second_selects=other.selects,
            )
        ),
    }


def paired_auc(first: Array, second: Array, label: Array, seed: int) -> dict[str, object]:
    """Second AUC minus first with a percentile interval of the bootstrap."""
    one, two = auc_value(first, label), auc_value(second, label)
    if one is None or two is None:
        return {"value": None, "ci": [None, None], "level": LEVEL, "draws": 0}
    differences = auc_differences(first, second, label, seed=seed)
    low, high = np.quantile(differences, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return {"value": two - one, "ci": [float(low), float(high)], "level": LEVEL, "draws": differences.size}
