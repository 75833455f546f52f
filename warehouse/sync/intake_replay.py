"""A past batch of events once more, for a rebuild: the same events with the mapping of their time, at that time."""

import datetime as dt
import uuid
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from warehouse.files.findings import Check
from warehouse.files.staging import staging
from warehouse.sync import intake_events as inbox
from warehouse.sync.intake_batch import Terms, apply
from warehouse.sync.intake_mapping import of_document
from warehouse.sync.intake_work import event_work


def replay(
    home: Path,
    session: Session,
    load_id: uuid.UUID,
    *,
    document: Mapping[str, object],
    version: int,
    at: dt.datetime,
    check: Check | None,
) -> None:
    """Writes the records of the events that the load handled last; what was refused then is refused again."""
    events = inbox.of_load(session, load_id)
    if not events:
        return
    terms = Terms(home=home, mapping=of_document(document), version=version, check=check, at=at)
    with staging(home) as connection:
        apply(session, terms, event_work(connection, terms.mapping, at, events), events)
