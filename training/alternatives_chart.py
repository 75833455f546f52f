"""The alternatives as a chart: quality against impact, a cross of intervals a point, in both languages, as one SVG.

Text stays text in the reader's own fonts, so that it can be searched and copied; nothing in the file runs, nothing is
fetched. It is written by hand, for drawing libraries measure text with fonts that a server need not have.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from training.alternatives import Alternatives
from training.alternatives_points import Point
from validation.outcome import Interval

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")
"""Okabe and Ito's palette, as on the pages; every point carries its number, so colour is never the only signal."""

WIDTH, TOP, LEFT, RIGHT, PLOT = 960, 92, 84, 930, 340
ROW, FONT = 26, "font-family='system-ui, Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif'"
FOUR_FIFTHS = 0.8
TICKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What is drawn of one point: both values with their intervals, and the holdout's where they exist."""

    ratio: float
    auc: float
    ratio_ci: Interval
    auc_ci: Interval
    held: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A linear axis from values to places on the drawing."""

    low: float
    high: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value."""
        return self.begin + (value - self.low) / (self.high - self.low) * (self.end - self.begin)

    def ticks(self) -> list[float]:
        """Evenly spaced values from end to end."""
        return [self.low + (self.high - self.low) * step / TICKS for step in range(TICKS + 1)]


def chart(found: Alternatives) -> bytes:
    """The SVG; the same alternatives give the same bytes. A point without a ratio is listed and not drawn."""
    marks = [_mark(point) for point in found.points]
    known = [mark for mark in marks if mark is not None]
    height = TOP + PLOT + 70 + ROW * (len(marks) + len(found.not_tried)) + 20
    body = [*_head(found), *(_plot(found, marks, known) if known else ()), *_legend(found, marks)]
    opening = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' role='img' {FONT} font-size='14'>"
    )
    ground = f"<rect width='{WIDTH}' height='{height}' fill='#ffffff'/>"
    return "\n".join([opening, ground, *body, "</svg>", ""]).encode()


def _mark(point: Point) -> Mark | None:
    worst, auc = point.impact.worst, point.cross_validated.value
    if worst is None or worst[1].impact_ratio is None or auc is None:
        return None
    ratio, held = point.holdout_impact.ratio, point.holdout.value
    return Mark(
        ratio=worst[1].impact_ratio,
        auc=auc,
        ratio_ci=worst[1].impact_ratio_ci,
        auc_ci=point.cross_validated.interval,
        held=None if ratio is None or held is None else (ratio, held),
    )


def _head(found: Alternatives) -> Iterator[str]:
    chosen = found.point(found.chosen)
    yield f"<title>{_both('Quality against impact', '质量与影响')}</title>"
    yield f"<desc>{escape(found.why.en)} {escape(found.why.zh)}</desc>"
    yield _text(LEFT, 28, _both("Less discriminatory alternatives", "歧视更小的替代方案"), size=18, weight="bold")
    yield _text(LEFT, 54, f"{_both('Chosen', '选定')}: {_both(chosen.words.en, chosen.words.zh)}")


def _plot(found: Alternatives, marks: Sequence[Mark | None], known: Sequence[Mark]) -> Iterator[str]:
    across = _scale([value for one in known for value in _ends(one, 0)], LEFT, RIGHT)
    up = _scale([value for one in known for value in _ends(one, 1)], TOP + PLOT, TOP)
    yield f"<rect x='{LEFT}' y='{TOP}' width='{RIGHT - LEFT}' height='{PLOT}' fill='none' stroke='#8A8A8A'/>"
    for tick in across.ticks():
        yield _text(across.at(tick), TOP + PLOT + 20, f"{tick:.2f}", anchor="middle")
    for tick in up.ticks():
        yield _text(LEFT - 8, up.at(tick) + 5, f"{tick:.3f}", anchor="end")
    if across.low < FOUR_FIFTHS < across.high:
        yield _line(across.at(FOUR_FIFTHS), TOP, across.at(FOUR_FIFTHS), TOP + PLOT, "#333333", "5 4")
        yield _text(across.at(FOUR_FIFTHS) + 4, TOP + 16, "4/5")
    words = _both("Lowest impact ratio at the share that advances", "按入选比例计算的最低影响比")
    yield _text((LEFT + RIGHT) / 2, TOP + PLOT + 42, words, anchor="middle")
    yield _text(LEFT, TOP - 6, _both("AUC, cross-validated", "交叉验证 AUC"))
    for place, mark in enumerate(marks):
        if mark is not None:
            yield from _point(mark, place, across, up, is_chosen=found.points[place].name == found.chosen)


