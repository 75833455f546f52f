"""The drift report: which columns moved, by how much, since when, and where in their range."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dashboards.audit_tables import number
from dashboards.reports.document import Bar, BarChart, Document, Grid, LineChart, Section, Series
from dashboards.reports.drift_words import LIMITS, WORDS
from dashboards.reports.words import Pen
from validation.bins import NEW, OTHER
from validation.drift import DEFAULT_THRESHOLDS, ColumnDrift
from validation.drift_table import PeriodDrift, TableDrift
from validation.outcome import Verdict

_MOST_LINES = 6
_MOST_BINS = 24
# A file may have hundreds of columns: those without a pass are drawn, or the few that moved most; the table has all.
_MOST_CHARTS, _FEWEST_CHARTS = 12, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """What the report is made of; `time` is the column that dates rows, None where they are only counted."""

    reference: str
    current: str
    found: TableDrift
    time: str | None
    every: str | None
    made_on: date


def drift_document(report: DriftReport, language: str) -> Document:
    """The report in one language."""
    pen = Pen(words=WORDS, language=language)
    return pen.document(report.found, _facts(report, pen), _sections(report.found, pen), LIMITS)


def _facts(report: DriftReport, pen: Pen) -> Iterable[tuple[str, str]]:
    whole = report.found.whole
    yield pen.say("reference_file"), f"{report.reference} (n = {whole.reference_n:,.0f})"
    yield pen.say("current_file"), f"{report.current} (n = {whole.current_n:,.0f})"
    yield pen.say("date"), report.made_on.isoformat()
    yield pen.say("period"), _period(report, pen)
    yield pen.say("definition"), pen.say("definition_text")
    yield pen.say("comparator"), pen.say("comparator_text")
    limits = DEFAULT_THRESHOLDS
    yield (
        pen.say("thresholds"),
        pen.say("threshold_text").format(
            psi=f"{limits.psi_review:g} / {limits.psi_block:g}",
            js=f"{limits.jensen_shannon_review:g} / {limits.jensen_shannon_block:g}",
            w=f"{limits.wasserstein_review:g} / {limits.wasserstein_block:g}",
            missing=f"{limits.missing_review:.0%} / {limits.missing_block:.0%}",
        ),
    )
    yield pen.say("min_n"), str(limits.minimum_n)
    yield pen.say("intervals"), pen.say("interval_text")


def _period(report: DriftReport, pen: Pen) -> str:
    periods = report.found.periods
    if not periods:
        return pen.say("not_in_file")
    by = report.time or pen.say("row_number")
    return pen.say("period_text").format(
        first=periods[0].period, last=periods[-1].period, n=len(periods), by=by, every=_every(report.every or "", pen)
    )


def _every(every: str, pen: Pen) -> str:
    return pen.say(every) if every in WORDS else pen.say("rows").format(n=every)


def _bin(name: str, pen: Pen) -> str:
    """A bin's name; only those for new and for rare values are words of ours."""
    return {NEW: pen.say("new_values"), OTHER: pen.say("other_values")}.get(name, name)


def _sections(found: TableDrift, pen: Pen) -> Iterable[Section]:
    columns = found.whole.columns
    yield Section(heading=pen.say("columns"), grids=(_columns(columns, pen),))
    if found.periods:
        yield _series(found.periods, pen)
    drawn = _drawn(columns)
    if drawn:
        note = (pen.say("most_drawn").format(n=len(drawn)),) if len(columns) > len(drawn) else ()
        yield Section(heading=pen.say("shares"), paragraphs=note, charts=tuple(_shares(one, pen) for one in drawn))
    if found.not_compared:
        rows = ((left.column, pen.text(left.reason)) for left in found.not_compared)
        yield Section(heading=pen.say("not_compared"), grids=(pen.grid("left_table", ("column", "reason"), rows),))


