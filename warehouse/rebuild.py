"""Everything after raw can be made again: all kept files and events, in their order, with the mappings of their time.

The records of every source that ever sent anything are deleted and loaded again in one transaction; each keeps the
moment at which it was first learned. Nothing in `landing` changes but the records' versions, which are made again too.
An event that was refused at first and resubmitted comes in where it was resubmitted.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from warehouse import audit_log
from warehouse.access import Permission, Principal
from warehouse.files import erased
from warehouse.files.errors import FileRefused
from warehouse.files.findings import Check
from warehouse.files.load import Intake, prepared, wait_for_turn
from warehouse.files.mapping import parse
from warehouse.files.source_file import Place, Progress
from warehouse.files.staging import staging
from warehouse.files.targets import TABLES, target
from warehouse.identity_resolution.hires import make_hires
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.sync.intake_replay import replay
from warehouse.tables.landing import Load as LoadRow
from warehouse.tables.landing import Mapping as MappingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    load_id: uuid.UUID
    is_file: bool
    row_numbers: Sequence[int] | None
    source: str
    file_name: str
    sha256: str
    version: int
    at: dt.datetime
    document: dict[str, object]


def rebuild(
    settings: Settings, principal: Principal, *, check: Check | None = None, progress: Progress | None = None
) -> dict[str, int]:
    """Replays all loads; answers how many records each table holds. Raises FileRefused if a raw file is missing."""
    principal.require(Permission.LOAD_FILES)
    with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        erased.lend(session, settings)
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('rebuild', 0))"))
        past = _at_rest(session)
        for item in past:
            if item.is_file and not (settings.raw / item.sha256).is_file():
                raise FileRefused(item.file_name, f"the raw file {item.sha256} is missing; restore it from the backup")
        _delete(session, sorted({item.source for item in past}))
        for position, item in enumerate(past):
            _replay(settings, session, item, check)
            make_hires(session)
            if progress is not None:
                progress(position + 1, len(past))
        counts = {table: _count(session, table) for table in TABLES}
        audit_log.append(
            session, actor=principal.id, action="rebuild_records", subject="records", detail={"loads": len(past)}
        )
    return counts


def _at_rest(session: Session) -> Sequence[_Past]:
    """All loads, once no source is loading; none begins until the rebuild has ended."""
    names = sorted({item.source for item in _past_loads(session)})
    for name in names:
        wait_for_turn(session, name)
    return [item for item in _past_loads(session) if item.source in names]


def _past_loads(session: Session) -> Sequence[_Past]:
    query = (
        select(LoadRow, MappingRow.document)
        .join(MappingRow, (MappingRow.source == LoadRow.source) & (MappingRow.version == LoadRow.mapping_version))
        .order_by(LoadRow.finished_at, LoadRow.started_at)
    )
    return [
        _Past(
            load_id=row.load_id,
            is_file=row.kind == "file",
            row_numbers=row.row_numbers,
            source=row.source,
            file_name=row.file_name,
            sha256=row.file_sha256,
            version=row.mapping_version,
            at=row.started_at,
            document=document,
        )
        for row, document in session.execute(query)
    ]


def _delete(session: Session, sources: list[str]) -> None:
    """Children first. Skill scores go with their interviews."""
    session.execute(text("DELETE FROM landing.record_version"))
    for table in reversed(TABLES):
        statement = f"DELETE FROM {target(table).name} WHERE source = ANY (:sources)"  # noqa: S608 - our own names
        session.execute(text(statement), {"sources": sources})


def _replay(settings: Settings, session: Session, item: _Past, check: Check | None) -> None:
    if not item.is_file:
        replay(
            settings.home,
            session,
            item.load_id,
            document=item.document,
            version=item.version,
            at=item.at,
            check=check,
        )
        return
    place = Place(path=settings.raw / item.sha256, name=item.file_name)
    with staging(settings.home) as connection:
        work = prepared(connection, place, parse(item.document), item.at, None, item.row_numbers)
        intake = Intake(session=session, work=work, check=check, version=item.version)
        intake.decide(may_refuse=False)
        intake.write()


def _count(session: Session, table: str) -> int:
    return int(session.execute(text(f"SELECT count(*) FROM {target(table).name}")).scalar_one())  # noqa: S608
