"""The impact assessment that Articles 55 and 56 of China's Personal Information Protection Law ask for.

Article 56 names its three questions; each section holds what the records say and what the person in charge wrote.
"""

from collections.abc import Iterator

from dashboards.audit_tables import verdict_word
from dashboards.documents import annex_iv_says, law_evidence, terms
from dashboards.documents.frame import Draft
from dashboards.documents.law_evidence import LawEvidence, feature_name
from dashboards.documents.pipl_words import ASSESSMENT
from dashboards.reports.document import Grid, Section
from dashboards.reports.words import Pen
from dashboards.wording.words import Words
from warehouse.access import Principal
from warehouse.settings import Settings

KIND = "pipl_assessment"
_OF_PEOPLE = ("adverse_impact", "error_rates")


def pipl_assessment(settings: Settings, principal: Principal, subject: str, language: str) -> Draft:
    """The assessment of a release. Needs READ_MODELS; raises UnknownRelease."""
    found = law_evidence.of(settings, principal, subject, kind=KIND, language=language)
    pen = Pen(words=ASSESSMENT, language=language)
    written = found.written
    return Draft(
        title=pen.say("title"),
        basis=found.basis,
        sections=(
            written.section("handler"),
            Section(
                heading=pen.say("lawful"),
                paragraphs=(pen.say("manner"), *written.paragraphs("purpose"), *written.paragraphs("recipients")),
                grids=(_inputs(found, pen),),
            ),
            Section(
                heading=pen.say("influence"),
                paragraphs=(pen.say("no_one_alone"), *_unknown(found, pen), *written.paragraphs("rights_and_risks")),
                grids=tuple(_judged(found, pen)),
            ),
            Section(
                heading=pen.say("protection"),
                paragraphs=(*_measures(pen), *written.paragraphs("measures")),
            ),
            written.section("conclusion"),
        ),
        missing=written.missing,
        limits=(pen.say("keep"), pen.say("no_advice")),
    )


def _inputs(found: LawEvidence, pen: Pen) -> Grid:
    rows = tuple((feature_name(one, pen.language), pen.say("from_interview")) for one in found.features)
    return pen.grid("inputs", ("input", "comes_from"), rows)


def _judged(found: LawEvidence, pen: Pen) -> Iterator[Grid]:
    say = Words(pen.language)
    rows = []
    for one in found.checks:
        kind, _, about = str(one["check"]).partition(".")
        if kind in _OF_PEOPLE:
            named = " × ".join(say.of("attribute", part) for part in about.split("+") if part)
            name = (
                pen.say("of_groups").format(check=say.of("check", kind), groups=named)
                if named
                else say.of("check", kind)
            )
            rows.append(
                (
                    name,
                    verdict_word(one["verdict"], pen.language),
                    terms.sentence(str(one["reason"][pen.language]), pen.language, about=about),
                )
            )
    if rows:
        yield pen.grid("judged", ("check", "verdict", "reason"), rows)


def _unknown(found: LawEvidence, pen: Pen) -> Iterator[str]:
    """That nothing was examined is said, not left out."""
    if not any(str(one["check"]).startswith("adverse_impact.") for one in found.checks):
        yield pen.say("not_examined")
    if any(one.get("verdict") == "not_enough_evidence" for one in found.checks):
        yield pen.say("not_enough")
    if annex_iv_says.data(found) and not found.features:
        yield pen.say("no_inputs")


def _measures(pen: Pen) -> Iterator[str]:
    for key in ("pseudonyms", "roles", "vault", "logs", "erasure", "checked"):
        yield pen.say(key)