def _drawn(columns: Sequence[ColumnDrift]) -> list[ColumnDrift]:
    moved = sum(column.verdict is not Verdict.PASS for column in columns)
    ranked = sorted((column for column in columns if column.bins), key=_gravity)
    return ranked[: min(max(moved, _FEWEST_CHARTS), _MOST_CHARTS)]


def _gravity(column: ColumnDrift) -> tuple[bool, float]:
    return column.verdict is Verdict.PASS, -(column.jensen_shannon or 0.0)


def _columns(columns: Sequence[ColumnDrift], pen: Pen) -> Grid:
    keys = (
        "column",
        "n_reference",
        "n_current",
        "psi",
        "jensen_shannon",
        "wasserstein",
        "missing",
        "verdict",
        "reason",
    )
    rows = (
        (
            column.column,
            f"{column.reference_n:,.0f}",
            f"{column.current_n:,.0f}",
            number(column.psi),
            number(column.jensen_shannon),
            number(column.wasserstein_normed),
            "–" if column.missing_change is None else f"{column.missing_change:+.1%}",
            pen.verdict(column.verdict),
            pen.text(column.reason),
        )
        for column in columns
    )
    return pen.grid("column_table", keys, rows)


def _series(periods: Sequence[PeriodDrift], pen: Pen) -> Section:
    limit = DEFAULT_THRESHOLDS.jensen_shannon_review
    chart = LineChart(
        title=pen.say("chart_series"),
        x_unit=pen.say("period"),
        y_unit=pen.say("jensen_shannon"),
        series=_lines(periods),
        grid=_period_grid(periods, pen),
        line=limit,
        line_name=f"{pen.say('threshold')}{pen.say('colon')}{limit:g}",
        x_names=tuple(period.period for period in periods),
    )
    return Section(heading=pen.say("series"), charts=(chart,))


def _lines(periods: Sequence[PeriodDrift]) -> tuple[Series, ...]:
    """The columns that moved most in any period."""
    names = [column.column for column in periods[0].drift.columns]
    lines = [
        Series(
            name=name,
            points=tuple((float(at), one.drift.columns[place].jensen_shannon) for at, one in enumerate(periods)),
        )
        for place, name in enumerate(names)
    ]
    lines.sort(key=lambda line: -max((value for _, value in line.points if value is not None), default=0.0))
    return tuple(lines[:_MOST_LINES])


def _period_grid(periods: Sequence[PeriodDrift], pen: Pen) -> Grid:
    rows = (
        (
            period.period,
            f"{period.drift.current_n:,.0f}",
            number(_most(period)),
            pen.verdict(period.drift.verdict),
            pen.text(period.drift.reason),
        )
        for period in periods
    )
    return pen.grid("table", ("period", "n", "greatest", "verdict", "reason"), rows)


def _most(period: PeriodDrift) -> float | None:
    return max((one.jensen_shannon for one in period.drift.columns if one.jensen_shannon is not None), default=None)


def _shares(column: ColumnDrift, pen: Pen) -> BarChart:
    empty = (0.0,) * len(column.bins)
    sides = zip(column.bins, column.reference_shares or empty, column.current_shares or empty, strict=True)
    shares = [(_bin(name, pen), before, after) for name, before, after in sides]
    ranked = sorted(shares, key=lambda share: -max(share[1:]))[:_MOST_BINS]
    return BarChart(
        title=pen.say("share_chart").format(column=column.column),
        unit=pen.say("share"),
        bars=tuple(
            Bar(label=name, value=before, note=f"{before:.1%}", beside=after, beside_note=f"{after:.1%}")
            for name, before, after in shares
            if (name, before, after) in ranked
        ),
        grid=pen.grid(
            "table",
            ("bin", "reference", "current"),
            ((name, f"{before:.2%}", f"{after:.2%}") for name, before, after in shares),
        ),
        value_name=f"{pen.say('reference')} (n = {column.reference_n:,.0f})",
        beside_name=f"{pen.say('current')} (n = {column.current_n:,.0f})",
    )
