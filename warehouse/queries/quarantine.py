"""How many refused rows wait, by source and reason: counts, never a value of a row. Needs READ_LOADS."""

from dataclasses import dataclass

from sqlalchemy import func, select

from warehouse import postgres
from warehouse.access import Permission, Principal
from warehouse.settings import Settings
from warehouse.tables.landing import Quarantine


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineCount:
    """Rows of one source that were refused for one reason; a row refused for two reasons counts in both."""

    source: str
    table_name: str | None
    column_name: str | None
    reason_code: str
    reason: str
    rows: int


def quarantine_counts(settings: Settings, principal: Principal, *, status: str = "open") -> tuple[QuarantineCount, ...]:
    """The reasons, the commonest first."""
    principal.require(Permission.READ_LOADS)
    keys = (Quarantine.source, Quarantine.table_name, Quarantine.column_name, Quarantine.reason_code)
    rows = func.count()
    statement = (
        select(*keys, func.min(Quarantine.reason), rows)
        .where(Quarantine.status == status)
        .group_by(*keys)
        .order_by(rows.desc(), *keys)
    )
    with postgres.unit_of_work(settings, principal) as session:
        return tuple(
            QuarantineCount(
                source=source, table_name=table, column_name=column, reason_code=code, reason=reason, rows=count
            )
            for source, table, column, code, reason, count in session.execute(statement)
        )
