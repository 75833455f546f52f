"""Compares runs, and the baselines beside them, on the same holdout rows: figures, differences, flips, groups, slices.

Only rows that every run held out are compared, so no model is asked about people it was fitted on; the report says how
many rows that leaves. Rows follow the reader's departments. Groups are read under the gate's own name for this purpose
and leave as counts and ratios; who may not read demographics sees no small group. The JSON: `training.compare_shape`.

Errors:

  NotComparable                     runs of different targets, without common rows, or none that the reader may see
  UnknownRun, RunChanged (models)   a run that is gone, or whose files are not those that its training stored
"""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models import releases, run_files
from models.release_run import run_id_of
from training.baselines import LOGISTIC, UNIT_WEIGHTS, VENDOR
from training.bootstrap import DRAWS, People
from training.compare_draws import Answered, Asking, Side
from training.compare_impact import Grouping
from training.compare_shape import AgainstFirst, Comparison, RunLine, Sentence
from training.cut import at_share
from training.evidence import HOLDOUT, RECORD
from training.flips import Decided, flips
from training.gate_run import GATE
from training.metrics import LEVEL, HeldRows, metrics
from training.slices import Slicing
from warehouse.access import Permission, Principal
from warehouse.lake.door import opened
from warehouse.lake.snapshot import standing
from warehouse.queries.groups import ATTRIBUTES, row_groups
from warehouse.queries.slices import slice_values
from warehouse.settings import Settings

Array = NDArray[np.float64]
Tell = Callable[[str], None]

MOST_RUNS = 10
FEWEST_DRAWS, MOST_DRAWS = 100, 10_000

_METHOD: Sentence = {
    "en": "People drawn again with all their applications (cluster bootstrap), the same draws for all figures; "
    "percentile intervals, not adjusted for the number of sides, measures or groups.",
    "zh": "按人有放回重抽（整群自助法），同一人的全部申请一并抽取，所有指标使用同一组抽样；"
    "百分位区间，未按比较对象、指标或群体的数量校正。",
}
_LABELS: Sentence = {
    "en": "Labels exist only for those who got that far: AUC, calibration, precision, lift, fixes and breaks speak "
    "of them.",
    "zh": "只有走到相应阶段的人才有标签：AUC、校准、精确率、提升度、修正与变差仅针对这些人。",
}


class NotComparable(ValueError):
    """Runs that cannot be set side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A run as it was stored."""

    run_id: str
    record: Mapping[str, object]
    holdout: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """The common rows with what is known beside them: slices a dimension, groups an attribute or several."""

    rows: pd.DataFrame
    slices: pd.DataFrame
    groupings: Sequence[Grouping]

    @property
    def label(self) -> Array:
        """The outcome, NaN for none."""
        return self.rows["label"].to_numpy(dtype=np.float64)

    @property
    def departments(self) -> dict[str, str]:
        """The name of each department."""
        named = self.slices["department"].notna().to_numpy()
        ids = self.rows["department_id"].astype(str).to_numpy()[named]
        return dict(zip(ids, self.slices["department"][named], strict=True))

    def slicings(self) -> list[Slicing]:
        """The rows by every dimension."""
        departments = self.rows["department_id"].map(lambda one: self.departments.get(str(one), one))
        when = pd.to_datetime(self.rows["ai_interviewed_at"], utc=True).dt.tz_localize(None)
        values = {
            "department": departments,
            "job_family": self.rows["job_family"],
            "language": self.slices["language"],
            "vendor_version": self.slices["vendor_version"],
            "channel": self.slices["channel"],
            "quarter": when.dt.to_period("Q").astype(object).map(_quarter),
        }
        return [Slicing.of(name, one, np.isfinite(self.label)) for name, one in values.items()]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Computed:
    """A comparison before it is told: the same draws serve its reader and the files that are kept."""

    runs: Sequence[Stored]
    seen: Seen
    answered: Answered
    champion: str | None
    is_whole: bool
    is_entitled: bool
    seed: int
    draws: int

    def for_reader(self) -> Comparison:
        """As far as whoever asked may see it."""
        return _told(self, shows_small_groups=self.is_entitled)

    def for_files(self) -> Comparison:
        """As everybody may see it who may read models: without small groups, and without any application's key."""
        found = _told(self, shows_small_groups=False)
        for pair in found["against_first"].values():
            pair["flips"]["applications"] = []
        return found


