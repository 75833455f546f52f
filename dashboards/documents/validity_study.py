"""The validity study report of a release, under the Uniform Guidelines' documentation headings (29 CFR 1607.15(B)).

Figures come from the run's held-out people and the lake through the statistics of `validation`; job analysis, reasons
and contacts are parts that people write. What neither holds is listed as missing.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from dashboards.audit_tables import number
from dashboards.documents import basis, human, terms
from dashboards.documents.card_fairness import fairness
from dashboards.documents.card_words import WORDS as CARD
from dashboards.documents.frame import Draft, Missing
from dashboards.documents.human import HumanTexts
from dashboards.documents.law_evidence import feature_name
from dashboards.documents.model_card import alternatives
from dashboards.documents.study_figures import COLUMNS, LEAST, SCORE, VENDOR, Studied, studied
from dashboards.documents.study_words import WORDS
from dashboards.reports.document import DensityChart, Section
from dashboards.reports.validity_report import validity_document
from dashboards.reports.words import Pen
from dashboards.wording.words import Words
from models import card_making
from models.card import Card
from validation.outcome import Text
from validation.validity import Validity
from warehouse.access import SMALLEST_GROUP, Principal
from warehouse.settings import Settings

KIND = "validity_study"

PARAGRAPHS: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("b1", ("users_and_location",), False),
    ("b2", ("problem_and_setting",), False),
    ("b3", ("job_analysis",), False),
    ("b4", (), True),
    ("b5", ("criterion_rationale",), True),
    ("b6", (), True),
    ("b7", (), True),
    ("b8", (), True),
    ("b9", ("alternatives_considered",), True),
    ("b10", ("uses_and_applications",), False),
    ("b11", (), True),
    ("b12", ("contact",), False),
    ("b13", ("accuracy_and_completeness",), False),
)
"""Each heading of 1607.15(B) with the parts that people write for it, and whether figures answer it too."""


def validity_study(settings: Settings, principal: Principal, subject: str, language: str) -> Draft:
    """The study of a release. Needs READ_MODELS and READ_LAKE; raises UnknownRelease."""
    stands_on = basis.of_release(settings, principal, subject)
    card = card_making.of_release(settings, principal, subject)
    texts = human.texts(settings, principal, kind=KIND, model_name=card.model_name, language=language)
    pen = Pen(words=WORDS, language=language)
    names = {SCORE: pen.say("model_score"), VENDOR: pen.say("vendor_score")}
    assert stands_on.release is not None  # noqa: S101 - the basis of a release has one
    found = studied(settings, principal, stands_on.release, card.target.name, names)
    conclusion = found.model
    return Draft(
        title=pen.say("title").format(name=stands_on.release.label),
        basis=stands_on,
        sections=(_map(texts, found, pen), *_sections(card, texts, found, pen)),
        missing=(*texts.missing, *_missing(card, found)),
        sources=texts.sources,
        limits=(pen.say("limit"),),
        verdict=pen.verdict(conclusion.verdict) if conclusion else "",
        verdict_kind=conclusion.verdict.value if conclusion else None,
        reason=pen.text(conclusion.reason) if conclusion else "",
    )


def _map(texts: HumanTexts, found: Studied, pen: Pen) -> Section:
    """Each heading with what answers it."""
    without = {one.part.partition(".")[2] for one in texts.missing}
    is_empty = {"b4": found.held is None, "b6": found.held is None, "b8": found.model is None}

    def row(key: str, parts: tuple[str, ...], has_figures: bool) -> tuple[str, str]:
        by = [pen.say("not_answered" if part in without else "by_people") for part in parts]
        by += [pen.say("not_answered" if is_empty.get(key, False) else "by_data")] if has_figures else []
        return pen.say(key), pen.say("semicolon").join(by)

    rows = (row(key, parts, has_figures) for key, parts, has_figures in PARAGRAPHS)
    return Section(heading=pen.say("map"), grids=(pen.grid("map_table", ("asks", "answer"), rows),))


def _sections(card: Card, texts: HumanTexts, found: Studied, pen: Pen) -> Iterator[Section]:
    for key, part in (("b1", "users_and_location"), ("b2", "problem_and_setting"), ("b3", "job_analysis")):
        yield Section(heading=pen.say(key), paragraphs=texts.paragraphs(part))
    yield _jobs(found, pen)
    yield Section(heading=pen.say("b5"), paragraphs=(_criterion(card, pen), *texts.paragraphs("criterion_rationale")))
    yield Section(heading=pen.say("b6"), paragraphs=(_sample(card, found, pen),))
    yield _procedure(card, pen)
    yield Section(heading=pen.say("b8"), paragraphs=(pen.say("results_line"),))
    for study in (found.model, found.vendor):
        if study is not None:
            yield from _results(study, pen, with_benchmarks=study is found.vendor or found.vendor is None)
    yield fairness(card, Pen(words=CARD, language=pen.language))
    yield _alternatives(card, texts, pen)
    yield Section(heading=pen.say("b10"), paragraphs=texts.paragraphs("uses_and_applications"))
    yield Section(heading=pen.say("b11"), paragraphs=(pen.say("source_line"),))
    yield Section(heading=pen.say("b12"), paragraphs=texts.paragraphs("contact"))
    yield Section(heading=pen.say("b13"), paragraphs=texts.paragraphs("accuracy_and_completeness"))


def _jobs(found: Studied, pen: Pen) -> Section:
    if found.held is None:
        return Section(heading=pen.say("b4"), paragraphs=(pen.say("no_holdout"),))
    counts = found.held["job_family"].value_counts()
    say = Words(pen.language)
    shown = [(say.of("value", str(name)), f"{n:,}") for name, n in counts.items() if n >= SMALLEST_GROUP]
    hidden = len(counts) - len(shown)
    note = (pen.say("jobs_hidden").format(n=hidden, k=SMALLEST_GROUP),) if hidden else ()
    grid = pen.grid("jobs_table", ("job", "n"), shown)
    return Section(heading=pen.say("b4"), paragraphs=note, grids=(grid,) if shown else ())


def _criterion(card: Card, pen: Pen) -> str:
    days = card.target.matured_after_days
    return pen.say("criterion_line").format(
        target=terms.target(card.target.name, pen.language),
        column=Words(pen.language).of("criterion", COLUMNS.get(card.target.name)),
        days="–" if days is None else days,
    )


def _sample(card: Card, found: Studied, pen: Pen) -> str:
    return pen.say("sample_line").format(
        held="–" if found.held is None else f"{len(found.held):,}",
        labelled=f"{found.labelled:,}",
        period=terms.period(card.data.periods.get("holdout", ""), pen.language),
        snapshot=card.data.snapshot or "–",
    )


def _procedure(card: Card, pen: Pen) -> Section:
    line = pen.say("procedure_line").format(n=len(card.features), cut=number(card.cut_score))
    inputs = ({"name": one.name, "source": one.source} for one in card.features)
    names = pen.say("comma").join(feature_name(one, pen.language) for one in inputs)
    return Section(heading=pen.say("b7"), paragraphs=(line, names))


def _results(study: Validity, pen: Pen, *, with_benchmarks: bool) -> Iterator[Section]:
    """The validity report's own sections; the plane of people is left out, for its cells are small."""
    worded = _worded(study, pen.language)
    document = validity_document(worded, file="", made_on=dt.datetime.now(dt.UTC).date(), language=pen.language)
    sections = document.sections if with_benchmarks else document.sections[:-1]
    for section in sections:
        charts = tuple(chart for chart in section.charts if not isinstance(chart, DensityChart))
        if charts or not section.charts:
            yield replace(section, charts=charts)


