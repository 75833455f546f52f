"""Makes the model card of a release or of a run: the ledger's record first, the run's files where they still are.

Errors:

  UnknownRelease (models.release_errors), UnknownRun and RunChanged (models.registry, models.run_files)
"""

import dataclasses
import json
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from models import card_gate, card_record, registry, run_files
from models.card import Card, CardRelease, CardSignature, CardText
from models.card_record import Plain
from models.release_lookup import find
from models.release_proposals import current_gate
from models.release_run import record_of, run_id_of
from validation import human_parts
from validation.outcome import Text
from warehouse import document_parts, ledger
from warehouse.access import Permission, Principal, Role
from warehouse.ledger_values import StoredEvent, StoredGate, StoredRelease
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings

KIND = "model_card"
READER = Principal(id="hiregate-card", roles=frozenset({Role.AUDITOR}))
"""Reads the texts for those who ask the API for the promoted model."""

SPEC, STABILITY, ALTERNATIVES, PROXIES = "feature_spec.json", "stability.json", "alternatives.json", "proxy_study.json"

_NO_FILE = Text(en="The training did not keep {name}, or it is gone.", zh="训练没有保存 {name}，或该文件已不存在。")
_NO_GATE = Text(en="The gate has not evaluated this run.", zh="门禁尚未评估该训练。")
_NO_GROUPS = Text(en="The gate's result holds no table by group.", zh="门禁结果中没有按群体的表格。")
_CONSUMER_DROPS = ("proxies", "alternatives", "stability", "release", "absent")


def of_release(settings: Settings, principal: Principal, reference: str) -> Card:
    """The card of a release by label, version, id or run. Needs READ_MODELS; raises UnknownRelease.

    Figures of small groups are in it only for those who may read demographics.
    """
    principal.require(Permission.READ_MODELS)
    with unit_of_work(settings, principal) as session:
        return of_release_in(settings, principal, session, find(session, reference))


def of_release_in(settings: Settings, principal: Principal, session: Session, release: StoredRelease) -> Card:
    """The same within a transaction of the principal's, who may read models."""
    card = of_stored(session, release, _files(settings, release.run_id))
    return card if principal.may(Permission.READ_DEMOGRAPHICS) else _suppressed(card)


def of_run(settings: Settings, principal: Principal, reference: str) -> Card:
    """The card of a run that may not be a release yet. Needs READ_MODELS; raises UnknownRun and RunChanged."""
    principal.require(Permission.READ_MODELS)
    run_id = run_id_of(settings, reference)
    record = record_of(settings, run_id)
    spec = json.loads(run_files.read(settings, run_id, SPEC))
    with unit_of_work(settings, principal) as session:
        gate = ledger.latest_gate(session, run_id)
        texts = _texts(session, str(record["model_name"]))
    card = _card(
        record,
        spec,
        _files(settings, run_id),
        gate,
        texts,
        model_name=str(record["model_name"]),
        run_id=run_id,
        sha256=str(record["model_sha256"]),
        snapshot=card_record.mapping(record.get("snapshot")),
        fingerprint=str(record.get("data_fingerprint", "")),
        is_generated=record.get("is_generated") is True,
    )
    return card if principal.may(Permission.READ_DEMOGRAPHICS) else _suppressed(card)


def of_stored(session: Session, release: StoredRelease, files: Mapping[str, Plain]) -> Card:
    """The complete card of a stored release, within a transaction whose principal may read models."""
    gate = current_gate(session, release)
    record = card_record.mapping(release.details.get("training"))
    card = _card(
        record,
        release.feature_spec,
        files,
        gate,
        _texts(session, release.model_name),
        model_name=release.model_name,
        run_id=release.run_id,
        sha256=release.artifact_sha256,
        snapshot=release.snapshot,
        fingerprint=release.data_fingerprint,
        is_generated=release.is_generated,
    )
    return dataclasses.replace(card, cut_score=release.cut_score, release=_release(session, release))


def for_consumers(settings: Settings, release_id: object) -> dict[str, object]:
    """The card of a release as JSON for those who ask for scores: no small group, no name of a writer, no sentence of
    the gate about groups, and nothing that only the run's files hold.
    """
    with unit_of_work(settings, READER) as session:
        card = of_stored(session, find(session, str(release_id)), {})
    parts = {key: tuple(dataclasses.replace(one, author="") for one in texts) for key, texts in card.parts.items()}
    plain = dataclasses.replace(
        _suppressed(card), parts=parts, data=dataclasses.replace(card.data, trained_by=""), gate=None
    ).as_json()
    return {name: value for name, value in plain.items() if name not in {*_CONSUMER_DROPS, "gate"}}


