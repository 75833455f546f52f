"""A report as one HTML file: styles and charts inside, no script, nothing loaded, clean in print."""

from collections.abc import Iterable
from html import escape

from dashboards.reports.document import BarChart, Document, Grid, LineChart, Section
from dashboards.reports.svg_charts import bar_chart, line_chart

_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
body{color:#1b1b1b;background:#fff;max-width:68rem;margin:2rem auto;padding:0 1rem}
.wide{overflow-x:auto}table{border-collapse:collapse;margin:.8rem 0;font-size:.88rem}
caption{text-align:left;font-weight:600;padding:.2rem 0}
th,td{border:1px solid #bbb;padding:.25rem .5rem;text-align:left;vertical-align:top}td.n{text-align:right}
.verdict{font-weight:600}.block{color:#8a1010}.review,.not_enough_evidence{color:#6b4e00}.pass{color:#1d5b1d}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem}dt{font-weight:600}dd{margin:0}
figure{margin:1rem 0}figcaption{font-weight:600}svg{max-width:100%;height:auto}
@media print{body{margin:0;max-width:none;font-size:11px}.wide{overflow:visible}figure,tr{break-inside:avoid}
table{font-size:9px}h2{break-after:avoid}}
@page{margin:15mm}
"""


def html(document: Document) -> str:
    """The whole file."""
    language = "zh-Hans" if document.language == "zh" else "en"
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in document.facts)
    body = (
        f"<h1>{escape(document.title)}</h1>{_verdict(document)}<dl>{facts}</dl>"
        f"{''.join(_section(section) for section in document.sections)}"
        f"<footer>{_paragraphs(document.limits)}</footer>"
    )
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(document.title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _verdict(document: Document) -> str:
    if document.verdict_kind is None:
        return ""
    return (
        f'<p><span class="verdict {document.verdict_kind}">{escape(document.verdict)}</span>: '
        f"{escape(document.reason)}</p>"
    )


def _section(section: Section) -> str:
    charts = "".join(_chart(chart) for chart in section.charts)
    grids = "".join(_grid(grid) for grid in section.grids)
    return f"<section><h2>{escape(section.heading)}</h2>{_paragraphs(section.paragraphs)}{charts}{grids}</section>"


def _chart(chart: BarChart | LineChart) -> str:
    drawn = bar_chart(chart) if isinstance(chart, BarChart) else line_chart(chart)
    return f"<figure><figcaption>{escape(chart.title)}</figcaption>{drawn}{_grid(chart.grid)}</figure>"


def _grid(grid: Grid) -> str:
    head = "".join(f'<th scope="col">{escape(header)}</th>' for header in grid.headers)
    rows = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in grid.rows)
    return (
        f'<div class="wide"><table><caption>{escape(grid.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(cell: str) -> str:
    kind = ' class="n"' if cell[:1].isdigit() or cell[:1] in "-–" else ""
    return f"<td{kind}>{escape(cell)}</td>"


def _paragraphs(sentences: Iterable[str]) -> str:
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
