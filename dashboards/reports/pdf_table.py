"""A table of a PDF report: columns as wide as their text needs, headings on every page, no row cut apart."""

from collections.abc import Iterable, Sequence

from dashboards.reports.document import Grid
from dashboards.reports.pdf_page import FAMILY, Sheet
from dashboards.reports.text_wrap import parts, wrapped

_SIZE = 7.5
_LINE = 3.6
_PAD = 1.2
_NARROWEST = 9.0
_GREY = 225
# Room for a section heading above a table.
_HEADING = 16.0


class PdfTable:
    """A table measured for its sheet."""

    def __init__(self, sheet: Sheet, grid: Grid) -> None:
        self.sheet = sheet
        self.grid = grid
        sheet.set_font(FAMILY, style="B", size=_SIZE)
        self.widths = _fitted(self._wishes(), sheet.epw)
        self.heads = self._lines(grid.headers)
        sheet.set_font(FAMILY, size=_SIZE)
        self.rows = [self._lines(row) for row in grid.rows]

    @property
    def height(self) -> float:
        """Millimetres from the caption to the last row."""
        return 8 + _row_height(self.heads) + sum(_row_height(row) for row in self.rows)

    @property
    def first_height(self) -> float:
        """Millimetres that must be left where it starts: all, unless it is longer than a page."""
        start = 8 + _row_height(self.heads) + sum(_row_height(row) for row in self.rows[:2])
        return self.height if self.height <= self.sheet.eph - _HEADING else start

    def write(self) -> None:
        """Print it here, on a new page where it would otherwise be cut and fits on one."""
        sheet = self.sheet
        sheet.room(self.first_height)
        sheet.ln(1)
        sheet.say(self.grid.caption, size=8.5, is_bold=True)
        self._row(self.heads, is_head=True)
        for lines in self.rows:
            if sheet.will_page_break(_row_height(lines)):
                sheet.add_page()
                self._row(self.heads, is_head=True)
            self._row(lines)
        sheet.ln(3)

    def _wishes(self) -> list[tuple[float, float]]:
        """The least and the full width of each column: its longest word, its longest cell."""
        columns = zip(self.grid.headers, *self.grid.rows, strict=True)
        return [
            (self._widest(word for cell in cells for word in parts(cell)), self._widest(cells)) for cells in columns
        ]

    def _widest(self, texts: Iterable[str]) -> float:
        return max([self.sheet.get_string_width(text) for text in texts] + [_NARROWEST - 2 * _PAD]) + 2 * _PAD + 0.2

    def _lines(self, cells: Sequence[str]) -> list[tuple[str, ...]]:
        measure = self.sheet.get_string_width
        return [wrapped(cell, width - 2 * _PAD, measure) for cell, width in zip(cells, self.widths, strict=True)]

    def _row(self, row: Sequence[tuple[str, ...]], *, is_head: bool = False) -> None:
        sheet = self.sheet
        sheet.set_font(FAMILY, style="B" if is_head else "", size=_SIZE)
        sheet.set_draw_color(150)
        sheet.set_line_width(0.15)
        sheet.set_fill_color(_GREY)
        x, y, height = sheet.l_margin, sheet.get_y(), _row_height(row)
        for lines, width, is_right in zip(row, self.widths, self.grid.numeric, strict=True):
            sheet.rect(x, y, width, height, style="DF" if is_head else "D")
            for number, line in enumerate(lines):
                sheet.set_xy(x + _PAD, y + _PAD / 2 + number * _LINE)
                sheet.cell(width - 2 * _PAD, _LINE, line, align="R" if is_right else "L")
            x += width
        sheet.set_xy(sheet.l_margin, y + height)


def _row_height(row: Sequence[tuple[str, ...]]) -> float:
    return max(len(lines) for lines in row) * _LINE + _PAD


def _fitted(wishes: Sequence[tuple[float, float]], room: float) -> list[float]:
    """Full widths where they fit; else no column gets more than a limit that makes all fit, nor less than a word."""
    low, high = 0.0, max(full for _, full in wishes)
    if sum(full for _, full in wishes) <= room:
        low = high
    for _ in range(40):
        limit = (low + high) / 2
        is_too_wide = sum(_limited(wish, limit) for wish in wishes) > room
        low, high = (low, limit) if is_too_wide else (limit, high)
    widths = [_limited(wish, low) for wish in wishes]
    return [width * min(1.0, room / sum(widths)) for width in widths]


def _limited(wish: tuple[float, float], limit: float) -> float:
    least, full = wish
    return max(least, min(full, limit))
