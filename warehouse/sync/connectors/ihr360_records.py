"""From i人事's answers to records; of a person only what a mapping needs: no identity card, bank account or address."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from warehouse.sync.event_values import moment
from warehouse.sync.kit.records import Record, milliseconds

CHINA = ZoneInfo("Asia/Shanghai")

STAFF_FIELDS = (
    "staffId",
    "staffNo",
    "staffName",
    "mobileNo",
    "email",
    "workEmail",
    "staffStatus",
    "departmentId",
    "departmentName",
    "positionId",
    "positionName",
    "staffType",
    "highestEducation",
    "enrollInDate",
    "leaveDate",
    "probationEndDate",
    "createdDate",
    "lastUpdateDate",
)
"""Fields of a person that are kept; `pull.staff_fields` adds to them."""

PERFORMANCE_FIELDS = (
    "staffId",
    "assessPlanName",
    "assessType",
    "yearOfAssess",
    "assessCycle",
    "finalScore",
    "performanceLevel",
    "assessResult",
    "departmentNameInPeriod",
    "positionNameInPeriod",
)

Row = Mapping[str, object]

__all__ = ["Pay", "Record", "Row", "id_of", "performance", "quit_form", "staff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """Which salary field is the base pay, of how many periods a year, in which currency."""

    field: str
    periods: float
    currency: str

    def records(self, row: Row) -> Sequence[Record]:
        """One record for each date from which a pay holds; other salary fields are dropped."""
        id_, items = id_of(row), row.get("salaryItem")
        found = items if isinstance(items, list) else [items]
        made = [self._record(id_, item) for item in found if id_ and isinstance(item, dict)]
        return [record for record in made if record is not None]

    def _record(self, staff_id: str, item: Row) -> Record | None:
        fields = item.get("salaryFields")
        value = next(
            (
                one.get("updateAfter")
                for one in (fields if isinstance(fields, list) else [])
                if isinstance(one, dict) and one.get("code") == self.field
            ),
            None,
        )
        number, at = _number(value), _date(item.get("effectiveAt"))
        if number is None or at is None:
            return None
        body = {
            "staffId": staff_id,
            "effectiveAt": at.astimezone(CHINA).date().isoformat(),
            "annualBase": round(number * self.periods, 2),
            "currency": self.currency,
        }
        return Record(entity="SalaryProfile", id=f"{staff_id}:{body['effectiveAt']}", body=body, happened_at=at)


def staff(row: Row, more: Sequence[str] = ()) -> Record | None:
    """A person; None without an id."""
    id_ = id_of(row)
    if id_ is None:
        return None
    kept = {*STAFF_FIELDS, *more}
    at = moment(row.get("lastUpdateDate"), CHINA)
    body = {name: value for name, value in row.items() if name in kept}
    return Record(entity="Staff", id=id_, body=body, version=milliseconds(at) if at else None, happened_at=at)


def quit_form(row: Row) -> Record | None:
    """A leaver's form; None without a person or a last day."""
    id_, last = id_of(row), row.get("lastWorkDay")
    if id_ is None or not last:
        return None
    names = ("staffId", "quitFormId", "quitType", "quitReasonType", "lastWorkDay")
    return Record(
        entity="Quit",
        id=str(row.get("quitFormId") or f"{id_}:{last}"),
        body={name: row.get(name) for name in names},
        happened_at=_date(last),
    )


def performance(row: Row) -> Sequence[Record]:
    """A result of the performance archive, named by person, plan, year and cycle; nothing without a person."""
    id_ = id_of(row)
    if id_ is None:
        return ()
    parts = (row.get(name) for name in ("assessPlanName", "yearOfAssess", "assessCycle"))
    body = {name: row.get(name) for name in PERFORMANCE_FIELDS}
    return (
        Record(
            entity="Performance", id=":".join([id_, *("" if one is None else str(one) for one in parts)]), body=body
        ),
    )


def id_of(row: object) -> str | None:
    """The staff id of a row, or of a list that holds ids alone."""
    found = row.get("staffId") if isinstance(row, dict) else row
    return str(found).strip() or None if isinstance(found, str | int) and not isinstance(found, bool) else None


def _date(value: object) -> dt.datetime | None:
    return moment(value, CHINA)


def _number(value: object) -> float | None:
    try:
        return float(str(value).replace(",", "")) if value is not None else None
    except ValueError:
        return None
