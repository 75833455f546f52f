"""A report as a value, in one language: what HTML and PDF both print, so that neither says more than the other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of plain text."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar, its interval where there is one, and the note printed at its end."""

    label: str
    value: float
    low: float | None
    high: float | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """Horizontal bars from 0; `line` marks a limit. `grid` is the table behind the chart."""

    title: str
    unit: str
    bars: tuple[Bar, ...]
    grid: Grid
    line: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A named line of points; where a value is undefined there is no point."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChart:
    """Lines over a numeric axis; `line` marks a horizontal limit, `mark` a place on the axis."""

    title: str
    x_unit: str
    y_unit: str
    series: tuple[Series, ...]
    grid: Grid
    line: float | None = None
    mark: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with its sentences, charts and tables."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    charts: tuple[BarChart | LineChart, ...] = ()
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