def _card(
    record: Plain,
    spec: Plain,
    files: Mapping[str, Plain],
    gate: StoredGate | None,
    texts: Mapping[str, tuple[CardText, ...]],
    *,
    model_name: str,
    run_id: str,
    sha256: str,
    snapshot: Plain,
    fingerprint: str,
    is_generated: bool,
) -> Card:
    fairness = () if gate is None else card_gate.fairness(gate)
    wanted = [part.key for part in human_parts.of_kind(KIND) if part.is_required]
    return Card(
        model_name=model_name,
        run_id=run_id,
        sha256=sha256,
        cut_score=card_record.number(record.get("cut_score")),
        target=card_record.target(record),
        data=card_record.data(record, snapshot, fingerprint, is_generated=is_generated),
        features=card_record.features(spec),
        scores=card_record.scores(record),
        fairness=fairness,
        limits=card_record.limits(record),
        stability=card_record.stability(files.get(STABILITY)),
        alternatives=card_record.alternatives(files.get(ALTERNATIVES)),
        proxies=card_record.proxies(files.get(PROXIES)),
        gate=None if gate is None else card_gate.gate(gate),
        release=None,
        parts=texts,
        missing_parts=tuple(key for key in wanted if key not in texts),
        absent=_absent(files, gate, has_groups=any(table.groups for table in fairness)),
    )


def _absent(files: Mapping[str, Plain], gate: StoredGate | None, *, has_groups: bool) -> dict[str, Text]:
    """What the card could hold and does not, by field."""
    fields = {"stability": STABILITY, "alternatives": ALTERNATIVES, "proxies": PROXIES}
    found = {
        field: Text(en=_NO_FILE.en.format(name=name), zh=_NO_FILE.zh.format(name=name))
        for field, name in fields.items()
        if name not in files
    }
    if gate is None:
        found["gate"] = _NO_GATE
    elif not has_groups:
        found["fairness"] = _NO_GROUPS
    return found


def _files(settings: Settings, run_id: str) -> Mapping[str, Plain]:
    """The run's optional files that are there and unchanged."""
    known = run_files.hashes(settings, run_id)
    found: dict[str, Plain] = {}
    for name in (STABILITY, ALTERNATIVES, PROXIES):
        if name in known:
            try:
                found[name] = json.loads(run_files.read(settings, run_id, name))
            except registry.UnknownRun:
                continue
    return found


def _texts(session: Session, model_name: str) -> Mapping[str, tuple[CardText, ...]]:
    found: dict[str, list[CardText]] = {}
    for one in document_parts.in_force_in(session, model_name, kind=KIND).values():
        text = CardText(
            language=one.language,
            text=one.text,
            version=one.version,
            written_at=one.written_at,
            author=one.author,
            sha256=one.sha256,
        )
        found.setdefault(one.part, []).append(text)
    return {key: tuple(texts) for key, texts in found.items()}


def _release(session: Session, release: StoredRelease) -> CardRelease:
    events = ledger.events(session, release_id=release.release_id)
    return CardRelease(
        label=release.label,
        version=release.version,
        state=events[-1].kind if events else "proposed",
        proposed_by=release.proposed_by,
        proposed_at=release.proposed_at,
        approvals=tuple(
            CardSignature(kind=one.answer, by=one.decided_by, at=one.decided_at, reason=one.reason)
            for one in ledger.answers(session, release.release_id)
        ),
        waivers=tuple(
            CardSignature(kind=one.check, by=one.signed_by, at=one.signed_at, reason=one.reason, until=one.expires_at)
            for one in ledger.waivers(session, release.release_id)
        ),
        events=_events(events),
    )


def _events(events: Sequence[StoredEvent]) -> tuple[CardSignature, ...]:
    return tuple(
        CardSignature(kind=one.kind, by=one.actor, at=one.happened_at, reason=one.reason or "", until=one.lease_until)
        for one in events
    )


def _suppressed(card: Card) -> Card:
    return dataclasses.replace(card, fairness=card_gate.suppressed(card.fairness))
