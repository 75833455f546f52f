"""Raw files, kept once as they came: `raw/<sha256>`, readable by the owner alone, put there by an atomic rename."""

import contextlib
import fcntl
import hashlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warehouse.files.errors import FileRefused
from warehouse.files.source_file import Place
from warehouse.settings import Settings

_CHUNK = 4 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A file whose content is fixed: `place` is what is read, `sha256` names it, `kept` is where it will stay."""

    place: Place
    sha256: str
    kept: Path

    def keep(self) -> None:
        """Moves the copy to its name; the same content is kept once."""
        if self.kept.exists():
            return
        self.place.path.replace(self.kept)
        folder = os.open(self.kept.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextlib.contextmanager
def received(settings: Settings, path: Path, *, is_copied: bool) -> Iterator[Received]:
    """The file at `path`, copied under `settings.raw` first unless it is only looked at; the copy goes if it is not kept."""
    if not path.is_file():
        raise FileRefused(path.name, "there is no such file")
    if not is_copied:
        yield Received(place=Place(path=path, name=path.name), sha256=_hashed(path, None), kept=settings.raw / "unused")
        return
    settings.raw.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(settings.raw)
    copy = settings.raw / f".incoming-{uuid.uuid4().hex}"
    descriptor = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        sha256 = _hashed(path, descriptor)
        os.fsync(descriptor)
        yield Received(place=Place(path=copy, name=path.name), sha256=sha256, kept=settings.raw / sha256)
    finally:
        os.close(descriptor)
        copy.unlink(missing_ok=True)


def _hashed(path: Path, descriptor: int | None) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            if descriptor is not None:
                view = memoryview(chunk)
                while view:
                    view = view[os.write(descriptor, view) :]
    return digest.hexdigest()


def _sweep(folder: Path) -> None:
    """Removes copies whose load was killed: nobody holds their lock."""
    for leftover in folder.glob(".incoming-*"):
        with contextlib.suppress(OSError), leftover.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            leftover.unlink(missing_ok=True)
