"""Late, repeated and partial events: what is older changes nothing, and parts make one record in any order."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import cloned
from tests.warehouse.sync.intake_source import MAPPING, Source, application, interview
from warehouse.settings import Settings

PARTS = """
source: acme
timezone: UTC
tables:
  - table: ai_interview
    id: interview
    merge: true
    when: {column: _entity, is: [completed]}
    columns:
      application_id: app
      vendor: {constant: Acme Interview}
      interviewed_at: at
      duration_minutes: minutes
      scale_max: {constant: 10}
  - table: ai_interview
    id: interview
    when: {column: _entity, is: [scored]}
    columns: {raw_score: {column: score, fixed_before_outcome: true}}
    skills: {list: skills, name: skill, score: points}
"""
CURRENT = (
    "SELECT source_record_id, raw_score, score, duration_minutes,"
    " to_char(interviewed_at AT TIME ZONE 'UTC', 'HH24:MI'),"
    " ARRAY(SELECT skill FROM hr.skill_score k WHERE k.ai_interview_id = i.ai_interview_id)"
    " FROM hr.ai_interview i WHERE is_current"
)
COMPLETED = ("completed", {"interview": "I1", "app": "A1", "at": "2026-01-06T10:00:00", "minutes": 20})
SCORED = ("scored", {"interview": "I1", "score": 7, "skills": [{"skill": "logic", "points": 80}]})
WHOLE = [("I1", 7.0, 70.0, 20.0, "10:00", ["logic"])]


@pytest.fixture(scope="module")
def begun(module_records: Settings) -> Source:
    """A source whose application is there, to be copied only."""
    source = Source(module_records)
    source.send(*application())
    source.take()
    return source


@pytest.fixture
def acme(server: Settings, begun: Source, tmp_path: Path) -> Iterator[Source]:
    """A source whose application is there."""
    with cloned(server, tmp_path, of=begun.settings) as settings:
        yield begun.at(settings)


@pytest.fixture
def parts(acme: Source) -> Source:
    """A source that sends interviews in two parts, over the same application."""
    acme.write_mapping(PARTS)
    return acme


def test_an_older_version_that_comes_late_changes_nothing(acme: Source) -> None:
    acme.send(*interview(score=8), version=2000)
    acme.take()
    acme.send(*interview(score=3), version=1000)

    report = acme.take()

    assert acme.rows("SELECT revision, score FROM hr.ai_interview") == [(1, 80.0)]
    assert report.batches[0].rows_unchanged == 1


def test_a_newer_version_is_a_new_revision(acme: Source) -> None:
    acme.send(*interview(score=3), version=1000)
    acme.send(*interview(score=8), version=2000)

    acme.take()

    assert acme.rows("SELECT revision, score, is_current FROM hr.ai_interview ORDER BY 1") == [
        (1, 30.0, False),
        (2, 80.0, True),
    ]


@pytest.mark.parametrize("order", list(itertools.permutations([1000, 2000, 3000])))
def test_in_any_order_the_newest_version_holds(acme: Source, order: tuple[int, ...]) -> None:
    for version in order:
        acme.send(*application(family=f"v{version}"), version=version)
        acme.take()

    assert acme.rows("SELECT job_family FROM hr.requisition") == [("v3000",)]


def test_of_versions_in_one_batch_the_newest_holds(acme: Source) -> None:
    for version in (3000, 1000, 2000):
        acme.send(*application(family=f"v{version}"), version=version)

    acme.take()

    assert acme.rows("SELECT job_family FROM hr.requisition") == [("v3000",)]


def test_a_mapping_may_read_the_version_from_the_body_even_as_a_time(acme: Source) -> None:
    acme.write_mapping(
        "source: acme\ntables:\n  - {table: department, id: dept, version: changed, columns: {name: name}}\n"
    )
    acme.send("department", {"dept": "D", "name": "new", "changed": "2026-02-01T00:00:00Z"})
    acme.take()
    acme.send("department", {"dept": "D", "name": "old", "changed": "2026-01-01T00:00:00Z"})

    acme.take()

    assert acme.rows("SELECT name FROM hr.department WHERE source_record_id = 'D'") == [("new",)]


def test_a_version_that_is_none_is_refused(acme: Source) -> None:
    acme.write_mapping(
        "source: acme\ntables:\n  - {table: department, id: dept, version: changed, columns: {name: name}}\n"
    )
    acme.send("department", {"dept": "D", "name": "new", "changed": "lately"})

    acme.take()

    assert acme.rows("SELECT reason_code, column_name FROM landing.quarantine") == [("not_a_version", "changed")]


@pytest.mark.parametrize("events", [[COMPLETED, SCORED], [SCORED, COMPLETED]])
@pytest.mark.parametrize("is_one_batch", [True, False])
def test_two_parts_make_one_interview_in_either_order(parts: Source, events: list, is_one_batch: bool) -> None:
    if is_one_batch:
        parts.send_all(events)
    else:
        for event in events:
            parts.send(*event)
            parts.take()

    parts.take()

    assert parts.rows(CURRENT) == WHOLE
    assert parts.rows("SELECT count(*) FROM landing.quarantine WHERE status = 'open'") == [(0,)]


def test_the_first_part_again_takes_nothing_away_and_makes_no_revision(parts: Source) -> None:
    parts.send_all([COMPLETED, SCORED])
    parts.take()
    before = parts.rows("SELECT count(*) FROM hr.ai_interview")
    parts.send(*COMPLETED)

    parts.take()

    assert parts.rows(CURRENT) == WHOLE
    assert parts.rows("SELECT count(*) FROM hr.ai_interview") == before


def test_an_older_part_fills_only_what_is_empty(parts: Source) -> None:
    parts.send_all([COMPLETED, SCORED], version=3000)
    parts.take()
    parts.send("completed", COMPLETED[1] | {"minutes": 99}, version=1000)

    parts.take()

    assert parts.rows(CURRENT) == WHOLE


def test_a_part_whose_score_leaves_the_stored_scale_is_refused(parts: Source) -> None:
    parts.send(*COMPLETED)
    parts.take()
    parts.send("scored", {"interview": "I1", "score": 70})

    parts.take()

    assert parts.rows("SELECT reason_code, status FROM landing.quarantine") == [("score_on_its_scale", "open")]
    assert parts.rows("SELECT raw_score FROM hr.ai_interview") == [(None,)]


@pytest.mark.parametrize(
    ("at", "code"), [("2025-11-02T01:30:00", "ambiguous_time"), ("2025-03-09T02:30:00", "skipped_time")]
)
def test_a_time_that_the_clock_showed_twice_or_never_is_not_guessed(acme: Source, at: str, code: str) -> None:
    acme.send(*interview(at=at))

    acme.take()

    assert acme.rows("SELECT reason_code, column_name FROM landing.quarantine") == [(code, "at")]


def test_with_its_offset_such_a_time_is_sure(acme: Source) -> None:
    acme.send(*interview(at="2025-11-02T01:30:00-04:00"))

    acme.take()

    assert acme.rows("SELECT interviewed_at AT TIME ZONE 'UTC' FROM hr.ai_interview")[0][0].hour == 5


def test_a_mapping_of_an_employee_may_feed_a_hire_beside_it(acme: Source) -> None:
    acme.write_mapping(
        MAPPING
        + """
  - table: employee
    id: user
    when: {column: _entity, is: [employee]}
    columns: {full_name: name, started_on: start, department_id: dept}
  - table: hire
    id: user
    when: [{column: _entity, is: [employee]}, {column: app, filled: true}]
    columns: {application_id: app, started_on: start}
