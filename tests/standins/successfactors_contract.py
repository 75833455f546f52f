"""One tenant's stand-in beside a real database: the source's file, runs of the connector, and what they leave."""

from collections.abc import Mapping

import httpx
import psycopg
import yaml

from tests.standins.successfactors import USER
from validation.contracts import check_batch
from warehouse import postgres
from warehouse.access import Role, principal
from warehouse.settings import Settings
from warehouse.sync.connectors import registry
from warehouse.sync.intake import intake
from warehouse.sync.kit.clock import JumpingClock
from warehouse.sync.runner import RunReport, run
from warehouse.sync.sources import source

NAME = "acme_sf"
RUNNER = principal("runner", [Role.INTEGRATION_ADMIN])
BASIC = {"kind": "basic", "user": USER, "password": "env:ACME_SF_PASSWORD"}
CANONICAL = {
    "department": "name",
    "requisition": "job_family, title, location, opened_on, closed_on",
    "candidate": "full_name, email, phone, language, country",
    "application": "candidate_id, requisition_id, department_id, applied_at, channel, withdrawn_at, rejected_at",
    "stage_event": "application_id, stage, entered_at, left_at, outcome",
    "ai_interview": "application_id, vendor, interviewed_at, raw_score, scale_min, scale_max, score, revision, is_current",
    "re_interview": "application_id, rater_id, rated_at, rating, scale_min, scale_max",
    "offer": "application_id, offered_at, accepted_at, declined_at",
    "hire": "application_id, employee_number, started_on, left_on, leaving_reason",
    "employee": "employee_number, full_name, full_name_local, email, department_id, started_on, left_on, leaving_reason",
    "compensation": "hire_id, effective_on, currency, annual_base",
    "performance_review": "hire_id, months, reviewed_on, rating, scale_min, scale_max",
}
"""The columns of the canonical records that a tenant's rows decide."""


def configured(settings: Settings, url: str, *, pull: Mapping[str, object] | None = None, **more: object) -> None:
    """Writes the source's file."""
    given = {"base_url": url, "auth": BASIC, "page_size": 100, "timeout_seconds": 5, **(pull or {})}
    document = {"source": NAME, "connector": "successfactors", "timezone": "Asia/Shanghai", "pull": given, **more}
    settings.sources.mkdir(parents=True, exist_ok=True)
    (settings.sources / f"{NAME}.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")


def pulled(
    settings: Settings, *entities: str, transport: httpx.BaseTransport | None = None, **options: object
) -> RunReport:
    """One run; retries take no time."""
    clock = JumpingClock()
    reader = registry.connector(source(settings, NAME), transport=transport, clock=clock)
    return run(settings, RUNNER, NAME, entities=entities or None, connector=reader, **options)


def taken_in(settings: Settings) -> int:
    """Maps what waits, and answers how many events were refused."""
    return intake(settings, check=check_batch, source=NAME).rows_rejected


def inbox(settings: Settings) -> set[tuple[object, ...]]:
    """Every row of the inbox by key."""
    return set(rows(settings, "SELECT entity, idempotency_key FROM landing.inbox"))


def canonical(settings: Settings) -> dict[str, set[tuple[object, ...]]]:
    """The canonical records by table."""
    return {
        table: set(rows(settings, f"SELECT source_record_id, {columns} FROM hr.{table}"))
        for table, columns in CANONICAL.items()
    }


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    """The rows of a query, as the owner of the tables sees them."""
    with psycopg.connect(postgres.address(settings)) as connection:
        return connection.execute(query).fetchall()