def compare(
    settings: Settings,
    principal: Principal,
    run_ids: Sequence[str],
    *,
    seed: int = 1,
    draws: int = DRAWS,
    progress: Tell | None = None,
) -> Comparison:
    """The comparison as plain JSON values; the first run is what the others are compared with.

    `progress` hears of each step and may raise, which ends the comparison. Raises AccessDenied without READ_MODELS,
    UnknownRun, RunChanged and NotComparable.
    """
    return computed(settings, principal, run_ids, seed=seed, draws=draws, progress=progress).for_reader()


def computed(
    settings: Settings,
    principal: Principal,
    run_ids: Sequence[str],
    *,
    seed: int = 1,
    draws: int = DRAWS,
    progress: Tell | None = None,
) -> Computed:
    """`compare`, to be told to its reader, kept as files, or both."""
    principal.require(Permission.READ_MODELS)
    _require_sensible(run_ids, draws)
    tell = progress or (lambda _step: None)
    tell("reading the runs")
    asked = dict.fromkeys(run_id_of(settings, one) for one in run_ids)
    runs = [stored(settings, principal, run_id) for run_id in asked]
    rows = common_rows(runs)
    tell("reading departments, slices and groups")
    seen = _seen(settings, principal, runs, rows)
    asking = Asking(
        sides=[*_runs(runs, rows), *_baselines(runs[0], rows)],
        label=seen.label,
        people=People.of(rows["candidate_key"]),
        groupings=seen.groupings,
        slicings=seen.slicings(),
    )
    champion = releases.champion(settings, str(runs[0].record["model_name"]))
    return Computed(
        runs=runs,
        seen=seen,
        answered=asking.answered(seed=seed, draws=draws, tell=tell),
        champion=None if champion is None else champion.run_id,
        is_whole=principal.visible_departments is None,
        is_entitled=principal.may(Permission.READ_DEMOGRAPHICS),
        seed=seed,
        draws=draws,
    )


def stored(settings: Settings, principal: Principal, run_id: str) -> Stored:
    """A run's record and the holdout rows that the principal may see. Raises UnknownRun and RunChanged."""
    record = json.loads(run_files.read(settings, run_id, RECORD))
    holdout = pd.read_parquet(io.BytesIO(run_files.read(settings, run_id, HOLDOUT)))
    visible = principal.visible_departments
    if visible is not None:
        holdout = holdout[holdout["department_id"].isin(visible)]
        if holdout.empty:
            raise NotComparable(f"{principal.id} sees none of the departments of run {run_id}; ask for access to one")
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
            is_run=True,
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


def _require_sensible(run_ids: Sequence[str], draws: int) -> None:
    if not 1 <= len(run_ids) <= MOST_RUNS:
        raise NotComparable(f"Between one and {MOST_RUNS} runs can be compared; {len(run_ids)} were given")
    if not FEWEST_DRAWS <= draws <= MOST_DRAWS:
        raise NotComparable(f"Between {FEWEST_DRAWS} and {MOST_DRAWS:,} draws can be made; {draws:,} were asked for")


def _seen(settings: Settings, principal: Principal, runs: Sequence[Stored], rows: pd.DataFrame) -> Seen:
    """What the first run's snapshot knows of the rows: slices as the reader may see them, groups as the gate may."""
    at = standing(settings, _snapshot(runs[0]))
    with opened(settings, principal, at) as lake:
        slices = slice_values(lake, rows["application_key"])
    purpose = f"comparison of runs {', '.join(run.run_id for run in runs)} for {principal.id}"
    with opened(settings, GATE, at, purpose=purpose) as lake:
        groups = row_groups(lake, rows["candidate_key"])
    tables = [*((name,) for name in ATTRIBUTES), ATTRIBUTES]
    return Seen(rows=rows, slices=slices, groupings=[Grouping.of(groups, names) for names in tables])


