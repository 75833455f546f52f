"""One training from a snapshot to a stored run: rows, split, tuning, fit, calibration, cut, figures, evidence."""

import contextlib
import datetime as dt
import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from models import registry, run_files
from models.features import SKILL, FeatureSpec, Provenance
from models.prohibited import BIOMETRIC_ORIGINS, ProhibitedInput, Prohibition
from models.reasons import reasons
from training import evidence, few_rows, row_proofs
from training.alternatives_run import Compared, by_group
from training.alternatives_used import fit_record
from training.configuration import Configuration
from training.dataset import Dataset, NothingToLearn, dataset
from training.ground import Fitted, Ground
from training.labels import target_kind
from training.learning import Learned, learn
from training.splits import split
from training.weights import weights
from training.weights_known import OUTCOMES, Known, known
from validation.outcome import Text
from warehouse import audit_log
from warehouse.access import Permission, Principal
from warehouse.lake.door import opened
from warehouse.lake.snapshot import Snapshot
from warehouse.postgres import unit_of_work
from warehouse.queries.training import MappedSource, filling, interviewed, is_fixed, mapped_sources
from warehouse.settings import Settings

Progress = Callable[[str], None]

_TURN_SECONDS = 0.0001


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedRun:
    """A stored run: its id and the record that stands in its `training.json`."""

    run_id: str
    model_name: str
    record: Mapping[str, object]

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {"run_id": self.run_id, **self.record}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Read:
    """What was read for a training: its rows, the spec with the origin of each feature, and the snapshot.

    `outcomes` are the vendor's versions and what came later, by application.
    """

    rows: Dataset
    outcomes: pd.DataFrame
    spec: FeatureSpec
    snapshot: Snapshot
    is_generated: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Meanwhile:
    """What looks at the rows of a training and at no model: it is worked out while one is fitted."""

    ground: Ground
    proofs: "Future[tuple[dict[str, object], bytes]]"
    known: "Future[Known | None]"
    bins: "Future[dict[str, dict[str, object]]]"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Chosen:
    """A learned model, what was worked out meanwhile, and the fits it was compared with where alternatives are on."""

    learned: Learned
    meanwhile: _Meanwhile
    compared: Compared | None


def train(
    settings: Settings, principal: Principal, configuration: Configuration, *, progress: Progress | None = None
) -> TrainedRun:
    """Trains `configuration` on the newest snapshot and stores the run.

    Raises AccessDenied without TRAIN, and NothingToLearn, TooFewRows, CannotValidate or ConfigurationError where the
    data does not allow it.
    """
    principal.require(Permission.TRAIN)
    tell = progress or (lambda _step: None)
    tell("reading the snapshot")
    read = read_rows(settings, principal, configuration)
    rows, configuration = few_rows.fitting(read.rows, configuration)
    read = replace(read, rows=rows)
    with ThreadPoolExecutor(max_workers=1) as beside, _turns():  # XGBoost leaves the interpreter free meanwhile
        chosen = _chosen(settings, principal, configuration, read, beside, tell)
        return _stored(settings, principal, configuration, read, chosen, tell)


def _chosen(
    settings: Settings,
    principal: Principal,
    configuration: Configuration,
    read: Read,
    beside: Executor,
    tell: Progress,
) -> _Chosen:
    compared: Compared | None = None
    meanwhile: _Meanwhile | None = None

    def choose(ground: Ground) -> Fitted | None:
        nonlocal compared, meanwhile
        meanwhile = _meanwhile(read, ground, configuration, beside)
        compared = by_group(settings, principal, ground, read.spec.names, configuration, read.snapshot, tell)
        return compared.fit if compared else None

    learned = learn(read.rows, read.spec, configuration, tell, choose, beside)
    if meanwhile is None:
        raise RuntimeError("a model was learned without asking which fit to take")
    return _Chosen(learned=learned, meanwhile=meanwhile, compared=compared)


def _stored(
    settings: Settings,
    principal: Principal,
    configuration: Configuration,
    read: Read,
    chosen: _Chosen,
    tell: Progress,
) -> TrainedRun:
    learned, meanwhile, compared = chosen.learned, chosen.meanwhile, chosen.compared
    counted = _weights(meanwhile, learned, configuration, tell)
    tell("storing the run")
    stated, proofs = meanwhile.proofs.result()
    record = training_record(read, learned, configuration, principal) | stated
    record["fit"] = fit_record(learned.fit.name, compared.found if compared else None)
    files = {
        **counted,
        **_files(read.spec, learned, meanwhile.bins.result(), record),
        **(compared.files if compared else {}),
        row_proofs.FILE: proofs,
    }
    run_id = registry.log_run(
        settings,
        name=configuration.name,
        parameters=configuration.parameters()
        | {"fit": learned.fit.name}
        | {f"xgboost.{k}": v for k, v in learned.parameters.items()},
        metrics=_flat_metrics(learned),
        tags=_tags(record),
        files=files,
    )
    with unit_of_work(settings, principal) as session:
        detail: audit_log.Detail = {
            "configuration": configuration.name,
            "data_fingerprint": str(record["data_fingerprint"]),
            "files": run_files.listed(files),
            "figures": run_files.figures(settings, run_id),
        }
        audit_log.append(session, actor=principal.id, action=run_files.TRAINED, subject=run_id, detail=detail)
    return TrainedRun(run_id=run_id, model_name=configuration.model_name, record=record)


def read_rows(settings: Settings, principal: Principal, configuration: Configuration) -> Read:
    """The rows of the newest snapshot for this configuration. Raises NothingToLearn before the first refresh."""
    kind = target_kind(configuration.target)
    plain = FeatureSpec(features=configuration.features)
    skills = [source.removeprefix(SKILL) for source in plain.sources if source.startswith(SKILL)]
    with ThreadPoolExecutor(max_workers=1) as beside, opened(settings, principal) as lake:
        if lake.snapshot is None:
            raise NothingToLearn("The lake is empty; load files and run `hiregate refresh` first")
        mapped = beside.submit(mapped_sources, settings, principal, configuration.sources)
        found = interviewed(lake, skills=skills, systems=configuration.sources, criterion=kind.criterion)
        snapshot = lake.snapshot
    spec = with_provenance(plain, mapped.result())
    asked, earlier = asked_period(found.frame, configuration)
    rows = dataset(
        asked, found.sql, spec, configuration.target, pd.Timestamp(snapshot.created_at),
        fit_period=lambda frame: split(frame, configuration.holdout, configuration.seed).fit,
    )  # fmt: skip
    rows = replace(rows, excluded={**earlier, **rows.excluded})
    return Read(
        rows=rows,
        outcomes=asked[list(OUTCOMES)],
        spec=spec,
        snapshot=snapshot,
        is_generated=bool(found.frame["is_generated"].any()),
    )


def asked_period(rows: pd.DataFrame, configuration: Configuration) -> tuple[pd.DataFrame, dict[str, int]]:
    """The rows that were interviewed in the configuration's period, and how many were not; no count without a period.

    Raises NothingToLearn where nobody was.
    """
    if configuration.interviewed_from is None:
        return rows, {}
    begins = pd.Timestamp(configuration.interviewed_from, tz="UTC")
    is_asked = pd.to_datetime(rows["ai_interviewed_at"], utc=True) >= begins
    if not is_asked.any():
        raise NothingToLearn(
            f"Nobody was interviewed from {begins:%Y-%m-%d} on; set `interviewed_from` to an earlier day"
        )
    return rows[is_asked], {"interviewed_before_period": int((~is_asked).sum())}


def with_provenance(spec: FeatureSpec, mapped: tuple[MappedSource, ...]) -> FeatureSpec:
    """The spec with the origin of each feature, as the mappings declare it.

    Raises ProhibitedInput for a feature that a mapping declares to be derived from faces or emotions.
    """
    features = []
    for feature in spec.features:
        found = filling(mapped, feature.source)
        origins = {declared.derived_from for _, declared in found if declared.derived_from}
        if origins & BIOMETRIC_ORIGINS:
            raise ProhibitedInput(feature.source, Prohibition.BIOMETRIC)
        provenance = Provenance(
            systems=tuple(dict.fromkeys(one.system for one, _ in found)),
            mappings=tuple(one.name for one, _ in found),
            derived_from=tuple(sorted(origins)),
            fixed_before_outcome=is_fixed(declared for _, declared in found),
        )
        features.append(replace(feature, provenance=provenance))
    return replace(spec, features=tuple(features))


