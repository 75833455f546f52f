"""Rows of Recruiting as records: requisitions, candidates, applications with their trail, offers.

What the tenant says of a person's protected attributes leaves the application's record and becomes one of its own,
which the mapping brings into the vault and nowhere else.
"""

from collections.abc import Iterator, Sequence

from warehouse.sync.connectors.successfactors.stages import Step, ended_at, first_at, status_name, steps
from warehouse.sync.connectors.successfactors.tenant import Tenant, grouped
from warehouse.sync.connectors.successfactors.values import Row, day, rows_in, text_of
from warehouse.sync.kit.records import Record

CHANGED = "lastModifiedDateTime"
DEMOGRAPHICS = "JobApplicationDemographics"
TRAIL = "JobApplicationStatusAuditTrail"
ANSWERED_OFFER = "JobApplicationOffer"


def departments(tenant: Tenant, rows: Sequence[Row]) -> Iterator[Record]:
    """Slices of departments; the name of today is marked as current."""
    for row in rows:
        yield tenant.record(
            "FODepartment", dated_id(row, "externalCode"), row, happened_at=CHANGED, isCurrent=is_current(tenant, row)
        )


def requisitions(tenant: Tenant, rows: Sequence[Row]) -> Iterator[Record]:
    """Openings, with the title in the tenant's language and the department's name of today."""
    names = department_names(tenant, [text_of(row, "departmentObjCode") for row in rows])
    for row in rows:
        locales = rows_in(row.get("jobReqLocale"))
        best = sorted(locales, key=lambda one: text_of(one, "locale") != tenant.options.locale)
        code = text_of(row, "departmentObjCode")
        yield tenant.record(
            "JobRequisition",
            str(row["jobReqId"]),
            row,
            cursor=CHANGED,
            title=next((text_of(one, "jobTitle") or text_of(one, "externalTitle") for one in best), None),
            departmentCode=code or "unknown",
            departmentName=names.get(code or "") or code or "unknown",
        )


def candidates(tenant: Tenant, rows: Sequence[Row]) -> Iterator[Record]:
    """People who apply."""
    for row in rows:
        names = (text_of(row, name) for name in ("firstName", "middleName", "lastName"))
        full_name = " ".join(name for name in names if name) or None
        yield tenant.record("Candidate", str(row["candidateId"]), row, cursor=CHANGED, fullName=full_name)


def applications(tenant: Tenant, rows: Sequence[Row]) -> Iterator[Record]:
    """Applications, each followed by its trail and, where the tenant may hand them over, its demographics."""
    for row in rows:
        trail = steps(rows_in(row.get("jobApplicationStatusAuditTrail")), tenant.options.statuses)
        plain = {
            name: value for name, value in row.items() if name not in {"jobApplicationStatusAuditTrail", "jobOffer"}
        }
        application = str(row["applicationId"])
        yield tenant.record(
            "JobApplication",
            application,
            plain,
            cursor=CHANGED,
            statusName=status_name(row),
            rejectedAt=ended_at(trail, "rejected"),
            withdrawnAt=ended_at(trail, "withdrawn"),
        )
        yield from (_event(tenant, application, step) for step in trail)
        yield from _answered_offer(tenant, row, trail)
        if tenant.options.demographics:
            yield from _demographics(tenant, row)


def offers(tenant: Tenant, rows: Sequence[Row]) -> Iterator[Record]:
    """Offers; what a candidate answered stands in the trail of the application."""
    for row in rows:
        yield tenant.record("JobOffer", str(row["offerApprovalId"]), row, cursor="lastModifiedDate")


def dated_id(row: Row, *names: str) -> str:
    """The id of a slice: its keys joined by colons, dates as days."""
    return ":".join([*(str(row[name]) for name in names), str(day(row.get("startDate")) or "")])


def is_current(tenant: Tenant, row: Row) -> bool:
    """Whether a slice of time holds today."""
    start, end = day(row.get("startDate")), day(row.get("endDate"))
    return (start is None or start <= tenant.today) and (end is None or tenant.today <= end)


def _event(tenant: Tenant, application: str, step: Step) -> Record:
    return tenant.record(
        TRAIL,
        f"{application}-{step.row['revNumber']}",
        {name: value for name, value in step.row.items() if name != "jobAppStatus"},
        happened_at="createdDateTime",
        applicationId=application,
        statusName=step.status,
        stage=step.stage,
        leftAt=step.left_at,
        outcome=step.outcome,
    )


def _answered_offer(tenant: Tenant, row: Row, trail: Sequence[Step]) -> Iterator[Record]:
    """The newest offer with what the candidate answered; who was hired has accepted."""
    offered = sorted(rows_in(row.get("jobOffer")), key=lambda one: int(text_of(one, "offerApprovalId") or 0))
    accepted = first_at(trail, tenant.options.accepted) or text_of(row, "hiredOn")
    declined = None if accepted else first_at(trail, tenant.options.declined)
    if offered and (accepted or declined):
        yield tenant.record(
            ANSWERED_OFFER,
            str(offered[-1]["offerApprovalId"]),
            {"applicationId": str(row["applicationId"]), "createdDate": offered[-1].get("createdDate")},
            happened_at="createdDate",
            acceptedAt=accepted,
            declinedAt=declined,
        )


def _demographics(tenant: Tenant, row: Row) -> Iterator[Record]:
    given = {
        "gender": text_of(row, "gender"),
        "dateOfBirth": text_of(row, "dateOfBirth"),
        "race": _option(row, "race") or _option(row, "ethnicity"),
        "disability": _option(row, "disability") or _option(row, "disabilityStatus"),
    }
    if any(given.values()):
        candidate = str(row["candidateId"])
        record = tenant.record(
            DEMOGRAPHICS, candidate, {"candidateId": candidate, CHANGED: row.get(CHANGED)}, cursor=CHANGED
        )
        yield Record(
            entity=record.entity,
            id=record.id,
            body={**record.body, **given},
            version=record.version,
            happened_at=record.happened_at,
        )


def _option(row: Row, name: str) -> str | None:
    """A picklist's option, or the plain text where the field is no navigation."""
    found = rows_in(row.get(name))
    return (
        text_of(found[0], "externalCode") if found else (text_of(row, name) if isinstance(row.get(name), str) else None)
    )


def department_names(tenant: Tenant, codes: Sequence[str | None]) -> dict[str, str]:
    """The departments' names of today by code; empty where the user may not see them."""
    rows = tenant.looked_up("FODepartment", "externalCode", codes, "externalCode", "name", "startDate", "endDate")
    return {code: text_of(found[-1], "name") or code for code, found in grouped(rows, "externalCode").items()}
