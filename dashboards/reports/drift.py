"""The drift report: one HTML file in English and Chinese, charts with the table behind them, nothing loaded."""

from collections.abc import Iterable, Sequence
from html import escape

from dashboards.reports.drift_charts import period_lines, share_bars
from dashboards.reports.drift_text import number
from dashboards.reports.drift_words import VERDICTS, WORDS
from validation.drift import DEFAULT_THRESHOLDS, ColumnDrift
from validation.drift_table import PeriodDrift, TableDrift
from validation.outcome import Text, Verdict

_MOST_LINES = 6
_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;max-width:62rem;margin:2rem auto}
body{padding:0 1rem;color:#1b1b1b}
table{border-collapse:collapse;margin:.8rem 0}th,td{border:1px solid #bbb;padding:.25rem .55rem;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}.verdict{font-weight:600}.block{color:#8a1010}
.review,.not_enough_evidence{color:#6b4e00}.pass{color:#1d5b1d}[lang=zh]{color:#333}svg{max-width:100%;height:auto}
"""


def drift_report(found: TableDrift, reference: str, current: str) -> str:
    """The whole page; `reference` and `current` are the files' names."""
    body = [
        f"<h1>{_both(WORDS['title'])}</h1>",
        f'<p class="verdict {found.verdict.value}">{_both(VERDICTS[found.verdict.value])}</p>',
        _paragraphs(found.reason),
        f"<p>{_both(WORDS['files'])}: <b>{escape(reference)}</b> (n = {found.whole.reference_n:.0f}), "
        f"<b>{escape(current)}</b> (n = {found.whole.current_n:.0f})</p>",
        f"<h2>{_both(WORDS['columns'])}</h2>",
        _columns(found.whole.columns),
        *(_left_out(found)),
        *(_series(found.periods) if found.periods else ()),
        *(_detail(column) for column in found.whole.columns if column.bins),
        _paragraphs(WORDS["method"]),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Drift · 漂移</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(body)}</body></html>\n"
    )


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
                _verdict(column.verdict),
                _paragraphs(column.reason),
            )
            for column in columns
        ),
    )


def _left_out(found: TableDrift) -> Iterable[str]:
    for left in found.not_compared:
        yield f"<p>{_both(WORDS['not_compared'])}: <b>{escape(left.column)}</b></p>{_paragraphs(left.reason)}"


def _series(periods: Sequence[PeriodDrift]) -> Iterable[str]:
    columns = periods[0].drift.columns
    lines = [
        (column.column, [period.drift.columns[place].jensen_shannon for period in periods])
        for place, column in enumerate(columns)
    ]
    lines.sort(key=lambda line: -max((value for value in line[1] if value is not None), default=0.0))
    title = WORDS["chart_series"]
    threshold = DEFAULT_THRESHOLDS.jensen_shannon_review
    yield f"<h2>{_both(WORDS['series'])}</h2><h3>{_both(title)}</h3>"
    yield period_lines([period.period for period in periods], lines[:_MOST_LINES], _plain(title), threshold=threshold)
    yield f"<p>- - - {threshold:g} {_both(WORDS['threshold'])}</p>"
    rows = (
        (
            escape(period.period),
            f"{period.drift.current_n:.0f}",
            _verdict(period.drift.verdict),
            _paragraphs(period.drift.reason),
        )
        for period in periods
    )
    yield _behind(_table(("period", "n", "verdict", "reason"), rows))


def _detail(column: ColumnDrift) -> str:
    title = f"{column.column}: {_plain(WORDS['shares'])}"
    reference = column.reference_shares or (0.0,) * len(column.bins)
    current = column.current_shares or (0.0,) * len(column.bins)
    rows = (
        (escape(name), f"{before:.2%}", f"{after:.2%}")
        for name, before, after in zip(column.bins, reference, current, strict=True)
    )
    return (
        f"<h3>{escape(column.column)} · {_both(WORDS['shares'])}</h3>"
        f"<p>■ {_both(WORDS['reference'])} (n = {column.reference_n:.0f}) &nbsp; "
        f"▨ {_both(WORDS['current'])} (n = {column.current_n:.0f})</p>"
        f"{share_bars(column.bins, reference, current, title)}{_behind(_table(('bin', 'reference', 'current'), rows))}"
    )


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{_both(WORDS[key])}</th>' for key in headers)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _behind(table: str) -> str:
    return f"<details><summary>{_both(WORDS['table'])}</summary>{table}</details>"


def _verdict(verdict: Verdict) -> str:
    return f'<span class="verdict {verdict.value}">{_both(VERDICTS[verdict.value])}</span>'


def _both(text: Text) -> str:
    return f'<span lang="en">{escape(text.en)}</span> · <span lang="zh">{escape(text.zh)}</span>'


def _plain(text: Text) -> str:
    return f"{text.en} · {text.zh}"


def _paragraphs(text: Text) -> str:
    return f'<p lang="en">{escape(text.en)}</p><p lang="zh">{escape(text.zh)}</p>'
