"""How long people wait and for whom, against plain Python over the same applications."""

import datetime as dt
import statistics
from collections import Counter

import pytest

from tests.builders import Builder, build
from tests.warehouse.queries.people import LEADER, MANAGER
from warehouse.lake.door import opened
from warehouse.lake.refresh import refresh
from warehouse.queries.process import STEPS, screening, waited_for, waitings
from warehouse.settings import Settings

START = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)


def _apply(builder: Builder, n: int, *, interviewed_after: float | None, outcome: str | None = None) -> None:
    opening = builder.requisition(builder.department())
    for _ in range(n):
        application = builder.application(opening, builder.candidate(), applied_at=START)
        if interviewed_after is None:
            continue
        at = START + dt.timedelta(hours=interviewed_after)
        builder.ai_interview(application, 70.0, interviewed_at=at, duration_minutes=20.0)
        if outcome is not None:
            left = at + dt.timedelta(hours=30)
            builder.stage_event(application, "ai_interview", outcome, entered_at=at, left_at=left)


@pytest.fixture
def process(records: Settings) -> Settings:
    """12 people without an interview, 12 interviewed after 5.5 hours and judged 30 later, 12 after 50 and not yet."""
    build(records, lambda builder: _apply(builder, 12, interviewed_after=None))
    build(records, lambda builder: _apply(builder, 12, interviewed_after=5.5, outcome="advanced"))
    build(records, lambda builder: _apply(builder, 12, interviewed_after=50.0))
    refresh(records)
    return records


def test_the_waiting_for_the_ai_interview_counts_those_who_still_wait(process: Settings) -> None:
    with opened(process, LEADER) as lake:
        found = waitings(lake, step="to_ai_interview")

    ended = Counter()
    for cell in found.cells:
        ended[cell.ended] += cell.n
    assert ended == {"done": 24, "waiting": 12}
    assert {cell.hours for cell in found.cells if cell.ended == "done"} == {5, 50}


def test_feedback_is_the_first_word_after_the_ai_interview(process: Settings) -> None:
    with opened(process, LEADER) as lake:
        found = waitings(lake, step="to_feedback")

    assert [(cell.hours, cell.n) for cell in found.cells if cell.ended == "done"] == [(30, 12)]
    assert sum(cell.n for cell in found.cells if cell.ended == "waiting") == 12


def test_screening_adds_up_minutes_and_people(process: Settings) -> None:
    with opened(process, LEADER) as lake:
        (all_,) = screening(lake)

    assert (all_.applications, all_.ai_interviews, all_.re_interviews) == (36, 24, 0)
    assert all_.ai_minutes == pytest.approx(24 * 20.0)


def test_who_is_waited_for_follows_from_the_stage(process: Settings) -> None:
    with opened(process, LEADER) as lake:
        found = waited_for(lake)

    assert {(one.party, one.stage): one.n for one in found} == {
        ("candidate", "applied"): 12,
        ("interviewer", "ai_interview"): 12,
        ("recruiter", "ai_interview"): 12,
    }


def test_groups_too_small_to_show_leave_no_cell(records: Settings) -> None:
    build(records, lambda builder: _apply(builder, 3, interviewed_after=1.0))
    refresh(records)

    with opened(records, LEADER) as lake:
        found, listed = waitings(lake, step="to_ai_interview"), screening(lake)

    assert (found.cells, found.hidden_groups) == ((), 1)
    assert listed[0].ai_minutes is None


@pytest.mark.parametrize("step", list(STEPS))
def test_every_step_is_readable_for_a_manager_of_the_own_department_alone(company: Settings, step: str) -> None:
    with opened(company, LEADER) as lake:
        whole = sum(cell.n for cell in waitings(lake, step=step).cells)
    with opened(company, MANAGER) as lake:
        own = sum(cell.n for cell in waitings(lake, step=step).cells)

    assert 0 < own < whole


def test_an_unknown_step_is_refused(process: Settings) -> None:
    with opened(process, LEADER) as lake, pytest.raises(ValueError, match="no step"):
        waitings(lake, step="to_the_moon")


def test_medians_of_the_done_agree_with_plain_python(process: Settings) -> None:
    with opened(process, LEADER) as lake:
        cells = [cell for cell in waitings(lake, step="to_ai_interview").cells if cell.ended == "done"]

    assert statistics.median([cell.hours for cell in cells for _ in range(cell.n)]) == 27.5
