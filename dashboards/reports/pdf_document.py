"""A report as PDF through fpdf2, which is pure Python. Errors: `NoFont` (Chinese text and no font that has it)."""

from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import FontFace

from dashboards.reports.document import BarChart, Document, Grid, LineChart, Section

_FAMILY = "report"
_CJK_START = 0x2E80
# File names of fonts with Chinese glyphs, the freely licensed ones first.
_CJK_FONTS = (
    "notosanscjk", "notosanssc", "sourcehansans", "wqy", "droidsansfallback", "uming", "ukai",
    "pingfang", "msyh", "simhei", "simsun", "arialunicode",
)  # fmt: skip


class NoFont(ValueError):
    """The report holds Chinese text and this machine has no font for it."""


def write_pdf(document: Document, path: Path) -> None:
    """Write the report; a font is embedded, so that it looks the same everywhere."""
    pdf = FPDF(orientation="landscape", format="A4")
    _choose_font(pdf, document)
    pdf.set_title(document.title)
    pdf.set_lang("zh-Hans" if document.language == "zh" else "en")
    pdf.set_auto_page_break(auto=True, margin=15)
    pdf.add_page()
    _say(pdf, document.title, size=16)
    if document.verdict_kind is not None:
        _say(pdf, f"{document.verdict}: {document.reason}", size=11)
    for name, value in document.facts:
        _say(pdf, f"{name}: {value}", size=9)
    for section in document.sections:
        _section(pdf, section)
    for sentence in document.limits:
        _say(pdf, sentence, size=8)
    pdf.output(str(path))


def _choose_font(pdf: FPDF, document: Document) -> None:
    if any(ord(letter) >= _CJK_START for letter in _letters(document)):
        pdf.add_font(_FAMILY, fname=_chinese_font())
    else:
        from matplotlib import get_data_path  # noqa: PLC0415 - it brings a Latin font along

        pdf.add_font(_FAMILY, fname=Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"))
    pdf.set_font(_FAMILY, size=9)


def _chinese_font() -> str:
    from matplotlib.font_manager import findSystemFonts  # noqa: PLC0415 - only Chinese text looks for fonts

    found = {Path(font).name.lower().replace("-", "").replace("_", ""): font for font in findSystemFonts()}
    for wanted in _CJK_FONTS:
        for name, font in sorted(found.items()):
            if name.startswith(wanted) and "bold" not in name:
                return font
    raise NoFont(
        "no font with Chinese glyphs is installed, so the PDF cannot be written; "
        "install one (such as fonts-noto-cjk) or use --html"
    )


def _letters(document: Document) -> str:
    return repr(document)


def _section(pdf: FPDF, section: Section) -> None:
    _say(pdf, section.heading, size=13)
    for sentence in section.paragraphs:
        _say(pdf, sentence, size=9)
    for chart in section.charts:
        _say(pdf, chart.title, size=10)
        if isinstance(chart, BarChart):
            _bars(pdf, chart)
        else:
            _lines(pdf, chart)
        _grid(pdf, chart.grid)
    for grid in section.grids:
        _grid(pdf, grid)


def _say(pdf: FPDF, sentence: str, *, size: int) -> None:
    pdf.set_font(_FAMILY, size=size)
    pdf.multi_cell(0, size * 0.5, sentence, new_x="LMARGIN", new_y="NEXT", align="L")


def _grid(pdf: FPDF, grid: Grid) -> None:
    if not grid.rows:
        return
    _say(pdf, grid.caption, size=9)
    pdf.set_font(_FAMILY, size=7)
    with pdf.table(headings_style=FontFace(), text_align="LEFT", line_height=4, padding=0.5) as table:
        table.row(grid.headers)
        for cells in grid.rows:
            table.row(cells)
    pdf.ln(3)


def _bars(pdf: FPDF, chart: BarChart) -> None:
    top = max([max(bar.value, bar.high or 0.0) for bar in chart.bars] + [chart.line or 0.0, 1e-9])
    left, width = pdf.l_margin + 60, 140.0
    pdf.set_font(_FAMILY, size=8)
    for bar in chart.bars:
        if pdf.will_page_break(6):
            pdf.add_page()
        y = pdf.get_y()
        pdf.cell(58, 5, bar.label[:40], align="R")
        pdf.set_fill_color(0, 114, 178)
        pdf.rect(left, y + 1, max(0.1, bar.value / top * width), 3.4, style="F")
        if bar.low is not None and bar.high is not None:
            pdf.line(left + bar.low / top * width, y + 2.7, left + bar.high / top * width, y + 2.7)
        if chart.line is not None:
            pdf.line(left + chart.line / top * width, y, left + chart.line / top * width, y + 5.4)
        pdf.set_xy(left + width + 4, y)
        pdf.cell(40, 5, bar.note, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)


def _lines(pdf: FPDF, chart: LineChart) -> None:
    points = [point for series in chart.series for point in series.points]
    if not points:
        return
    low, high = min(x for x, _ in points), max(x for x, _ in points)
    top = max([y for _, y in points] + [chart.line or 0.0, 1e-9])
    if pdf.will_page_break(62):
        pdf.add_page()
    left, base, width, height = pdf.l_margin + 12, pdf.get_y() + 52, 200.0, 48.0
    pdf.set_font(_FAMILY, size=8)
    for index, series in enumerate(chart.series):
        places = [(left + (x - low) / ((high - low) or 1.0) * width, base - y / top * height) for x, y in series.points]
        pdf.set_dash_pattern(dash=index * 1.2, gap=1.0 if index else 0)
        pdf.polyline(places)
        if places:
            pdf.text(left + width + 2, places[-1][1], series.name[:30])
    pdf.set_dash_pattern()
    pdf.polyline([(left, base - height), (left, base), (left + width, base)])
    if chart.line is not None:
        pdf.line(left, base - chart.line / top * height, left + width, base - chart.line / top * height)
    pdf.text(left, base + 4, f"{low:g}")
    pdf.text(left + width - 8, base + 4, f"{high:g}")
    pdf.text(left + width / 2, base + 4, chart.x_unit)
    pdf.set_y(base + 8)
