"""The adverse-impact report: rates, ratios, tests, unknown people, strata and the curve over cut scores."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dashboards.audit_tables import number
from dashboards.reports.document import Bar, BarChart, Document, Grid, LineChart, Section, Series
from dashboards.reports.impact_tables import (
    bound_grid,
    people_grid,
    pooled_grid,
    rate_grid,
    ratio_grid,
    stratum_grid,
    test_grid,
)
from dashboards.reports.impact_words import LIMITS, WORDS
from dashboards.reports.words import Pen
from validation.adverse_impact import AdverseImpact
from validation.comparator import Comparator
from validation.cut_scores import CutTable
from validation.group_impact import GroupImpact
from validation.strata import StratifiedImpact

_MOST_LINES = 8
_FEWEST_SELECTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactReport:
    """What the report is made of; `marginals` are the tables of each attribute alone, `curve` other cut scores."""

    file: str
    outcome: str
    answer: AdverseImpact | StratifiedImpact
    made_on: date
    is_median: bool = False
    marginals: tuple[AdverseImpact, ...] = ()
    curve: tuple[CutTable, ...] = ()

    @property
    def crude(self) -> AdverseImpact:
        """The table over everybody."""
        return self.answer if isinstance(self.answer, AdverseImpact) else self.answer.crude


def impact_document(report: ImpactReport, language: str) -> Document:
    """The report in one language."""
    pen = Pen(words=WORDS, language=language)
    return pen.document(report.answer, _facts(report, pen), _sections(report, pen), LIMITS)


def _facts(report: ImpactReport, pen: Pen) -> Iterable[tuple[str, str]]:
    crude = report.crude
    unknown = crude.unknown
    yield pen.say("file"), report.file
    yield pen.say("date"), report.made_on.isoformat()
    yield pen.say("period"), pen.say("not_in_file")
    yield pen.say("attributes"), pen.say("comma").join(crude.attributes)
    yield pen.say("outcome"), report.outcome
    yield pen.say("definition"), pen.text(crude.definition)
    yield pen.say("everyone"), f"{crude.n:,}"
    yield pen.say("unknown"), f"{unknown.n:,} ({(unknown.share or 0):.1%})"
    yield pen.say("missing"), f"{unknown.outcome_missing:,}"
    yield pen.say("comparator"), _comparator(crude.comparator, pen)
    if crude.cut is not None:
        yield pen.say("median" if report.is_median else "cut"), f"{crude.cut:g}"
    yield pen.say("threshold"), f"{float(crude.rule.threshold):g}"
    yield pen.say("min_n"), str(crude.rule.min_n)
    yield pen.say("intervals"), pen.say("interval_methods")


def _comparator(bar: Comparator | None, pen: Pen) -> str:
    if bar is None:
        return pen.say("none")
    rule = pen.text(bar.rule)
    return rule if bar.group is None else f"{pen.group(bar.group)} ({rule})"


def _sections(report: ImpactReport, pen: Pen) -> Iterable[Section]:
    crude = report.crude
    yield Section(heading=pen.say("rates"), charts=(_rates(crude.groups, pen),))
    yield Section(heading=pen.say("ratios"), charts=(_ratios(crude, pen),))
    yield Section(heading=pen.say("tests"), grids=(test_grid(pen, crude), people_grid(pen, crude)))
    if crude.unknown.n:
        yield Section(heading=pen.say("bounds"), grids=(bound_grid(pen, crude),))
    if isinstance(report.answer, StratifiedImpact):
        yield _strata(report.answer, pen)
    if report.marginals:
        grids = tuple(grid(pen, table) for table in report.marginals for grid in (test_grid, people_grid))
        yield Section(heading=pen.say("marginals"), grids=grids)
    if report.curve:
        yield _curve(report.curve, crude, pen)


def _rates(lines: Sequence[GroupImpact], pen: Pen) -> BarChart:
    bars = tuple(
        Bar(
            label=pen.group(line.count.group),
            value=line.rate or 0.0,
            low=line.rate_ci.low,
            high=line.rate_ci.high,
            note=f"{number(line.rate)}, n = {line.count.n:,}",
        )
        for line in lines
    )
    return BarChart(
        title=pen.say("rate_chart"),
        unit=pen.say("rate"),
        bars=bars,
        grid=rate_grid(pen, lines),
        value_name=pen.say("value_sign"),
    )


def _ratios(table: AdverseImpact, pen: Pen) -> BarChart:
    bars = tuple(
        Bar(
            label=pen.group(line.count.group),
            value=line.impact_ratio,
            low=None if line.is_comparator else line.impact_ratio_ci.low,
            high=None if line.is_comparator else line.impact_ratio_ci.high,
            note=number(line.impact_ratio) + (f" ({pen.say('bar')})" if line.is_comparator else ""),
        )
        for line in table.groups
        if line.impact_ratio is not None
    )
    limit = float(table.rule.threshold)
    return BarChart(
        title=pen.say("ratio_chart"),
        unit=pen.say("ratio"),
        bars=bars,
        grid=ratio_grid(pen, table),
        line=limit,
        value_name=pen.say("value_sign"),
        line_name=f"{pen.say('threshold')}{pen.say('colon')}{limit:g}",
    )


def _strata(answer: StratifiedImpact, pen: Pen) -> Section:
    return Section(
        heading=pen.say("strata"),
        grids=(pooled_grid(pen, answer), stratum_grid(pen, answer.strata)),
    )


def _curve(tables: Sequence[CutTable], crude: AdverseImpact, pen: Pen) -> Section:
    """The largest groups against the comparator; a ratio to few selections jumps about and is not drawn."""
    bar = crude.comparator.group if crude.comparator else None
    counts = [line.count for line in crude.groups if bar is not None and line.count.group != bar]
    kept = sorted(counts, key=lambda count: -count.n)[:_MOST_LINES]
    pairs = {
        pen.group(count.group): [table.pair(count.group, bar) for table in tables] for count in kept if bar is not None
    }
    series = (
        Series(
            name=name,
            points=tuple(
                (table.cut, pair.impact_ratio if pair.x2 >= _FEWEST_SELECTED else None)
                for table, pair in zip(tables, found, strict=True)
            ),
        )
        for name, found in pairs.items()
    )
    rows = (
        (f"{table.cut:g}", *(f"{number(pair.impact_ratio)} ({pair.x1:,})" for pair in found))
        for table, *found in zip(tables, *pairs.values(), strict=True)
    )
    limit = float(crude.rule.threshold)
    chart = LineChart(
        title=pen.say("curve_chart"),
        x_unit=pen.say("cut"),
        y_unit=pen.say("ratio"),
        series=tuple(series),
        grid=Grid(caption=pen.say("curve_table"), headers=(pen.say("cut"), *pairs), rows=tuple(rows)),
        line=limit,
        line_name=f"{pen.say('threshold')}{pen.say('colon')}{limit:g}",
        mark=crude.cut,
        mark_name=pen.say("in_force"),
    )
    drawn = pen.say("curve_drawn").format(lines=_MOST_LINES, few=_FEWEST_SELECTED)
    return Section(heading=pen.say("curve"), paragraphs=(pen.say("curve_note"), drawn), charts=(chart,))
