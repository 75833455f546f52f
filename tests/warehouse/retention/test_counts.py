"""Aggregates stay true: what is held and what was erased add up to what there was, however far people got."""

from collections import Counter

import pytest

from tests.builders import Builder, build
from tests.warehouse.retention.conftest import ERASER, Rows, nothing_elsewhere
from warehouse.access import NOBODY, AccessDenied, Role, principal
from warehouse.lake.door import opened
from warehouse.lake.refresh import refresh
from warehouse.queries.erased import erased_cells, erased_total
from warehouse.retention import erase
from warehouse.settings import Settings

AUDITOR = principal("ada", [Role.AUDITOR])
Cells = Counter[tuple[str, str, str]]


def _people(make: Builder) -> list[str]:
    opening = make.requisition(make.department())
    made = {name: make.application(opening, make.candidate(full_name=name)) for name in "ABCDEFG"}
    make.ai_interview(made["B"])
    make.stage_event(made["B"], "ai_interview", "not_advanced")
    make.re_interview(made["C"])
    make.offer(made["D"], accepted_at=None, declined_at=make.day(21))
    make.stage_event(made["E"], "re_interview", "withdrawn")
    make.stage_event(made["F"], "offer", "pending", entered_at=make.day(3))
    make.stage_event(made["F"], "ai_interview", "advanced", entered_at=make.day(3))
    make.offer(made["G"])
    make.hire(made["G"])
    return sorted(made)


def _held(settings: Settings) -> Cells:
    with opened(settings, AUDITOR) as lake:
        frame = lake.applications.select("job_family", "stage_reached", "status").to_pandas()
    return Counter(frame.itertuples(index=False, name=None))


def _erased(settings: Settings) -> Cells:
    found: Cells = Counter()
    for cell in erased_cells(settings, AUDITOR):
        found[cell.job_family, cell.stage_reached, cell.status] += cell.n
    return found


def test_held_and_erased_add_up_to_what_there_was(records: Settings, rows: Rows) -> None:
    names = build(records, _people)
    refresh(records)
    before = _held(records)

    for (person,) in rows("SELECT candidate_id::text FROM hr.candidate"):
        erase(records, ERASER, str(person), reason="asked for it", elsewhere=nothing_elsewhere)

    assert (_held(records), _erased(records)) == (Counter(), before)
    assert sum(before.values()) == len(names)


def test_few_erased_are_not_told_in_views(records: Settings, rows: Rows) -> None:
    build(records, _people)
    person = rows("SELECT candidate_id::text FROM hr.candidate LIMIT 1")[0][0]

    erase(records, ERASER, str(person), reason="asked for it", elsewhere=nothing_elsewhere)

    assert erased_total(records, ERASER) is None


def test_counts_of_the_erased_need_rights(records: Settings) -> None:
    for ask in (erased_cells, erased_total):
        with pytest.raises(AccessDenied):
            ask(records, NOBODY)
