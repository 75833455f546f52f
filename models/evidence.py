"""The evidence bundle: one file that says what a release is, what it stands on and who agreed, and can be checked.

A bundle is a zip with an index page, the parts as JSON, and a verifier that needs Python alone. It is sealed: every
byte is covered by the seal in the zip's comment, each file by the manifest, and the manifest's root stands in the audit
log from the moment of the export. What a bundle cannot contain because it no longer exists is listed, never invented.
"""

import datetime as dt
import hashlib
import importlib.metadata
import io
import json
import platform
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files as resources
from pathlib import Path

import pandas as pd
from sqlalchemy.orm import Session

from models import bundle_verifier, card_making, registry, run_files
from models.bundle_page import page
from models.features import FeatureSpec
from models.release_lookup import find
from models.release_proposals import current_gate
from models.shadow_report import report
from warehouse import audit_log, ledger
from warehouse.access import Permission, Principal
from warehouse.ledger_values import StoredGate, StoredRelease
from warehouse.postgres import unit_of_work
from warehouse.queries.gate import feeding_loads
from warehouse.settings import Settings

OPTIONAL = (
    "feature_study.json", "feature_bins.json", "proxy_study.json", "weights.json", "stability.json",
    "alternatives.json", "alternatives.svg",
)  # fmt: skip
"""Files of the run that are taken over where the training made them."""

_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The date of every entry: the same evidence makes the same file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A bundle that was written: where, of which release, and the root that the audit log keeps."""

    path: Path
    release: str
    root: str
    files: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a bundle is made of: the files by name, and what is missing, each with its reason."""

    files: dict[str, bytes] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, document: object) -> None:
        """A JSON file."""
        self.files[name] = (json.dumps(document, ensure_ascii=False, indent=1, default=_plain) + "\n").encode()


def export(
    settings: Settings, principal: Principal, reference: str, out: Path | str, *, model_name: str | None = None
) -> Exported:
    """Writes the bundle of a release to `out`, whole or not at all.

    Needs READ_MODELS, READ_AUDIT_LOG, and READ_DEMOGRAPHICS, for the gate's tables are in it whole; raises
    UnknownRelease.
    """
    for permission in (Permission.READ_MODELS, Permission.READ_AUDIT_LOG, Permission.READ_DEMOGRAPHICS):
        principal.require(permission)
    path = Path(out)
    with unit_of_work(settings, principal) as session:
        release = find(session, reference, model_name)
        parts = gather(settings, principal, session, release)
        content, root = packed(parts, release)
        part = path.with_name(path.name + ".part")
        part.write_bytes(content)
        detail: audit_log.Detail = {"root": root, "files": len(parts.files), "missing": len(parts.missing)}
        audit_log.append(session, actor=principal.id, action="evidence_exported", subject=release.label, detail=detail)
    part.replace(path)
    return Exported(
        path=path, release=release.label, root=root, files=len(parts.files), missing=tuple(sorted(parts.missing))
    )


def root_in_log(settings: Settings, principal: Principal, root: str) -> bool:
    """Whether the audit log knows an export with this root. Needs READ_AUDIT_LOG."""
    principal.require(Permission.READ_AUDIT_LOG)
    with unit_of_work(settings, principal) as session:
        return audit_log.holds(session, action="evidence_exported", detail={"root": root})


def gather(settings: Settings, principal: Principal, session: Session, release: StoredRelease) -> Parts:
    """All parts of the release's bundle, as they stand in the session's transaction."""
    parts = Parts()
    gate = current_gate(session, release)
    _add_ledger(parts, session, release)
    parts.files["model/model.ubj"] = ledger.artifact(session, release.release_id)
    parts.add("gate/report.json", gate.report)
    parts.add("gate/policy.json", gate.policy_document)
    parts.add("data/snapshot.json", {**release.snapshot, "data_fingerprint": release.data_fingerprint})
    _add_run(parts, settings, release)
    parts.add("model/card.json", card_making.of_release_in(settings, principal, session, release).as_json())
    _add_contracts(parts, settings, principal, release)
    _add_shadow(parts, settings, principal, session, release)
    parts.add("environment.json", environment(release))
    parts.files["verify.py"] = _verifier()
    parts.add("missing.json", parts.missing)
    parts.files["index.html"] = _page(parts, session, release, gate)
    return parts


def _verifier() -> bytes:
    """The verifier as one file: the text of the tables in the place of their import."""
    text = {
        name: resources("models").joinpath(f"bundle_{name}.py").read_text("utf-8") for name in ("verifier", "tables")
    }
    line = next(one for one in text["verifier"].splitlines() if one.startswith("from models.bundle_tables import"))
    return text["verifier"].replace(line, text["tables"].partition('"""\n\n')[2], 1).encode()


def _add_ledger(parts: Parts, session: Session, release: StoredRelease) -> None:
    parts.add(
        "ledger/release.json",
        {
            "release_id": release.release_id,
            "model": release.model_name,
            "version": release.version,
            "run_id": release.run_id,
            "sha256": release.artifact_sha256,
            "cut_score": release.cut_score,
            "is_generated": release.is_generated,
            "proposed_by": release.proposed_by,
            "proposed_at": release.proposed_at,
        },
    )
    answers = ledger.answers(session, release.release_id)
    waivers = ledger.waivers(session, release.release_id)
    events = ledger.events(session, release_id=release.release_id)
    parts.add("ledger/approvals.json", [_values(one) for one in answers])
    parts.add("ledger/waivers.json", [_values(one) for one in waivers])
    parts.add("ledger/events.json", [_values(one) for one in events])
    lines = "".join(
        json.dumps(line.as_json(), ensure_ascii=False) + "\n"
        for line in audit_log.lines(session, since=_first_line(session, release))
    )
    parts.files["ledger/audit_log.jsonl"] = lines.encode()