def _point(mark: Mark, place: int, across: Scale, up: Scale, *, is_chosen: bool) -> Iterator[str]:
    x, y, colour = across.at(mark.ratio), up.at(mark.auc), COLOURS[place % len(COLOURS)]
    low, high = mark.ratio_ci.low, mark.ratio_ci.high
    if low is not None and high is not None:
        yield _line(across.at(max(low, across.low)), y, across.at(min(high, across.high)), y, colour)
    low, high = mark.auc_ci.low, mark.auc_ci.high
    if low is not None and high is not None:
        yield _line(x, up.at(low), x, up.at(high), colour)
    if mark.held is not None:
        there = f"cx='{across.at(mark.held[0]):.1f}' cy='{up.at(mark.held[1]):.1f}'"
        yield f"<circle {there} r='7' fill='none' stroke='{colour}' stroke-width='2'/>"
    ring = f"<circle cx='{x:.1f}' cy='{y:.1f}' r='14' fill='none' stroke='#333333' stroke-width='2.5'/>"
    yield f"<circle cx='{x:.1f}' cy='{y:.1f}' r='9' fill='{colour}'/>" + (ring if is_chosen else "")
    yield _text(x, y + 4, str(place + 1), anchor="middle", size=12, fill="#ffffff", weight="bold")


def _legend(found: Alternatives, marks: Sequence[Mark | None]) -> Iterator[str]:
    y = TOP + PLOT + 76
    for place, (point, mark) in enumerate(zip(found.points, marks, strict=True)):
        yield f"<circle cx='{LEFT + 8}' cy='{y - 5}' r='9' fill='{COLOURS[place % len(COLOURS)]}'/>"
        yield _text(LEFT + 8, y - 1, str(place + 1), anchor="middle", size=12, fill="#ffffff", weight="bold")
        figures = "–" if mark is None else f"{mark.ratio:.3f}, AUC {mark.auc:.3f}"
        yield _text(LEFT + 26, y, f"{_both(point.words.en, point.words.zh)}: {figures}")
        y += ROW
    for name, reason in found.not_tried.items():
        yield _text(LEFT + 26, y, f"{escape(name)} – {_both(reason.en, reason.zh)}", fill="#555555")
        y += ROW
    note = _both("Lines: 95 % intervals; open circles: out-of-time holdout", "线段：95% 区间；空心圆：时间外留出集")
    yield _text(LEFT, y, note, size=12, fill="#555555")


def _ends(mark: Mark, axis: int) -> list[float]:
    interval, value = (mark.ratio_ci, mark.ratio) if axis == 0 else (mark.auc_ci, mark.auc)
    held = [] if mark.held is None else [mark.held[axis]]
    return [value, *held, *(end for end in (interval.low, interval.high) if end is not None)]


def _scale(values: Sequence[float], begin: float, end: float) -> Scale:
    room = max(max(values) - min(values), 0.01) * 0.06
    return Scale(low=min(values) - room, high=max(values) + room, begin=begin, end=end)


def _both(en: str, zh: str) -> str:
    return f"{escape(en)} · {escape(zh)}"


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, dash: str = "none") -> str:
    ends = f"x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}'"
    return f"<line {ends} stroke='{colour}' stroke-width='1.6' stroke-dasharray='{dash}'/>"


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", size: int = 14, fill: str = "#222222",
    weight: str = "normal",
) -> str:  # fmt: skip
    style = f"text-anchor='{anchor}' font-size='{size}' fill='{fill}' font-weight='{weight}'"
    return f"<text x='{x:.1f}' y='{y:.1f}' {style}>{words}</text>"
