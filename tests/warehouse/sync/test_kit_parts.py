"""Windows, batches, limits, row results and records: small parts, each against what it promises."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.sync.kit.batches import batches
from warehouse.sync.kit.clock import JumpingClock
from warehouse.sync.kit.limits import RateLimit
from warehouse.sync.kit.records import Record, milliseconds
from warehouse.sync.kit.row_results import row_results
from warehouse.sync.kit.windows import date_slices, slices

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@settings(max_examples=200, deadline=None)
@given(
    seconds=st.integers(1, 10_000_000),
    longest=st.integers(10, 5_000_000),
    overlap=st.integers(0, 100_000),
    between=st.integers(0, 9),
)
def test_windows_cover_the_span_without_a_gap_and_none_is_too_long(
    seconds: int, longest: int, overlap: int, between: int
) -> None:
    longest = max(longest, seconds // 500)  # at most some hundred windows
    length, reach = dt.timedelta(seconds=longest), dt.timedelta(seconds=overlap)
    end = START + dt.timedelta(seconds=seconds)

    found = list(slices(START, end, longest=length, overlap=reach, between=dt.timedelta(seconds=between)))

    assert (found[0].start, found[-1].end) == (START - reach, end)
    assert all(one.start < one.end and one.end - one.start <= length for one in found)
    assert all(after.start == before.end - dt.timedelta(seconds=between) for before, after in itertools.pairwise(found))


def test_ninety_one_days_are_two_windows_of_at_most_ninety() -> None:
    found = list(slices(START, START + 91 * DAY, longest=90 * DAY))

    assert [(one.end - one.start).days for one in found] == [90, 1]


def test_a_window_is_written_on_the_wall_clock_of_the_source() -> None:
    window = next(slices(START, START + DAY, longest=DAY))

    assert window.written("%Y-%m-%d %H:%M", ZoneInfo("Asia/Shanghai")) == ("2026-03-01 08:00", "2026-03-02 08:00")


def test_a_day_with_a_clock_change_is_as_long_as_it_truly_is() -> None:
    zone = ZoneInfo("America/New_York")
    start, end = dt.datetime(2026, 3, 8, tzinfo=zone), dt.datetime(2026, 3, 9, tzinfo=zone)

    found = list(slices(start, end, longest=dt.timedelta(hours=23)))

    assert len(found) == 1


def test_nothing_is_between_an_end_and_a_later_start() -> None:
    assert list(slices(START, START, longest=DAY)) == []


def test_moments_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        list(slices(dt.datetime(2026, 1, 1), START, longest=DAY))  # noqa: DTZ001


def test_spans_of_days_include_both_ends() -> None:
    found = list(date_slices(dt.date(2026, 1, 1), dt.date(2026, 4, 1), longest_days=90))

    assert found == [(dt.date(2026, 1, 1), dt.date(2026, 3, 31)), (dt.date(2026, 4, 1), dt.date(2026, 4, 1))]


def test_ids_are_cut_by_number_and_by_length_each_once() -> None:
    assert list(batches(["a", "b", "a", "c"], 2)) == [("a", "b"), ("c",)]
    assert list(batches(["aaaa", "bbbb", "c"], 9, longest_text=7)) == [("aaaa",), ("bbbb", "c")]


@pytest.mark.parametrize(
    ("second", "minute", "calls", "waited"), [(5, None, 15, 2.0), (None, 60, 90, 30.0), (10, 60, 61, 5.1)]
)
def test_calls_wait_until_both_limits_allow_them(second: float, minute: float, calls: int, waited: float) -> None:
    clock = JumpingClock()
    limit = RateLimit(per_second=second, per_minute=minute, clock=clock)

    for _ in range(calls):
        limit.wait()

    assert clock.monotonic() == pytest.approx(waited)


def test_within_no_second_more_calls_than_two_bursts_leave() -> None:
    clock = JumpingClock()
    limit = RateLimit(per_second=5, clock=clock)
    moments = []
    for _ in range(50):
        limit.wait()
        moments.append(clock.monotonic())

    assert max(sum(1 for other in moments if one <= other < one + 1) for one in moments) <= 10


def test_each_row_of_a_request_has_its_own_result() -> None:
    answers = [
        {"index": 2, "status": "ERROR", "key": "c"},
        {"index": "0", "status": "OK", "key": "a"},
        {"index": 0, "status": "ERROR"},
        {"index": 9, "status": "OK"},
    ]

    found = row_results(answers, sent=3, status="status", done=("OK",), index="index", receipt="key")

    assert [(one.index, one.is_done, one.code) for one in found] == [
        (0, False, "ERROR"),
        (1, False, "missing"),
        (2, False, "ERROR"),
    ]


def test_rows_without_an_index_are_in_the_order_of_the_request() -> None:
    found = row_results([{"code": 200}, {"code": "417"}], sent=2, status="code", done=(200,))

    assert [one.is_done for one in found] == [True, False]


def test_the_same_body_in_another_order_is_the_same_record() -> None:
    one = Record(entity="Job", id="1", body={"a": 1, "b": "数据"})
    other = Record(entity="Job", id="1", body={"b": "数据", "a": 1})

    assert one.canonical == other.canonical
    assert one.sha256 == other.sha256
    assert "数据" not in repr(one)


def test_a_version_needs_a_zone() -> None:
    assert milliseconds(START) == 1_772_323_200_000
    with pytest.raises(ValueError, match="zone"):
        milliseconds(START.replace(tzinfo=None))
