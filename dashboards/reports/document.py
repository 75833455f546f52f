"""A report as a value, in one language: what HTML and PDF both print, so that neither says more than the other."""

import re
from dataclasses import dataclass
from typing import TypeAlias

_NUMBER = re.compile(r"[-+−<]? ?[\d.,]+ ?%?(?: – [-+−]?[\d.,]+ ?%?)?")
_UNDEFINED = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of plain text; the first column names the row."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Whether each column holds only numbers and intervals, and so stands to the right; the first names the row."""
        columns = list(zip(*self.rows, strict=True))[1:]
        return (False, *(_is_numeric(column) for column in columns)) if self.rows else (False,) * len(self.headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar, its interval where there is one, and the note printed at its end.

    `beside` is a second bar below the first, drawn as an outline; `mark` a diamond, such as an expected value.
    """

    label: str
    value: float
    note: str
    low: float | None = None
    high: float | None = None
    beside: float | None = None
    beside_note: str = ""
    mark: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """Horizontal bars from 0; `line` marks a limit. `grid` is the table behind the chart.

    `value_name`, `beside_name`, `mark_name` and `line_name` are the words of the legend, empty for none.
    """

    title: str
    unit: str
    bars: tuple[Bar, ...]
    grid: Grid
    line: float | None = None
    value_name: str = ""
    beside_name: str = ""
    mark_name: str = ""
    line_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A named line of points; a None breaks it where a value is undefined."""

    name: str
    points: tuple[tuple[float, float | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChart:
    """Lines over an axis; `line` marks a horizontal limit, `mark` a place on the axis.

    With `x_names` the axis is a row of names (periods), and the points stand at 0, 1, 2 and so on.
    """

    title: str
    x_unit: str
    y_unit: str
    series: tuple[Series, ...]
    grid: Grid
    line: float | None = None
    line_name: str = ""
    mark: float | None = None
    mark_name: str = ""
    x_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DensityChart:
    """How many people lie in each cell of a plane, `counts[row][column]` from the lowest row up, and lines over it."""

    title: str
    x_unit: str
    y_unit: str
    x_edges: tuple[float, ...]
    y_edges: tuple[float, ...]
    counts: tuple[tuple[float, ...], ...]
    cell_name: str
    series: tuple[Series, ...]
    grid: Grid


Chart: TypeAlias = BarChart | LineChart | DensityChart


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with its sentences, charts and tables."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    grids: tuple[Grid, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A report: title, verdict with its reason, the facts needed to read it, sections, and what it is not.

    `verdict` is the word for people, `verdict_kind` the verdict itself, or None where the report passes none.
    """

    title: str
    language: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    limits: tuple[str, ...]
    verdict: str = ""
    verdict_kind: str | None = None
    reason: str = ""

    @property
    def language_tag(self) -> str:
        """The language as HTML and PDF name it (BCP 47)."""
        return "zh-Hans" if self.language == "zh" else "en"

    @property
    def conclusion(self) -> tuple[str, str]:
        """The verdict's word with its name, and the reason."""
        return (f"结论：{self.verdict}。" if self.language == "zh" else f"Verdict: {self.verdict}."), self.reason


def _is_numeric(column: tuple[str, ...]) -> bool:
    defined = [cell for cell in column if cell != _UNDEFINED]
    return bool(defined) and all(_NUMBER.fullmatch(cell) for cell in defined)
