"""What the source holds against what the records hold."""

import datetime as dt
import json

import psycopg
import pytest

from tests.builders import Builder, build
from warehouse import postgres
from warehouse.access import NOBODY, AccessDenied, Role, principal
from warehouse.queries.reconciliation import hires_and_starters, totals
from warehouse.settings import Settings

ADMIN = principal("ines", [Role.INTEGRATION_ADMIN])
MAPPING = {
    "source": "acme",
    "tables": [
        {"table": "requisition", "id": "_id", "when": {"column": "_entity", "is": ["JobRequisition"]}},
        {"table": "department", "id": "dept", "when": {"column": "_entity", "is": ["JobRequisition"]}},
    ],
}


def _execute(settings: Settings, statement: str, *values: object) -> None:
    with psycopg.connect(postgres.address(settings)) as connection:
        connection.execute(statement, values)


def _mapped(settings: Settings) -> None:
    statement = "INSERT INTO landing.mapping (source, version, sha256, document) VALUES ('acme', 1, 'x', %s)"
    _execute(settings, statement, json.dumps(MAPPING))


def _seen(settings: Settings, *ids: str, is_gone: bool = False) -> None:
    for one in ids:
        _execute(
            settings,
            "INSERT INTO landing.source_key (source, entity, source_record_id, seen_in, gone_at)"
            " VALUES ('acme', 'JobRequisition', %s, 1, %s)",
            one,
            dt.datetime.now(dt.UTC) if is_gone else None,
        )


def _openings(settings: Settings, *ids: str) -> None:
    def add(builder: Builder) -> None:
        department = builder.department()
        for one in ids:
            builder.requisition(department, source="acme", source_record_id=one)

    build(settings, add)


def test_both_directions_of_the_unmatched_are_named(records: Settings) -> None:
    _mapped(records)
    _openings(records, "1", "2", "3")
    _seen(records, "2", "3", "4", "5")
    _seen(records, "1", is_gone=True)

    (found,) = totals(records, ADMIN, "acme")

    assert (found.entity, found.table, found.at_source, found.in_records) == ("JobRequisition", "requisition", 4, 3)
    assert (found.missing_ids, found.extra_ids) == (("4", "5"), ("1",))
    assert (found.missing, found.extra) == (2, 1)


def test_before_the_first_sweep_nothing_is_called_missing(records: Settings) -> None:
    _mapped(records)
    _openings(records, "1")

    (found,) = totals(records, ADMIN, "acme")

    assert (found.at_source, found.missing, found.in_records) == (None, None, 1)


def test_a_source_without_a_mapping_has_no_totals(records: Settings) -> None:
    assert totals(records, ADMIN, "nobody-knows") == ()


def test_hires_are_held_against_starters_month_by_month(records: Settings) -> None:
    month = dt.date.today().replace(day=1) - dt.timedelta(days=40)  # noqa: DTZ011 - only the month matters

    def add(builder: Builder) -> None:
        opening = builder.requisition(builder.department())
        for number, source in (("7", "acme"), ("8", "acme"), ("9", "acme")):
            application = builder.application(opening)
            builder.hire(application, started_on=month, source=source, source_record_id=number, employee_number=number)

    build(records, add)
    for record_id, number in (("7", "x"), ("e8", "8"), ("e11", "11")):
        _execute(
            records,
            "INSERT INTO hr.employee (employee_id, source, source_record_id, employee_number, started_on,"
            " mapping_version, payload_hash)"
            " VALUES (gen_random_uuid(), 'acme', %s, %s, %s, 1, gen_random_uuid())",
            record_id,
            number,
            month,
        )

    (found,) = hires_and_starters(records, ADMIN)

    assert (found.month, found.hires, found.employees, found.matched) == (month.replace(day=1), 3, 3, 2)
    assert (found.only_hires, found.only_employees) == (("acme:9",), ("acme:e11",))


def test_who_may_not_read_loads_gets_nothing(records: Settings) -> None:
    for who in (NOBODY, principal("lee", [Role.HR_LEADER])):
        with pytest.raises(AccessDenied):
            totals(records, who, "acme")
        with pytest.raises(AccessDenied):
            hires_and_starters(records, who)
