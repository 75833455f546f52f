"""One tenant's stand-in beside a real database: the source's file, runs of the connector, and what they must leave.

`told` is the oracle: the canonical records as they follow from the tenant's rows, worked out without the connector.
"""

from collections.abc import Mapping

import httpx
import psycopg
import yaml

from tests.standins.successfactors import USER
from tests.standins.successfactors_rows import Row, Tenant
from warehouse import postgres
from warehouse.access import Role, principal
from warehouse.files.findings import Check
from warehouse.settings import Settings
from warehouse.sync.connectors import registry
from warehouse.sync.intake import intake
from warehouse.sync.kit.clock import JumpingClock
from warehouse.sync.runner import RunReport, run
from warehouse.sync.sources import Source, source

NAME = "acme_sf"
RUNNER = principal("runner", [Role.INTEGRATION_ADMIN])
BASIC = {"kind": "basic", "user": USER, "password": "env:ACME_SF_PASSWORD"}
STAGES = {
    "New Application": "applied",
    "AI Interview": "ai_interview",
    "Interview": "re_interview",
    "Offer": "offer",
    "Hired": "hire",
}
HELD = {
    "department": "source_record_id, name",
    "requisition": "source_record_id, job_family, title",
    "candidate": "source_record_id, full_name, email, phone",
    "application": "source_record_id, applied_at, channel",
    "stage_event": "split_part(source_record_id, '-', 1), stage, entered_at",
    "ai_interview": "source_record_id, raw_score, vendor",
    "re_interview": "source_record_id, rating, rated_at",
    "offer": "source_record_id, offered_at",
    "hire": "source_record_id, started_on, left_on",
    "employee": "source_record_id, full_name, email, left_on",
    "compensation": "source_record_id, annual_base::float, currency",
    "performance_review": "source_record_id, rating, reviewed_on",
}
"""What is compared of each table."""


def settled(url: str, pull: Mapping[str, object] | None = None, **more: object) -> dict[str, object]:
    """The document of the source's file."""
    given = {"base_url": url, "auth": BASIC, "page_size": 10, "timeout_seconds": 5, **(pull or {})}
    return {"source": NAME, "connector": "successfactors", "timezone": "Asia/Shanghai", "pull": given, **more}


def configured(settings: Settings, url: str, pull: Mapping[str, object] | None = None, **more: object) -> None:
    """Writes the source's file."""
    settings.sources.mkdir(parents=True, exist_ok=True)
    (settings.sources / f"{NAME}.yaml").write_text(yaml.safe_dump(settled(url, pull, **more)), encoding="utf-8")


def source_of(url: str, pull: Mapping[str, object] | None = None, push: Mapping[str, object] | None = None) -> Source:
    """The source without a file."""
    given = settled(url, pull)
    return Source(name=NAME, connector="successfactors", mapping="successfactors", pull=given["pull"], push=push or {})


def pulled(
    settings: Settings, *entities: str, transport: httpx.BaseTransport | None = None, **options: object
) -> RunReport:
    """One run; retries take no time."""
    reader = registry.connector(source(settings, NAME), transport=transport, clock=JumpingClock())
    return run(settings, RUNNER, NAME, entities=entities or None, connector=reader, **options)


def taken_in(settings: Settings, *, check: Check | None = None) -> int:
    """Maps what waits, and answers how many events were refused; data contracts run where they are given."""
    return intake(settings, check=check, source=NAME).rows_rejected


def inbox(settings: Settings) -> set[tuple[object, ...]]:
    """Entity and body of every row of the inbox."""
    return set(rows(settings, "SELECT entity, payload FROM landing.inbox"))


def held(settings: Settings) -> dict[str, set[tuple[object, ...]]]:
    """The canonical records by table."""
    return {table: set(rows(settings, f"SELECT {columns} FROM hr.{table}")) for table, columns in HELD.items()}


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    """The rows of a query, as the owner of the tables sees them."""
    with psycopg.connect(postgres.address(settings)) as connection:
        return connection.execute(query).fetchall()


