"""Makes a document of a kind: asks for the rights, builds the draft, and puts around it what every document carries.

A document that is handed out is logged with its sha256, so that a copy can later be told from another.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator

from dashboards.documents import kinds, terms
from dashboards.documents.frame import Basis, Draft, Made, Source
from dashboards.documents.words import FRAME
from dashboards.reports.document import Document, Section
from dashboards.reports.html_document import html
from dashboards.reports.pdf_document import pdf
from dashboards.reports.words import Pen
from validation.outcome import Verdict
from warehouse import audit_log
from warehouse.access import Principal
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings

FORMATS = ("html", "pdf")


def make(
    settings: Settings,
    principal: Principal,
    kind_name: str,
    subject: str,
    language: str,
    *,
    now: dt.datetime | None = None,
) -> Made:
    """The document in one language. Raises UnknownKind, AccessDenied, and what the kind's function raises."""
    kind = kinds.kind(kind_name)
    for permission in kind.needs:
        principal.require(permission)
    draft = kinds.builder(kind)(settings, principal, subject, language)
    made_at = now or dt.datetime.now(dt.UTC)
    pen = Pen(words=FRAME, language=language)
    if kind.leaves:
        around = () if kind.for_candidates else tuple(_public_facts(draft.basis, made_at, pen))
        after: tuple[Section, ...] = (_missing(draft, pen),) if draft.missing else ()
    else:
        around = tuple(_facts(draft.basis, made_at, principal, len(draft.missing), pen))
        after = (_missing(draft, pen), _sources(draft, pen))
    document = Document(
        title=draft.title,
        language=language,
        verdict=draft.verdict,
        verdict_kind=draft.verdict_kind,
        reason=draft.reason,
        facts=(*around, *draft.facts),
        sections=(*draft.sections, *after),
        limits=(*((pen.say("generated"),) if draft.basis.is_generated else ()), *draft.limits),
    )
    return Made(kind=kind, subject=subject, document=document, draft=draft, made_at=made_at, made_by=principal.id)


def handed_out(settings: Settings, principal: Principal, made: Made, form: str) -> tuple[bytes, str]:
    """The document as `html` or `pdf` and its sha256; the audit log has a line of it. Raises NoFont."""
    content = html(made.document).encode() if form == "html" else pdf(made.document)
    digest = hashlib.sha256(content).hexdigest()
    logged(settings, principal, made, form, digest)
    return content, digest


def logged(settings: Settings, principal: Principal, made: Made, form: str, digest: str) -> None:
    """Writes the audit log's line of a document that left in this form."""
    release = made.draft.basis.release
    with unit_of_work(settings, principal) as session:
        detail: audit_log.Detail = {
            "kind": made.kind.name,
            "language": made.document.language,
            "format": form,
            "sha256": digest,
            "release": release.label if release else "",
            "missing": len(made.missing),
        }
        audit_log.append(session, actor=principal.id, action="document_made", subject=made.subject, detail=detail)


def json_sha256(made: Made) -> str:
    """The sha256 of the document's canonical JSON."""
    return hashlib.sha256(json.dumps(as_json(made), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def as_json(made: Made) -> dict[str, object]:
    """The document as plain JSON values: its basis, what is missing, and all that it says."""
    basis, document = made.draft.basis, made.document
    return {
        "kind": made.kind.name,
        "subject": made.subject,
        "language": document.language,
        "title": document.title,
        "made_at": made.made_at.isoformat(),
        "made_by": made.made_by,
        "model_name": basis.model_name,
        "release": basis.release.label if basis.release else None,
        "gate": {
            "gate_result_id": str(basis.gate.gate_result_id),
            "verdict": basis.gate.verdict,
            "policy": basis.gate.policy,
            "policy_version": basis.gate.policy_version,
        }
        if basis.gate
        else None,
        "is_generated": basis.is_generated,
        "verdict": document.verdict_kind,
        "obligations": list(made.kind.obligations),
        "missing": [one.as_json() for one in made.missing],
        "sources": [{"name": one.name, "sha256": one.sha256} for one in _all_sources(made.draft)],
        "facts": [{"name": name, "value": value} for name, value in document.facts],
        "sections": [_section_json(section) for section in made.draft.sections],
        "limits": list(document.limits),
    }


def _section_json(section: Section) -> dict[str, object]:
    grids = [*section.grids, *(chart.grid for chart in section.charts)]
    return {
        "heading": section.heading,
        "paragraphs": list(section.paragraphs),
        "tables": [
            {"caption": g.caption, "headers": list(g.headers), "rows": [list(r) for r in g.rows]} for g in grids
        ],
    }


def _public_facts(basis: Basis, made_at: dt.datetime, pen: Pen) -> Iterator[tuple[str, str]]:
    """When it was made and of what data: all else of its basis is the company's own."""
    yield pen.say("made_at"), _moment(made_at)
    yield pen.say("data"), pen.say("generated" if basis.is_generated else "real")


def _facts(
    basis: Basis, made_at: dt.datetime, principal: Principal, missing: int, pen: Pen
) -> Iterator[tuple[str, str]]:
    yield pen.say("made_at"), _moment(made_at)
    yield pen.say("made_by"), principal.id
    release, gate = basis.release, basis.gate
    if release is None:
        yield pen.say("model"), basis.model_name
    yield pen.say("release"), release.label if release else pen.say("no_release")
    if release is not None:
        yield pen.say("run"), release.run_id
        yield (
            pen.say("snapshot"),
            pen.say("snapshot_line").format(
                id=release.snapshot.get("snapshot", release.snapshot.get("id", "–")),
                fingerprint=release.data_fingerprint,
            ),
        )
    if gate is not None:
        yield pen.say("gate"), pen.say("gate_line").format(
            verdict=pen.verdict(Verdict(gate.verdict)), at=_moment(gate.evaluated_at), by=gate.evaluated_by,
            id=gate.gate_result_id,
        )  # fmt: skip
        yield pen.say("policy"), pen.say("policy_line").format(name=gate.policy, version=gate.policy_version)
    yield pen.say("data"), pen.say("generated" if basis.is_generated else "real")
    yield pen.say("missing_parts"), str(missing)


def _missing(draft: Draft, pen: Pen) -> Section:
    if not draft.missing:
        return Section(heading=pen.say("missing"), paragraphs=(pen.say("nothing_missing"),))
    rows = ((pen.text(one.what), pen.text(one.answer), pen.text(one.who)) for one in draft.missing)
    grid = pen.grid("missing_table", ("missing_what", "missing_answer", "missing_who"), rows)
    said = pen.say("is_missing").format(n=len(draft.missing))
    return Section(heading=pen.say("missing"), paragraphs=(said,), grids=(grid,))


def _sources(draft: Draft, pen: Pen) -> Section:
    rows = ((one.name, one.sha256) for one in _all_sources(draft))
    return Section(heading=pen.say("sources"), grids=(pen.grid("sources_table", ("source", "sha256"), rows),))


def _all_sources(draft: Draft) -> list[Source]:
    return [*draft.basis.sources, *draft.sources]


def _moment(moment: dt.datetime) -> str:
    return terms.moment(moment)
