"""The page of an audit report: English and Chinese side by side, styles inside, nothing loaded from elsewhere."""

from collections.abc import Iterable, Sequence
from html import escape

from dashboards.audit_tables import verdict_word
from validation.outcome import Text, Verdict

_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}
body{color:#1b1b1b;background:#fff}table{border-collapse:collapse;margin:.8rem 0}
th,td{border:1px solid #bbb;padding:.25rem .55rem;text-align:left;vertical-align:top}
.verdict{font-weight:600}.block{color:#8a1010}.review,.not_enough_evidence{color:#6b4e00}.pass{color:#1d5b1d}
[lang=zh]{color:#333}svg{max-width:100%;height:auto}
"""


def page(title: Text, body: Iterable[str]) -> str:
    """A whole HTML document."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(plain(title))}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{both(title)}</h1>{''.join(body)}</body></html>\n"
    )


def both(text: Text) -> str:
    """A phrase in both languages on one line; once where they do not differ."""
    if text.en == text.zh:
        return escape(text.en)
    return f'<span lang="en">{escape(text.en)}</span> · <span lang="zh">{escape(text.zh)}</span>'


def plain(text: Text) -> str:
    """A phrase in both languages without markup."""
    return f"{text.en} · {text.zh}"


def paragraphs(text: Text) -> str:
    """A sentence in both languages, each a paragraph."""
    return f'<p lang="en">{escape(text.en)}</p><p lang="zh">{escape(text.zh)}</p>'


def verdict(found: Verdict) -> str:
    """A verdict's word in both languages, coloured."""
    words = Text(en=verdict_word(found.value, "en"), zh=verdict_word(found.value, "zh"))
    return f'<span class="verdict {found.value}">{both(words)}</span>'


def table(headers: Sequence[Text], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are HTML already."""
    head = "".join(f'<th scope="col">{both(header)}</th>' for header in headers)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def behind(summary: Text, inner: str) -> str:
    """What stands behind a chart, folded."""
    return f"<details><summary>{both(summary)}</summary>{inner}</details>"
