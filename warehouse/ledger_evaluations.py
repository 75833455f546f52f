"""What is asked of stored gate evaluations beside their reports: which is the newest, and whether two agree."""

import uuid

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from warehouse.tables.governance import GateResult


def say_the_same(session: Session, one: uuid.UUID, other: uuid.UUID) -> bool:
    """Whether two evaluations stored the same report, however little of it the one who asks may read."""
    reports = select(GateResult.checks).where(GateResult.gate_result_id.in_((one, other)))
    return len(session.scalars(reports.distinct()).all()) == 1


def say_the_same_of(session: Session, check: str, one: uuid.UUID, other: uuid.UUID) -> bool:
    """Whether two evaluations stored the same of this check: verdict, figures and reason."""
    found = session.execute(
        text(
            "SELECT c FROM governance.gate_result g, jsonb_array_elements(g.checks -> 'checks') c"
            " WHERE g.gate_result_id IN (:one, :other) AND c ->> 'check' = :name"
        ),
        {"one": one, "other": other, "name": check},
    )
    said = list(found.scalars())
    return len(said) == len({one, other}) and all(each == said[0] for each in said)


def blocked_under(session: Session, run_id: str, artifact_sha256: str) -> list[str]:
    """The policies, name and version, whose newest evaluation of this run or this very model file blocks."""
    found = session.execute(
        text(
            "SELECT p.name || ' ' || p.version FROM (SELECT DISTINCT ON (policy_version_id) policy_version_id, verdict"
            " FROM governance.gate_result WHERE run_id = :run OR checks ->> 'artifact_sha256' = :sha256"
            " ORDER BY policy_version_id, evaluated_at DESC) newest"
            " JOIN governance.policy_version p USING (policy_version_id) WHERE newest.verdict = 'block' ORDER BY 1"
        ),
        {"run": run_id, "sha256": artifact_sha256},
    )
    return list(found.scalars())


def newest_gate_id(session: Session, run_id: str) -> uuid.UUID | None:
    """The id of the run's newest evaluation under any policy, without its report."""
    of_run = select(GateResult.gate_result_id).where(GateResult.run_id == run_id)
    return session.scalar(of_run.order_by(GateResult.evaluated_at.desc()).limit(1))
