"""How many pairs of records wait, are linked or kept apart: counts, no record. Needs RESOLVE_IDENTITY."""

from dataclasses import dataclass

from sqlalchemy import func, select

from warehouse import postgres
from warehouse.access import Permission, Principal
from warehouse.identity_resolution.suggest import SERVICE
from warehouse.postgres import DatabaseRole
from warehouse.settings import Settings
from warehouse.tables.hiring import IdentityLink


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCount:
    """Pairs of one kind (`candidate` or `employee`) in one state; `by_person` where a person decided it."""

    kind: str
    state: str
    by_person: bool
    pairs: int


def pair_counts(settings: Settings, principal: Principal) -> tuple[PairCount, ...]:
    """All pairs, counted by kind, state and who decided."""
    principal.require(Permission.RESOLVE_IDENTITY)
    by_person = func.coalesce(IdentityLink.decided_by != SERVICE, False)
    keys = (IdentityLink.kind, IdentityLink.state, by_person)
    statement = select(*keys, func.count()).group_by(*keys).order_by(*keys)
    with postgres.unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        return tuple(
            PairCount(kind=kind, state=state, by_person=is_person, pairs=count)
            for kind, state, is_person, count in session.execute(statement)
        )
