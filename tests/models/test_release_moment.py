"""Moments as people type them: in the company's zone, unless they say more."""

import datetime as dt

import pytest

from models.release_moment import BadMoment, moment

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"


@pytest.mark.parametrize(
    ("words", "zone", "meant"),
    [
        ("2026-03-03", "UTC", dt.datetime(2026, 3, 3, 23, 59, 59, 999999, dt.UTC)),
        ("2026-03-03", SHANGHAI, dt.datetime(2026, 3, 3, 15, 59, 59, 999999, dt.UTC)),
        ("20260303", "UTC", dt.datetime(2026, 3, 3, 23, 59, 59, 999999, dt.UTC)),
        ("2026-03-03T10:00", "UTC", dt.datetime(2026, 3, 3, 10, tzinfo=dt.UTC)),
        ("2026-03-03 10:00", SHANGHAI, dt.datetime(2026, 3, 3, 2, tzinfo=dt.UTC)),
        ("2026-03-03T10:00+08:00", "UTC", dt.datetime(2026, 3, 3, 2, tzinfo=dt.UTC)),
        ("2026-03-03T10:00Z", SHANGHAI, dt.datetime(2026, 3, 3, 10, tzinfo=dt.UTC)),
        ("2026-07-03T10:00", BERLIN, dt.datetime(2026, 7, 3, 8, tzinfo=dt.UTC)),
        ("2026-10-25T02:30", BERLIN, dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)),
    ],
    ids=lambda value: value.replace(" ", "_") if isinstance(value, str) else "",
)
def test_a_moment_is_read_as_people_mean_it(words: str, zone: str, meant: dt.datetime) -> None:
    """On 25 October the clocks of Berlin show half past two twice; the first is meant."""
    assert moment(words, zone) == meant


@pytest.mark.parametrize("words", ["", "yesterday", "2026-02-30", "03.03.2026", "0001-01-01T00:00+23:00"])
def test_what_is_no_moment_is_refused(words: str) -> None:
    with pytest.raises(BadMoment, match="2026-03-03"):
        moment(words, "UTC")
