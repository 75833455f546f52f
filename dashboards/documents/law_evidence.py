"""What the legal documents read of a release: its training record, its gate's checks, who agreed, and stated dates.

Everything comes from the ledger, the run's sealed record and the audit log; nothing here is computed anew.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from dashboards.documents import human
from dashboards.documents.basis import of_release
from dashboards.documents.frame import Basis, DocumentError
from dashboards.documents.human import HumanTexts
from dashboards.wording.words import Words
from models import releases, stated_evidence
from validation.obligation_evidence import EvidenceKind
from warehouse import ledger
from warehouse.access import Principal
from warehouse.ledger_values import SERVING, StoredAnswer, StoredEvent, StoredGate, StoredRelease, StoredWaiver
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings

NOTHING = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class LawEvidence:
    """One release with all that the legal documents say of it, and the texts that people wrote for one kind."""

    basis: Basis
    release: StoredRelease
    gate: StoredGate
    answers: tuple[StoredAnswer, ...]
    waivers: tuple[StoredWaiver, ...]
    events: tuple[StoredEvent, ...]
    first_use: dt.date | None
    last_use: dt.date | None
    stated: Mapping[EvidenceKind, tuple[dt.date, ...]]
    written: HumanTexts

    @property
    def record(self) -> Mapping[str, Any]:
        """The training record; empty where the release has none."""
        found = self.release.details.get("training")
        return found if isinstance(found, dict) else {}

    @property
    def checks(self) -> Sequence[Mapping[str, Any]]:
        """The gate's checks as they were recorded."""
        found = self.gate.report.get("checks")
        return found if isinstance(found, list) else []

    @property
    def features(self) -> Sequence[Mapping[str, Any]]:
        """The model's features."""
        found = self.release.feature_spec.get("features")
        return found if isinstance(found, list) else []

    def latest(self, kind: EvidenceKind) -> dt.date | None:
        """The newest day that was stated of a kind."""
        days = self.stated.get(kind, ())
        return days[-1] if days else None

    def hash_of(self, name: str) -> str:
        """The sha256 of a run's file, as the audit log knows it; a dash where it has none."""
        return next((one.sha256 for one in self.basis.sources if one.name == name), NOTHING)


def of(settings: Settings, principal: Principal, reference: str, *, kind: str, language: str) -> LawEvidence:
    """The evidence of a release, with the texts written for `kind`. Needs READ_MODELS; raises UnknownRelease."""
    basis = of_release(settings, principal, reference)
    release, gate = basis.release, basis.gate
    if release is None or gate is None:
        raise DocumentError(f"{reference}: there is no release to write about; propose a run first")
    with unit_of_work(settings, principal) as session:
        answers = tuple(ledger.answers(session, release.release_id))
        waivers = tuple(ledger.waivers(session, release.release_id))
    every = releases.history(settings, principal, model_name=release.model_name).events
    stated = stated_evidence.stated(settings, principal)
    first, last = _use(settings, every)
    return LawEvidence(
        basis=basis,
        release=release,
        gate=gate,
        answers=answers,
        waivers=waivers,
        events=tuple(every),
        first_use=first,
        last_use=last,
        stated={
            one: tuple(sorted({*stated.get((release.model_name, one), ()), *stated.get(("", one), ())}))
            for one in EvidenceKind
        },
        written=human.texts(settings, principal, kind=kind, model_name=release.model_name, language=language),
    )


def feature_name(feature: Mapping[str, Any], language: str) -> str:
    """A feature in words; its own name where there is none."""
    source, say = str(feature.get("source", "")), Words(language)
    kind, _, skill = source.partition(":")
    if skill and kind == "skill":
        return say.of("skill", skill).replace("_", " ")
    known = say.of("predictor", source)
    return known if known and known != source else str(feature.get("name", source)).replace("_", " ")


def _use(settings: Settings, events: Sequence[StoredEvent]) -> tuple[dt.date | None, dt.date | None]:
    zone = ZoneInfo(settings.timezone)
    serving = [event for event in events if event.kind in SERVING]
    if not serving:
        return None, None
    ends = [one for one in events if one.kind == "retired" and one.release_id == serving[-1].release_id]
    last = ends[-1].happened_at.astimezone(zone).date() if ends else None
    return serving[0].happened_at.astimezone(zone).date(), last
