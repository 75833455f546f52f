"""The public summary in the layout of New York's Local Law 144 (6 RCNY 5-303): tables only, no verdict."""

from collections.abc import Iterable
from datetime import date

from dashboards.audit_tables import number
from dashboards.reports.document import Bar, BarChart, Document, Grid, Section
from dashboards.reports.impact_words import WORDS
from dashboards.reports.words import Pen
from validation.ll144 import DISCLAIMER, Category, CategoryTable, Summary


def ll144_document(summary: Summary, *, file: str, made_on: date, people: int, missing: int, language: str) -> Document:
    """The summary; what only the employer and the auditor know is left for them to state."""
    pen = Pen(words=WORDS, language=language)
    facts = [
        (pen.say("audit_date"), pen.say("not_stated")),
        (pen.say("distribution_date"), pen.say("not_stated")),
        (pen.say("source"), f"{file}{pen.say('semicolon')}{pen.say('not_stated')}"),
        (pen.say("period"), pen.say("not_in_file")),
        (pen.say("date"), made_on.isoformat()),
        (pen.say("everyone"), f"{people:,}"),
        (pen.say("missing"), f"{missing:,}"),
        (pen.say("definition"), pen.say("ll144_scoring" if summary.is_scoring else "ll144_selection")),
        (pen.say("comparator"), pen.say("ll144_comparator")),
        (pen.say("intervals"), pen.say("ll144_intervals")),
    ]
    if summary.median is not None:
        facts.append((pen.say("median"), f"{summary.median:g}"))
    return Document(
        title=pen.say("ll144_title"),
        language=language,
        facts=tuple(facts),
        sections=sections(summary, language),
        limits=(pen.text(DISCLAIMER),),
    )


def sections(summary: Summary, language: str) -> tuple[Section, ...]:
    """The tables alone, each under its rate and attributes, for a document that says the rest itself."""
    pen = Pen(words=WORDS, language=language)
    return tuple(_section(table, summary, pen) for table in summary.tables)


def _section(table: CategoryTable, summary: Summary, pen: Pen) -> Section:
    note = pen.say("unknown_note").format(n=f"{table.unknown:,}")
    names = " × ".join(table.attributes)
    heading = f"{pen.say('scoring_rate' if summary.is_scoring else 'rate')}{pen.say('colon')}{names}"
    return Section(heading=heading, paragraphs=(note,), charts=(_chart(table, summary, pen, names),))


def _chart(table: CategoryTable, summary: Summary, pen: Pen, heading: str) -> BarChart:
    rate = "scoring_rate" if summary.is_scoring else "rate"
    keys = ("group", "n", "above" if summary.is_scoring else "selected", "share", rate, "ratio", "remark")
    bars = tuple(
        Bar(label=pen.group(line.count.group), value=line.impact_ratio, note=number(line.impact_ratio))
        for line in table.categories
        if line.impact_ratio is not None
    )
    drawn = pen.grid("table", keys, (tuple(_row(line, pen)) for line in table.categories))
    grid = Grid(
        caption=f"{pen.say(rate)}{pen.say('comma')}{pen.say('ratio')}{pen.say('colon')}{heading}",
        headers=drawn.headers,
        rows=drawn.rows,
    )
    return BarChart(title=f"{pen.say('ratio')}{pen.say('colon')}{heading}", unit=pen.say("ratio"), bars=bars, grid=grid)


def _row(line: Category, pen: Pen) -> Iterable[str]:
    yield pen.group(line.count.group)
    yield f"{line.count.n:,}"
    yield f"{line.count.selected:,}"
    yield f"{line.share:.1%}"
    yield number(line.rate)
    yield number(line.impact_ratio)
    yield pen.say("excluded") if line.is_excluded else ""
