"""The gate of a stored run: gathers its evidence, evaluates the policy, and writes the result into the ledger.

The run's files say what was trained; the lake gives the champion's decisions about the same people and the latest
people; the vault's demographics meet the holdout inside the engine, for this purpose, under the gate's own name.
"""

import datetime as dt
import io
import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from models import releases, run_files
from models.champion import Champion
from models.features import SKILL, FeatureSpec
from models.release_gate import require_gating
from models.release_run import model_of, record_of, run_id_of
from models.scorer import Scorer
from training import evidence as files
from training import gate_funnel
from training.gate_people import champion_scores, feature_profiles, labelled, selection
from training.gate_vendor import vendor_scores
from training.stability import from_json
from validation import policy as policies
from validation.gate import GateReport, evaluate
from validation.gate_evidence import (
    ContractFinding,
    Evidence,
    FeatureEvidence,
    GroupPrediction,
    Holdout,
    Loads,
    Stability,
)
from validation.outcome import Interval, Text, Verdict
from validation.policy import Policy
from warehouse import document_parts
from warehouse.access import Principal, Role
from warehouse.lake.door import opened
from warehouse.lake.snapshot import standing
from warehouse.queries.gate import FeedingLoad, feeding_loads
from warehouse.queries.training import interviewed
from warehouse.settings import Settings

GATE = Principal(id="hiregate-gate", roles=frozenset({Role.AUDITOR}))
"""The gate reads demographics under its own name, for whoever asks; only counts of groups leave it."""

NOT_CHECKED = "contracts_not_run"
"""The finding of a load that ran without its data contracts."""

_BASELINES = ("vendor_score", "logistic", "unit_weighted_skills")


def run_gate(
    settings: Settings, principal: Principal, reference: str, *, policy: Policy | None = None, is_dry: bool = False
) -> GateReport:
    """Evaluates the run's gate and records the result, unless `is_dry`. Raises AccessDenied and UnknownRun."""
    require_gating(principal)
    policy = policy or policies.load()
    report = evaluate(policy, gather(settings, principal, run_id_of(settings, reference), policy))
    if not is_dry:
        releases.record_gate(settings, principal, policy, report)
    return report


def gather(settings: Settings, principal: Principal, run_id: str, policy: Policy) -> Evidence:
    """The evidence of one run, read under the gate's own name on behalf of `principal`.

    Raises PolicyError where the policy is not in force today, in the configured zone.
    """
    policy.require_in_force(dt.datetime.now(ZoneInfo(settings.timezone)).date())
    record = record_of(settings, run_id)
    model_of(settings, run_id, record)
    spec = FeatureSpec.from_json(run_files.read(settings, run_id, files.SPEC).decode())
    held = pd.read_parquet(io.BytesIO(run_files.read(settings, run_id, files.HOLDOUT)))
    champion = releases.champion(settings, str(record["model_name"]))
    scorer = None if champion is None else scorer_of(champion)
    trained_at = standing(settings, _snapshot_id(record))
    frames = _Frames(settings, [spec, *([scorer.spec] if scorer else [])], _systems(record))
    rivals = None if scorer is None else champion_scores(scorer, frames.at(trained_at), held)
    attributes = sorted({name for tables in policy.tables.values() for table in tables for name in table})
    with opened(settings, GATE, trained_at, purpose=f"gate of run {run_id} for {principal.id}") as lake:
        chosen = selection(
            lake,
            held,
            attributes=attributes,
            cut=float(record["cut_score"]),
            step=policy.impact.cut_step_share,
            champion=None if rivals is None or champion is None else rivals >= champion.cut_score,
            period=str(record["period"]["holdout"]),
            asked=policy.impact.asked,
        )
        labels = labelled(lake, held, attributes=attributes, cut=float(record["cut_score"]))
        around = gate_funnel.funnel(lake, held, attributes=attributes, asked=policy.impact.asked)
        divided = gate_funnel.strata(
            lake,
            held,
            attributes=attributes,
            cut=float(record["cut_score"]),
            asked=policy.impact.asked,
            by=policy.strata_by,
        )
    return Evidence(
        run_id=run_id,
        model_name=str(record["model_name"]),
        artifact_sha256=str(record["model_sha256"]),
        target=str(record["target"]["name"]),
        snapshot=f"snapshot {_snapshot_id(record)}",
        period=str(record["period"]["holdout"]),
        cut=float(record["cut_score"]),
        has_champion=champion is not None,
        loads=loads(feeding_loads(settings, GATE, pd.Timestamp(record["snapshot"]["created_at"]).to_pydatetime())),
        features=_features(spec, json.loads(run_files.read(settings, run_id, files.STUDY))),
        holdout=_holdout(held, record, rivals),
        selection=chosen,
        profiles=feature_profiles(
            spec,
            json.loads(run_files.read(settings, run_id, files.BINS)),
            before=_asked_of(record, frames.at(trained_at)),
            now=frames.at(None),
            held=held,
            days=policy.drift.latest_days,
            begins=record["split"]["holdout_begins"],
        ),
        vendors=vendor_scores(
            _asked_of(record, frames.at(None)), fitted=record["period"]["fit"], held=record["period"]["holdout"]
        ),
        labelled=labels,
        stability=_stability(settings, run_id),
        predictions=_predictions(settings, run_id),
        explained=_explained(spec, record),
        documents=_documents(settings, str(record["model_name"])),
        funnel=around.counts,
        outside=around.outside,
        strata=divided,
        notes=_notes(record),
    )


