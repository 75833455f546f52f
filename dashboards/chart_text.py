"""Words of a figure in lines, for Plotly cuts a long title or name at the edge of a narrow screen."""

import unicodedata

from dashboards.reports import text_wrap

TITLE, NAME = 30, 44
"""Columns of a line: under an axis, and in a legend. A Chinese character takes two."""


def lines(text: str, columns: int) -> str:
    """The text with `<br>` where a line is full; words and Chinese punctuation stay whole."""
    return "<br>".join(text_wrap.wrapped(text, columns, _columns))


def _columns(text: str) -> float:
    return sum(2.0 if unicodedata.east_asian_width(sign) in "WF" else 1.0 for sign in text)
