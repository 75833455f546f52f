"""The explanation letter for one decision, in plain words, to the candidate whom it is about.

It says the result, what was decided since, what was automated and what was not, the main reasons, and how to reach a
person or correct data. It holds no other person's data, no comparison of groups, no score, weight or cut. Nothing of it
is logged but the decision's id.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from dashboards.documents import human
from dashboards.documents.candidate_letter_words import WORDS
from dashboards.documents.frame import Basis, Draft
from dashboards.reports.document import Section
from dashboards.reports.words import Pen
from warehouse import ledger
from warehouse.access import NOBODY, Principal, Role
from warehouse.ledger_values import StoredRelease
from warehouse.postgres import unit_of_work
from warehouse.queries.decision_case import DecisionCase, decision_case
from warehouse.queries.decision_outcome import RULE, DecisionOutcome, OutcomeKind
from warehouse.settings import Settings

KIND = "candidate_letter"
_PUBLIC_TEXTS = Principal(id="letter", roles=frozenset({Role.AUDITOR}))
"""Reads the letter's own texts, which are written for candidates, for readers who may not read models."""


def candidate_letter(settings: Settings, principal: Principal, subject: str, language: str) -> Draft:
    """The letter of a decision id. Raises AccessDenied, DecisionNotFound, PersonErased."""
    case = decision_case(settings, principal, subject, language=language)
    release = _release(settings, case)
    written = human.texts(settings, _PUBLIC_TEXTS, kind=KIND, model_name=release.model_name, language=language)
    pen = Pen(words=WORDS, language=language)
    reasons = case.answer.get("reasons")
    return Draft(
        title=pen.say("title"),
        basis=Basis(model_name=release.model_name, release=release),
        facts=tuple(_facts(settings, case, release, pen)),
        sections=(
            Section(heading=_greeting(case, pen), paragraphs=(pen.say("opening"),)),
            Section(heading=pen.say("result"), paragraphs=tuple(_result(case, pen))),
            Section(heading=pen.say("outcome"), paragraphs=(_outcome(settings, case, pen), pen.say("review"))),
            Section(heading=pen.say("automated"), paragraphs=(pen.say("computer"), pen.say(_decider(case)))),
            Section(
                heading=pen.say("reasons"),
                paragraphs=tuple(_reasons(reasons if isinstance(reasons, list) else [], pen)),
            ),
            Section(
                heading=pen.say("person"),
                paragraphs=(pen.say("ask"), *written.paragraphs("contact"), pen.say("no_harm")),
            ),
            Section(heading=pen.say("data"), paragraphs=(pen.say("correct"), *written.paragraphs("correction"))),
            Section(heading=pen.say("regards"), paragraphs=written.paragraphs("sender")),
        ),
        missing=written.missing,
        limits=(pen.say("only_you"),),
    )


def _release(settings: Settings, case: DecisionCase) -> StoredRelease:
    with unit_of_work(settings, NOBODY) as session:
        (release,) = ledger.releases(session, release_id=case.release_id)
    return release


def _facts(settings: Settings, case: DecisionCase, release: StoredRelease, pen: Pen) -> Iterator[tuple[str, str]]:
    yield pen.say("reference"), str(case.decision_id)
    yield pen.say("decided"), _day(settings, case.decided_at)
    yield pen.say("version"), pen.say("version_line").format(n=release.version)


def _greeting(case: DecisionCase, pen: Pen) -> str:
    return pen.say("dear").format(name=case.name) if case.name else pen.say("dear_candidate")


def _result(case: DecisionCase, pen: Pen) -> Iterator[str]:
    yield pen.say(str(case.answer.get("recommendation", "human_review")))
    if case.answer.get("missing"):
        yield pen.say("incomplete")
    if case.answer.get("mode") == "review_only":
        yield pen.say("review_only")


def _outcome(settings: Settings, case: DecisionCase, pen: Pen) -> str:
    """What was decided about the application, when, and whether by a person."""
    found = case.outcome
    if found.happened_at is None:
        return pen.say(f"outcome.{found.kind.value}")
    who = "" if found.kind is OutcomeKind.WITHDRAWN else pen.say(_who(found))
    return pen.say(f"outcome.{found.kind.value}").format(date=_day(settings, found.happened_at), who=who)


def _decider(case: DecisionCase) -> str:
    """That people decide, unless the records say that a rule did."""
    return "no_machine" if case.outcome.by == RULE else "people"


def _who(found: DecisionOutcome) -> str:
    return "by_unknown" if found.by is None else "by_rule" if found.by == RULE else "by_person"


def _reasons(reasons: Sequence[Mapping[str, Any]], pen: Pen) -> Iterator[str]:
    """The reasons' own sentences, those that helped first; no number of any."""
    if not reasons:
        yield pen.say("no_reasons")
        return
    for key, wanted in (("helped", True), ("hindered", False)):
        told = [str(one[pen.language]) for one in reasons if (float(one.get("contribution", 0.0)) >= 0) is wanted]
        if told:
            yield pen.say(key).format(reasons=pen.say("space").join(told))
    yield pen.say("job_related")


def _day(settings: Settings, moment: dt.datetime) -> str:
    return moment.astimezone(ZoneInfo(settings.timezone)).date().isoformat()
