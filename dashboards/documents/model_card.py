"""The model card as a document: the typed card of `models.card` in one language, with the parts that people wrote."""

import datetime as dt
from collections.abc import Iterable, Iterator

from dashboards.audit_tables import number
from dashboards.documents import basis, human, terms
from dashboards.documents.card_fairness import fairness
from dashboards.documents.card_words import WORDS
from dashboards.documents.frame import Draft, Missing
from dashboards.documents.human import HumanTexts
from dashboards.documents.law_evidence import feature_name
from dashboards.gate_report import check_name
from dashboards.reports.document import Grid, Section
from dashboards.reports.words import Pen, interval_text
from dashboards.wording.words import Words
from models import card_making
from models.card import Card, CardSignature
from validation.outcome import Verdict
from warehouse.access import Principal
from warehouse.settings import Settings

KIND = card_making.KIND


def model_card(settings: Settings, principal: Principal, subject: str, language: str) -> Draft:
    """The card of a release. Needs READ_MODELS; raises UnknownRelease."""
    stands_on = basis.of_release(settings, principal, subject)
    card = card_making.of_release(settings, principal, subject)
    texts = human.texts(settings, principal, kind=KIND, model_name=card.model_name, language=language)
    pen = Pen(words=WORDS, language=language)
    return Draft(
        title=pen.say("title").format(name=card.release.label if card.release else card.model_name),
        basis=stands_on,
        facts=tuple(_facts(card, pen)),
        sections=tuple(_sections(card, texts, pen)),
        missing=(*texts.missing, *_missing(card)),
        sources=texts.sources,
        limits=(pen.say("card_limit"),),
    )


def _facts(card: Card, pen: Pen) -> Iterator[tuple[str, str]]:
    yield pen.say("target"), _target(card, pen)
    yield pen.say("cut"), number(card.cut_score)
    yield pen.say("model_file"), card.sha256
    if card.release is not None:
        yield pen.say("state"), _named(pen, "act", card.release.state)


def _target(card: Card, pen: Pen) -> str:
    if card.target.matured_after_days is None:
        return terms.target(card.target.name, pen.language)
    return pen.say("target_line").format(
        name=terms.target(card.target.name, pen.language), days=card.target.matured_after_days
    )


def _sections(card: Card, texts: HumanTexts, pen: Pen) -> Iterator[Section]:
    for key in ("intended_use", "out_of_scope_use", "owner"):
        yield texts.section(key)
    yield _data(card, pen)
    yield _features(card, pen)
    yield _quality(card, pen)
    yield fairness(card, pen)
    yield _checks(card, pen)
    yield Section(
        heading=pen.say("limits"),
        paragraphs=tuple(terms.sentence(pen.text(limit), pen.language) for limit in card.limits),
    )
    yield texts.section("limitations")
    yield from _studies(card, pen)
    yield texts.section("why_chosen")
    yield texts.section("human_oversight")
    yield _history(card, pen)


def _data(card: Card, pen: Pen) -> Section:
    data = card.data
    periods = [
        pen.say(f"period.{side}").format(interval=terms.period(data.periods[side], pen.language))
        for side in ("fit", "holdout")
        if side in data.periods
    ]
    line = pen.say("snapshot_line").format(
        id=data.snapshot or "–",
        at=terms.moment(data.snapshot_at),
        fingerprint=data.data_fingerprint or "–",
        code=data.code_version or "–",
        who=data.trained_by or "–",
        when=terms.moment(data.trained_at),
    )
    order = list(WORDS)  # the ledger keeps the record without its order
    known = sorted(data.counts.items(), key=lambda one: order.index(key) if (key := f"part.{one[0]}") in WORDS else 0)
    rows = [(_named(pen, "part", name), f"{count:,}") for name, count in known]
    out = [(terms.term("excluded", name, pen.language), f"{count:,}") for name, count in data.excluded.items()]
    grids = [pen.grid("data_table", ("part", "n"), rows)] if rows else []
    grids += [pen.grid("excluded_table", ("reason", "n"), out)] if out else []
    return Section(heading=pen.say("data"), paragraphs=(*periods, line), grids=tuple(grids))


def _features(card: Card, pen: Pen) -> Section:
    fixed = {True: "yes", False: "no", None: "undeclared"}
    comma = pen.say("comma")
    rows = (
        (
            feature_name({"name": one.name, "source": one.source}, pen.language),
            terms.source(one.source, pen.language),
            comma.join(terms.mapping(name, pen.language) for name in one.mappings) or "–",
            comma.join(terms.term("derived", name, pen.language) for name in one.derived_from) or "–",
            pen.say(fixed[one.is_fixed_before_outcome]),
        )
        for one in card.features
    )
    grid = pen.grid("feature_table", ("feature", "source", "mappings", "derived", "fixed"), rows)
    return Section(heading=pen.say("features"), grids=(grid,))


