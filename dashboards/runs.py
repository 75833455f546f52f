"""Trained runs as pages list them: figures with intervals, baselines beside them, impact, stability, and what became.

Everything is read from the files that the training sealed; a run whose files were changed is listed as such, without a
figure. Figures are of the whole holdout and of groups large enough for anybody who may read models.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models import run_files
from models.registry import UnknownRun
from models.run_files import RunChanged
from training import evidence
from warehouse.queries.gate_results import GateRow
from warehouse.settings import Settings

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The figures of one model or baseline on the holdout; `n` are the labelled applications. None is undefined."""

    name: str
    n: int
    auc: float | None
    auc_low: float | None
    auc_high: float | None
    brier: float | None
    lift: float | None
    selection_rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """The group with the lowest impact ratio at the cut, on the holdout, among those large enough to compare."""

    attribute: str
    group: str
    n: int
    ratio: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Steadiness:
    """Over other draws of the same people: lowest and highest AUC, and the mean share decided otherwise."""

    draws: int
    lowest: float | None
    highest: float | None
    flipped: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One run; `model` are its own figures. `verdict` and `policy` are the newest gate's, `release` where proposed.

    `period` is the holdout's, `fit_period` that of the rows it was fitted on, such as `2025-01-01/2025-06-30`.
    """

    run_id: str
    configuration: str
    model_name: str
    trained_at: str
    trained_by: str
    snapshot: str
    period: str
    fit_period: str
    fit: Document
    is_generated: bool
    model: Measured
    baselines: tuple[Measured, ...]
    worst: Worst | None
    steadiness: Steadiness | None
    verdict: str | None
    policy: str | None
    release: str | None

    @property
    def label(self) -> str:
        """Its configuration and the beginning of its id, such as `demo_job_related · 3f9a1c02`."""
        return f"{self.configuration} · {self.run_id[:8]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFiles:
    """The sealed files of a run that a list needs; empty where it has none of that name."""

    run_id: str
    record: Document
    alternatives: Document
    stability: Document
    proxies: Document


def files(settings: Settings, run_id: str) -> RunFiles | None:
    """The run's files; None where one is gone, or is not as its training stored it."""
    try:
        known = run_files.hashes(settings, run_id)
        read = {
            name: json.loads(run_files.read(settings, run_id, name)) if name in known else {}
            for name in (evidence.RECORD, evidence.ALTERNATIVES, evidence.STABILITY, evidence.PROXIES)
        }
    except (UnknownRun, RunChanged):
        return None
    return RunFiles(
        run_id=run_id,
        record=read[evidence.RECORD],
        alternatives=read[evidence.ALTERNATIVES],
        stability=read[evidence.STABILITY],
        proxies=read[evidence.PROXIES],
    )


def line(found: RunFiles, gates: Sequence[GateRow]) -> RunLine:
    """The run with the newest of its evaluations (`gates` come newest first)."""
    record, gate = found.record, next((one for one in gates if one.run_id == found.run_id), None)
    named = (measured(name, figures) for name, figures in record["baselines"].items())
    return RunLine(
        run_id=found.run_id,
        configuration=str(record["configuration"]["configuration"]),
        model_name=str(record["model_name"]),
        trained_at=str(record["trained_at"]),
        trained_by=str(record["trained_by"]),
        snapshot=str(record["snapshot"].get("snapshot", "")),
        period=str((record.get("period") or {}).get("holdout") or ""),
        fit_period=str((record.get("period") or {}).get("fit") or ""),
        fit=record.get("fit") or {},
        is_generated=bool(record["is_generated"]),
        model=measured("model", record["metrics"]),
        baselines=tuple(named),
        worst=worst(used_point(found.alternatives, record.get("fit") or {})),
        steadiness=steadiness(found.stability),
        verdict=None if gate is None else gate.verdict,
        policy=None if gate is None else gate.policy,
        release=next((one.release for one in gates if one.run_id == found.run_id and one.release), None),
    )


def measured(name: str, figures: Document) -> Measured:
    """The figures of `training.metrics.metrics`."""
    low, high = figures.get("auc_ci") or (None, None)
    return Measured(
        name=name,
        n=int(figures["n"]),
        auc=figures["auc"],
        auc_low=low,
        auc_high=high,
        brier=figures.get("brier"),
        lift=figures.get("lift"),
        selection_rate=figures.get("selection_rate"),
    )


def used_point(alternatives: Document, fit: Document) -> Document | None:
    """The alternative that the run was trained with; the first is the configured fit. None without alternatives."""
    points = alternatives.get("points") or []
    return next((one for one in points if one["name"] == fit.get("name")), points[0] if points else None)


def worst(point: Document | None) -> Worst | None:
    """The worst group of a point on the holdout; None where no two groups can be compared."""
    found = point["impact"]["holdout"]["worst"] if point else None
    if not found or found["impact_ratio"] is None:
        return None
    low, high = found["impact_ratio_ci"]
    return Worst(
        attribute=found["attribute"],
        group=found["group"],
        n=found["n"],
        ratio=found["impact_ratio"],
        low=low,
        high=high,
    )


def steadiness(stability: Document) -> Steadiness | None:
    """None where nothing was drawn again."""
    flips, aucs = stability.get("flip_shares") or [], [one for one in stability.get("aucs", ()) if one is not None]
    if not flips:
        return None
    lowest, highest = (min(aucs), max(aucs)) if aucs else (None, None)
    return Steadiness(draws=len(flips), lowest=lowest, highest=highest, flipped=sum(flips) / len(flips))


def rounded(value: float | None) -> float | None:
    """To four digits, for tables."""
    return None if value is None else round(value, 4)
