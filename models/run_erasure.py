"""Training runs without an erased person's keys: stand-ins take their place in every file of every run.

Scores and outcomes stay as numbers of nobody, so that what a release was judged on still adds up, and a run's rows are
still the same rows in all runs. Each changed file's new sha256 goes into the chained audit log before the file is put
in place; a file that was not as the log knows it stays unknown to it, for an erasure makes nothing good.
"""

import hashlib
import io
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
from pyarrow import compute, parquet

from models import registry, run_files
from warehouse import audit_log
from warehouse.access import Principal
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.retention import Forgotten
from warehouse.settings import Settings

SALT = "salt"
"""The column of a row's salt; an erased row loses it, and with it what its hash could be compared with."""


def forget(settings: Settings, principal: Principal, forgotten: Forgotten) -> dict[str, int]:
    """Puts the stand-ins into the files of all runs; answers how many files of how many runs changed."""
    files, runs = 0, 0
    for folder in _runs(settings):
        changed = _redact(settings, principal, folder, forgotten)
        files, runs = files + changed, runs + bool(changed)
    return {"run_files": files, "runs": runs} if files else {}


def _runs(settings: Settings) -> Iterator[Path]:
    for folder in sorted(registry.artefact_folder(settings).glob("*/artifacts")):
        if folder.is_dir():
            yield folder


def _redact(settings: Settings, principal: Principal, folder: Path, forgotten: Forgotten) -> int:
    run_id = folder.parent.name
    before = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    after = {path: redacted(path.name, content, forgotten.stand_ins) for path, content in before.items()}
    changed = {path: content for path, content in after.items() if content != before[path]}
    if not changed:
        return 0
    drafts = {path: _draft(settings, run_id, path, content) for path, content in changed.items()}
    known = run_files.histories(settings, run_id)
    sound = {
        path.name: content
        for path, content in changed.items()
        if path.parent == folder and _is_known(before[path], content, known.get(path.name, []))
    }
    if sound:
        _record(settings, principal, run_id, forgotten, sound)
    for path, draft in drafts.items():
        draft.replace(path)
    return len(changed)


def _is_known(before: bytes, after: bytes, past: list[str]) -> bool:
    """Whether the log knows the file as it is, or a killed run of the same erasure told the log what it will be."""
    is_told = past[-1:] == [_sha256(after)] and _sha256(before) in past[-2:-1]
    return _sha256(before) in past[-1:] or is_told


def redacted(name: str, content: bytes, stand_ins: Mapping[str, str]) -> bytes:
    """A file's content with stand-ins for keys; the same bytes where none of the keys is in it."""
    if name.endswith(".parquet"):
        return _parquet(content, stand_ins)
    pattern = re.compile(b"|".join(re.escape(one.encode()) for one in stand_ins) or b"(?!)")
    return pattern.sub(lambda found: stand_ins[found.group().decode()].encode(), content)


def _parquet(content: bytes, stand_ins: Mapping[str, str]) -> bytes:
    table = parquet.read_table(io.BytesIO(content))
    keys = pa.array(list(stand_ins), pa.string())
    erased = pa.array([False] * table.num_rows)
    for index, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            is_key = compute.is_in(table.column(index).cast(pa.string()), keys)
            if compute.any(is_key).as_py():
                erased = compute.or_(erased, is_key.combine_chunks())
                values = [stand_ins.get(value, value) for value in table.column(index).to_pylist()]
                table = table.set_column(index, field, pa.array(values, field.type))
    if not compute.any(erased).as_py():
        return content
    if SALT in table.column_names:
        index = table.column_names.index(SALT)
        kept = compute.if_else(erased, pa.scalar(None, table.column(index).type), table.column(index))
        table = table.set_column(index, table.schema.field(index), kept)
    buffer = io.BytesIO()
    parquet.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _draft(settings: Settings, run_id: str, path: Path, content: bytes) -> Path:
    draft = registry.artefact_folder(settings) / f".erasing-{run_id}-{path.name}"
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _record(
    settings: Settings, principal: Principal, run_id: str, forgotten: Forgotten, files: Mapping[str, bytes]
) -> None:
    detail: audit_log.Detail = {"erasure": str(forgotten.erasure_id), "files": run_files.listed(files)}
    with unit_of_work(settings, principal, DatabaseRole.RETENTION) as session:
        audit_log.append(session, actor=principal.id, action=run_files.REDACTED, subject=run_id, detail=detail)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
