"""Files that spreadsheets in China save as plain CSV: GB18030, of which GBK and GB2312 are parts.

Many bytes of other encodings happen to be GB18030 too, so a strict reading alone proves nothing. A file counts as
Chinese only where nearly all of its characters beyond ASCII stand in GB 2312 and most of them in its first level, the
3,755 characters of everyday text; letters of Latin-1 or Cyrillic, misread as Chinese, are rare characters.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path

ENCODING = "gb18030"

_CHUNK = 1 << 20
_LEAST_KNOWN, _LEAST_COMMON = 0.9, 0.6
_LEVEL_1 = range(0xB0, 0xD8)


def copied_as_utf8(path: Path, to: Path) -> bool:
    """Writes the file's text to `to` in UTF-8; False where the file is not Chinese text, and `to` is then worthless."""
    known = common = total = 0
    try:
        with to.open("wb") as copy:
            for text in _decoded(path):
                copy.write(text.encode())
                beyond = "".join(char for char in text if char > "\x7f")
                in_level_1, in_gb2312 = _counts(beyond)
                total, known, common = total + len(beyond), known + in_gb2312, common + in_level_1
    except UnicodeError:
        return False
    return total > 0 and known >= _LEAST_KNOWN * total and common >= _LEAST_COMMON * total


def _decoded(path: Path) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(ENCODING)("strict")
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _counts(text: str) -> tuple[int, int]:
    """Characters of GB 2312's first level, and of all of it; its punctuation counts as everyday text."""
    encoded = text.encode("gb2312", errors="ignore")
    leads = encoded[::2]
    return sum(lead in _LEVEL_1 or lead < _LEVEL_1.start for lead in leads), len(leads)
