"""The queries made for pages: against the people they were made of, and for every role."""

import datetime as dt
import uuid
from collections import Counter

import pytest

from tests.builders import Builder, build
from tests.models import release_builder
from tests.warehouse.queries.people import LEADER, MANAGER, NAMES, SALES, Person
from validation.decision_rule import State
from warehouse.access import NOBODY, AccessDenied, Permission, Principal, Role
from warehouse.lake.door import opened
from warehouse.queries.agreement import BLIND, re_interview_cells
from warehouse.queries.filters import Filters
from warehouse.queries.gate_results import gate_results
from warehouse.queries.quarantine import quarantine_counts
from warehouse.queries.score_segments import score_segments
from warehouse.settings import Settings
from warehouse.tables.landing import Load, Quarantine

LOADED_AT = dt.datetime(2025, 6, 1, 8, tzinfo=dt.UTC)


def rated(everyone: list[Person]) -> list[Person]:
    """Who has a score and a rating."""
    return [person for person in everyone if person.score is not None and person.rating is not None]


def test_re_interviews_count_everybody_with_score_and_rating(company: Settings, everyone: list[Person]) -> None:
    with opened(company, LEADER) as lake:
        cells = re_interview_cells(lake)

    assert set(cells["seen"]) == {BLIND}
    assert int(cells["n"].sum()) == len(rated(everyone))


def test_a_kind_of_few_re_interviews_is_left_out(company: Settings) -> None:
    with opened(company, LEADER) as lake:
        cells = re_interview_cells(lake, filters=Filters(departments=("Kitchen",)))

    assert cells.empty


def test_segments_add_up_to_everybody_with_a_score(company: Settings, everyone: list[Person]) -> None:
    scored = [person for person in everyone if person.score is not None]

    with opened(company, LEADER) as lake:
        cells = score_segments(lake, segment="department", period="month")

    by_department = cells.groupby("segment")["n"].sum().to_dict()
    assert by_department == Counter(NAMES[person.department] for person in scored)
    assert cells["total"].sum() == pytest.approx(sum(person.score or 0.0 for person in scored))
    assert cells["squares"].sum() == pytest.approx(sum((person.score or 0.0) ** 2 for person in scored))


def test_segments_of_fewer_than_the_smallest_group_in_all_give_no_row(company: Settings) -> None:
    with opened(company, LEADER) as lake:
        cells = score_segments(lake, segment="channel", period="month", filters=Filters(departments=("Kitchen",)))

    assert cells.empty


@pytest.mark.parametrize("asked", [{"segment": "sex", "period": "month"}, {"segment": "channel", "period": "day"}])
def test_a_segment_or_period_that_does_not_exist_is_refused(company: Settings, asked: dict[str, str]) -> None:
    with opened(company, LEADER) as lake, pytest.raises(ValueError, match="there are"):
        score_segments(lake, **asked)


def test_a_manager_reads_the_own_departments_scores_alone(company: Settings, everyone: list[Person]) -> None:
    own = [person for person in everyone if person.department == SALES]

    with opened(company, MANAGER) as lake:
        segments = score_segments(lake, segment="department", period="month")
        pairs = re_interview_cells(lake)

    assert set(segments["segment"]) == {"Sales"}
    assert int(pairs["n"].sum()) == len(rated(own))


@pytest.mark.parametrize("role", [*Role, None])
def test_lists_of_records_need_their_permission(company: Settings, role: Role | None) -> None:
    who = NOBODY if role is None else Principal(id="x", roles=frozenset({role}))

    for needs, query in ((Permission.READ_LOADS, quarantine_counts), (Permission.READ_MODELS, gate_results)):
        if who.may(needs):
            assert query(company, who) == ()
        else:
            with pytest.raises(AccessDenied):
                query(company, who)


def test_refused_rows_are_counted_by_reason_the_commonest_first(records: Settings) -> None:
    build(records, _refused)

    counts = quarantine_counts(records, Principal(id="ina", roles=frozenset({Role.INTEGRATION_ADMIN})))

    assert [(one.reason_code, one.rows) for one in counts] == [("not_a_date", 2), ("missing_id", 1)]


def test_gate_results_name_the_release_that_came_of_the_run(records: Settings) -> None:
    release_builder.gated(records, "stopped-run", states={"adverse_impact.sex": State.FAIL})
    release = release_builder.promoted(records)

    found = gate_results(records, release_builder.MAKER)

    assert [(one.run_id, one.verdict, one.release) for one in found] == [
        ("run-a", "pass", release.label),
        ("stopped-run", "block", None),
    ]


def _refused(builder: Builder) -> None:
    key = uuid.uuid4()
    rows = {"rows_read": 3, "rows_new": 0, "rows_changed": 0, "rows_unchanged": 0, "rows_rejected": 3}
    moments = {"started_at": LOADED_AT, "finished_at": LOADED_AT}
    named = {"source": "built", "file_name": "a.csv", "file_sha256": "ab" * 32, "actor": "ida", "tables": {}}
    builder.session.add(Load(load_id=key, mapping_version=1, **rows, **moments, **named))
    builder.session.flush()
    for row, code in enumerate(("not_a_date", "missing_id", "not_a_date")):
        refused = {"row_number": row, "reason_code": code, "reason": code, "masked_values": {}}
        builder.session.add(Quarantine(load_id=key, source="built", **refused))
    builder.session.flush()
