"""A text file as UTF-8 bytes, checked while it flows: its encoding, no NUL byte, and no line beyond all measure.

Nothing but one chunk is held, so that a gigabyte in one line is refused after a few megabytes.
"""

import codecs
import io
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from warehouse.files.errors import FileRefused
from warehouse.files.source_file import LONGEST_ROW, Place

if TYPE_CHECKING:
    from typing_extensions import Buffer

_CHUNK = 1 << 20


class TextStream(io.RawIOBase):
    """Reads `place` in `encoding` and gives UTF-8; raises FileRefused at the first byte that does not fit.

    `consumed` counts the file's own bytes read so far; `has_open_quote` says whether the quotes so far do not pair up.
    """

    def __init__(self, place: Place, encoding: str, quote: str | None = None) -> None:
        """`quote` is the character whose pairs are counted."""
        super().__init__()
        try:
            self._is_utf8 = codecs.lookup(encoding).name == "utf-8"
            self._decoder = codecs.getincrementaldecoder("utf-8-sig" if self._is_utf8 else encoding)("strict")
        except LookupError as error:
            raise FileRefused(place.name, f"the encoding {encoding!r} is not known") from error
        self._file: BinaryIO = place.path.open("rb")
        self._name = place.name
        self._quote = quote.encode() if quote else None
        self._pending = memoryview(b"")
        self._lines = 0
        self._since_newline = 0
        self._quotes = 0
        self.consumed = 0

    @property
    def has_open_quote(self) -> bool:
        """Whether an odd number of quotes has passed."""
        return self._quotes % 2 == 1

    def readable(self) -> bool:
        """Always."""
        return True

    def close(self) -> None:
        """Closes the file."""
        self._file.close()
        super().close()

    def readinto(self, buffer: "Buffer") -> int:
        """Fills `buffer` with checked UTF-8; 0 at the end."""
        view = memoryview(buffer).cast("B")
        while not self._pending:
            chunk = self._file.read(_CHUNK)
            self.consumed += len(chunk)
            self._pending = memoryview(self._checked(chunk))
            if not chunk:
                break
        count = min(len(view), len(self._pending))
        view[:count] = self._pending[:count]
        self._pending = self._pending[count:]
        return count

    def _checked(self, chunk: bytes) -> bytes:
        try:
            text = self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            row = self._lines + error.object[: error.start].count(b"\n") + 1
            raise FileRefused(
                self._name, f"the bytes are not {error.encoding}; give the file's encoding", row=row
            ) from error
        is_first = self.consumed == len(chunk)
        content = (chunk.removeprefix(codecs.BOM_UTF8) if is_first else chunk) if self._is_utf8 else text.encode()
        self._check_characters(content)
        self._lines += _count(content, b"\n")
        if self._quote:
            self._quotes += _count(content, self._quote)
        return content

    def _check_characters(self, content: bytes) -> None:
        nul = content.find(b"\0")
        if nul >= 0:
            raise FileRefused(
                self._name,
                "a NUL character; the file is binary or damaged",
                row=self._lines + content.count(b"\n", 0, nul) + 1,
            )
        last = content.rfind(b"\n")
        if last >= 0:
            first = content.find(b"\n")
            self._refuse_long(self._since_newline + first)
            self._since_newline = len(content) - last - 1
        else:
            self._since_newline += len(content)
            self._refuse_long(self._since_newline)

    def _refuse_long(self, length: int) -> None:
        if length > LONGEST_ROW:
            raise too_long(self._name, self._lines + 1)


def fitting(place: Place, encodings: tuple[str, ...]) -> str:
    """The first of the encodings that the file's first megabyte fits, and the last where none does."""
    with place.path.open("rb") as file:
        start = file.read(_CHUNK)
        is_whole = not file.read(1)
    return next((name for name in encodings if _fits(start, name, is_whole=is_whole)), encodings[-1])


def _fits(start: bytes, encoding: str, *, is_whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(start, final=is_whole)
    except (LookupError, UnicodeDecodeError):
        return False
    return True


def _count(content: bytes, mark: bytes) -> int:
    """How often `mark` stands there; for a single byte numpy takes a third of the time."""
    if len(mark) > 1:
        return content.count(mark)
    return int(np.count_nonzero(np.frombuffer(content, np.uint8) == mark[0]))


def too_long(name: str, row: int | None) -> FileRefused:
    """The refusal of a row beyond all measure."""
    return FileRefused(
        name, f"a row longer than {LONGEST_ROW >> 20} MB; is the line break or a quote missing?", row=row
    )
