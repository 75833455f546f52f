"""Raw files, kept once as they came: `raw/<sha256>`, readable by the owner alone, put there by an atomic rename."""

import contextlib
import fcntl
import hashlib
import os
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from warehouse.files.errors import FileRefused
from warehouse.files.source_file import Place
from warehouse.settings import Settings

_CHUNK = 4 << 20


class Content(Protocol):
    """A file's content, known by name."""

    @property
    def sha256(self) -> str:
        """The name."""
        ...


class Received:
    """A file on its way in: `place` is what is read; meanwhile a thread copies it and works out its sha256.

    Copy and reading see the same content: a file that changes meanwhile is refused.
    """

    def __init__(self, path: Path, folder: Path, copy: BinaryIO | None) -> None:
        """`folder` is where raw files stay, `copy` an open file to copy to, or None."""
        self.place = Place(path=path, name=path.name)
        self._folder, self._copy = folder, copy
        self._before = _stamp(path)
        self._sha256 = ""
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._take, name="raw-copy")
        self._thread.start()

    @property
    def sha256(self) -> str:
        """The content's name, once it is known; raises FileRefused when the file changed since it was opened."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        if _stamp(self.place.path) != self._before:
            raise FileRefused(self.place.name, "the file changed while it was read; load it again when it is complete")
        return self._sha256

    def close(self) -> None:
        """Waits for the thread."""
        self._thread.join()

    def rewritten(self, rewrite: Callable[[Path], None]) -> str:
        """Has the copy written anew by `rewrite`, which is given the path; answers the sha256 of what is there now.

        The name stays that of the content as it came.
        """
        name = self.sha256
        if self._copy is None:
            return name
        path = Path(self._copy.name)
        rewrite(path)
        with path.open("rb") as file:
            os.fsync(file.fileno())
            return hashlib.file_digest(file, "sha256").hexdigest()

    def keep(self) -> None:
        """Moves the copy to its name; the same content is kept once."""
        kept = self._folder / self.sha256
        if kept.exists() or self._copy is None:
            return
        Path(self._copy.name).replace(kept)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _take(self) -> None:
        digest = hashlib.sha256()
        try:
            with self.place.path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    if self._copy is not None:
                        self._copy.write(chunk)
            if self._copy is not None:
                self._copy.flush()
                os.fsync(self._copy.fileno())
        except OSError as error:
            self._error = error
        self._sha256 = digest.hexdigest()


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


@contextlib.contextmanager
def received(settings: Settings, path: Path, *, is_copied: bool) -> Iterator[Received]:
    """The file at `path`, copied under `settings.raw` meanwhile unless only looked at; a copy not kept goes again."""
    if not path.is_file():
        raise FileRefused(path.name, "there is no such file")
    if not is_copied:
        with contextlib.closing(Received(path, settings.raw, None)) as file:
            yield file
        return
    settings.raw.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(settings.raw)
    copy = settings.raw / f".incoming-{uuid.uuid4().hex}"
    with open(copy, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as target:
        fcntl.flock(target, fcntl.LOCK_EX)
        try:
            with contextlib.closing(Received(path, settings.raw, target)) as file:
                yield file
        finally:
            copy.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Removes copies whose load was killed: nobody holds their lock."""
    for leftover in folder.glob(".incoming-*"):
        with contextlib.suppress(OSError), leftover.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            leftover.unlink(missing_ok=True)
