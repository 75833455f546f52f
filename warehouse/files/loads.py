"""What was loaded so far, for lists and pages."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select

from warehouse.access import Permission, Principal
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.tables.landing import Load as LoadRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLoad:
    """One load as it stands in the records."""

    load_id: uuid.UUID
    source: str
    file_name: str
    started_at: dt.datetime
    actor: str
    rows_read: int
    rows_new: int
    rows_changed: int
    rows_unchanged: int
    rows_rejected: int
    is_generated: bool

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "load_id": str(self.load_id),
            "source": self.source,
            "file": self.file_name,
            "started_at": self.started_at.isoformat(),
            "actor": self.actor,
            "rows": {
                "read": self.rows_read,
                "new": self.rows_new,
                "changed": self.rows_changed,
                "unchanged": self.rows_unchanged,
                "rejected": self.rows_rejected,
            },
            "generated": self.is_generated,
        }


def loads(settings: Settings, principal: Principal, *, limit: int = 100) -> list[PastLoad]:
    """The newest loads first; needs the permission to read loads."""
    principal.require(Permission.READ_LOADS)
    with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        rows = session.scalars(select(LoadRow).order_by(LoadRow.started_at.desc()).limit(limit)).all()
        return [
            PastLoad(
                load_id=row.load_id,
                source=row.source,
                file_name=row.file_name,
                started_at=row.started_at,
                actor=row.actor,
                rows_read=row.rows_read,
                rows_new=row.rows_new,
                rows_changed=row.rows_changed,
                rows_unchanged=row.rows_unchanged,
                rows_rejected=row.rows_rejected,
                is_generated=row.is_generated,
            )
            for row in rows
        ]
