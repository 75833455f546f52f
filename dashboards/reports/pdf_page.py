"""The sheet of a PDF report: landscape A4, text, facts and drawings, page numbers."""

from collections.abc import Iterable

from fpdf import FPDF
from fpdf.drawing_primitives import color_from_hex_string

from dashboards.reports.document import Document
from dashboards.reports.drawing import Box, Drawing, Label, Mark, Path
from dashboards.reports.fonts import Faces
from dashboards.reports.text_wrap import wrapped

FAMILY = "report"
_MARGIN = 14.0
# Millimetres of a drawing's unit: a chart is 187 mm wide.
_UNIT = 0.26
_POINTS = 72 / 25.4
_LEADING = 0.5


class Sheet(FPDF):
    """Pages that know the report's fonts and title."""

    def __init__(self, document: Document, faces: Faces) -> None:
        super().__init__(orientation="landscape", format="A4")
        self.report_title = document.title
        for style, face in (("", faces.regular), ("B", faces.bold)):
            self.add_font(FAMILY, style=style, fname=face.path, collection_font_number=face.number)
        self.set_title(document.title)
        self.set_lang(document.language_tag)
        self.set_margin(_MARGIN)
        self.set_auto_page_break(auto=True, margin=_MARGIN)
        self.c_margin = 0
        self.add_page()

    def footer(self) -> None:
        """Title and page number."""
        self.set_y(-10)
        self.set_font(FAMILY, size=7)
        self.cell(0, 4, f"{self.report_title}    {self.page_no()} / {{nb}}", align="R")

    def say(self, sentence: str, *, size: float, is_bold: bool = False) -> None:
        """A paragraph over the whole width."""
        self.set_font(FAMILY, style="B" if is_bold else "", size=size)
        for line in wrapped(sentence, self.epw, self.get_string_width):
            self.cell(0, size * _LEADING, line, new_x="LMARGIN", new_y="NEXT")

    def facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """Names and values beside each other."""
        listed = list(facts)
        self.set_font(FAMILY, style="B", size=9)
        names = max(self.get_string_width(name) for name, _ in listed) + 5
        for name, value in listed:
            self.set_font(FAMILY, size=9)
            lines = wrapped(value, self.epw - names, self.get_string_width)
            self.room(4.6 * len(lines))
            self.set_font(FAMILY, style="B", size=9)
            self.cell(names, 4.6, name)
            self.set_font(FAMILY, size=9)
            for line in lines:
                self.set_x(self.l_margin + names)
                self.cell(0, 4.6, line, new_x="LMARGIN", new_y="NEXT")

    def room(self, height: float) -> None:
        """Go to a new page unless so many millimetres are left, or the page is new."""
        if self.will_page_break(height) and self.get_y() > self.t_margin:
            self.add_page()

    def height_of(self, drawing: Drawing) -> float:
        """Millimetres the drawing takes."""
        return drawing.height * _UNIT + 3

    def draw(self, drawing: Drawing) -> None:
        """Draw here and go below."""
        top = self.get_y() + 1
        for mark in drawing.marks:
            self._mark(mark, top)
        self.set_draw_color(0)
        self.set_line_width(0.2)
        self.set_y(top + drawing.height * _UNIT + 2)

    def _mark(self, mark: Mark, top: float) -> None:
        if isinstance(mark, Label):
            self._label(mark, top)
        elif isinstance(mark, Box):
            self._box(mark, top)
        else:
            self._path(mark, top)

    def _box(self, box: Box, top: float) -> None:
        if box.stroke:
            self._pen(box.stroke, 1.4)
        if box.fill:
            self.set_fill_color(color_from_hex_string(box.fill))
        style = ("D" if box.stroke else "") + ("F" if box.fill else "")
        self.rect(self._x(box.x), top + box.y * _UNIT, box.width * _UNIT, box.height * _UNIT, style=style)

    def _path(self, path: Path, top: float) -> None:
        self._pen(path.stroke, path.thickness)
        points = [(self._x(x), top + y * _UNIT) for x, y in path.points]
        if path.fill:
            self.set_fill_color(color_from_hex_string(path.fill))
            self.polygon(points, style="DF")
            return
        if path.dash is not None:
            self.set_dash_pattern(dash=path.dash[0] * _UNIT, gap=path.dash[1] * _UNIT)
        self.polyline(points)
        self.set_dash_pattern()

    def _label(self, label: Label, top: float) -> None:
        self.set_font(FAMILY, size=label.size * _UNIT * _POINTS)
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]
        self.text(self._x(label.x) - shift * self.get_string_width(label.text), top + label.y * _UNIT, label.text)

    def _pen(self, colour: str, thickness: float) -> None:
        self.set_draw_color(color_from_hex_string(colour))
        self.set_line_width(thickness * _UNIT)

    def _x(self, x: float) -> float:
        return self.l_margin + x * _UNIT
