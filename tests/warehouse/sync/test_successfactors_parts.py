"""The small parts of the SuccessFactors connector: values, stages, milestones, options, filters."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standins.successfactors_contract import source_of
from tests.standins.successfactors_rows import wire
from warehouse.sync.connectors.successfactors.assessments import components
from warehouse.sync.connectors.successfactors.options import options
from warehouse.sync.connectors.successfactors.people import milestone
from warehouse.sync.connectors.successfactors.stages import ended_at, steps
from warehouse.sync.connectors.successfactors.values import Row, decoded, literal, moment, time_literal
from warehouse.sync.kit.errors import Malformed, Misconfigured

STATUSES = options(source_of("https://api.example.com")).statuses
MOMENTS = st.datetimes(
    dt.datetime(1900, 1, 1),  # noqa: DTZ001 - a bound
    dt.datetime(9999, 12, 31),  # noqa: DTZ001 - a bound
    timezones=st.just(dt.UTC),
).map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000))


def trail(*statuses: str) -> list[Row]:
    return [
        {"revNumber": str(n), "createdDateTime": f"2026-01-{n:02}T00:00:00Z", "jobAppStatus": {"appStatusName": name}}
        for n, name in enumerate(statuses, 1)
    ]


def stays(*statuses: str) -> list[tuple[str, str | None, str | None]]:
    found = steps(trail(*statuses), STATUSES)
    return [(step.stage, step.outcome, (step.left_at or "")[8:10] or None) for step in found if step.stage]


@given(MOMENTS)
def test_a_moment_survives_the_wire(at: dt.datetime) -> None:
    assert moment(decoded({"x": wire(at, "DateTimeOffset")})["x"]) == at


@given(st.dates(dt.date(1900, 1, 1)))
def test_a_date_survives_the_wire_as_the_same_day_without_a_zone(day: dt.date) -> None:
    midnight = dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a date

    assert decoded({"x": wire(midnight, "DateTime")}) == {"x": day.isoformat()}


def test_deferred_and_metadata_go_and_custom_fields_stay() -> None:
    row = {
        "__metadata": {},
        "a": {"__deferred": {}},
        "b": {"results": [{"c": "/Date(0)/"}]},
        "custX": {"y": None},
        "n": "12",
    }

    assert decoded(row) == {"b": [{"c": "1970-01-01"}], "custX": {"y": None}, "n": "12"}


@pytest.mark.parametrize("text", ["/Date(x)/", "/Date(99999999999999999)/", "see /Date(0)/", ""])
def test_text_that_is_no_date_stays_text(text: str) -> None:
    assert decoded({"x": text}) == {"x": text}


def test_ids_become_literals_that_cannot_leave_their_quotes() -> None:
    assert (literal("String", "O'Brien"), literal("Int64", "12")) == ("'O''Brien'", "12L")
    with pytest.raises(Malformed):
        literal("Int64", "1 or 1 eq 1")


def test_times_are_written_as_their_property_wants_them() -> None:
    at = dt.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=dt.UTC)

    assert time_literal("DateTimeOffset", at) == "datetimeoffset'2026-01-02T03:04:05Z'"
    assert time_literal("DateTime", at) == "datetime'2026-01-02T03:04:05'"


def test_an_application_that_goes_forward_advances_at_each_stage() -> None:
    assert stays("New Application", "AI Interview", "Interview", "Offer", "Hired") == [
        ("applied", "advanced", "02"),
        ("ai_interview", "advanced", "03"),
        ("re_interview", "advanced", "04"),
        ("offer", "advanced", "05"),
        ("hire", "advanced", None),
    ]


def test_several_statuses_of_one_stage_are_one_stay() -> None:
    assert stays("New Application", "Interview 1", "Something else", "Interview 2", "Rejected") == [
        ("applied", "advanced", "02"),
        ("re_interview", "not_advanced", "05"),
    ]


def test_who_withdraws_and_who_waits_are_told_apart() -> None:
    assert stays("New Application", "Withdrawn") == [("applied", "withdrawn", "02")]
    assert stays("New Application", "AI Interview")[-1] == ("ai_interview", "pending", None)


def test_a_rejection_that_was_taken_back_is_no_end() -> None:
    back, out = (
        steps(trail("Applied", "Rejected", "Interview"), STATUSES),
        steps(trail("Applied", "Rejected"), STATUSES),
    )

    assert (ended_at(back, "rejected"), ended_at(out, "rejected")) == (None, "2026-01-02T00:00:00Z")


def test_a_tenants_own_words_come_before_the_defaults() -> None:
    found = options(source_of("https://api.example.com", {"statuses": {"offer": ["Interview"], "hire": [" 已入职 "]}}))

    assert (found.statuses["interview"], found.statuses["已入职"], found.statuses["offer"]) == (
        "offer",
        "hire",
        "offer",
    )


def test_the_component_that_was_appended_last_counts() -> None:
    details: list[Row] = [
        {"id": "12", "scoreComponent": "SCORE", "scoreValue": "80"},
        {"id": "9", "scoreComponent": "Score", "scoreValue": "70"},
        {"id": "10", "scoreComponent": "logic", "scoreValue": "5"},
        {"id": "11", "scoreComponent": "recommendation", "scoreValue": "2"},
    ]

    assert components(details) == ("80", "2", {"logic": "5"})


@pytest.mark.parametrize(("days", "months"), [(30, None), (91, 3), (182, 6), (365, 12), (500, None), (-10, None)])
def test_a_review_stands_for_the_nearest_milestone(days: int, months: int | None) -> None:
    start = dt.date(2025, 1, 1)

    assert milestone(start, start + dt.timedelta(days=days)) == months


@pytest.mark.parametrize("scale", [{"min": 5, "max": 1}, {"min": 1}, 5])
def test_a_scale_without_width_is_refused(scale: object) -> None:
    with pytest.raises(Misconfigured, match="review_scale"):
        options(source_of("https://api.example.com", {"review_scale": scale}))
