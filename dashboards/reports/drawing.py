"""A chart as boxes, paths and labels on a plane of 720 units, laid out once for HTML and PDF.

Widths of text are estimates, rather too wide than too narrow: fonts differ from reader to reader.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

WIDTH = 720.0
INK = "#1b1b1b"
FAINT = "#d0d0d0"
# Okabe and Ito's colours, told apart by colour-blind readers; dashes tell them apart in grey.
COLOURS = ("#0072B2", "#D55E00", "#007A5A", "#6B4C9A", "#8A6D00", "#444444")
DASHES: tuple[tuple[float, float] | None, ...] = (None, (7, 4), (2, 3), (16, 4), (4, 2), (1, 5))
SIZE = 12.0
_FIRST_CHINESE = 0x2E80
_NARROW = "iljtfrI|!.,:;'()[]- "
_WIDE = "mwMW%@—…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle; `note` is read out on hovering."""

    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    stroke: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """Straight lines through points, with the lengths of dash and gap; a filled one is closed."""

    points: tuple[tuple[float, float], ...]
    stroke: str = INK
    thickness: float = 1.0
    dash: tuple[float, float] | None = None
    fill: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A line of text on its baseline; `anchor` is start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    size: float = SIZE


Mark: TypeAlias = Box | Path | Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Marks in the order they are painted, with the height they need and the title that is read out."""

    title: str
    height: float
    marks: tuple[Mark, ...]


def text_width(text: str, size: float = SIZE) -> float:
    """About how wide a text is."""
    return size * sum(_letter_width(letter) for letter in text)


def _letter_width(letter: str) -> float:
    if ord(letter) >= _FIRST_CHINESE:
        return 1.0
    if letter in _NARROW:
        return 0.42
    return 0.9 if letter in _WIDE else 0.66 if letter.isdigit() or letter.isupper() else 0.61


def shortened(text: str, width: float, size: float = SIZE) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    if text_width(text, size) <= width:
        return text
    kept = text
    while kept and text_width(kept + "…", size) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def ticks(low: float, high: float, most: int = 6) -> tuple[float, ...]:
    """Round numbers from `low` to `high`, at most `most` of them, in steps of 1, 2 or 5 times a power of ten."""
    if not low < high:
        return (low,)
    rough = (high - low) / (most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1.0, 2.0, 5.0, 10.0) if power * factor >= rough * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(round(step * place, 12) for place in range(first, last + 1))


def diamond(x: float, y: float, radius: float = 5.5) -> Path:
    """The sign of a marked value."""
    corners = ((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y))
    return Path(points=corners, stroke="#ffffff", fill=COLOURS[1])


def row(entries: Iterable[tuple[Mark, str]], y: float) -> tuple[tuple[Mark, ...], float]:
    """A legend from signs (drawn within 0 to 30 by 0 to 10) and their words, wrapped; with the height below `y`."""
    marks: list[Mark] = []
    x, top = 0.0, y
    for sign, words in entries:
        text = shortened(words, WIDTH - 40)
        width = 46 + text_width(text)
        if x and x + width > WIDTH:
            x, top = 0.0, top + 18
        marks += [moved(sign, x, top), Label(x=x + 36, y=top + 10, text=text)]
        x += width
    return tuple(marks), (top - y + 20 if marks else 0.0)


def moved(mark: Mark, x: float, y: float) -> Mark:
    """The mark, shifted."""
    if isinstance(mark, Path):
        points = tuple((left + x, top + y) for left, top in mark.points)
        return Path(points=points, stroke=mark.stroke, thickness=mark.thickness, dash=mark.dash, fill=mark.fill)
    if isinstance(mark, Label):
        return Label(x=mark.x + x, y=mark.y + y, text=mark.text, anchor=mark.anchor, size=mark.size)
    return Box(
        x=mark.x + x,
        y=mark.y + y,
        width=mark.width,
        height=mark.height,
        fill=mark.fill,
        stroke=mark.stroke,
        note=mark.note,
    )


def sample(place: int) -> Path:
    """The sign of the line at this place of a legend."""
    return stroke(((0, 6), (30, 6)), place)


def stroke(points: Sequence[tuple[float, float]], place: int) -> Path:
    """A line in the colour and dash of its place."""
    turn = place // len(COLOURS)
    dash = DASHES[(place + turn) % len(DASHES)]
    return Path(points=tuple(points), stroke=COLOURS[place % len(COLOURS)], thickness=2, dash=dash)


LIMIT_DASH = (5.0, 4.0)
LIMIT_SIGN = Path(points=((0, 6), (30, 6)), dash=LIMIT_DASH)
