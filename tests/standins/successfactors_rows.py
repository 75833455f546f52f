"""The rows of a SuccessFactors tenant in memory, and how the vendor writes their values in JSON.

Rows hold Python values (aware times for DateTimeOffset, naive ones for DateTime); names that begin with an underscore
are joins which the vendor keeps to itself.
"""

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

Row = dict[str, object]
UTC = dt.UTC


@dataclass
class Tenant:
    """The rows of every entity set, and what the vendor's own rules noticed."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    corrupted: list[int] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(90_001))

    def next_id(self) -> int:
        """A fresh key."""
        return next(self._ids)

    def add(self, name: str, /, **row: object) -> Row:
        """Adds one row to an entity set."""
        made = dict(row)
        self.rows.setdefault(name, []).append(made)
        return made

    def one(self, name: str, /, **key: object) -> Row:
        """The row of this key."""
        return next(row for row in self.rows[name] if all(row[part] == value for part, value in key.items()))

    def statuses_of(self, application: Row) -> dict[str, int]:
        """The status items that the application's requisition may use, by name; the API does not tell them."""
        template = self.one("JobRequisition", jobReqId=application["jobReqId"])["templateId"]
        return {
            str(row["appStatusName"]): int(str(row["appStatusSetId"]))
            for row in self.rows["JobApplicationStatus"]
            if row["_templateId"] == template
        }

    def move(self, application: Row, status: str, at: dt.datetime, by: str = "recruiter1") -> None:
        """Moves an application and leaves the trail that the vendor leaves."""
        item = self.statuses_of(application)[status]
        application.update(appStatusSetItemId=item, status="Open", lastModifiedDateTime=at)
        self.add(
            "JobApplicationStatusAuditTrail",
            revNumber=self.next_id(),
            createdBy=by,
            createdDateTime=at,
            lastModifiedDateTime=at,
            revType=1,
            skippedStatus=0,
            statusComments=None,
            _applicationId=application["applicationId"],
            _statusItemId=item,
        )


def wire(value: object, kind: str) -> object:
    """A value as the vendor writes it in JSON."""
    if value is None:
        return None
    if kind in {"Int64", "Decimal"}:
        return str(value)
    if kind in {"DateTime", "DateTimeOffset"} and isinstance(value, dt.datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        ms = (aware - dt.datetime(1970, 1, 1, tzinfo=UTC)) // dt.timedelta(milliseconds=1)
        return f"/Date({ms}+0000)/" if kind == "DateTimeOffset" else f"/Date({ms})/"
    return float(value) if isinstance(value, Decimal) else value
