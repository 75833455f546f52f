"""The filters of a page, in the sidebar and in the address bar; the lists hold what the reader may see and no more."""

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from dashboards import choices
from dashboards.wording.words import Words
from warehouse.queries.filters import Filters, FilterValues

LISTS: Mapping[str, str] = {
    "departments": "department",
    "job_families": "job_family",
    "channels": "channel",
    "locations": "location",
}
"""The fields that pages filter by, with the parameter of the address bar that holds each."""

FROM, UNTIL = "from", "until"
PARAMETERS = (*LISTS.values(), FROM, UNTIL)
"""What the address bar keeps of the filters, from page to page."""


def panel(say: Words, values: FilterValues) -> Filters:
    """Draws the filters and answers what was chosen."""
    with st.sidebar:
        st.subheader(say("app.filters"), anchor=False)
        lists = {
            field: choices.pick_several(
                say(f"filter.{parameter}"),
                getattr(values, field),
                parameter=parameter,
                none=say("app.all"),
                shown=lambda value: say.of("value", value),
            )
            for field, parameter in LISTS.items()
        }
        months = months_between(values.first_applied, values.last_applied)
        chosen = Filters(
            departments=lists["departments"],
            job_families=lists["job_families"],
            channels=lists["channels"],
            locations=lists["locations"],
        )
        if not months:
            return chosen
        first, last = choices.span((say("filter.from"), say("filter.until")), months, parameters=(FROM, UNTIL))
    return replace(
        chosen,
        applied_from=None if first == months[0] else _first_day(first),
        applied_until=None if last == months[-1] else _last_day(last),
    )


def months_between(first: dt.date | None, last: dt.date | None) -> Sequence[str]:
    """The months from one day to another, such as `2025-03`; none where there is no day."""
    if first is None or last is None:
        return ()
    count = (last.year - first.year) * 12 + last.month - first.month
    places = range(first.month - 1, first.month + count)
    return tuple(f"{first.year + place // 12}-{place % 12 + 1:02d}" for place in places)


def period(say: Words, chosen: Filters, values: FilterValues) -> str:
    """The period that the rows come from."""
    first = chosen.applied_from or values.first_applied
    last = chosen.applied_until or values.last_applied
    return "–" if first is None or last is None else say("app.span", first=first.isoformat(), last=last.isoformat())


def told(say: Words, chosen: Filters) -> str:
    """The filters in force, in words."""
    parts = [
        say("app.filter", name=say(f"filter.{parameter}"), values=say.listed("value", getattr(chosen, field)))
        for field, parameter in LISTS.items()
        if getattr(chosen, field)
    ]
    return say("app.semicolon").join(parts) or say("app.none")


def _first_day(month: str) -> dt.date:
    return dt.date.fromisoformat(f"{month}-01")


def _last_day(month: str) -> dt.date:
    first = _first_day(month)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])
