"""What the API serves: only the ledger's champion, read from the ledger for each request and parsed once a promotion.

The pointer is read in the transaction that also keeps the decision, so an answer names the release that decided at that
moment. The model file is parsed again only when the pointer moved.
"""

import hashlib
import json
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.champion import Champion, LeaseState, champion_in
from models.problems import Problem
from models.release_proposals import is_as_proposed
from models.scorer import Scorer
from models.scoring import Live
from warehouse import ledger
from warehouse.ledger_values import Pointer


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Served:
    """A champion and its parsed model."""

    champion: Champion
    scorer: Scorer

    @property
    def model_version(self) -> str:
        """The release as answers name it: `model@version`."""
        return f"{self.champion.model_name}@{self.champion.version}"

    def live(self, state: LeaseState, shadows: tuple[uuid.UUID, ...] = ()) -> Live:
        """The release ready to score, under the state of its lease. Raises Problem `lease_expired`."""
        if state is LeaseState.EXPIRED:
            raise Problem("lease_expired", f"{self.model_version}, lease until {self.champion.lease_until.isoformat()}")
        return Live(
            release_id=self.champion.release_id,
            model_version=self.model_version,
            policy_version=self.champion.policy_version,
            mode="review_only" if state is LeaseState.REVIEW_ONLY else "live",
            is_generated=self.champion.is_generated,
            scorer=self.scorer,
            shadows=shadows,
        )


class Shelf:
    """Keeps the parsed champion of each model name; may be shared between threads."""

    def __init__(self) -> None:
        """An empty shelf: the first request fills it."""
        self._lock = threading.Lock()
        self._served: dict[str, Served] = {}
        self.cards: dict[str, tuple[object, dict[str, object]]] = {}
        """The card of each model name as it was made last, with what it was made of."""

    def champion(self, session: Session, model_name: str | None) -> Served:
        """The champion as the ledger has it now. Raises Problem `no_promoted_model`, `unknown_model`."""
        return self._kept(session, _pointer(session, model_name))

    def _kept(self, session: Session, pointer: Pointer) -> Served:
        name = pointer.model_name
        with self._lock:
            kept = self._served.get(name)
        if kept is not None and kept.champion.event_id == pointer.event_id:
            return kept
        served = _served(session, name)
        with self._lock:
            self._served[name] = served
        return served

    def live(self, session: Session, model_name: str | None) -> Live:
        """The champion ready to score. Raises Problem `no_promoted_model` or `lease_expired`."""
        pointer = _pointer(session, model_name)
        served = self._kept(session, pointer)
        return served.live(state_of(session, served.champion), pointer.shadows)


def state_of(session: Session, champion: Champion) -> LeaseState:
    """The state of a champion's lease by the database's clock."""
    return champion.lease.state(ledger.clock(session))


def _pointer(session: Session, model_name: str | None) -> Pointer:
    name = model_name or _only_name(session)
    pointer = ledger.pointer(session, name)
    if pointer is None:
        raise _absent(session, name)
    return pointer


def _served(session: Session, name: str) -> Served:
    champion = champion_in(session, name)
    if champion is None:
        raise Problem("no_promoted_model", name)
    label = f"{champion.model_name}@{champion.version}"
    if hashlib.sha256(champion.artifact).hexdigest() != champion.artifact_sha256:
        raise Problem("model_changed", f"the model file of {label}")
    if not is_as_proposed(session, champion.release_id, label):
        raise Problem("model_changed", f"the record of {label}")
    scorer = Scorer.from_artefacts(
        champion.artifact, json.dumps(champion.feature_spec), json.dumps(champion.details["training"])
    )
    return Served(champion=champion, scorer=scorer)


def _only_name(session: Session) -> str:
    names = [name for name in ledger.model_names(session) if ledger.pointer(session, name) is not None]
    if len(names) != 1:
        raise _without_one(names)
    return names[0]


def _without_one(names: Sequence[str]) -> Problem:
    if names:
        return Problem("invalid_request", f"several are promoted, name one with ?model=: {', '.join(names)}")
    return Problem("no_promoted_model")


def _absent(session: Session, name: str) -> Problem:
    """A name that no release bears is the caller's mistake, and is not repeated."""
    names = ledger.model_names(session)
    return Problem("unknown_model") if names and name not in names else Problem("no_promoted_model")
