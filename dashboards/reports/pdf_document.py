"""A report as PDF through fpdf2, which is pure Python: fonts embedded, bookmarks, charts and tables never cut apart."""

from dashboards.reports.chart_drawing import drawings
from dashboards.reports.document import Chart, Document, Grid, Section
from dashboards.reports.fonts import faces
from dashboards.reports.pdf_page import Sheet
from dashboards.reports.pdf_table import PdfTable

_VERDICT_COLOURS = {"block": (138, 16, 16), "pass": (29, 91, 29)}
_AMBER = (107, 78, 0)


def pdf(document: Document) -> bytes:
    """The whole file; `NoFont` where no installed font has the letters of the report."""
    sheet = Sheet(document, faces(_letters(document)))
    _head(sheet, document)
    for section in document.sections:
        _section(sheet, section)
    sheet.ln(4)
    for sentence in document.limits:
        sheet.say(sentence, size=8)
    return bytes(sheet.output())


def _letters(document: Document) -> set[str]:
    """Every letter that may be printed."""
    return set(repr(document)) | set("0123456789/↑→…")


def _head(sheet: Sheet, document: Document) -> None:
    sheet.say(document.title, size=17, is_bold=True)
    sheet.ln(2)
    if document.verdict_kind is not None:
        word, reason = document.conclusion
        sheet.set_text_color(*_VERDICT_COLOURS.get(document.verdict_kind, _AMBER))
        sheet.say(word, size=12, is_bold=True)
        sheet.set_text_color(0, 0, 0)
        sheet.say(reason, size=10)
        sheet.ln(2)
    sheet.facts(document.facts)


def _section(sheet: Sheet, section: Section) -> None:
    sheet.ln(4)
    sheet.room(16 + 5 * len(section.paragraphs) + _first_height(sheet, section))
    sheet.start_section(section.heading)
    sheet.say(section.heading, size=13, is_bold=True)
    sheet.ln(1)
    for sentence in section.paragraphs:
        sheet.say(sentence, size=9)
    for chart in section.charts:
        _chart(sheet, chart)
    for grid in section.grids:
        _grid(sheet, grid)


def _first_height(sheet: Sheet, section: Section) -> float:
    """What has to stand on the page of the heading."""
    if section.charts:
        return sum(sheet.height_of(drawing) for drawing in drawings(section.charts[0])[:1]) + 8
    return PdfTable(sheet, section.grids[0]).first_height if section.grids else 0.0


def _chart(sheet: Sheet, chart: Chart) -> None:
    for drawing in drawings(chart):
        sheet.room(sheet.height_of(drawing) + 8)
        sheet.say(drawing.title, size=10, is_bold=True)
        sheet.draw(drawing)
    _grid(sheet, chart.grid)


def _grid(sheet: Sheet, grid: Grid) -> None:
    if grid.rows:
        PdfTable(sheet, grid).write()
