"""Rows of Employee Central and Performance as records: employment, names, mail, jobs, leaving, pay, reviews.

Everything is brought to the user id, which reviews, pay and applications share; names and mail hang on a person who may
have had several employments, and give one record for each.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from warehouse.sync.connectors.successfactors.recruiting import CHANGED, dated_id, department_names, is_current
from warehouse.sync.connectors.successfactors.tenant import Tenant, grouped
from warehouse.sync.connectors.successfactors.values import Row, day, text_of
from warehouse.sync.kit.records import Record

MILESTONES = ((3, 2.0, 4.5), (6, 4.5, 9.0), (12, 9.0, 15.0))
"""Tenure in months that a review stands for, and from (included) and up to (excluded) which tenure it does."""

_DAYS_A_MONTH = 30.4375


def employments(tenant: Tenant, rows: Sequence[Row]) -> Iterator[Record]:
    """Employments, with the application that led to each where Recruiting knows it."""
    applied = _applications(tenant, rows)
    for row in rows:
        user = str(row["userId"])
        yield tenant.record("EmpEmployment", user, row, happened_at=CHANGED, applicationId=applied.get(user))


def names(tenant: Tenant, rows: Sequence[Row]) -> Iterator[Record]:
    """Slices of names, one for each employment of the person."""
    users = _users(tenant, rows)
    for row in rows:
        person = str(row["personIdExternal"])
        for user in users.get(person, []):
            yield tenant.record(
                "PerPersonal",
                dated_id({**row, "userId": user}, "personIdExternal", "userId"),
                row,
                happened_at=CHANGED,
                userId=user,
                fullName=_joined(row, " ", "firstName", "lastName") or text_of(row, "displayName"),
                localName=_joined(row, "", "lastNameAlt1", "firstNameAlt1"),
                isCurrent=is_current(tenant, row),
            )


def emails(tenant: Tenant, rows: Sequence[Row]) -> Iterator[Record]:
    """Mail addresses, one record for each employment of the person."""
    users = _users(tenant, rows)
    for row in rows:
        person = str(row["personIdExternal"])
        for user in users.get(person, []):
            id_ = f"{person}:{user}:{text_of(row, 'emailType') or ''}"
            yield tenant.record("PerEmail", id_, row, happened_at=CHANGED, userId=user)


def jobs(tenant: Tenant, rows: Sequence[Row]) -> Iterator[Record]:
    """Slices of jobs; the one of today is marked as current."""
    known = department_names(tenant, [text_of(row, "department") for row in rows])
    for row in rows:
        code = text_of(row, "department")
        yield tenant.record(
            "EmpJob",
            f"{dated_id(row, 'userId')}:{row.get('seqNumber')}",
            row,
            happened_at=CHANGED,
            isCurrent=is_current(tenant, row),
            departmentName=known.get(code or "") or code,
        )


def leavings(tenant: Tenant, rows: Sequence[Row]) -> Iterator[Record]:
    """Terminations, with the application that once led to the employment."""
    applied = _applications(tenant, rows)
    for row in rows:
        user = str(row["userId"])
        id_ = f"{user}:{day(row.get('endDate')) or ''}"
        yield tenant.record("EmpEmploymentTermination", id_, row, happened_at=CHANGED, applicationId=applied.get(user))


def pay(tenant: Tenant, rows: Sequence[Row]) -> Iterator[Record]:
    """Recurring pay, with the annual amount where the frequency's code is known."""
    for row in rows:
        component = text_of(row, "payComponent") or ""
        yield tenant.record(
            "EmpPayCompRecurring",
            f"{dated_id(row, 'userId')}:{row.get('seqNumber')}:{component}",
            row,
            cursor=CHANGED,
            annualBase=_annual(tenant, row),
            isBasePay=component in tenant.options.base_pay,
        )


def reviews(tenant: Tenant, rows: Sequence[Row]) -> Iterator[Record]:
    """Reviews that are completed and rated; the others are not judgements yet."""
    rated = [row for row in rows if _is_rated(tenant, row)]
    subjects = [text_of(row, "formSubjectId") for row in rated]
    starts = grouped(tenant.looked_up("EmpEmployment", "userId", subjects, "userId", "startDate"), "userId")
    for row in rated:
        start = starts.get(text_of(row, "formSubjectId") or "", [{}])[-1].get("startDate")
        yield tenant.record(
            "FormHeader",
            str(row["formDataId"]),
            row,
            cursor="formLastModifiedDate",
            months=milestone(day(start), day(row.get("formReviewEndDate"))),
            scale=tenant.options.review_scale,
        )


def milestone(start: dt.date | None, review: dt.date | None) -> int | None:
    """Which of 3, 6 and 12 months of tenure a review stands for; None where it is none of them."""
    if start is None or review is None:
        return None
    months = (review - start).days / _DAYS_A_MONTH
    return next((named for named, low, high in MILESTONES if low <= months < high), None)


def _is_rated(tenant: Tenant, row: Row) -> bool:
    status = (text_of(row, "formDataStatus") or "").lower()
    rating = text_of(row, "rating")
    is_complete = status in {word.lower() for word in tenant.options.completed}
    return is_complete and row.get("isRated") in {True, "true"} and rating is not None and not rating.startswith("-")


def _annual(tenant: Tenant, row: Row) -> str | None:
    times = tenant.options.frequencies.get((text_of(row, "frequency") or "").upper())
    try:
        amount = Decimal(text_of(row, "paycompvalue") or "")
    except InvalidOperation:
        return None
    if times is None or not amount.is_finite():
        return None
    return str((amount * Decimal(str(times))).quantize(Decimal("0.01")))


def _applications(tenant: Tenant, rows: Sequence[Row]) -> dict[str, str]:
    """The application by which each of the users was hired last."""
    users = [text_of(row, "userId") for row in rows]
    found = tenant.looked_up("JobApplication", "usersSysId", users, "applicationId", "usersSysId", "hiredOn")
    ordered = sorted((row for row in found if text_of(row, "hiredOn")), key=lambda row: str(row["hiredOn"]))
    return {str(row["usersSysId"]): str(row["applicationId"]) for row in ordered}


def _users(tenant: Tenant, rows: Sequence[Row]) -> dict[str, list[str]]:
    people = [text_of(row, "personIdExternal") for row in rows]
    found = tenant.looked_up("EmpEmployment", "personIdExternal", people, "personIdExternal", "userId")
    return {person: [str(one["userId"]) for one in mine] for person, mine in grouped(found, "personIdExternal").items()}


def _joined(row: Row, between: str, *parts: str) -> str | None:
    return between.join(text for name in parts if (text := text_of(row, name))) or None
