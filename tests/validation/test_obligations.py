"""The calendar of obligations against days counted by hand on a wall calendar."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from validation.obligation_evidence import EvidenceKind
from validation.obligation_rules import Obligation, Obligations, load
from validation.obligations import Entry, State, Subject, Use, calendar, entry

SHIPPED = load()
TODAY = date(2026, 11, 23)
LIVE = Use(first=date(2026, 3, 2))
NOTHING: Mapping[EvidenceKind, tuple[date, ...]] = dict.fromkeys(EvidenceKind, ())


def duty(id_: str) -> Obligation:
    """The shipped obligation with this id."""
    return next(one for one in SHIPPED.obligations if one.id == id_)


def judged(id_: str, use: Use = LIVE, *, on: date = TODAY, **evidence: date) -> Entry:
    """A duty with one day of evidence for each kind given; of the others a record is kept, and there is none."""
    dates = {**NOTHING, **{EvidenceKind(kind): (day,) for kind, day in evidence.items()}}
    one = duty(id_)
    return entry(
        one, Subject(model="m", use=use, evidence=dates), on=on, holidays=SHIPPED.holidays_of(one.jurisdiction)
    )


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2026, 2, 28), State.MET),
        (date(2026, 12, 12), State.MET),
        (date(2026, 12, 13), State.DUE_SOON),
        (date(2027, 2, 11), State.DUE_SOON),
        (date(2027, 2, 12), State.OVERDUE),
    ],
)
def test_a_bias_audit_of_11_february_holds_one_year_and_is_due_sixty_days_before(on: date, state: State) -> None:
    """11 February 2027 less 60 days: 11 of February, 31 of January, 18 of December: 13 December 2026."""
    found = judged("nyc_bias_audit", Use(first=date(2026, 1, 5)), on=on, bias_audit=date(2026, 2, 11))

    assert found.state is state
    assert found.due == date(2027, 2, 11)


def test_notice_before_thanksgiving_counts_neither_weekend_nor_holiday() -> None:
    """From Monday 16 November 2026: 17 18 19 20, 23 24 25 (26 is Thanksgiving) 27, 30, 1 December is the tenth."""
    found = judged("nyc_candidate_notice", Use(), candidate_notice=date(2026, 11, 16))

    assert found.due == date(2026, 12, 1)
    assert found.state is State.MET


def test_use_before_the_tenth_business_day_is_told() -> None:
    """From Monday 16 February 2026 (Presidents' Day): 17 to 20, 23 to 27 are nine, 2 March is the tenth."""
    in_time = judged("nyc_candidate_notice", Use(first=date(2026, 3, 2)), candidate_notice=date(2026, 2, 16))
    too_early = judged("nyc_candidate_notice", Use(first=date(2026, 2, 27)), candidate_notice=date(2026, 2, 16))

    assert (in_time.state, in_time.due) == (State.MET, date(2026, 3, 2))
    assert (too_early.state, too_early.due) == (State.OVERDUE, date(2026, 2, 27))


@pytest.mark.parametrize(
    ("last", "on", "due"),
    [
        (None, TODAY, None),
        (date(2026, 8, 31), TODAY, date(2027, 2, 28)),
        (date(2026, 3, 31), TODAY, date(2026, 9, 30)),
    ],
)
def test_a_summary_stays_posted_until_six_months_after_the_last_use(last: date | None, on: date, due: date) -> None:
    found = judged(
        "nyc_public_summary",
        Use(first=date(2026, 3, 2), last=last),
        on=on,
        summary_posted=date(2026, 3, 2),
        ll144_summary=date(2026, 2, 27),
    )

    assert (found.state, found.due) == (State.MET, due)


def test_a_summary_posted_after_the_first_use_was_due_on_it() -> None:
    found = judged("nyc_public_summary", summary_posted=date(2026, 3, 3), ll144_summary=date(2026, 2, 27))

    assert (found.state, found.due) == (State.OVERDUE, date(2026, 3, 2))


def test_all_named_kinds_of_evidence_are_needed_and_the_oldest_counts() -> None:
    half = judged("us_ugesp_records", adverse_impact=date(2026, 9, 1))
    whole = judged("us_ugesp_records", adverse_impact=date(2026, 9, 1), validity_study=date(2026, 5, 4))

    assert (half.state, half.due) == (State.OVERDUE, date(2026, 3, 2))
    assert (whole.state, whole.due) == (State.MET, date(2027, 5, 4))


def test_what_is_not_in_use_is_not_due_yet() -> None:
    never = judged("nyc_bias_audit", Use())
    ended = judged("nyc_bias_audit", Use(first=date(2025, 3, 3), last=date(2025, 9, 1)), bias_audit=date(2025, 2, 3))

    assert (never.state, never.due) == (State.NOT_YET, None)
    assert ended.state is State.NOT_YET
    assert "2026-02-03" in ended.reason.en


def test_what_nobody_keeps_a_record_of_cannot_be_told() -> None:
    found = entry(duty("nyc_bias_audit"), Subject(model="m", use=LIVE, evidence={}), on=TODAY)

    assert found.state is State.CANNOT_TELL
    assert "bias audit" in found.reason.en
    assert "偏见审计" in found.reason.zh


def test_evidence_of_tomorrow_does_not_count_today() -> None:
    found = judged("nyc_bias_audit", bias_audit=date(2026, 11, 24))

    assert found.state is State.OVERDUE
    assert found.evidence == ()


@pytest.mark.parametrize(
    ("on", "made", "state"),
    [
        (date(2026, 8, 1), None, State.NOT_YET),
        (date(2026, 8, 2), None, State.CANNOT_TELL),
        (date(2027, 12, 1), None, State.CANNOT_TELL),
        (TODAY, date(2026, 10, 1), State.NOT_YET),
        (date(2027, 12, 2), None, State.OVERDUE),
        (date(2027, 12, 2), date(2026, 10, 1), State.MET),
    ],
)
def test_a_postponement_that_is_unverified_cannot_be_told_between_its_dates(
    on: date, made: date | None, state: State
) -> None:
    evidence = {"annex_iv": made} if made else {}

    assert judged("eu_ai_act_annex_iv", on=on, **evidence).state is state


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2026, 11, 1), State.NOT_YET),
        (date(2026, 11, 2), State.DUE_SOON),
        (date(2027, 1, 1), State.OVERDUE),
    ],
)
def test_a_date_to_come_is_due_soon_sixty_days_before(on: date, state: State) -> None:
    """1 January 2027 less 60 days: 31 of December and 29 of November: 2 November 2026."""
    assert judged("co_admt_notice", on=on).state is state


