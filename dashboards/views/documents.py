"""Which documents does a release need, and what do they lack? Download them, and write what only people can say."""

import datetime as dt

import streamlit as st

from dashboards import data, widgets
from dashboards.documents import kinds, making, writing
from dashboards.documents.frame import Kind, Made, Subject
from dashboards.documents.writing import PartLine
from dashboards.wording.words import Words
from models import releases
from validation import human_parts
from warehouse import document_parts, ledger
from warehouse.access import Permission, Principal
from warehouse.document_parts import LANGUAGES, LONGEST, WrittenPart
from warehouse.ledger_values import StoredRelease
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings

NEEDS = Permission.READ_MODELS
_TYPES = {"html": "text/html", "pdf": "application/pdf"}


def show(settings: Settings, principal: Principal, say: Words) -> None:
    """Draws the page."""
    if not widgets.is_allowed(say, principal, NEEDS):
        return
    snapshot = data.newest_snapshot(settings)
    widgets.opening(say, "documents", is_generated=snapshot is not None and snapshot.is_generated)
    found = _releases(settings, principal)
    if not found:
        widgets.empty(say, "documents.none")
        return
    release = st.selectbox(say("documents.release"), found, format_func=lambda one: one.label, key="documents-release")
    allowed = [one for one in kinds.KINDS if one.subject is not Subject.DECISION and _may(principal, one)]
    kind = st.selectbox(
        say("documents.kind"), allowed, format_func=lambda one: one.title.in_language(say.language),
        key="documents-kind",
    )  # fmt: skip
    _document(settings, principal, say, kind, release)
    _parts(settings, principal, say, kind, release.model_name)


def _releases(settings: Settings, principal: Principal) -> list[StoredRelease]:
    names = releases.model_names(settings)
    with unit_of_work(settings, principal) as session:
        return [one for name in names for one in ledger.releases(session, model_name=name)]


def _may(principal: Principal, kind: Kind) -> bool:
    return set(kind.needs) <= principal.permissions


def _document(settings: Settings, principal: Principal, say: Words, kind: Kind, release: StoredRelease) -> None:
    subject = release.model_name if kind.subject is Subject.MODEL else release.label
    made = making.make(settings, principal, kind.name, subject, say.language)
    widgets.heading(say("documents.missing"))
    if made.missing:
        st.dataframe(
            [
                {
                    say("documents.what"): one.what.in_language(say.language),
                    say("documents.answer"): one.answer.in_language(say.language),
                    say("documents.who"): one.who.in_language(say.language),
                }
                for one in made.missing
            ],
            hide_index=True,
        )
    else:
        st.caption(say("documents.complete"))
    with st.container(horizontal=True):
        for language in LANGUAGES:
            for form in making.FORMATS:
                _download(settings, principal, say, made, subject, language, form)


def _download(
    settings: Settings, principal: Principal, say: Words, made: Made, subject: str, language: str, form: str
) -> None:
    """A button that makes the file when it is pressed, so that the log knows only what left."""

    def content() -> bytes:
        again = making.make(settings, principal, made.kind.name, subject, language)
        return making.handed_out(settings, principal, again, form)[0]

    st.download_button(
        say("documents.download", form=form.upper(), language=say.of("value", language)),
        content,
        file_name=f"{made.kind.name}-{subject.replace('@', '-')}-{language}.{form}",
        mime=_TYPES[form],
        key=f"documents-{language}-{form}",
        on_click="ignore",
    )


def _parts(settings: Settings, principal: Principal, say: Words, kind: Kind, model_name: str) -> None:
    if not human_parts.of_kind(kind.name):
        return
    widgets.heading(say("documents.parts"))
    lines = writing.listed(settings, principal, kind=kind.name, model_name=model_name)
    line = st.selectbox(
        say("documents.part"), lines, format_func=lambda one: one.part.title.in_language(say.language),
        key=f"documents-part-{kind.name}",
    )  # fmt: skip
    st.caption(widgets.plain(line.part.asks.in_language(say.language)))
    language = st.radio(
        say("documents.language"), LANGUAGES, format_func=lambda one: say.of("value", one), horizontal=True,
        index=tuple(LANGUAGES).index(say.language), key="documents-language",
    )  # fmt: skip
    past = document_parts.versions(
        settings, principal, kind=kind.name, subject=model_name, part=line.part.key, language=language
    )
    if principal.may(Permission.WRITE_DOCUMENTS):
        _writer(settings, principal, say, line, model_name, language, past)
    _history(say, past)


def _writer(
    settings: Settings,
    principal: Principal,
    say: Words,
    line: PartLine,
    model_name: str,
    language: str,
    past: list[WrittenPart],
) -> None:
    key = f"documents-text-{line.part.name}-{language}"
    text = st.text_area(
        say("documents.text"), value=past[0].text if past else "", max_chars=LONGEST, height=200, key=key
    )
    if st.button(say("documents.write"), key=f"{key}-write", disabled=not text.strip()):
        writing.write(
            settings, principal, kind=line.part.kind, model_name=model_name, key=line.part.key, language=language,
            text=text,
        )  # fmt: skip
        st.rerun()


def _history(say: Words, past: list[WrittenPart]) -> None:
    """Every version with what it changed; texts are shown as they are, never as markup."""
    if not past:
        st.caption(say("documents.unwritten"))
    for place, one in enumerate(past):
        before = past[place + 1].text if place + 1 < len(past) else ""
        title = say(
            "documents.version",
            version=one.version,
            who=one.author,
            when=f"{one.written_at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC",
        )
        with st.expander(title):
            changed = "\n".join(f"{line.sign} {line.line}" for line in writing.changes(before, one.text))
            st.code(changed, language="diff", wrap_lines=True)
