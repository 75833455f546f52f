"""What is asked of stored gate evaluations beside their reports: which is the newest, and whether two agree."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.tables.governance import GateResult


def say_the_same(session: Session, one: uuid.UUID, other: uuid.UUID) -> bool:
    """Whether two evaluations stored the same report, however little of it the one who asks may read."""
    reports = select(GateResult.checks).where(GateResult.gate_result_id.in_((one, other)))
    return len(session.scalars(reports.distinct()).all()) == 1


def newest_gate_id(session: Session, run_id: str) -> uuid.UUID | None:
    """The id of the run's newest evaluation under any policy, without its report."""
    of_run = select(GateResult.gate_result_id).where(GateResult.run_id == run_id)
    return session.scalar(of_run.order_by(GateResult.evaluated_at.desc()).limit(1))
