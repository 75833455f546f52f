"""Every evaluation of the release gate, the newest first, with the release that came of its run where one did.

The ledger tells what was proposed; here also stands what was stopped before. Needs READ_MODELS.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from warehouse import postgres
from warehouse.access import Permission, Principal
from warehouse.gate_reading import readable
from warehouse.settings import Settings
from warehouse.tables.governance import GateResult, PolicyVersion, Release


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRow:
    """One evaluation; `release` is such as `re-interview-pass@1`, or None where the run was never proposed."""

    run_id: str
    verdict: str
    report: Mapping[str, object]
    policy: str
    evaluated_at: dt.datetime
    evaluated_by: str
    release: str | None


def gate_results(settings: Settings, principal: Principal, *, limit: int = 50) -> tuple[GateRow, ...]:
    """The newest evaluations, their reports as far as the principal may see them."""
    principal.require(Permission.READ_MODELS)
    statement = (
        select(GateResult, PolicyVersion.name, PolicyVersion.version, Release.model_name, Release.version)
        .join(PolicyVersion, GateResult.policy_version_id == PolicyVersion.policy_version_id)
        .outerjoin(Release, Release.run_id == GateResult.run_id)
        .order_by(GateResult.evaluated_at.desc(), Release.version.desc())
        .limit(limit)
    )
    with postgres.unit_of_work(settings, principal) as session:
        return tuple(
            GateRow(
                run_id=row.run_id,
                verdict=row.verdict,
                report=readable(row.checks, principal),
                policy=f"{policy} {version}",
                evaluated_at=row.evaluated_at,
                evaluated_by=row.evaluated_by,
                release=None if model is None else f"{model}@{release}",
            )
            for row, policy, version, model, release in session.execute(statement)
        )
