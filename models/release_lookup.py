"""From what a person types to one release: a version, `model@version`, a release id, or the start of a run id."""

import re
import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.release_errors import UnknownRelease
from warehouse import ledger
from warehouse.ledger_values import StoredRelease

_SHORTEST_RUN = 6
_LABEL = re.compile(r"(?P<model>.+)[@/](?P<version>\d{1,9})")


def find(session: Session, reference: str, model_name: str | None = None) -> StoredRelease:
    """The release meant; of several releases of one run the newest. Raises UnknownRelease."""
    found = _matching(session, reference.strip(), model_name)
    runs = {(release.model_name, release.run_id) for release in found}
    if not found:
        raise UnknownRelease(f"there is no release {reference!r}; `hiregate history` lists them")
    if len(runs) > 1:
        names = ", ".join(release.label for release in found[:5])
        raise UnknownRelease(f"{reference!r} could be {names}; write it out")
    return found[0]


def _matching(session: Session, reference: str, model_name: str | None) -> Sequence[StoredRelease]:
    labelled = _LABEL.fullmatch(reference)
    if labelled:
        return ledger.releases(session, model_name=labelled["model"], version=int(labelled["version"]))
    if re.fullmatch(r"\d{1,9}", reference):
        return ledger.releases(session, model_name=model_name, version=int(reference))
    try:
        by_id = ledger.releases(session, release_id=uuid.UUID(reference))
    except ValueError:
        by_id = []
    if by_id or len(reference) < _SHORTEST_RUN:
        return by_id
    return ledger.releases(session, model_name=model_name, run_prefix=reference)