def test_a_date_to_come_names_nothing_missing_where_nothing_is() -> None:
    there = {"candidate_letter": TODAY, "decision_log": TODAY}

    found = judged("co_admt_explanation", on=date(2026, 12, 1), **there)

    assert (found.state, found.reason.en) == (State.DUE_SOON, "Applies from 2027-01-01.")


@pytest.mark.parametrize(
    ("reported", "on", "state", "due"),
    [
        (date(2026, 12, 20), date(2026, 12, 21), State.MET, date(2026, 12, 31)),
        (date(2026, 12, 20), date(2027, 1, 4), State.NOT_YET, date(2027, 12, 31)),
        (date(2027, 1, 2), date(2027, 1, 4), State.NOT_YET, date(2027, 12, 31)),
        (None, date(2026, 12, 1), State.DUE_SOON, date(2026, 12, 31)),
        (None, date(2026, 10, 1), State.NOT_YET, date(2026, 12, 31)),
        (None, date(2027, 1, 1), State.OVERDUE, date(2026, 12, 31)),
    ],
)
def test_a_yearly_report_is_due_on_its_day(reported: date | None, on: date, state: State, due: date) -> None:
    """A report of 2 January is the late one of the year before, and none of the year that begins."""
    evidence = {"demographic_report": reported} if reported else {}

    found = judged("il_aivia_report", on=on, **evidence)

    assert (found.state, found.due) == (state, due)


def test_a_proposal_is_not_due_and_has_no_date() -> None:
    found = judged("il_hra_rules")

    assert (found.state, found.due) == (State.NOT_YET, None)


def test_a_calendar_holds_models_and_the_company_apart_and_the_urgent_first() -> None:
    subjects = [Subject(model=name, use=LIVE, evidence=NOTHING) for name in ("", "a", "b")]

    found = calendar(SHIPPED, subjects, places=["US-NYC"], on=TODAY)

    audits = [line.model for line in found if line.obligation.id == "nyc_bias_audit"]
    requests = [line.model for line in found if line.obligation.id == "nyc_data_request"]
    assert (audits, requests) == (["a", "b"], [""])
    assert [list(State).index(line.state) for line in found] == sorted(list(State).index(line.state) for line in found)


def test_without_obligations_the_calendar_is_empty() -> None:
    none: Obligations = replace(SHIPPED, obligations=())

    assert calendar(none, [Subject(model="", use=LIVE, evidence={})], places=["US"], on=TODAY) == ()
