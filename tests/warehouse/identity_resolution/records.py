"""Candidates of two sources and employees, for tests of who is whom."""

import datetime as dt
import uuid
from dataclasses import replace

import sqlalchemy as sa

from tests.builders import Builder, build
from warehouse import postgres
from warehouse.access import Principal, Role
from warehouse.keys import key
from warehouse.settings import Settings
from warehouse.tables.hiring import Employee

HR_ADMIN = Principal(id="mei", roles=frozenset({Role.HR_ADMIN}))

WEI = {
    "full_name": "Wei Zhang",
    "full_name_local": "张伟",
    "email": "wei.zhang@example.com",
    "phone": "+86 138 1234 5678",
}
STARTED = dt.date(2025, 2, 10)


def candidate(settings: Settings, source: str = "ats", **given: object) -> uuid.UUID:
    """A candidate; Wei Zhang unless told otherwise."""
    return build(settings, lambda builder: replace(builder, source=source).candidate(**{**WEI, **given}))


def applied(settings: Settings, candidate_id: uuid.UUID, *, accepted: bool = True) -> uuid.UUID:
    """An application of the candidate, with an offer accepted on 23 January 2025 unless told otherwise."""

    def of(builder: Builder) -> uuid.UUID:
        application = builder.application(builder.requisition(builder.department()), candidate_id)
        if accepted:
            builder.offer(application)
        return application

    return build(settings, of)


def employee(settings: Settings, record: str = "E1", source: str = "sf", **given: object) -> uuid.UUID:
    """An employee of the HR record system; Wei Zhang, who began on 10 February 2025, unless told otherwise."""
    values = {**WEI, "employee_number": "0042", "started_on": STARTED, **given}

    def of(builder: Builder) -> uuid.UUID:
        row = Employee(
            employee_id=key("employee", source, record),
            source=source,
            source_record_id=record,
            mapping_version=1,
            payload_hash=uuid.uuid4(),
            **values,
        )
        builder.session.add(row)
        builder.session.flush()
        return row.employee_id

    return build(settings, of)


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    """What a query answers, as the owner sees it."""
    with postgres.engine(settings).connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def links(settings: Settings) -> dict[str, list[str]]:
    """The states of all pairs by kind."""
    found: dict[str, list[str]] = {}
    for kind, state in rows(settings, "SELECT kind, state FROM hr.identity_link ORDER BY kind, state"):
        found.setdefault(str(kind), []).append(str(state))
    return found


def only_link(settings: Settings) -> uuid.UUID:
    """The id of the one pair."""
    ((found,),) = rows(settings, "SELECT identity_link_id FROM hr.identity_link")
    return uuid.UUID(str(found))