class _Frames:
    """Interviewed applications with the inputs of several specs, read once a snapshot."""

    def __init__(self, settings: Settings, specs: list[FeatureSpec], systems: tuple[str, ...]) -> None:
        self._settings, self._systems = settings, systems
        sources = {source for spec in specs for source in spec.sources if source.startswith(SKILL)}
        self._skills = sorted(source.removeprefix(SKILL) for source in sources)
        self._read: dict[int | None, pd.DataFrame] = {}

    def at(self, snapshot_id: int | None) -> pd.DataFrame:
        """The rows of this snapshot, None means the newest."""
        with opened(self._settings, GATE, snapshot_id) as lake:
            key = lake.snapshot.id if lake.snapshot else None
            if key not in self._read:
                self._read[key] = interviewed(lake, skills=self._skills, systems=self._systems).frame
            return self._read[key]


def scorer_of(champion: Champion) -> Scorer:
    """The champion ready to score."""
    return Scorer.from_artefacts(
        champion.artifact, json.dumps(champion.feature_spec), json.dumps(champion.details["training"])
    )


def loads(feeding: tuple[FeedingLoad, ...]) -> Loads:
    """The loads as the gate judges them."""
    findings = tuple(
        ContractFinding(
            source=load.source,
            place=f"{one.table_name}.{one.column_name}" if one.column_name else one.table_name,
            expectation=one.expectation,
            verdict=Verdict(one.verdict),
            n=one.n,
            unexpected_n=one.unexpected_n,
            sentence=Text(en=one.sentence_en, zh=one.sentence_zh),
        )
        for load in feeding
        for one in load.findings
        if one.expectation != NOT_CHECKED
    )
    return Loads(
        loads=len(feeding),
        unchecked=tuple(
            f"{load.source} {load.file_name}"
            for load in feeding
            if any(one.expectation == NOT_CHECKED for one in load.findings)
        ),
        rows_read=sum(load.rows_read for load in feeding),
        rows_rejected=sum(load.rows_rejected for load in feeding),
        findings=findings,
    )


def _notes(record: Mapping[str, Any]) -> dict[str, str]:
    """The training's warnings by number, and under `fit` which fit the model is; runs of earlier versions lack it."""
    notes = {str(index): str(one["en"]) for index, one in enumerate(record["warnings"])}
    return notes | ({"fit": str(record["fit"]["why"]["en"])} if "fit" in record else {})


