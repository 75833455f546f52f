"""Listings of what came in, from rows as a load writes them."""

import datetime as dt
import uuid
from dataclasses import dataclass

import pytest

from warehouse import postgres
from warehouse.access import NOBODY, Principal, Role
from warehouse.queries.loads import findings, loads, quarantined, sources
from warehouse.settings import Settings
from warehouse.tables.landing import Finding, Load, Quarantine

ADMIN = Principal(id="ines", roles=frozenset({Role.INTEGRATION_ADMIN}))
STARTED = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Two loads, the second one later."""

    first: uuid.UUID
    second: uuid.UUID


@pytest.fixture
def loaded(records: Settings) -> Loaded:
    """A clean load of ats, then one of hris with a finding of each verdict and two refused rows."""
    with postgres.unit_of_work(records, NOBODY, postgres.DatabaseRole.INTAKE) as session:
        first, second = (
            Load(
                load_id=uuid.uuid4(),
                source=source,
                file_name=f"{source}.csv",
                file_sha256="0" * 64,
                mapping_version=1,
                started_at=STARTED + dt.timedelta(hours=hours),
                finished_at=STARTED + dt.timedelta(hours=hours, minutes=1),
                actor="ines",
                rows_read=10,
                rows_new=10 - refused,
                rows_changed=0,
                rows_unchanged=0,
                rows_rejected=refused,
                tables={},
            )
            for source, hours, refused in (("ats", 0, 0), ("hris", 1, 2))
        )
        session.add_all([first, second])
        session.flush()
        for verdict in ("pass", "review", "block"):
            session.add(_finding(second.load_id, verdict))
        for row, status in ((4, "open"), (7, "dismissed")):
            session.add(_refused(second.load_id, row, status))
        return Loaded(first=first.load_id, second=second.load_id)


def _finding(load_id: uuid.UUID, verdict: str) -> Finding:
    return Finding(
        load_id=load_id,
        table_name="hire",
        expectation="expect_something",
        verdict=verdict,
        n=10,
        unexpected_n=1,
        sentence_en="One value.",
        sentence_zh="一个值。",
    )


def _refused(load_id: uuid.UUID, row: int, status: str) -> Quarantine:
    return Quarantine(
        load_id=load_id,
        source="hris",
        row_number=row,
        reason_code="bad_date",
        reason="not a date",
        masked_values={"started_on": "••"},
        status=status,
    )


def test_the_newest_load_comes_first_with_its_findings_counted(records: Settings, loaded: Loaded) -> None:
    newest, oldest = loads(records, ADMIN)

    assert (newest.load_id, oldest.load_id) == (loaded.second, loaded.first)
    assert (newest.findings, oldest.findings) == ({"pass": 1, "review": 1, "block": 1}, {})


def test_loads_of_one_source(records: Settings, loaded: Loaded) -> None:
    assert [row.source for row in loads(records, ADMIN, source="ats")] == ["ats"]


def test_failed_findings_come_before_passed_ones(records: Settings, loaded: Loaded) -> None:
    assert [row.verdict for row in findings(records, ADMIN, loaded.second)] == ["review", "block", "pass"]


def test_open_refusals_name_file_and_row_and_show_masked_values(records: Settings, loaded: Loaded) -> None:
    (row,) = quarantined(records, ADMIN)

    assert (row.file_name, row.row_number, row.masked_values) == ("hris.csv", 4, {"started_on": "••"})


def test_all_refusals_when_asked(records: Settings, loaded: Loaded) -> None:
    assert [row.row_number for row in quarantined(records, ADMIN, status=None)] == [7, 4]


def test_sources_say_how_late_they_are_and_what_waits(records: Settings, loaded: Loaded) -> None:
    ats, hris = sources(records, ADMIN)

    assert (ats.source, ats.open_quarantine, hris.open_quarantine, hris.loads) == ("ats", 0, 1, 1)
    assert hris.last_finished_at == STARTED + dt.timedelta(hours=1, minutes=1)
