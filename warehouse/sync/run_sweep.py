"""The key sweep: all ids that exist at a source against all that were ever seen there; what is missing is gone.

A sweep that does not end marks nothing, nor does one that would take away so much that a fault is likelier.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.sync.inbox import Arrival, put_all
from warehouse.sync.kit.errors import ConnectorError
from warehouse.sync.kit.records import storable
from warehouse.sync.run_rows import CONTENT_TYPE

SUFFIX = ".gone"
"""What is added to the entity in the event that tells that a record is gone."""

FEWEST = 20
"""Known keys from which on a loss is judged by its share."""

LARGEST_SHARE = 0.5
"""Of all known keys that may be gone in one sweep without a person's word."""

_SEEN = text(
    "INSERT INTO landing.source_key AS k (source, entity, source_record_id, seen_in)"
    " SELECT :source, :entity, id, :run FROM unnest(CAST(:ids AS text[])) AS g(id) ORDER BY id"
    " ON CONFLICT (source, entity, source_record_id) DO UPDATE SET seen_in = excluded.seen_in"
)
_COUNTS = text(
    "SELECT count(*) FILTER (WHERE gone_at IS NULL), count(*) FILTER (WHERE gone_at IS NULL AND seen_in < :run),"
    " count(*) FILTER (WHERE gone_at IS NOT NULL AND seen_in = :run)"
    " FROM landing.source_key WHERE source = :source AND entity = :entity"
)
_GONE = text(
    "UPDATE landing.source_key SET gone_at = now() WHERE source = :source AND entity = :entity AND seen_in < :run"
    " AND gone_at IS NULL RETURNING source_record_id"
)
_COUNTED = text("UPDATE landing.sync_run SET rows_gone = :n WHERE sync_run_id = :run")


class ImplausibleSweep(ConnectorError):
    """So many keys are missing that the list is likelier at fault than the records are gone."""

    code = "implausible_sweep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """Records that are gone since the last sweep, and those that are there again."""

    gone: int
    returned: int


def note(session: Session, source: str, entity: str, run_id: int, ids: Iterable[str]) -> None:
    """Notes that these keys exist."""
    given = {"source": source, "entity": entity, "run": run_id, "ids": sorted({storable(one) for one in ids})}
    session.execute(_SEEN, given)


def mark(session: Session, source: str, entity: str, run_id: int, *, accept_any: bool) -> Swept:
    """After all keys are noted: marks those that are missing, each with an event. Raises ImplausibleSweep.

    `accept_any` is a person's word that many or all are gone.
    """
    given = {"source": source, "entity": entity, "run": run_id}
    known, missing, returned = session.execute(_COUNTS, given).one()
    is_likely_a_fault = missing == known > 1 or (known >= FEWEST and missing > LARGEST_SHARE * known)
    if is_likely_a_fault and not accept_any:
        raise ImplausibleSweep(
            f"{source}: {entity}: {missing} of {known} known keys are missing; nothing was marked as gone."
            " Look at the source, then run the sweep with --accept-gone"
        )
    ids = list(session.scalars(_GONE, given))
    put_all(session, _events(source, entity, run_id, ids), sync_run_id=run_id)
    session.execute(_COUNTED, {"n": len(ids), "run": run_id})
    return Swept(gone=len(ids), returned=returned)


def _events(source: str, entity: str, run_id: int, ids: Sequence[str]) -> list[Arrival]:
    name = f"{entity}{SUFFIX}"
    return [
        Arrival(
            source=source,
            idempotency_key=f"{name}:{one}:{run_id}",
            payload=json.dumps({"id": one}, ensure_ascii=False).encode(),
            content_type=CONTENT_TYPE,
            entity=name,
        )
        for one in sorted(ids)
    ]