def _stability(settings: Settings, run_id: str) -> Stability | None:
    """What the run says of other draws; None where it measured none."""
    if files.STABILITY not in run_files.hashes(settings, run_id):
        return None
    found = from_json(json.loads(run_files.read(settings, run_id, files.STABILITY)))
    return Stability(aucs=found.aucs, flip_shares=found.flip_shares, n=found.n)


def _predictions(settings: Settings, run_id: str) -> tuple[GroupPrediction, ...]:
    """What the run's study of proxies found; none where it made none."""
    if files.PROXIES not in run_files.hashes(settings, run_id):
        return ()
    study = json.loads(run_files.read(settings, run_id, files.PROXIES))
    return tuple(
        GroupPrediction(
            attribute=str(group["attribute"]),
            group=str(group["group"]),
            feature=feature,
            auc=found["auc"],
            interval=Interval(low=found["auc_ci"][0], high=found["auc_ci"][1], method="delong"),
            n=int(found["n"]),
        )
        for group in study["groups"]
        for feature, found in ((None, group["together"]), *group["alone"].items())
    )


def _documents(settings: Settings, model_name: str) -> frozenset[str]:
    """The parts that people wrote about the model, in whichever language."""
    return frozenset(one.name for one in document_parts.in_force(settings, GATE, model_name).values())


def _explained(spec: FeatureSpec, record: Mapping[str, Any]) -> frozenset[str]:
    """The features whose reason stands in the record in both languages; reasons follow the features in order."""
    pairs = zip(spec.names, record.get("reasons", ()), strict=False)
    return frozenset(name for name, reason in pairs if _is_complete(reason))


def _is_complete(reason: Mapping[str, Any]) -> bool:
    return all(reason[side].get(language) for side in ("positive", "negative") for language in ("en", "zh"))


def _snapshot_id(record: Mapping[str, Any]) -> int:
    return int(record["snapshot"]["snapshot"])


def _systems(record: Mapping[str, Any]) -> tuple[str, ...]:
    listed = str(record["configuration"]["sources"])
    return () if listed == "all" else tuple(listed.split(", "))


def _asked_of(record: Mapping[str, Any], rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the period that the run's configuration asks for; runs of earlier versions ask for all."""
    begins = record["configuration"].get("interviewed_from", "all")
    if begins == "all":
        return rows
    return rows[pd.to_datetime(rows["ai_interviewed_at"], utc=True) >= pd.Timestamp(begins, tz="UTC")]


def _features(spec: FeatureSpec, study: Mapping[str, Any]) -> tuple[FeatureEvidence, ...]:
    """Every feature of the spec, whether or not the study has it: an unstudied one is not a harmless one."""
    studied = {one["name"]: one for one in study["features"]}
    return tuple(
        FeatureEvidence(
            name=feature.name,
            source=", ".join(feature.provenance.mappings) or feature.source,
            is_fixed_before_outcome=feature.provenance.fixed_before_outcome is True,
            single_auc=studied.get(feature.name, {}).get("single_auc"),
            others_auc=studied.get(feature.name, {}).get("others_auc"),
            n=int(studied.get(feature.name, {}).get("n", 0)),
        )
        for feature in spec.features
    )


def _holdout(held: pd.DataFrame, record: Mapping[str, Any], rivals: "pd.Series[float] | None") -> Holdout:
    others = {name: held[name].to_numpy(dtype=np.float64) for name in _BASELINES if held[name].notna().any()}
    if rivals is not None:
        others["champion"] = rivals.to_numpy(dtype=np.float64)
    return Holdout(
        label=held["label"].to_numpy(dtype=np.float64, na_value=np.nan),
        score=held["score"].to_numpy(dtype=np.float64),
        others=others,
        training_rows=int(record["n"]["fit"]),
    )
