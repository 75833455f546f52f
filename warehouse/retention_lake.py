"""The lake's part of an erasure: everything written anew without the people, and the files that held them deleted.

Snapshots from before can be read no more and say so; their numbers, moments and versions stay as rows.
"""

import datetime as dt

from sqlalchemy import text

from warehouse import postgres
from warehouse.access import Principal
from warehouse.lake import compaction, snapshot
from warehouse.lake.refresh import refresh
from warehouse.postgres import DatabaseRole
from warehouse.settings import Settings

_MARK = (
    "UPDATE app.lake_snapshot SET erased_at = clock_timestamp()"
    " WHERE lake_url = :lake AND lake_snapshot_id < :first AND erased_at IS NULL"
)


def forget(settings: Settings, principal: Principal) -> dict[str, int]:
    """Leaves the lake with one readable snapshot, made from the records as they are; a lake never made stays so."""
    if snapshot.snapshot(settings) is None:
        return {}
    made = refresh(settings, full=True)
    with postgres.unit_of_work(settings, principal, DatabaseRole.RETENTION) as session:
        session.execute(text(_MARK), {"lake": settings.lake, "first": made.id})
    deleted = compaction.vacuum(settings, now=dt.datetime.now(dt.UTC), retention_hours=0)
    return {"lake.snapshot": made.id, "lake.files_deleted": deleted}