def _first_line(session: Session, release: StoredRelease) -> int:
    """Where the release's story begins in the audit log: with its training, else its gate, else its proposal."""
    found = audit_log.first(session, subjects=(release.run_id, release.label))
    return 1 if found is None else found


def _add_run(parts: Parts, settings: Settings, release: StoredRelease) -> None:
    """The run's own files; the release's record stands in for a run that is gone."""
    for name, fallback in (("training.json", release.details.get("training")), ("feature_spec.json", None)):
        try:
            parts.files[f"model/{name}"] = run_files.read(settings, release.run_id, name)
        except registry.UnknownRun:
            parts.missing[f"model/{name}"] = "the run's file is gone; the release's own copy stands in its place"
            if fallback is None:
                parts.files[f"model/{name}"] = _spec(release)
            else:
                parts.add(f"model/{name}", fallback)
    for name in OPTIONAL:
        try:
            parts.files[f"statistics/{name}"] = run_files.read(settings, release.run_id, name)
        except registry.UnknownRun:
            parts.missing[f"statistics/{name}"] = "the training did not make it, or it is gone"
    try:
        held = pd.read_parquet(io.BytesIO(run_files.read(settings, release.run_id, "holdout.parquet")))
        parts.add("cells/scores.json", score_cells(held))
    except registry.UnknownRun:
        parts.missing["cells/scores.json"] = "the run's holdout is gone"
        parts.add("cells/scores.json", {"n": 0, "cells": []})


def _spec(release: StoredRelease) -> bytes:
    """The release's own copy of the feature spec, spelled as the training hashed it."""
    return FeatureSpec.from_json(json.dumps(dict(release.feature_spec))).as_json().encode()


def score_cells(held: pd.DataFrame) -> dict[str, object]:
    """How many people of the holdout have each score and outcome: no key of a person, and the AUC to the last digit."""
    known = held[held["label"].notna()]
    counted = known.assign(good=known["label"] > 0.5, bad=known["label"] <= 0.5)
    cells = counted.groupby("score", sort=True)[["good", "bad"]].sum().reset_index()
    rows = zip(cells["score"], cells["good"], cells["bad"], strict=True)
    return {"n": len(known), "cells": [{"score": float(s), "good": int(g), "bad": int(b)} for s, g, b in rows]}


def _add_contracts(parts: Parts, settings: Settings, principal: Principal, release: StoredRelease) -> None:
    """The loads that fed the snapshot and what the contracts found; needs READ_LOADS beside the rest."""
    moment = release.snapshot.get("created_at")
    if moment is None or not principal.may(Permission.READ_LOADS):
        parts.missing["data/contracts.json"] = "the snapshot has no moment, or the exporter may not read loads"
        return
    until = dt.datetime.fromisoformat(str(moment))
    until = until if until.tzinfo else until.replace(tzinfo=dt.UTC)
    loads = feeding_loads(settings, principal, until)
    parts.add(
        "data/contracts.json",
        [{**_values(load), "findings": [_values(one) for one in load.findings]} for load in loads],
    )


def _add_shadow(
    parts: Parts, settings: Settings, principal: Principal, session: Session, release: StoredRelease
) -> None:
    """How the release compared with the champion, where it ever ran in shadow: counts, the small ones hidden."""
    if ledger.events(session, release_id=release.release_id, kinds=["shadowed"]):
        parts.add("statistics/shadow_report.json", report(settings, principal, release.label).as_json())


def environment(release: StoredRelease) -> dict[str, object]:
    """What the model was trained with, as its record says, and what exported the bundle."""
    training = release.details.get("training")
    record = training if isinstance(training, dict) else {}
    packages = sorted(
        f"{one.metadata['Name']}=={one.version}" for one in importlib.metadata.distributions() if one.metadata["Name"]
    )
    return {
        "code_version": record.get("code_version", ""),
        "trained_with": record.get("environment", {}),
        "python": platform.python_version(),
        "packages": packages,
    }


def _page(parts: Parts, session: Session, release: StoredRelease, gate: StoredGate) -> bytes:
    return page(
        release=release,
        gate=gate,
        answers=ledger.answers(session, release.release_id),
        waivers=ledger.waivers(session, release.release_id),
        events=ledger.events(session, release_id=release.release_id),
        names=sorted(parts.files),
        missing=parts.missing,
    ).encode()


def packed(parts: Parts, release: StoredRelease) -> tuple[bytes, str]:
    """The sealed zip and its root."""
    hashes = {name: _sha256(content) for name, content in parts.files.items()}
    root = bundle_verifier.root_of(hashes)
    manifest = {
        "format": 1,
        "release": release.label,
        "root": root,
        "files": {name: {"sha256": hashes[name], "bytes": len(parts.files[name])} for name in sorted(hashes)},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in ("index.html", *sorted(set(parts.files) - {"index.html"})):
            _write(bundle, name, parts.files[name])
        _write(bundle, bundle_verifier.MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())
        bundle.comment = bundle_verifier.SEAL + b"0" * 64
    return bundle_verifier.sealed(buffer.getvalue()), root


def _write(bundle: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    bundle.writestr(entry, content)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _values(value: object) -> Mapping[str, object]:
    """A frozen value's fields, findings of a load apart."""
    names: Iterable[str] = getattr(type(value), "__dataclass_fields__", {})
    return {name: getattr(value, name) for name in names if name != "findings"}


def _plain(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return str(value)
