"""From what a person types to one release: a version, `model@version`, a release id, or the start of a run id."""

import re
import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.release_errors import UnknownRelease
from warehouse import ledger
from warehouse.access import NOBODY
from warehouse.ledger_values import StoredRelease
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings

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


def only_model(settings: Settings, model_name: str = "") -> str:
    """The model name given, or the only one in the ledger. Raises UnknownRelease where there are none or several."""
    with unit_of_work(settings, NOBODY) as session:
        names = ledger.model_names(session)
    chosen = [name for name in names if name == model_name or not model_name]
    if len(chosen) != 1:
        known = ", ".join(names) or "none"
        raise UnknownRelease(f"name the model with --model; the ledger has: {known}")
    return chosen[0]


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
