"""The notice of automated decisions to candidates under Article 24 of China's PIPL, in plain words.

It says what is used and what never is, who decides, and which rights a candidate has; no weight, cut score or figure
of the model is in it.
"""

from dashboards.documents import law_evidence
from dashboards.documents.frame import Draft
from dashboards.documents.law_evidence import LawEvidence, feature_name
from dashboards.documents.pipl_words import NOTICE
from dashboards.reports.document import Section
from dashboards.reports.words import Pen
from warehouse.access import Principal
from warehouse.settings import Settings

KIND = "pipl_notice"


def pipl_notice(settings: Settings, principal: Principal, subject: str, language: str) -> Draft:
    """The notice for a release. Needs READ_MODELS; raises UnknownRelease."""
    found = law_evidence.of(settings, principal, subject, kind=KIND, language=language)
    pen = Pen(words=NOTICE, language=language)
    written = found.written
    return Draft(
        title=pen.say("title"),
        basis=found.basis,
        facts=((pen.say("program"), pen.say("version").format(n=found.release.version)),),
        sections=(
            written.section("handler"),
            Section(heading=pen.say("what"), paragraphs=(pen.say("what_1"), pen.say("what_2"))),
            Section(
                heading=pen.say("used"),
                paragraphs=(pen.say("used_1").format(inputs=_inputs(found, pen)), pen.say("never")),
            ),
            Section(heading=pen.say("who"), paragraphs=(pen.say("who_1"), pen.say("fair"))),
            Section(
                heading=pen.say("rights"),
                paragraphs=(
                    pen.say("explain"), pen.say("refuse"), pen.say("correct"), pen.say("complain"),
                    *written.paragraphs("request"),
                ),
            ),
            written.section("retention"),
        ),
        missing=written.missing,
        limits=(pen.say("no_harm"),),
    )  # fmt: skip


def _inputs(found: LawEvidence, pen: Pen) -> str:
    return pen.say("comma").join(feature_name(one, pen.language) for one in found.features) or pen.say("none")
