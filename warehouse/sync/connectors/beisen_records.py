"""From Beisen's answers to records: only the fields that are asked for, both shapes of an application, ids as text.

Employees come with identity cards, birth dates and addresses; what no mapping needs is dropped before it is kept.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from warehouse.sync.connectors.beisen_wire import CHINA
from warehouse.sync.event_values import moment
from warehouse.sync.kit.records import Record, milliseconds

EMPLOYEE_FIELDS = (
    "userID",
    "name",
    "email",
    "mobilePhone",
    "applicantIdV6",
    "applyIdV6",
    "modifiedTime",
    "businessModifiedTime",
    "stdIsDeleted",
    "jobNumber",
    "oIdDepartment",
    "oIdOrganization",
    "employeeStatus",
    "employType",
    "serviceType",
    "approvalStatus",
    "entryDate",
    "lastWorkDate",
    "regularizationDate",
    "startDate",
    "stopDate",
    "isCurrentRecord",
    "changeTypeOID",
)
"""Fields of an employee that are kept; `pull.employee_fields` adds to them."""

Row = Mapping[str, object]


def employee(row: Row, more: Sequence[str] = ()) -> Iterator[Record]:
    """An employee, and beside it the hire where the row names the application; one that was deleted is `gone`."""
    kept = {*EMPLOYEE_FIELDS, *more}
    info, current = _part(row, "employeeInfo", kept), _part(row, "recordInfo", kept)
    id_ = text(info.get("userID")) or text(row.get("originalId"))
    if id_ is None:
        return
    at = _latest(info, "modifiedTime", "businessModifiedTime")
    if info.get("stdIsDeleted") is True:
        # With its time, for somebody who came back and went again is the same body otherwise, and kept once.
        yield _record("Employee.gone", id_, {"userID": id_, "modifiedTime": info.get("modifiedTime")}, at)
        return
    yield _record("Employee", id_, {"userID": id_, "employeeInfo": info, "recordInfo": current}, at)
    if text(info.get("applyIdV6")) and text(current.get("entryDate")):
        body = {"userID": id_, "applyId": text(info.get("applyIdV6")), "recordInfo": current}
        yield _record("Hire", id_, body, at)


def application(row: Row) -> Record | None:
    """An application from the flat or the nested shape, in one form; None without an id.

    The form has applyId, applicantId, jobId, processId, processPhaseId, processStatusId, and `fields` and `texts`,
    which hold the value and the text of each field that was asked for, by its name.
    """
    parts = [row, *(_object(row.get(name)) for name in ("applicantLite", "jobLite", "processLite"))]
    names = ("applyId", "applicantId", "jobId", "processId", "processPhaseId", "processStatusId")
    body: dict[str, object] = {name: _first(parts, name) for name in names}
    values, texts = field_values(row.get("fieldValues"))
    id_ = text(body["applyId"])
    at = moment(values.get("ModifiedTime"), CHINA)
    return None if id_ is None else _record("Application", id_, {**body, "fields": values, "texts": texts}, at)


def person(row: Row) -> Record | None:
    """Somebody who applies; None without an id. Addresses of files are left out: they are signed anew on each read."""
    id_ = text(row.get("applicantId"))
    values, texts = field_values(row.get("fieldValues"))
    at = moment(values.get("ModifiedTime"), CHINA)
    return None if id_ is None else _record("Person", id_, {"applicantId": id_, "fields": values, "texts": texts}, at)


def dated(entity: str, row: Row, id_name: str, *modified: str) -> Record | None:
    """A row that is kept as it is; None without an id."""
    id_ = text(row.get(id_name))
    gone = row.get("isDeleted") is True or row.get("stdIsDeleted") is True
    return None if id_ is None else _record(f"{entity}.gone" if gone else entity, id_, row, _latest(row, *modified))


def field_values(given: object) -> tuple[dict[str, object], dict[str, object]]:
    """Values and texts by name of `[{name, value, text, downloadUrl}]`."""
    rows = [item for item in given if isinstance(item, dict) and "name" in item] if isinstance(given, list) else []
    values = {str(item["name"]): item.get("value") for item in rows}
    return values, {str(item["name"]): item.get("text") for item in rows if item.get("text") is not None}


def text(value: object) -> str | None:
    """An id as text: some are numbers, some GUIDs, and 0 stands for none."""
    if value is None or isinstance(value, bool) or value == 0:
        return None
    return str(value).strip() or None


def _record(entity: str, id_: str, body: Row, at: dt.datetime | None) -> Record:
    return Record(entity=entity, id=id_, body=body, version=milliseconds(at) if at else None, happened_at=at)


def _part(row: Row, name: str, kept: set[str]) -> dict[str, object]:
    return {key: value for key, value in _object(row.get(name)).items() if key in kept}


def _object(value: object) -> Row:
    return value if isinstance(value, dict) else {}


def _first(parts: Sequence[Row], name: str) -> str | None:
    return next((found for part in parts if (found := text(part.get(name))) is not None), None)


def _latest(row: Row, *names: str) -> dt.datetime | None:
    found = [at for name in names if (at := moment(row.get(name), CHINA)) is not None]
    return max(found, default=None)
