"""Breaks text into lines of a width: between words, and between Chinese characters as their punctuation allows."""

import re
from collections.abc import Callable

_OPENING = "（《「『【“"
_CLOSING = "，。；：、！？）》」』】”%"
_CHINESE = "\u2e80-\uffef"
# Opening brackets stay with what follows them, closing punctuation with what it closes.
_PART = re.compile(rf"[{_OPENING}]*(?:[{_CHINESE}]|[^\s{_CHINESE}]+)[{_CLOSING}]*\s*|\s+")


def parts(text: str) -> list[str]:
    """The pieces that no line break may cut: words, and Chinese characters with their punctuation."""
    return _PART.findall(text)


def wrapped(text: str, width: float, measure: Callable[[str], float]) -> tuple[str, ...]:
    """The lines; a word wider than a line is cut."""
    lines, line, used = [], "", 0.0
    for part in parts(text):
        size = measure(part.rstrip())
        if line and used + size > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
        while size > width and len(part) > 1:
            head = _fitting(part, width, measure)
            lines.append(head)
            part = part[len(head) :]  # noqa: PLW2901 - the rest of the word goes on
            size = measure(part.rstrip())
        line += part
        used += measure(part)
    return (*lines, line.rstrip())


def _fitting(word: str, width: float, measure: Callable[[str], float]) -> str:
    """The longest beginning of a word that fits, at least one letter."""
    kept = 1
    while kept < len(word) and measure(word[: kept + 1]) <= width:
        kept += 1
    return word[:kept]
