"""The error-rate report: who is wrongly selected or wrongly missed in each group, and how far groups lie apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dashboards.audit_tables import number
from dashboards.reports.document import Bar, BarChart, Document, Grid, Section
from dashboards.reports.error_words import LIMITS, WORDS
from dashboards.reports.words import Pen, interval_text
from validation.confusion import Confusion
from validation.error_rates import FALSE_POSITIVE_GAP, LABELS_NOTE, ErrorRates

_RATES = ("tpr", "fpr", "fnr", "ppv", "selection_rate")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReport:
    """What the report is made of; the three names are columns of the file."""

    file: str
    answer: ErrorRates
    groups: tuple[str, ...]
    label: str
    predicted: str
    min_n: int
    made_on: date


def error_document(report: ErrorReport, language: str) -> Document:
    """The report in one language."""
    pen = Pen(words=WORDS, language=language)
    return pen.document(report.answer, _facts(report, pen), _sections(report.answer, pen), (LABELS_NOTE, *LIMITS))


def _facts(report: ErrorReport, pen: Pen) -> Iterable[tuple[str, str]]:
    names = pen.say("comma").join(report.groups)
    answer = report.answer
    yield pen.say("file"), report.file
    yield pen.say("date"), report.made_on.isoformat()
    yield pen.say("period"), pen.say("not_in_file")
    yield pen.say("columns"), pen.say("asked").format(groups=names, label=report.label, predicted=report.predicted)
    yield pen.say("everyone"), f"{answer.n:,}"
    yield pen.say("unknown"), f"{answer.unknown:,}"
    yield pen.say("missing"), f"{answer.missing:,}"
    yield pen.say("definition"), pen.say("definition_text")
    yield pen.say("comparator"), pen.say("comparator_text")
    yield pen.say("rule"), pen.say("rule_text").format(gap=FALSE_POSITIVE_GAP)
    yield pen.say("min_n"), str(report.min_n)
    yield pen.say("intervals"), pen.say("interval_methods")


def _sections(answer: ErrorRates, pen: Pen) -> Iterable[Section]:
    yield Section(heading=pen.say("opportunity"), charts=(_chart(answer, "tpr", pen),))
    yield Section(heading=pen.say("alarms"), charts=(_chart(answer, "fpr", pen),))
    yield Section(heading=pen.say("counts"), grids=(_counts(answer, pen), _rates(answer, pen)))
    yield Section(heading=pen.say("gaps"), grids=(_gaps(answer, pen),))


def _chart(answer: ErrorRates, rate: str, pen: Pen) -> BarChart:
    found = [(group, *_rate(group, rate)) for group in answer.groups]
    bars = tuple(
        Bar(
            label=pen.group(group.group),
            value=value,
            low=group.intervals()[rate].low,
            high=group.intervals()[rate].high,
            note=f"{number(value)}, n = {of:,}",
        )
        for group, value, _, of in found
        if value is not None
    )
    rows = (
        (pen.group(group.group), f"{people:,}", f"{of:,}", number(value), interval_text(group.intervals()[rate]))
        for group, value, people, of in found
    )
    return BarChart(
        title=pen.say(f"{rate}_chart"),
        unit=pen.say(rate),
        bars=bars,
        grid=pen.grid("table", ("group", "people", "of", rate, "interval"), rows),
        value_name=pen.say("value_sign"),
    )


def _rate(group: Confusion, rate: str) -> tuple[float | None, int, int]:
    """The rate with its two counts."""
    if rate == "tpr":
        return group.tpr, group.tp, group.positives
    return group.fpr, group.fp, group.negatives


def _counts(answer: ErrorRates, pen: Pen) -> Grid:
    rows = (
        (pen.group(group.group), *(f"{people:,}" for people in (group.n, group.tp, group.fp, group.tn, group.fn)))
        for group in answer.groups
    )
    return pen.grid("count_table", ("group", "people", "tp", "fp", "tn", "fn"), rows)


def _rates(answer: ErrorRates, pen: Pen) -> Grid:
    rows = ((pen.group(group.group), *_with_intervals(group)) for group in answer.groups)
    return pen.grid("rate_table", ("group", *_RATES), rows)


def _with_intervals(group: Confusion) -> Iterable[str]:
    values = (group.tpr, group.fpr, group.fnr, group.ppv, group.selection_rate)
    for value, interval in zip(values, (group.intervals()[name] for name in _RATES), strict=True):
        yield number(value) if value is None else f"{number(value)} ({interval_text(interval)})"


def _gaps(answer: ErrorRates, pen: Pen) -> Grid:
    rows = (
        (pen.say(name), number(value), number(answer.ratios.get(name))) for name, value in answer.differences.items()
    )
    return pen.grid("gap_table", ("metric", "difference", "gap_ratio"), rows)
