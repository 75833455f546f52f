"""A comparison on the terminal: the figures of each side, then what changes against the first, in one language."""

from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from dashboards.reports.comparison_report import comparison_document
from dashboards.reports.document import Document, Grid
from training.compare_shape import Comparison

_WIDTH = 160


def show(found: Comparison, language: str) -> None:
    """Prints facts, tables and sentences; what needs no chart is the same as in the report."""
    document = comparison_document(found, language)
    console = Console(highlight=False, markup=False)
    console = console if console.is_terminal else Console(width=_WIDTH, highlight=False, markup=False)
    for name, value in document.facts:
        console.print(f"{name}: {value}", soft_wrap=True)
    for section in document.sections:
        console.print(f"\n{section.heading}", style="bold")
        for paragraph in section.paragraphs:
            console.print(paragraph, soft_wrap=True)
        for grid in (*(chart.grid for chart in section.charts), *section.grids):
            _print(console, grid)
    _print_limits(console, document)


def _print(console: Console, grid: Grid) -> None:
    table = Table(box=box.SIMPLE, show_edge=False, pad_edge=False, title=grid.caption, title_justify="left")
    for header, is_number in zip(grid.headers, grid.numeric, strict=True):
        table.add_column(header, overflow="fold", justify="right" if is_number else "left")
    for row in grid.rows:
        table.add_row(*_lines(row))
    console.print(table)


def _lines(cells: Iterable[str]) -> Iterable[Line]:
    """Values are plain text: square brackets in them are no markup."""
    return (Line(cell) for cell in cells)


def _print_limits(console: Console, document: Document) -> None:
    for limit in document.limits:
        console.print(limit, soft_wrap=True)
