"""Raw files, kept once as they came: `raw/<sha256>`, readable by the owner alone, put there by an atomic rename."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

from warehouse.files.errors import FileRefused
from warehouse.files.source_file import Place
from warehouse.settings import Settings

_CHUNK = 4 << 20


class Received:
    """A file whose content is fixed: `place` is what is read; its sha256 is worked out meanwhile, in a thread."""

    def __init__(self, place: Place, folder: Path) -> None:
        """`folder` is where raw files stay."""
        self.place = place
        self._folder = folder
        self._sha256 = ""
        self._thread = threading.Thread(target=self._hash, name="raw-hash")
        self._thread.start()

    @property
    def sha256(self) -> str:
        """The content's name; waits until it is known."""
        self._thread.join()
        return self._sha256

    def close(self) -> None:
        """Waits for the thread, which still reads the copy."""
        self._thread.join()

    def keep(self) -> None:
        """Moves the copy to its name; the same content is kept once."""
        kept = self._folder / self.sha256
        if kept.exists():
            return
        self.place.path.replace(kept)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _hash(self) -> None:
        digest = hashlib.sha256()
        with self.place.path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
            os.fsync(file.fileno())
        self._sha256 = digest.hexdigest()


@contextlib.contextmanager
def received(settings: Settings, path: Path, *, is_copied: bool) -> Iterator[Received]:
    """The file at `path`, copied under `settings.raw` first unless only looked at; a copy not kept goes again."""
    if not path.is_file():
        raise FileRefused(path.name, "there is no such file")
    if not is_copied:
        with contextlib.closing(Received(Place(path=path, name=path.name), settings.raw)) as file:
            yield file
        return
    settings.raw.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(settings.raw)
    copy = settings.raw / f".incoming-{uuid.uuid4().hex}"
    with open(copy, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as target:
        fcntl.flock(target, fcntl.LOCK_EX)
        try:
            with path.open("rb") as origin:
                shutil.copyfileobj(origin, target, _CHUNK)
            target.flush()
            with contextlib.closing(Received(Place(path=copy, name=path.name), settings.raw)) as file:
                yield file
        finally:
            copy.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Removes copies whose load was killed: nobody holds their lock."""
    for leftover in folder.glob(".incoming-*"):
        with contextlib.suppress(OSError), leftover.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            leftover.unlink(missing_ok=True)
