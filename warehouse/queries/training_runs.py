"""The runs that the audit log knows, the newest first: what it does not know was never finished, or is not ours.

Needs READ_MODELS.
"""

from sqlalchemy import select

from warehouse import postgres
from warehouse.access import Permission, Principal
from warehouse.settings import Settings
from warehouse.tables.governance import AuditLog

TRAINED = "model_trained"


def training_runs(settings: Settings, principal: Principal, *, limit: int = 200) -> tuple[str, ...]:
    """The ids of the newest runs."""
    principal.require(Permission.READ_MODELS)
    statement = (
        select(AuditLog.subject).where(AuditLog.action == TRAINED).order_by(AuditLog.position.desc()).limit(limit)
    )
    with postgres.unit_of_work(settings, principal) as session:
        return tuple(dict.fromkeys(session.scalars(statement)))
