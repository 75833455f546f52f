"""A snapshot: the versions of all lake tables at one moment. Only what a committed snapshot names is ever read."""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from warehouse import postgres
from warehouse.access import NOBODY
from warehouse.lake import pseudonyms
from warehouse.lake.errors import SnapshotErased, UnknownSnapshot
from warehouse.settings import Settings
from warehouse.tables.app import LakeSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """`versions` by table name; `watermark` is the transaction up to which it follows the records.

    `origin` is what watermark and keys mean something to: where it differs, only a full refresh goes on.
    """

    id: int
    lake_url: str
    versions: Mapping[str, int]
    watermark: int
    origin: str
    rows_written: int
    is_full: bool
    is_generated: bool
    created_at: dt.datetime

    def as_json(self) -> dict[str, object]:
        """What a training run stores and `hiregate refresh --json` prints."""
        return {
            "snapshot": self.id,
            "lake_url": self.lake_url,
            "versions": dict(self.versions),
            "rows_written": self.rows_written,
            "is_full": self.is_full,
            "is_generated": self.is_generated,
            "created_at": self.created_at.isoformat(),
        }


def newest(session: Session, settings: Settings) -> Snapshot | None:
    """The last committed snapshot of this lake; None before the first refresh."""
    statement = select(LakeSnapshot).where(LakeSnapshot.lake_url == settings.lake)
    row = session.scalars(statement.order_by(LakeSnapshot.lake_snapshot_id.desc()).limit(1)).first()
    return None if row is None else _value(row)


def snapshot(settings: Settings, snapshot_id: int | None = None) -> Snapshot | None:
    """The snapshot of that id, or the newest one; None before the first refresh.

    Raises UnknownSnapshot for an id that this lake never had, and SnapshotErased for one that held an erased person.
    """
    with postgres.unit_of_work(settings, NOBODY) as session:
        if snapshot_id is None:
            return newest(session, settings)
        row = session.get(LakeSnapshot, snapshot_id)
        if row is None or row.lake_url != settings.lake:
            raise UnknownSnapshot(f"The lake at {settings.lake} has no snapshot {snapshot_id}")
        if row.erased_at is not None:
            raise SnapshotErased(
                f"Snapshot {snapshot_id} held a person who was erased on {row.erased_at:%Y-%m-%d}, and its files are"
                f" gone; the oldest that can be read after it is {_standing(session, settings, snapshot_id)}"
            )
        return _value(row)


def standing(settings: Settings, snapshot_id: int) -> int:
    """The snapshot itself, or where its files went with an erased person the oldest one after it that can be read."""
    with postgres.unit_of_work(settings, NOBODY) as session:
        return _standing(session, settings, snapshot_id)


def _standing(session: Session, settings: Settings, snapshot_id: int) -> int:
    later = select(LakeSnapshot.lake_snapshot_id).where(
        LakeSnapshot.lake_url == settings.lake,
        LakeSnapshot.lake_snapshot_id >= snapshot_id,
        LakeSnapshot.erased_at.is_(None),
    )
    found = session.scalar(later.order_by(LakeSnapshot.lake_snapshot_id).limit(1))
    return snapshot_id if found is None else found


def record(session: Session, new: LakeSnapshot) -> Snapshot:
    """Adds the snapshot within the session's transaction: with its commit, readers move to it."""
    session.add(new)
    session.flush()
    return _value(new)


@contextlib.contextmanager
def writing(settings: Settings) -> Iterator[None]:
    """The lake's lock: one writer at a time, the next one waits. A writer that dies lets go of it.

    It has a connection of its own, so that a transaction that begins inside sees what the writer before committed.
    """
    key = f"hiregate.lake {settings.lake}"
    with psycopg.connect(postgres.address(settings), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])
        yield


def origin(session: Session, settings: Settings) -> str:
    """Which PostgreSQL cluster's transactions the session sees, and under which key its people get pseudonyms."""
    cluster = session.execute(text("SELECT system_identifier FROM pg_control_system()")).scalar_one()
    return f"{cluster}/{pseudonyms.fingerprint(pseudonyms.key_of(settings))}"


def _value(row: LakeSnapshot) -> Snapshot:
    return Snapshot(
        id=row.lake_snapshot_id,
        lake_url=row.lake_url,
        versions={name: int(str(version)) for name, version in row.versions.items()},
        watermark=row.watermark,
        origin=row.origin,
        rows_written=row.rows_written,
        is_full=row.is_full,
        is_generated=row.is_generated,
        created_at=row.created_at,
    )