def told(tenant: Tenant) -> dict[str, set[tuple[object, ...]]]:
    """The canonical records that the tenant's rows amount to."""
    people = {row["userId"]: row for row in tenant.rows["EmpEmployment"]}
    left = {user: _day(row["endDate"]) for user, row in people.items()}
    hired = [row for row in tenant.rows["JobApplication"] if row["hiredOn"]]
    names = {row["personIdExternal"]: row["displayName"] for row in tenant.rows["PerPersonal"]}
    mails = {row["personIdExternal"]: row["emailAddress"] for row in tenant.rows["PerEmail"]}
    return {
        "department": {(row["externalCode"], row["name"]) for row in tenant.rows["FODepartment"]},
        "requisition": {
            (str(row["jobReqId"]), row["jobFamily"], f"Role {row['jobReqId']}") for row in tenant.rows["JobRequisition"]
        },
        "candidate": {
            (str(row["candidateId"]), f"{row['firstName']} {row['lastName']}", row["primaryEmail"], row["cellPhone"])
            for row in tenant.rows["Candidate"]
        },
        "application": {
            (str(row["applicationId"]), row["applicationDate"], row["sourceLabel"])
            for row in tenant.rows["JobApplication"]
        },
        "stage_event": _entered(tenant),
        "ai_interview": {
            (str(order["id"]), float(str(detail["scoreValue"])), order["vendorCode"])
            for order, detail in _scores(tenant)
        },
        "re_interview": {
            (str(row["applicationInterviewId"]), one["averageRating"], row["endDate"])
            for row in tenant.rows["JobApplicationInterview"]
            for one in tenant.rows["InterviewOverallAssessment"]
            if one["interviewRefId"] == row["applicationInterviewId"]
        },
        "offer": {(str(row["offerApprovalId"]), row["createdDate"]) for row in tenant.rows["JobOffer"]},
        "hire": {(row["usersSysId"], _day(row["startDate"]), left[row["usersSysId"]]) for row in hired},
        "employee": {
            (user, names[row["personIdExternal"]], mails[row["personIdExternal"]], left[user])
            for user, row in people.items()
        },
        "compensation": {
            (f"{row['userId']}:{_day(row['startDate'])}:1:BASE", 12.0 * float(str(row["paycompvalue"])), "CNY")
            for row in tenant.rows["EmpPayCompRecurring"]
        },
        "performance_review": {
            (str(row["formDataId"]), float(str(row["rating"])), _day(row["formReviewEndDate"]))
            for row in tenant.rows["FormHeader"]
            if row["isRated"]
        },
    }


def _entered(tenant: Tenant) -> set[tuple[object, ...]]:
    names = {row["appStatusSetId"]: str(row["appStatusName"]) for row in tenant.rows["JobApplicationStatus"]}
    trail = tenant.rows["JobApplicationStatusAuditTrail"]
    return {
        (str(row["_applicationId"]), STAGES[names[row["_statusItemId"]]], row["createdDateTime"])
        for row in trail
        if names[row["_statusItemId"]] in STAGES
    }


def _scores(tenant: Tenant) -> list[tuple[Row, Row]]:
    """Each order with the score that was appended last to its last report."""
    found = []
    for order in tenant.rows["JobApplicationAssessmentOrder"]:
        reports = [one for one in tenant.rows["JobApplicationAssessmentReport"] if one["orderId"] == order["id"]]
        details = [
            one
            for one in tenant.rows["JobApplicationAssessmentReportDetail"]
            if reports and one["_reportId"] == reports[-1]["id"] and one["scoreComponent"] == "Score"
        ]
        if details:
            found.append((order, details[-1]))
    return found


def _day(value: object) -> object:
    return value.date() if hasattr(value, "date") else None
