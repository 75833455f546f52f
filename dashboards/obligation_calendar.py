"""The obligations of this company as they stand on a day: dated data, the ledger's use and the dates of evidence.

Days are those of the company's time zone.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from models import releases, run_files, stated_evidence
from models.prohibited import prohibition
from models.releases import History, Served
from validation import policy
from validation.obligation_evidence import STATED, EvidenceKind
from validation.obligation_rules import Obligations, load
from validation.obligations import SOON_DAYS, Entry, Subject, Use, calendar
from warehouse.access import Permission, Principal
from warehouse.ledger_values import SERVING, StoredEvent
from warehouse.queries.evidence_dates import LoggedLine, last_decisions, logged
from warehouse.settings import Settings

EXPORTED = "evidence_exported"
DOCUMENTED = "document_made"
"""The audit log's action of a document that was handed out: its detail names the kind and the release."""

Days = dict[EvidenceKind, tuple[dt.date, ...]]
_K = EvidenceKind
_OF_FILES = {_K.PROXY_STUDY: "proxy_study.json", _K.ALTERNATIVES: "alternatives.json"}
_DOCUMENTS = frozenset(
    {_K.VALIDITY_STUDY, _K.LL144_SUMMARY, _K.ANNEX_IV, _K.PIPL_ASSESSMENT, _K.PIPL_NOTICE, _K.CANDIDATE_LETTER}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The entries of a day, where the duties hold, whether that was taken from the models' policies, and the file."""

    on: dt.date
    places: tuple[str, ...]
    all_places: tuple[str, ...]
    is_from_policies: bool
    entries: tuple[Entry, ...]
    models: tuple[str, ...]
    read_on: dt.date


def obligations(
    settings: Settings,
    principal: Principal,
    *,
    at: dt.datetime | None = None,
    places: Sequence[str] = (),
    model: str | None = None,
    soon_days: int = SOON_DAYS,
) -> Calendar:
    """The calendar at a moment (now when left out); without `places` those of the policies that the models passed.

    Needs READ_MODELS. `model` leaves the company's own duties in.
    """
    principal.require(Permission.READ_MODELS)
    found, history = load(), releases.history(settings, principal, at=at)
    own = _places(found, history)
    chosen = tuple(places) or own or found.jurisdictions
    subjects = _subjects(settings, principal, history, until=at)
    shown = [subject for subject in subjects if model in {None, subject.model} or not subject.model]
    on = _day(settings, history.at)
    return Calendar(
        on=on,
        places=chosen,
        all_places=found.jurisdictions,
        is_from_policies=not places and bool(own),
        entries=calendar(found, shown, places=chosen, on=on, soon_days=soon_days),
        models=tuple(subject.model for subject in subjects if subject.model),
        read_on=found.read_on,
    )


def _places(found: Obligations, history: History) -> tuple[str, ...]:
    """Where the policies hold that the champions were gated under; composed ones name those they are made of."""
    named: dict[str, None] = {}
    for served in history.live:
        document = served.gate.policy_document
        composed = document.get("composed_of")
        names = [
            served.gate.policy,
            *(str(one).split(" ")[0] for one in (composed if isinstance(composed, list) else ())),
        ]
        for name in names:
            if name in policy.names():
                named.update(dict.fromkeys(_applies_to(policy.load(name).document)))
    return tuple(place for place in found.jurisdictions if place in named)


def _applies_to(document: Mapping[str, object]) -> list[str]:
    place = document.get("applies_to")
    return [str(one) for one in place.get("jurisdictions", ())] if isinstance(place, dict) else []


def _subjects(
    settings: Settings, principal: Principal, history: History, *, until: dt.datetime | None
) -> tuple[Subject, ...]:
    stated = stated_evidence.stated(settings, principal, until=until)
    lines = logged(settings, principal, (EXPORTED, DOCUMENTED), until=until)
    decided = last_decisions(settings, principal, until=until)
    served = {one.release.model_name: one for one in history.live}
    names = sorted({event.model_name for event in history.events})
    uses = {name: _use(settings, [event for event in history.events if event.model_name == name]) for name in names}
    made = {name: _made(settings, served.get(name), lines, decided) for name in names}
    models = [Subject(model=name, use=uses[name], evidence={**made[name], **_said(stated, name)}) for name in names]
    company = {
        kind: tuple(sorted({day for one in made.values() for day in one.get(kind, ())})) for kind in EvidenceKind
    }
    whole = Subject(model="", use=_widest(list(uses.values())), evidence={**company, **_said(stated, "")})
    return (whole, *models)


def _said(stated: Mapping[tuple[str, EvidenceKind], tuple[dt.date, ...]], model: str) -> Days:
    """What people stated of the model, and of the company for every model."""
    return {kind: tuple(sorted({*stated.get((model, kind), ()), *stated.get(("", kind), ())})) for kind in STATED}


def _use(settings: Settings, events: Sequence[StoredEvent]) -> Use:
    serving = [event for event in events if event.kind in SERVING]
    if not serving:
        return Use()
    ends = [event for event in events if event.kind == "retired" and event.release_id == serving[-1].release_id]
    return Use(
        first=_day(settings, serving[0].happened_at), last=_day(settings, ends[-1].happened_at) if ends else None
    )


def _widest(uses: Sequence[Use]) -> Use:
    """From the first use of any model on, as long as one is in use."""
    begun = [use for use in uses if use.first is not None]
    ended = [use.last for use in begun if use.last is not None]
    first = min((use.first for use in begun if use.first is not None), default=None)
    return Use(first=first, last=max(ended) if ended and len(ended) == len(begun) else None)


def _made(
    settings: Settings, served: Served | None, lines: Sequence[LoggedLine], decided: Mapping[str, dt.datetime]
) -> Days:
    """What the platform's own records say of the release in service."""
    days: Days = {kind: () for kind in EvidenceKind if kind not in STATED}
    if served is None:
        return days
    release, gated = served.release, (_day(settings, served.gate.evaluated_at),)
    days[_K.GATE] = gated
    days[_K.ADVERSE_IMPACT] = gated if _judged_impact(served.gate.report) else ()
    days[_K.PROHIBITED_INPUTS] = (
        (_day(settings, release.proposed_at),) if _has_no_prohibited(release.feature_spec) else ()
    )
    files = run_files.hashes(settings, release.run_id)
    for kind, name in _OF_FILES.items():
        days[kind] = (
            (_trained(settings, release.details) or _day(settings, release.proposed_at),) if name in files else ()
        )
    if release.model_name in decided:
        days[_K.DECISION_LOG] = (_day(settings, decided[release.model_name]),)
    about = [line for line in lines if release.label in {line.subject, line.detail.get("release")}]
    days[_K.EVIDENCE_BUNDLE] = tuple(_day(settings, line.at) for line in about if line.action == EXPORTED)
    for kind in _DOCUMENTS:
        days[kind] = tuple(_day(settings, line.at) for line in about if line.detail.get("kind") == kind.value)
    return days


def _judged_impact(report: Mapping[str, object]) -> bool:
    checks = report.get("checks")
    listed = checks if isinstance(checks, list) else []
    return any(
        str(one.get("check")).startswith("adverse_impact.") and one.get("verdict") != "not_enough_evidence"
        for one in listed
    )


def _has_no_prohibited(spec: Mapping[str, object]) -> bool:
    features = spec.get("features")
    listed = features if isinstance(features, list) else []
    names = [str(one.get(key, "")) for one in listed for key in ("name", "source")]
    return bool(names) and all(prohibition(name) is None for name in names)


def _trained(settings: Settings, details: Mapping[str, object]) -> dt.date | None:
    training = details.get("training")
    moment = training.get("trained_at") if isinstance(training, dict) else None
    return _day(settings, dt.datetime.fromisoformat(str(moment))) if moment else None


def _day(settings: Settings, moment: dt.datetime) -> dt.date:
    return moment.astimezone(ZoneInfo(settings.timezone)).date()