def _worded(study: Validity, language: str) -> Validity:
    """The same study with its groups and their attribute in words; the largest group stays the one compared with."""
    if study.group is None:
        return study
    say = Words(language)
    predictors = tuple(
        replace(one, groups=tuple(replace(group, group=say.of("value", group.group)) for group in one.groups))
        for one in study.predictors
    )
    return replace(study, predictors=predictors, group=say.of("attribute", study.group))


def _alternatives(card: Card, texts: HumanTexts, pen: Pen) -> Section:
    tried = alternatives(card, Pen(words=CARD, language=pen.language))
    paragraphs = (*(tried.paragraphs if tried else ()), *texts.paragraphs("alternatives_considered"))
    return Section(heading=pen.say("b9"), paragraphs=paragraphs, grids=tried.grids if tried else ())


def _missing(card: Card, found: Studied) -> Iterator[Missing]:
    if found.held is None:
        yield _lacking("holdout", WORDS["no_holdout"], "train_again", "scientist")
    elif found.model is None:
        yield _lacking("model_validity", _few("model_score"), "more_labels", "records")
    if card.target.name not in COLUMNS:
        said, name = WORDS["no_column"], card.target.name
        what = Text(
            en=said.en.format(target=terms.target(name, "en")), zh=said.zh.format(target=terms.target(name, "zh"))
        )
        yield _lacking("criterion", what, "more_labels", "scientist")
    elif found.vendor is None:
        yield _lacking("vendor_validity", _few("vendor_score"), "more_labels", "records")
    yield from _uncompared(found)
    yield _lacking("criterion_reliability", WORDS["reliability"], "reliability_answer", "expert")


def _uncompared(found: Studied) -> Iterator[Missing]:
    """The predictors whose prediction was not compared between groups; a vendor's score without a study is missing."""
    answer = "groups_stated" if found.may_compare else "groups_answer"
    if SCORE not in found.by_group:
        yield _lacking("differential_prediction", _of("no_groups", "model_score"), answer, "compliance")
    if found.vendor is not None and VENDOR not in found.by_group:
        yield _lacking("vendor_differential_prediction", _of("no_groups", "vendor_score"), answer, "compliance")


def _of(key: str, what: str) -> Text:
    said, name = WORDS[key], WORDS[what]
    return Text(en=said.en.format(what=name.en), zh=said.zh.format(what=name.zh))


def _few(what: str) -> Text:
    said = WORDS["too_few"]
    return Text(en=said.en.format(what=WORDS[what].en, k=LEAST), zh=said.zh.format(what=WORDS[what].zh, k=LEAST))


def _lacking(part: str, what: Text, answer: str, who: str) -> Missing:
    return Missing(part=f"{KIND}.{part}", what=what, answer=WORDS[answer], who=WORDS[who])