def _quality(card: Card, pen: Pen) -> Section:
    rows = (
        (
            _named(pen, "scores", scores.name),
            _named(pen, "measure", one.name),
            number(one.value),
            interval_text(one.interval),
            "–" if one.n is None else f"{one.n:,}",
        )
        for scores in card.scores
        for one in scores.measures
    )
    grid = pen.grid("quality_table", ("scores", "measure", "value", "interval", "n"), rows)
    note = pen.say("quality_note").format(period=terms.period(card.data.periods.get("holdout", ""), pen.language))
    return Section(heading=pen.say("quality"), paragraphs=(note,), grids=(grid,) if grid.rows else ())


def _checks(card: Card, pen: Pen) -> Section:
    if card.gate is None:
        return Section(heading=pen.say("checks"), paragraphs=(pen.say("no_gate"),))
    say = Words(pen.language)
    rows = (
        (
            check_name(say, one.check),
            pen.verdict(Verdict(one.verdict)),
            _named(pen, "", one.role),
            terms.sentence(pen.text(one.reason), pen.language, about=one.check.partition(".")[2]),
        )
        for one in card.gate.checks
    )
    grid = pen.grid("check_table", ("check", "verdict", "role", "reason"), rows)
    return Section(heading=pen.say("checks"), grids=(grid,))


def _studies(card: Card, pen: Pen) -> Iterator[Section]:
    """Stability, alternatives and proxies, those that the training kept."""
    found = card.stability
    if found is not None:
        line = pen.say("stability_line").format(
            seeds=found.seeds,
            low=number(found.lowest_auc),
            high=number(found.highest_auc),
            flips="–" if found.largest_flip_share is None else f"{found.largest_flip_share:.1%}",
            n=f"{found.n:,}",
        )
        yield Section(heading=pen.say("stability"), paragraphs=(line,))
    tried = alternatives(card, pen)
    if tried is not None:
        yield tried
    if card.proxies:
        yield Section(
            heading=pen.say("proxies"),
            paragraphs=tuple(terms.sentence(pen.text(one), pen.language) for one in card.proxies),
        )


def alternatives(card: Card, pen: Pen) -> Section | None:
    """The variants that the training tried and why one was chosen; None where it tried none."""
    if card.alternatives is None:
        return None
    why = terms.sentence(pen.text(card.alternatives.why), pen.language)
    return Section(heading=pen.say("alternatives"), paragraphs=(why,), grids=(_alternatives(card, pen),))


def _alternatives(card: Card, pen: Pen) -> Grid:
    words = {True: pen.say("yes"), False: pen.say("no"), None: "–"}
    tried = card.alternatives.tried if card.alternatives else ()
    rows = (
        (
            pen.text(one.words),
            number(one.auc),
            interval_text(one.auc_interval),
            words[one.is_no_worse],
            number(one.lowest_impact_ratio),
            words[True] if one.is_chosen else "",
        )
        for one in tried
    )
    keys = ("alternative", "measure.auc", "interval", "no_worse", "lowest", "chosen")
    return pen.grid("alternative_table", keys, rows)


def _history(card: Card, pen: Pen) -> Section:
    if card.release is None:
        return Section(heading=pen.say("history"))
    say = Words(pen.language)
    events = pen.grid("history_table", ("act", "by", "at", "reason", "until"), _acts(card.release.events, pen))
    signed = (
        (check_name(say, one.kind), one.by, _day(one.at), one.reason, _day(one.until)) for one in card.release.waivers
    )
    waivers = pen.grid("waiver_table", ("check", "by", "at", "reason", "until"), signed)
    return Section(heading=pen.say("history"), grids=(events, *((waivers,) if waivers.rows else ())))


def _acts(acts: Iterable[CardSignature], pen: Pen) -> Iterator[tuple[str, ...]]:
    for one in acts:
        reason = terms.waived(one.reason, pen.language) if one.kind == "waived" else one.reason
        yield _named(pen, "act", one.kind), one.by, _day(one.at), reason or "–", _day(one.until)


def _missing(card: Card) -> Iterator[Missing]:
    """What the machine's side lacks."""
    for field, what in card.absent.items():
        yield Missing(part=f"{KIND}.{field}", what=what, answer=WORDS["train_again"], who=WORDS["scientist"])


def _named(pen: Pen, group: str, name: str) -> str:
    """The word for a name of the record; the name itself where there is none."""
    key = f"{group}.{name}" if group else name
    return pen.say(key) if key in WORDS else name


def _day(moment: dt.datetime | None) -> str:
    return "–" if moment is None else f"{moment.astimezone(dt.UTC):%Y-%m-%d}"
