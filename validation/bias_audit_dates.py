"""The calendar of New York's Local Law 144: how long an audit allows use, when use may begin, how long to keep posting.

Dates in, dates out; "today" is always an argument. 6 RCNY 5-301(a), 5-303(c), 5-304.
"""

import calendar
from collections.abc import Collection
from datetime import date, timedelta

POSTING_MONTHS_AFTER_LAST_USE = 6
NOTICE_BUSINESS_DAYS = 10

_SATURDAY = 5


def last_allowed_day(audit_date: date) -> date:
    """The last day an audit allows use: one year later. 29 February ends on 28 February, the cautious reading."""
    return months_after(audit_date, 12)


def is_use_allowed(audit_date: date, on: date) -> bool:
    """Whether no more than one year has passed since the audit; before the audit there is none."""
    return audit_date <= on <= last_allowed_day(audit_date)


def earliest_use(notice: date, *, business_days: int = NOTICE_BUSINESS_DAYS, holidays: Collection[date] = ()) -> date:
    """The first day of use when notice was given on `notice`: that many business days later."""
    day, left = notice, business_days
    while left > 0:
        day += timedelta(days=1)
        left -= _is_business_day(day, holidays)
    return day


def posted_until(last_use: date) -> date:
    """The day until which the summary stays posted after the last use."""
    return months_after(last_use, POSTING_MONTHS_AFTER_LAST_USE)


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _is_business_day(day: date, holidays: Collection[date]) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays
