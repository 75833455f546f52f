"""SVG charts of the drift report, drawn without a library so that the file stands alone.

Every value of a file is escaped, and pattern or dash goes with colour so that colour is never the only signal.
"""

from collections.abc import Sequence
from html import escape

WIDTH = 720
_MOST_BINS = 30
_DASHES = ("", "6 3", "2 2", "8 3 2 3", "12 4", "1 3")
_COLOURS = ("#1f5a99", "#b3541e", "#3b7a3b", "#7a3b7a", "#8a6d00", "#444444")


def share_bars(bins: Sequence[str], reference: Sequence[float], current: Sequence[float], label: str) -> str:
    """Two bars a bin, reference plain and current hatched, at most the 30 bins with the most rows."""
    ranked = sorted(range(len(bins)), key=lambda index: -(reference[index] + current[index]))
    kept = sorted(ranked[:_MOST_BINS])
    most = max([*(reference[index] for index in kept), *(current[index] for index in kept), 1e-9])
    rows = []
    for place, index in enumerate(kept):
        top = 8 + place * 26
        rows.append(_text(150, top + 15, _short(bins[index]), anchor="end"))
        for offset, share, fill in ((0, reference[index], _COLOURS[0]), (10, current[index], "url(#hatch)")):
            length = 440 * share / most
            rows.append(
                f'<rect x="158" y="{top + offset}" width="{length:.1f}" height="9" fill="{fill}" '
                f'stroke="{_COLOURS[0] if not offset else _COLOURS[1]}"/>'
            )
            rows.append(_text(164 + length, top + offset + 9, f"{share:.1%}", size=9))
    return _svg(16 + 26 * len(kept), label, _HATCH + "".join(rows))


def period_lines(
    periods: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]], label: str, *, threshold: float
) -> str:
    """One line a column over the periods, each with its own dashes; gaps where a value is undefined."""
    values = [value for _, line in series for value in line if value is not None]
    most = max([*values, threshold]) * 1.1
    step = (WIDTH - 80) / max(len(periods) - 1, 1)

    def point(index: int, value: float) -> tuple[float, float]:
        return 50 + index * step, 230 - 200 * value / most

    parts = [f'<line x1="50" x2="{WIDTH - 30}" y1="230" y2="230" stroke="#444"/>', _text(44, 234, "0", anchor="end")]
    limit = point(0, threshold)[1]
    parts.append(
        f'<line x1="50" x2="{WIDTH - 30}" y1="{limit:.1f}" y2="{limit:.1f}" stroke="#a00" stroke-dasharray="4 4"/>'
    )
    parts.append(_text(44, limit + 4, f"{threshold:g}", anchor="end"))
    parts.append(_text(44, point(0, most)[1] + 4, f"{most:.2f}", anchor="end"))
    for number, (name, line) in enumerate(series):
        style = f'stroke="{_COLOURS[number % 6]}" stroke-dasharray="{_DASHES[number % 6]}"'
        parts.append(_path([None if value is None else point(index, value) for index, value in enumerate(line)], style))
        top = 262 + 16 * number
        parts.append(f'<line x1="50" x2="90" y1="{top}" y2="{top}" stroke-width="2" {style}/>')
        parts.append(_text(96, top + 4, _short(name)))
    for index in {0, len(periods) - 1} if periods else set():
        parts.append(_text(point(index, 0)[0], 246, periods[index], anchor="start" if not index else "end"))
    return _svg(266 + 16 * len(series), label, "".join(parts))


def _path(points: Sequence[tuple[float, float] | None], style: str) -> str:
    steps, is_pen_down = [], False
    for point in points:
        if point is not None:
            steps.append(f"{'L' if is_pen_down else 'M'}{point[0]:.1f} {point[1]:.1f}")
        is_pen_down = point is not None
    dots = "".join(f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="2"/>' for point in points if point)
    return f'<path d="{" ".join(steps)}" fill="none" stroke-width="2" {style}/>{dots}' if steps else ""


_HATCH = (
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" fill="#fff"/><rect width="2.5" height="5" fill="#b3541e"/></pattern></defs>'
)


def _svg(height: int, label: str, inner: str) -> str:
    return (
        f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" xmlns="http://www.w3.org/2000/svg">{inner}</svg>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = 11) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}">{escape(text)}</text>'


def _short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:23]}…"
