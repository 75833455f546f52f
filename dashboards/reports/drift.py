"""The drift report: one HTML file in English and Chinese, charts with the table behind them, nothing loaded."""

from collections.abc import Iterable, Sequence
from html import escape

from dashboards.audit_tables import number
from dashboards.reports.drift_charts import period_lines, share_bars
from dashboards.reports.drift_words import WORDS
from dashboards.reports.page import behind, both, page, paragraphs, plain, table, verdict
from validation.drift import DEFAULT_THRESHOLDS, ColumnDrift
from validation.drift_table import PeriodDrift, TableDrift

_MOST_LINES = 6


def drift_report(found: TableDrift, reference: str, current: str) -> str:
    """The whole page; `reference` and `current` are the files' names."""
    body = [
        f"<p>{verdict(found.verdict)}</p>{paragraphs(found.reason)}",
        f"<p>{both(WORDS['files'])}: <b>{escape(reference)}</b> (n = {found.whole.reference_n:.0f}), "
        f"<b>{escape(current)}</b> (n = {found.whole.current_n:.0f})</p>",
        f"<h2>{both(WORDS['columns'])}</h2>",
        _columns(found.whole.columns),
        *(_left_out(found)),
        *(_series(found.periods) if found.periods else ()),
        *(_detail(column) for column in found.whole.columns if column.bins),
        paragraphs(WORDS["method"]),
    ]
    return page(WORDS["title"], body)


def _columns(columns: Sequence[ColumnDrift]) -> str:
    headers = (
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
    return _table(
        headers,
        (
            (
                escape(column.column),
                f"{column.reference_n:.0f}",
                f"{column.current_n:.0f}",
                number(column.psi),
                number(column.jensen_shannon),
                number(column.wasserstein_normed),
                number(column.missing_change),
                verdict(column.verdict),
                paragraphs(column.reason),
            )
            for column in columns
        ),
    )


def _left_out(found: TableDrift) -> Iterable[str]:
    for left in found.not_compared:
        yield f"<p>{both(WORDS['not_compared'])}: <b>{escape(left.column)}</b></p>{paragraphs(left.reason)}"


def _series(periods: Sequence[PeriodDrift]) -> Iterable[str]:
    columns = periods[0].drift.columns
    lines = [
        (column.column, [period.drift.columns[place].jensen_shannon for period in periods])
        for place, column in enumerate(columns)
    ]
    lines.sort(key=lambda line: -max((value for value in line[1] if value is not None), default=0.0))
    title = WORDS["chart_series"]
    threshold = DEFAULT_THRESHOLDS.jensen_shannon_review
    yield f"<h2>{both(WORDS['series'])}</h2><h3>{both(title)}</h3>"
    yield period_lines([period.period for period in periods], lines[:_MOST_LINES], plain(title), threshold=threshold)
    yield f"<p>- - - {threshold:g} {both(WORDS['threshold'])}</p>"
    rows = (
        (
            escape(period.period),
            f"{period.drift.current_n:.0f}",
            verdict(period.drift.verdict),
            paragraphs(period.drift.reason),
        )
        for period in periods
    )
    yield behind(WORDS["table"], _table(("period", "n", "verdict", "reason"), rows))


def _detail(column: ColumnDrift) -> str:
    title = f"{column.column}: {plain(WORDS['shares'])}"
    reference = column.reference_shares or (0.0,) * len(column.bins)
    current = column.current_shares or (0.0,) * len(column.bins)
    rows = (
        (escape(name), f"{before:.2%}", f"{after:.2%}")
        for name, before, after in zip(column.bins, reference, current, strict=True)
    )
    return (
        f"<h3>{escape(column.column)} · {both(WORDS['shares'])}</h3>"
        f"<p>■ {both(WORDS['reference'])} (n = {column.reference_n:.0f}) &nbsp; "
        f"▨ {both(WORDS['current'])} (n = {column.current_n:.0f})</p>"
        f"{share_bars(column.bins, reference, current, title)}"
        f"{behind(WORDS['table'], _table(('bin', 'reference', 'current'), rows))}"
    )


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return table([WORDS[key] for key in headers], rows)
