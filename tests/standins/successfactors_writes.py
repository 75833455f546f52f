"""`POST /odata/v2/upsert` as the vendor answers it: HTTP 200 with a status for each row.

Assessment details are appended and never replaced; a status item of another requisition's set is taken without a word,
which is how data are corrupted there.
"""

import datetime as dt
import re
from collections.abc import Mapping

from tests.standins.successfactors_query import ODataError
from tests.standins.successfactors_rows import Row, Tenant
from tests.standins.successfactors_schema import ENTITY_SETS

LARGEST_BATCH = 1_000
_URI = re.compile(r"(?P<name>\w+)(?:\((?P<key>[^)]*)\))?")
_DATE = re.compile(r"/Date\((-?\d+)(?:\+0000)?\)/")
_UNTOUCHABLE = frozenset({"Hired"})


class RowError(Exception):
    """Why one row was not taken."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def upsert(
    tenant: Tenant, body: object, read_only: frozenset[str], at: dt.datetime, refused: frozenset[int] = frozenset()
) -> list[Row]:
    """A status for each row, in the order of the request."""
    rows = body if isinstance(body, list) else [body]
    if len(rows) > LARGEST_BATCH:
        raise ODataError(400, "BadRequestException", "Maximum number of records exceeded: 1000")
    return [
        _result(None, "ERROR", None, "COE0001 injected", index, 500)
        if index in refused
        else _one(tenant, row, index, read_only, at)
        for index, row in enumerate(rows)
    ]


def _one(tenant: Tenant, row: object, index: int, read_only: frozenset[str], at: dt.datetime) -> Row:
    try:
        key = _written(tenant, row, read_only, at)
    except RowError as error:
        return _result(None, "ERROR", None, str(error), index, error.code)
    return _result(key, "OK", "UPSERTED", None, index, 200)


def _result(key: str | None, status: str, edit: str | None, message: str | None, index: int, code: int) -> Row:
    return {
        "key": key,
        "status": status,
        "editStatus": edit,
        "message": message,
        "index": index,
        "httpCode": code,
        "inlineResults": None,
    }


def _written(tenant: Tenant, row: object, read_only: frozenset[str], at: dt.datetime) -> str:
    if not isinstance(row, dict):
        raise RowError(400, "COE0002 the row is not an object")
    match = _URI.fullmatch(str(row.get("__metadata", {}).get("uri", "")))
    if match is None or match["name"] not in ENTITY_SETS:
        raise RowError(400, "COE0005 the uri of __metadata names no entity")
    name = match["name"]
    if name in read_only or not ENTITY_SETS[name].is_upsertable:
        raise RowError(403, f"COE0021 no permission to upsert {name}")
    for field in row:
        item = ENTITY_SETS[name].properties.get(field)
        if item is not None and not item.is_upsertable and field not in ENTITY_SETS[name].keys:
            raise RowError(400, f"COE0008 property {field} is not upsertable")
    writers = {
        "JobApplication": _application,
        "JobApplicationAssessmentReport": _report,
        "JobApplicationComments": _comment,
    }
    if name not in writers:
        raise RowError(400, "COE0009 write details nested in their report")
    return writers[name](tenant, row, match["key"], at)


def _application(tenant: Tenant, row: Mapping[str, object], key: str | None, at: dt.datetime) -> str:
    if key is None:
        taken = [
            other
            for other in tenant.rows["JobApplication"]
            if (str(other["candidateId"]), str(other["jobReqId"]))
            == (str(row.get("candidateId")), str(row.get("jobReqId")))
        ]
        if taken:
            raise RowError(400, "COE0019 the candidate has applied before; override not allowed")
        raise RowError(400, "COE0010 a required field of the template is missing")
    found = [other for other in tenant.rows["JobApplication"] if f"{other['applicationId']}L" == key]
    if not found:
        raise RowError(404, "COE0004 there is no such application")
    application = found[0]
    if "appStatusSetItemId" in row:
        _move(tenant, application, int(str(row["appStatusSetItemId"])), at)
    for field in ("rating", "custAiScore"):
        if field in row:
            application[field] = row[field]
    application["lastModifiedDateTime"] = at
    return f"JobApplication/applicationId={application['applicationId']}"


def _move(tenant: Tenant, application: Row, item: int, at: dt.datetime) -> None:
    names = {number: name for name, number in tenant.statuses_of(application).items()}
    known = {int(str(row["appStatusSetId"])): str(row["appStatusName"]) for row in tenant.rows["JobApplicationStatus"]}
    if item not in known:
        raise RowError(400, "COE0006 there is no such status item")
    if known[item] in _UNTOUCHABLE:
        raise RowError(400, "COE0031 a system status cannot be set")
    if item not in names:
        tenant.corrupted.append(int(str(application["applicationId"])))
        application["appStatusSetItemId"] = item
        return
    tenant.move(application, names[item], at, by="api")


def _report(tenant: Tenant, row: Mapping[str, object], key: str | None, at: dt.datetime) -> str:
    orders = [
        order for order in tenant.rows["JobApplicationAssessmentOrder"] if str(order["id"]) == str(row.get("orderId"))
    ]
    if not orders:
        raise RowError(404, "COE0004 there is no such assessment order")
    details = row.get("assessmentReportDetail")
    if not isinstance(details, dict) or not isinstance(details.get("results"), list):
        raise RowError(400, "COE0010 assessmentReportDetail is missing")
    existing = [one for one in tenant.rows["JobApplicationAssessmentReport"] if one["orderId"] == orders[0]["id"]]
    report = (
        existing[0]
        if existing
        else tenant.add("JobApplicationAssessmentReport", id=tenant.next_id(), orderId=orders[0]["id"])
    )
    match = _DATE.fullmatch(str(row.get("statusDate", "")))
    if row.get("statusDate") is not None and match is None:
        raise RowError(400, "COE0007 statusDate is no Edm.DateTimeOffset")
    report.update(
        reportURL=row.get("reportURL"),
        status=int(str(row["status"])) if row.get("status") is not None else None,
        statusDate=dt.datetime.fromtimestamp(int(match[1]) / 1000, tz=dt.UTC) if match else at,
        statusDetails=row.get("statusDetails"),
    )
    for detail in details["results"]:
        tenant.add(
            "JobApplicationAssessmentReportDetail",
            id=tenant.next_id(),
            scoreComponent=detail["scoreComponent"],
            scoreValue=str(detail["scoreValue"]),
            _reportId=report["id"],
        )
    return f"JobApplicationAssessmentReport/id={report['id']}"


def _comment(tenant: Tenant, row: Mapping[str, object], key: str | None, at: dt.datetime) -> str:
    if not any(str(one["applicationId"]) == str(row.get("applicationId")) for one in tenant.rows["JobApplication"]):
        raise RowError(404, "COE0004 there is no such application")
    made = tenant.add(
        "JobApplicationComments",
        commentId=tenant.next_id(),
        applicationId=int(str(row["applicationId"])),
        content=row.get("content"),
        refType=row.get("refType"),
    )
    return f"JobApplicationComments/commentId={made['commentId']}"
