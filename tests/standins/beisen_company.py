"""A company's rows at Beisen, in memory: openings, people, applications, offers and employees, times in UTC.

`hire` ties an employee to an application by `applyIdV6`, as the vendor does. Ids are of as many kinds as there: numbers
for employees and units, GUIDs for applications and openings, "C" and digits for people.
"""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
FORM = "%Y-%m-%dT%H:%M:%S"
FIRST_DAY = dt.datetime(2025, 1, 6, 1, tzinfo=dt.UTC)

Row = dict[str, object]


def guid(kind: str, number: int) -> str:
    """The same GUID for the same number, always."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind}{number}"))


def china(moment: dt.datetime) -> str:
    """A moment as the vendor writes it: China's wall clock, no zone."""
    return moment.astimezone(CHINA).strftime(FORM)


def read_china(text: str) -> dt.datetime:
    """What `china` wrote."""
    return dt.datetime.strptime(text, FORM).replace(tzinfo=CHINA)


class Company:
    """Rows by id; each has `_modified`, the moment of its last change."""

    def __init__(self) -> None:
        self.jobs: dict[str, Row] = {}
        self.people: dict[str, Row] = {}
        self.applications: dict[str, Row] = {}
        self.offers: dict[str, Row] = {}
        self.employees: dict[str, Row] = {}

    @classmethod
    def of(cls, applications: int, *, every_hours: float = 24.0) -> "Company":
        """So many applications, one each `every_hours` from the first day on; each tenth is hired."""
        company = cls()
        for number in range(1, 4):
            company.job(number, FIRST_DAY)
        for number in range(1, applications + 1):
            at = FIRST_DAY + dt.timedelta(hours=number * every_hours)
            company.person(number, at)
            company.application(number, at)
            if number % 10 == 0:
                company.hire(number, at + dt.timedelta(days=10))
        return company

    def job(self, number: int, at: dt.datetime) -> Row:
        """An opening."""
        row: Row = {
            "jobId": guid("job", number),
            "jobIntId": number,
            "jobCode": f"J{number:04}",
            "jobTitle": f"工程师 {number}",
            "headCount": 3,
            "orgId": 900100 + number,
            "isDeleted": False,
            "minSalary": 20_000,
            "maxSalary": 40_000,
            "_modified": at,
        }
        self.jobs[str(row["jobId"])] = row
        return row

    def person(self, number: int, at: dt.datetime) -> Row:
        """Somebody who applies."""
        row: Row = {
            "applicantId": f"C{number:06}",
            "Name": f"李伟{number}",
            "Email": f"li.wei{number}@example.com",
            "Mobile": f"1380000{number:04}",
            "Resume": "resume.pdf",
            "_modified": at,
        }
        self.people[str(row["applicantId"])] = row
        return row

    def application(self, number: int, at: dt.datetime) -> Row:
        """The application of the person of the same number."""
        row: Row = {
            "applyId": guid("apply", number),
            "applicantId": f"C{number:06}",
            "jobId": guid("job", 1 + number % 3),
            "processId": "P1",
            "processPhaseId": "screening",
            "processStatusId": "waiting",
            "ApplyTime": at,
            "ChannelName": "猎聘" if number % 2 else "官网",
            "_modified": at,
        }
        self.applications[str(row["applyId"])] = row
        return row

    def move(self, apply_id: str, phase: str, status: str, at: dt.datetime) -> None:
        """The application is in another phase from `at` on."""
        self.applications[apply_id].update(processPhaseId=phase, processStatusId=status, _modified=at)

    def hire(self, number: int, at: dt.datetime) -> None:
        """An accepted offer, and the employee of the application of the same number."""
        apply_id = guid("apply", number)
        self.offers[guid("offer", number)] = {
            "offerId": guid("offer", number),
            "applyId": apply_id,
            "offerStatus": 4,
            "createdTime": at,
            "acceptTime": at + dt.timedelta(days=2),
            "_modified": at + dt.timedelta(days=2),
        }
        self.employee(number, at + dt.timedelta(days=20), apply_id=apply_id)

    def employee(self, number: int, at: dt.datetime, *, apply_id: str | None = None) -> Row:
        """An employee who began at `at`."""
        row: Row = {
            "userID": 100_000 + number,
            "name": f"李伟{number}",
            "email": f"e{number}@corp.example.com",
            "mobilePhone": f"1380000{number:04}",
            "applyIdV6": apply_id,
            "applicantIdV6": f"C{number:06}" if apply_id else None,
            "idNumber": f"11010119900101{number:04}",
            "jobNumber": f"E{number:05}",
            "oIdDepartment": 900100 + 1 + number % 3,
            "employeeStatus": "3",
            "entryDate": at,
            "lastWorkDate": None,
            "stdIsDeleted": False,
            "_modified": at,
        }
        self.employees[str(row["userID"])] = row
        return row

    def leave(self, user: str, at: dt.datetime) -> None:
        """The employee leaves."""
        self.employees[user].update(employeeStatus="8", lastWorkDate=at, _modified=at)

    def within(self, rows: dict[str, Row], start: str, end: str) -> list[Row]:
        """The rows that changed from `start` to `end`, both included and on China's wall clock, by second."""
        return [row for row in rows.values() if start <= china(_moment(row["_modified"])) <= end]


def employee_on_the_wire(row: Row) -> Row:
    """An employee as `GetByTimeWindow` gives it; the number of the identity card is there and nobody asked for it."""
    info = ("userID", "name", "email", "mobilePhone", "applyIdV6", "applicantIdV6", "idNumber", "stdIsDeleted")
    record = ("userID", "jobNumber", "oIdDepartment", "employeeStatus", "entryDate", "lastWorkDate")
    modified = china(_moment(row["_modified"]))
    return {
        "originalId": row["userID"],
        "employeeInfo": {name: wire(row[name]) for name in info}
        | {"modifiedTime": modified, "businessModifiedTime": modified},
        "recordInfo": {name: wire(row[name]) for name in record} | {"isCurrentRecord": True},
    }


def application_on_the_wire(row: Row, person: Row, job: Row, fields: list[str], shape: str) -> Row:
    """An application in one of the two shapes that were seen."""
    values = [
        {"name": name, "value": wire(row[name]), "text": wire(row[name])}
        for name in fields
        if row.get(name) is not None
    ]
    process = {name: row[name] for name in ("processId", "processPhaseId", "processStatusId")}
    if shape == "flat":
        ids = {name: row[name] for name in ("applyId", "applicantId", "jobId")}
        return {**ids, **process, "fieldValues": values}
    return {
        "applyId": row["applyId"],
        "applicantLite": {"applicantId": row["applicantId"], "name": person["Name"]},
        "jobLite": {"jobId": row["jobId"], "jobTitle": job["jobTitle"]},
        "processLite": process,
        "fieldValues": values,
    }


def wire(value: object) -> object:
    """A value in JSON."""
    return china(value) if isinstance(value, dt.datetime) else value


def shown(row: Row) -> Row:
    """A row without what is only ours."""
    return {name: wire(value) for name, value in row.items() if not name.startswith("_")}


def _moment(value: object) -> dt.datetime:
    assert isinstance(value, dt.datetime)
    return value
