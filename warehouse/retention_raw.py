"""Raw files without the rows of erased people: written beside the file first, put in its place after the commit.

The name stays the sha256 of the file as it came, which loads refer to; `landing.raw_redaction` says what it is now. A
kill in between leaves a draft that the table knows, and the next run puts it in place, or one that it does not know,
which is thrown away.
"""

import hashlib
import os
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.files.redaction import redact
from warehouse.files.source_file import Place
from warehouse.retention_traces import FileTrace
from warehouse.settings import Settings

_DRAFT = ".redacted-"
_RECORD = (
    "INSERT INTO landing.raw_redaction AS r (file_sha256, redacted_sha256, rows_blanked) VALUES (:name, :now, :rows)"
    " ON CONFLICT (file_sha256) DO UPDATE SET redacted_sha256 = excluded.redacted_sha256,"
    " rows_blanked = r.rows_blanked + excluded.rows_blanked, redacted_at = clock_timestamp()"
)
_KNOWN = "SELECT redacted_sha256 FROM landing.raw_redaction WHERE file_sha256 = :name"


def draft(session: Session, settings: Settings, file: FileTrace) -> None:
    """Writes the file without its rows to a draft, and what it will be into the session's transaction."""
    path = settings.raw / f"{_DRAFT}{file.sha256}"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    redact(Place(path=settings.raw / file.sha256, name=file.name), file.mapping.shape, file.rows, path)
    with path.open("rb") as written:
        os.fsync(written.fileno())
    given = {"name": file.sha256, "now": _sha256(path), "rows": len(file.rows)}
    session.execute(text(_RECORD), given)


def put_in_place(session: Session, settings: Settings) -> None:
    """Moves the drafts that a committed transaction knows to their files' names; the others go."""
    for path in settings.raw.glob(f"{_DRAFT}*"):
        name = path.name.removeprefix(_DRAFT)
        if session.scalar(text(_KNOWN), {"name": name}) == _sha256(path):
            path.replace(settings.raw / name)
        else:
            path.unlink()
    if settings.raw.is_dir():
        _flush(settings.raw)


def _flush(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