"""
    )
    acme.send_all(
        [
            ("employee", {"user": "E1", "name": "Ada", "start": "2026-02-01", "app": "A1", "dept": "IT"}),
            ("employee", {"user": "E2", "name": "Alan", "start": "2026-02-01"}),
        ]
    )

    report = acme.take()

    assert report.rows_rejected == 0
    assert acme.rows(
        "SELECT e.source_record_id, h.hire_id IS NOT NULL FROM hr.employee e LEFT JOIN hr.hire h"
        " USING (source, source_record_id) ORDER BY 1"
    ) == [("E1", True), ("E2", False)]


def test_of_deletions_in_one_batch_the_newest_holds(records: Settings) -> None:
    """A hire of version 4 is gone by version 6, whatever an older notice that comes later says."""
    acme = Source(records, mapping=MAPPING.replace("    id: hire\n", "    id: hire\n    gone: delete\n"))
    acme.send_all([application(), interview()])
    acme.send("hire", {"hire": "H1", "app": "A1", "started": "2026-02-01"}, key="hire:H1:4", version=4)
    acme.take()

    for version in (6, 3):
        acme.send("hire.gone", {"id": "H1"}, key=f"hire.gone:H1:{version}", version=version)
    acme.take()

    assert acme.rows("SELECT count(*) FROM hr.hire") == [(0,)]
