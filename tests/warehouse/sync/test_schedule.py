"""When sources are asked; the runs themselves are those of the runner."""

import datetime as dt

import pytest

from tests.warehouse.sync.lists import rows, with_source
from warehouse.settings import Settings
from warehouse.sync import schedule
from warehouse.sync.kit.errors import Misconfigured
from warehouse.sync.runner import EntityReport, RunReport

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
HOURLY = "source: acme\nconnector: greenhouse\npull: {every_minutes: 60, base_url: 'http://127.0.0.1:9'}\n"


@pytest.fixture
def settings(records: Settings) -> Settings:
    return with_source(records, HOURLY)


def ran(settings: Settings, at: dt.datetime, *, is_sweep: bool = False) -> None:
    columns = "INSERT INTO landing.sync_run (source, entity, started_at, is_sweep)"
    rows(settings, f"{columns} VALUES ('acme', 'Job', :at, :s) RETURNING 1", at=at, s=is_sweep)


def test_a_source_that_was_never_asked_is_due_without_a_sweep(settings: Settings) -> None:
    found = schedule.due(settings, NOON)

    assert [(one.source.name, one.sweep) for one in found] == [("acme", False)]


def test_a_source_is_asked_again_when_its_minutes_are_over(settings: Settings) -> None:
    ran(settings, NOON)

    assert schedule.due(settings, NOON + dt.timedelta(minutes=59)) == []
    assert len(schedule.due(settings, NOON + dt.timedelta(minutes=60, seconds=-5))) == 1


def test_keys_are_swept_once_a_day(settings: Settings) -> None:
    ran(settings, NOON, is_sweep=True)

    early = schedule.due(settings, NOON + dt.timedelta(hours=23))
    late = schedule.due(settings, NOON + dt.timedelta(hours=24))

    assert [one.sweep for one in (*early, *late)] == [False, True]


def test_a_source_that_says_no_interval_waits_for_a_command(records: Settings) -> None:
    with_source(records, "source: quiet\nconnector: greenhouse\n")

    assert schedule.due(records, NOON) == []


def test_every_due_source_is_asked(settings: Settings) -> None:
    with_source(settings, HOURLY.replace("acme", "beta"))
    report = RunReport(source="x", verification="documented", entities=(EntityReport(entity="Job", state="succeeded"),))

    states = schedule.pull_due(settings, NOON, runner=lambda *_, **__: report)

    assert states == {"acme": "succeeded", "beta": "succeeded"}


def test_what_keeps_a_source_from_being_asked_leaves_a_failed_run(settings: Settings) -> None:
    def refuse(*_: object, **__: object) -> RunReport:
        raise Misconfigured("acme: pull.api is 'v9'")

    schedule.pull_due(settings, NOON, runner=refuse)

    found = rows(settings, "SELECT entity, state, error_code FROM landing.sync_run")
    assert [tuple(row) for row in found] == [("all", "failed", "misconfigured")]
