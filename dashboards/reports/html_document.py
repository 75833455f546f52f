"""A report as one HTML file: styles and charts inside, no script, nothing loaded, clean in print."""

from collections.abc import Iterable, Sequence
from html import escape

from dashboards.reports.chart_drawing import drawings
from dashboards.reports.document import Chart, Document, Grid, Section
from dashboards.reports.svg import svg

_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
body{color:#1b1b1b;background:#fff;max-width:72rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem;line-height:1.25}h2{font-size:1.25rem;margin-top:2.2rem;border-bottom:2px solid #1b1b1b}
p{max-width:52rem}
.wide{overflow-x:auto}table{border-collapse:collapse;margin:.8rem 0;font-size:.86rem}
caption{text-align:left;font-weight:600;padding:.2rem 0;white-space:nowrap}
th,td{border:1px solid #bbb;padding:.25rem .5rem;text-align:left;vertical-align:top}
thead th{background:#eee}tbody th{font-weight:400}td.n,td.s{white-space:nowrap}
th.n,td.n{text-align:right;font-variant-numeric:tabular-nums}
.verdict{border-left:.4rem solid;padding:.4rem .8rem;background:#f6f6f6}.verdict strong{display:block}
.block{border-color:#8a1010}.review,.not_enough_evidence{border-color:#8a6d00}.pass{border-color:#1d5b1d}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem}dt{font-weight:600}dd{margin:0}
figure{margin:1.2rem 0}figcaption{font-weight:600;margin-bottom:.4rem}
svg{display:block;width:100%;max-width:48rem;height:auto}
footer{margin-top:2.5rem;border-top:1px solid #bbb;font-size:.88rem}
@media(max-width:40rem){dl{grid-template-columns:1fr}dd{margin:0 0 .4rem}}
@media print{body{margin:0;padding:0;max-width:none;font-size:11px}footer{font-size:9px}
.wide{overflow:visible}p{max-width:none}
svg{max-width:16cm}table{font-size:9px}caption{white-space:normal}th,td{padding:1px 4px;overflow-wrap:anywhere}
svg,table,tr,caption,.verdict,dl{break-inside:avoid}thead{display:table-header-group}
h1,h2,h2+p,figcaption,caption{break-after:avoid}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@page{size:landscape;margin:12mm}
"""
# Letters of a cell that is not broken.
_ONE_LINE = 14


def html(document: Document) -> str:
    """The whole file."""
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in document.facts)
    body = (
        f"<main><h1>{escape(document.title)}</h1>{_verdict(document)}<dl>{facts}</dl>"
        f"{''.join(_section(section) for section in document.sections)}</main>"
        f"<footer>{_paragraphs(document.limits)}</footer>"
    )
    return (
        f'<!doctype html>\n<html lang="{document.language_tag}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(document.title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _verdict(document: Document) -> str:
    if document.verdict_kind is None:
        return ""
    word, reason = document.conclusion
    return f'<p class="verdict {document.verdict_kind}"><strong>{escape(word)}</strong> {escape(reason)}</p>'


def _section(section: Section) -> str:
    charts = "".join(_chart(chart) for chart in section.charts)
    grids = "".join(_grid(grid) for grid in section.grids)
    return f"<section><h2>{escape(section.heading)}</h2>{_paragraphs(section.paragraphs)}{charts}{grids}</section>"


def _chart(chart: Chart) -> str:
    drawn = "".join(svg(drawing) for drawing in drawings(chart))
    return f"<figure><figcaption>{escape(chart.title)}</figcaption>{drawn}{_grid(chart.grid)}</figure>"


def _grid(grid: Grid) -> str:
    kinds = [' class="n"' if is_number else "" for is_number in grid.numeric]
    head = "".join(
        f'<th scope="col"{kind}>{escape(header)}</th>' for header, kind in zip(grid.headers, kinds, strict=True)
    )
    rows = "".join(f"<tr>{_row(row, kinds)}</tr>" for row in grid.rows)
    return (
        f'<div class="wide"><table><caption>{escape(grid.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(cells: tuple[str, ...], kinds: Sequence[str]) -> str:
    others = zip(cells[1:], kinds[1:], strict=True)
    return f'<th scope="row">{escape(cells[0])}</th>' + "".join(_cell(cell, kind) for cell, kind in others)


def _cell(cell: str, kind: str) -> str:
    """A number, or a text; short ones keep to one line."""
    short = ' class="s"' if len(cell) <= _ONE_LINE else ""
    return f"<td{kind or short}>{escape(cell)}</td>"


def _paragraphs(sentences: Iterable[str]) -> str:
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
