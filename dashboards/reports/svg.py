"""A drawing as SVG text: no script, nothing loaded, a title that is read out."""

from html import escape

from dashboards.reports.drawing import INK, WIDTH, Box, Drawing, Label, Mark, Path


def svg(drawing: Drawing) -> str:
    """The element; its letters take the font of the page."""
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {drawing.height:.0f}" role="img" aria-label="{escape(drawing.title)}" '
        f'font-family="inherit">{"".join(_element(mark) for mark in drawing.marks)}</svg>'
    )


def _element(mark: Mark) -> str:
    if isinstance(mark, Box):
        return _box(mark)
    return _path(mark) if isinstance(mark, Path) else _label(mark)


def _box(box: Box) -> str:
    style = f'fill="{box.fill or "none"}"' + (f' stroke="{box.stroke}" stroke-width="1.4"' if box.stroke else "")
    place = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
    return f"<rect {place} {style}>{f'<title>{escape(box.note)}</title>' if box.note else ''}</rect>"


def _path(path: Path) -> str:
    points = "L".join(f"{x:.1f} {y:.1f}" for x, y in path.points)
    dash = f' stroke-dasharray="{" ".join(f"{length:g}" for length in path.dash)}"' if path.dash else ""
    style = f'fill="{path.fill or "none"}" stroke="{path.stroke}" stroke-width="{path.thickness:g}"{dash}'
    return f'<path d="M{points}{"Z" if path.fill else ""}" {style}/>'


def _label(label: Label) -> str:
    place = f'x="{label.x:.1f}" y="{label.y:.1f}" font-size="{label.size:g}" text-anchor="{label.anchor}"'
    return f'<text {place} fill="{INK}">{escape(label.text)}</text>'