def _told(made: Computed, *, shows_small_groups: bool) -> Comparison:
    runs, seen, answered = made.runs, made.seen, made.answered
    sides, label = answered.asking.sides, seen.label
    lines = [_line(run, made.champion) for run in runs]
    return {
        "target": _target(runs[0]),
        "n": len(seen.rows),
        "labelled": int(np.isfinite(label).sum()),
        "left_out": {run.run_id: len(run.holdout) - len(seen.rows) for run in runs},
        "sides": {side.name: metrics(_held(side, label)) for side in sides},
        "against_first": {
            side.name: _against(answered, side, seen, is_entitled=shows_small_groups) for side in sides[1:]
        },
        "parameters": differing_parameters(runs),
        "snapshots": {run.run_id: run.record["snapshot"] for run in runs},
        "first": sides[0].name,
        "runs": lines,
        "champion": next((line["run_id"] for line in lines if line["is_champion"]), None),
        "is_whole": made.is_whole,
        "shows_small_groups": shows_small_groups,
        "labels_differ": _labels_differ(runs, seen.rows),
        "bootstrap": {
            "draws": made.draws,
            "level": LEVEL,
            "seed": made.seed,
            "people": answered.asking.people.n,
            "rows": len(seen.rows),
            "method": _METHOD,
        },
        "figures": answered.figures(),
        "impact": answered.impact(shows_small_groups=shows_small_groups),
        "slices": answered.slices(),
        "notes": _notes(label),
    }


def _against(answered: Answered, side: Side, seen: Seen, *, is_entitled: bool) -> AgainstFirst:
    first, differences = answered.asking.sides[0], answered.differences(side)
    decided = Decided(
        rows=seen.rows,
        first=first.score,
        second=side.score,
        first_selects=first.selects,
        second_selects=side.selects,
        departments=seen.departments,
        groups={one.attribute: one.labels for one in seen.groupings},
        shows_small_groups=is_entitled,
    )
    return {"auc_difference": differences["auc"], "differences": differences, "flips": flips(decided)}


def _line(run: Stored, champion: str | None) -> RunLine:
    record, configuration = run.record, run.record["configuration"]
    return {
        "run_id": run.run_id,
        "name": str(configuration["configuration"]) if isinstance(configuration, dict) else "",
        "model_name": str(record["model_name"]),
        "trained_at": str(record["trained_at"]),
        "trained_by": str(record["trained_by"]),
        "cut_score": float(str(record["cut_score"])),
        "snapshot": _snapshot(run),
        "is_champion": run.run_id == champion,
    }


def _labels_differ(runs: Sequence[Stored], rows: pd.DataFrame) -> dict[str, int]:
    first = rows["label"].to_numpy(dtype=np.float64)
    others = {run.run_id: run.holdout.loc[rows.index, "label"].to_numpy(dtype=np.float64) for run in runs[1:]}
    return {name: int((~np.isclose(first, label, equal_nan=True)).sum()) for name, label in others.items()}


def _notes(label: Array) -> list[Sentence]:
    return [_LABELS] if not np.isfinite(label).all() else []


def _snapshot(run: Stored) -> int:
    snapshot = run.record["snapshot"]
    if not isinstance(snapshot, dict):
        raise NotComparable(f"The run {run.run_id} does not say which snapshot it is of; train again")
    return int(snapshot["snapshot"])


def _held(side: Side, label: Array) -> HeldRows:
    return HeldRows(score=side.score, label=label, cut=side.cut, is_chance=side.is_chance)


def _quarter(period: object) -> str | None:
    return f"{period.year}-Q{period.quarter}" if isinstance(period, pd.Period) else None
