"""The public summary in the layout of New York's Local Law 144 (6 RCNY 5-303): tables only, no verdict."""

from collections.abc import Iterable
from datetime import date

from dashboards.audit_tables import number
from dashboards.reports.document import Bar, BarChart, Document, Grid, Section
from dashboards.reports.impact_words import WORDS
from validation.ll144 import DISCLAIMER, Category, CategoryTable, Summary


def ll144_document(summary: Summary, *, file: str, made_on: date, people: int, missing: int, language: str) -> Document:
    """The summary; what only the employer and the auditor know is left for them to state."""

    def say(key: str) -> str:
        return WORDS[key].in_language(language)

    facts = [
        (say("audit_date"), say("not_stated")),
        (say("distribution_date"), say("not_stated")),
        (say("source"), f"{file}; {say('not_stated')}"),
        (say("date"), made_on.isoformat()),
        (say("n"), f"{people:,}"),
        (say("missing"), f"{missing:,}"),
    ]
    if summary.median is not None:
        facts.append((say("median"), f"{summary.median:g}"))
    return Document(
        title=say("ll144_title"),
        language=language,
        facts=tuple(facts),
        sections=tuple(_section(table, summary, language) for table in summary.tables),
        limits=(DISCLAIMER.in_language(language),),
    )


def _section(table: CategoryTable, summary: Summary, language: str) -> Section:
    note = WORDS["unknown_note"].in_language(language).format(n=f"{table.unknown:,}")
    return Section(heading=" × ".join(table.attributes), paragraphs=(note,), charts=(_chart(table, summary, language),))


def _chart(table: CategoryTable, summary: Summary, language: str) -> BarChart:
    rate = WORDS["scoring_rate" if summary.is_scoring else "selection_rate"].in_language(language)
    keys = ("group", "n", "selected", "share")
    headers = (*(WORDS[key].in_language(language) for key in keys), rate, *_ends(language))
    rows = tuple(tuple(_row(line, language)) for line in table.categories)
    bars = tuple(
        Bar(label=line.count.label, value=line.impact_ratio, low=None, high=None, note=number(line.impact_ratio))
        for line in table.categories
        if line.impact_ratio is not None
    )
    title = WORDS["ratio"].in_language(language)
    return BarChart(title=title, unit=title, bars=bars, grid=Grid(caption=rate, headers=headers, rows=rows))


def _ends(language: str) -> tuple[str, str]:
    return WORDS["ratio"].in_language(language), WORDS["remark"].in_language(language)


def _row(line: Category, language: str) -> Iterable[str]:
    yield line.count.label
    yield f"{line.count.n:,}"
    yield f"{line.count.selected:,}"
    yield f"{line.share:.1%}"
    yield number(line.rate)
    yield number(line.impact_ratio)
    yield WORDS["excluded"].in_language(language) if line.is_excluded else ""