def training_record(
    read: Read, learned: Learned, configuration: Configuration, principal: Principal
) -> dict[str, object]:
    """What `training.json` holds beside the fingerprint and the root of its rows."""
    rows, counts = read.rows, learned.counts(read.rows.frame)
    return {
        "model_name": configuration.model_name,
        "configuration": configuration.parameters(),
        "target": configuration.target.as_json(),
        "target_cut": rows.target_cut,
        "cut_score": learned.cut.score,
        "cut": learned.cut.as_json(configuration.cut),
        "bands": {"middle": learned.cut.middle, "high": learned.cut.score},
        "snapshot": read.snapshot.as_json(),
        "as_of": rows.as_of.isoformat(),
        "period": learned.period(rows.frame),
        "is_generated": read.is_generated,
        "code_version": evidence.code_version(),
        "environment": evidence.environment(),
        "seed": configuration.seed,
        "split": {**learned.split.rule(), "share": configuration.holdout.share, "folds": configuration.folds},
        "n": counts,
        "excluded": rows.excluded,
        "warnings": [_plain_text(one) for one in (*rows.warnings, *few_rows.warnings(counts), *learned.warnings())],
        "parameters": learned.parameters,
        "tuning": learned.tuning_json(),
        "calibration": asdict(learned.calibration),
        "metrics": learned.metrics,
        "baselines": learned.baseline_metrics,
        "reasons": reasons(read.spec, configuration.reasons).as_json(),
        "feature_spec_sha256": read.spec.sha256,
        "model_sha256": hashlib.sha256(learned.model).hexdigest(),
        "trained_by": principal.id,
        "trained_at": dt.datetime.now(dt.UTC).isoformat(),
    }


def _files(
    spec: FeatureSpec, learned: Learned, bins: Mapping[str, object], record: Mapping[str, object]
) -> dict[str, bytes]:
    steady = {} if learned.stability is None else {evidence.STABILITY: evidence.json_bytes(learned.stability.as_json())}
    return {
        **steady,
        evidence.MODEL: learned.model,
        evidence.SPEC: spec.as_json().encode(),
        evidence.RECORD: evidence.json_bytes(record),
        evidence.HOLDOUT: evidence.parquet(learned.holdout.frame()),
        evidence.BINS: evidence.json_bytes({"features": bins, "score": evidence.binned(learned.fitted_scores)}),
        evidence.STUDY: evidence.json_bytes(learned.study.as_json()),
    }


def _proofs(rows: Dataset) -> tuple[dict[str, object], bytes]:
    """What the record says of the rows and of their list, and the list as a file."""
    listed = row_proofs.proofs(rows.frame)
    return {**row_proofs.stated(listed), "data_fingerprint": rows.fingerprint()}, evidence.parquet(listed)


@contextlib.contextmanager
def _turns() -> Iterator[None]:
    """Leaves a fit its core: shorter turns of the interpreter, which it asks for after every tree, and one thread for
    the linear algebra of what is worked out beside it."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_SECONDS)
    try:
        with threadpool_limits(limits=1, user_api="blas"):  # its idle threads spin on the fit's core
            yield
    finally:
        sys.setswitchinterval(before)


def _meanwhile(read: Read, ground: Ground, configuration: Configuration, beside: Executor) -> _Meanwhile:
    seed, draws = configuration.seed, configuration.draws > 0
    fitted = ground.matrix[ground.split.fit & np.isfinite(ground.labels)]
    return _Meanwhile(
        ground=ground,
        proofs=beside.submit(_proofs, read.rows),
        known=beside.submit(known, ground, read.outcomes, read.spec, seed=seed, draws=draws),
        bins=beside.submit(evidence.feature_bins, read.spec, fitted),
    )


def _weights(
    meanwhile: _Meanwhile, learned: Learned, configuration: Configuration, tell: Progress
) -> Mapping[str, bytes]:
    """The weights of the skills as a file; none where the model has no skill."""
    tell("weighing the skills")
    found = meanwhile.known.result()
    if found is None:
        return {}
    target, seed, draws = configuration.target.name, configuration.seed, configuration.draws > 0
    counted = weights(meanwhile.ground, found, learned, target=target, seed=seed, draws=draws)
    return {evidence.WEIGHTS: evidence.json_bytes(counted.as_json())}


def _tags(record: Mapping[str, object]) -> dict[str, str]:
    snapshot = record["snapshot"]
    kept = ("model_name", "data_fingerprint", "code_version", "feature_spec_sha256", "model_sha256", "trained_by")
    number = snapshot["snapshot"] if isinstance(snapshot, dict) else ""
    return {"snapshot": str(number), "is_generated": str(record["is_generated"])} | {k: str(record[k]) for k in kept}


def _flat_metrics(learned: Learned) -> dict[str, float]:
    """The numbers a list of runs shows: the holdout's, the baselines' AUC, and those of cross-validation."""
    flat: dict[str, float] = {"cut_score": learned.cut.score}
    if learned.tuning.chosen.fold_aucs:
        flat["cv_auc"] = learned.tuning.chosen.auc
    sets = {"holdout": learned.metrics, **learned.baseline_metrics}
    for name, figures in sets.items():
        for key in ("auc", "brier", "selection_rate", "precision", "lift", "n"):
            value = figures.get(key)
            if isinstance(value, int | float) and np.isfinite(value):
                flat[f"{name}_{key}"] = float(value)
    return flat


def _plain_text(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}
