"""A source's verdict from what is known of it."""

import datetime as dt
from dataclasses import replace

import pytest

from validation.outcome import Verdict
from validation.sync_health import entity_health, health, told, told_zh
from warehouse.queries.sync import EntityFacts, LastRun, Reject, SyncFacts

AT = dt.datetime(2026, 3, 18, 10, 30, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
RUN = LastRun(
    state="succeeded", started_at=AT - HOUR, finished_at=AT - HOUR, rows_read=0, rows_new=0, requests=3, retries=0,
    source_total=None, quota_left=None, error_code=None, error=None,
)  # fmt: skip
FACTS = EntityFacts(source="acme", entity="scored", last_received_at=AT - HOUR, run=RUN)


def _codes(facts: EntityFacts, target: float | None = 120) -> dict[str, Verdict]:
    return {notice.code: notice.verdict for notice in entity_health(facts, AT, target).notices}


def test_a_source_that_came_within_its_target_passes() -> None:
    found = entity_health(FACTS, AT, 120)

    assert (found.verdict, found.notices) == (Verdict.PASS, ())


@pytest.mark.parametrize(("hours", "verdict"), [(3, Verdict.REVIEW), (7, Verdict.BLOCK)])
def test_a_late_source_is_reviewed_and_a_very_late_one_blocks(hours: int, verdict: Verdict) -> None:
    assert _codes(replace(FACTS, last_received_at=AT - hours * HOUR)) == {"stale": verdict}


def test_a_green_run_counts_as_asked_even_where_nothing_new_came() -> None:
    facts = replace(FACTS, last_received_at=AT - 90 * HOUR, last_success_at=AT - HOUR)

    assert _codes(facts) == {}


def test_a_green_run_of_zero_rows_is_an_alarm_where_rows_are_usual() -> None:
    end = AT.replace(minute=0)
    hours = {end - back * HOUR: 4 for back in range(25, 7 * 168)}

    found = entity_health(replace(FACTS, hours=hours, last_success_at=AT - HOUR), AT, 120)

    assert [notice.code for notice in found.notices] == ["low_yield"]
    assert "although its runs succeed" in found.notices[0].sentence.en
    assert found.verdict is Verdict.BLOCK


def test_a_failed_run_says_its_code_and_reason() -> None:
    failed = replace(RUN, state="failed", error_code="unauthorized", error="the key was refused")

    (notice,) = entity_health(replace(FACTS, run=failed), AT, 120).notices

    assert notice.verdict is Verdict.BLOCK
    assert notice.sentence.en == "The last run ended as failed (unauthorized): the key was refused"


def test_old_arrivals_that_nobody_handled_and_a_small_quota_are_noticed() -> None:
    facts = replace(FACTS, backlog=40, oldest_waiting_at=AT - HOUR, run=replace(RUN, quota_left=3))

    assert set(_codes(facts)) == {"backlog", "quota"}


def test_without_target_run_or_history_there_is_not_enough_evidence() -> None:
    facts = EntityFacts(source="acme", entity="files", last_received_at=AT)

    assert entity_health(facts, AT, None).verdict is Verdict.NOT_ENOUGH_EVIDENCE


def test_a_source_is_as_ill_as_its_illest_part_and_names_what_was_refused() -> None:
    refused = Reject(source="acme", reason_code="no_date", rows=12, oldest_at=AT - 48 * HOUR)
    facts = SyncFacts(at=AT, entities=(FACTS,), rejects=(refused,))

    acme, silent = health(facts, freshness=lambda *_: 120, configured=["zeta"], unmapped=["acme"])

    assert ({one.code for one in acme.notices}, acme.verdict) == ({"rejects", "unmapped"}, Verdict.REVIEW)
    assert (silent.source, silent.verdict) == ("zeta", Verdict.NOT_ENOUGH_EVIDENCE)


def test_what_one_part_lacks_hides_nothing_that_another_showed() -> None:
    late = replace(FACTS, last_received_at=AT - 3 * HOUR)
    files = EntityFacts(source="acme", entity="files", last_received_at=AT)

    (acme,) = health(
        SyncFacts(at=AT, entities=(late, files), rejects=()), freshness=lambda _, e: 120 if e == "scored" else None
    )

    assert acme.verdict is Verdict.REVIEW


def test_spans_are_told_in_the_unit_that_fits() -> None:
    assert (told(1), told(90), told(300), told(60 * 24 * 3)) == ("1 minute", "90 minutes", "5 hours", "3 days")
    assert told_zh(300) == "5 小时"
