"""A silent change of the vendor's scoring: found when it is there, not invented when people change."""

import numpy as np
import pytest

from validation.mix import SegmentCell
from validation.outcome import Verdict
from validation.vendor_change import PeriodScores, vendor_change


def month(number, means, sizes, rng, spread=10.0, version="1"):
    """A month's scores by segment."""
    cells = []
    for name, mean in means.items():
        scores = rng.normal(mean, spread, sizes[name])
        cells.append(SegmentCell(segment=name, n=scores.size, total=scores.sum(), squares=float((scores**2).sum())))
    return PeriodScores(period=f"2026-{number:02}", segments=tuple(cells), version=version)


def year(seed, *, shift=0.0, spread=10.0, at=8, sizes=None, version="1"):
    """Twelve months whose scores change at month `at`."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(1, 13):
        is_after = number >= at
        moved = shift if is_after else 0.0
        found.append(
            month(
                number,
                {"sales": 60 + moved, "tech": 70 + moved},
                sizes(number) if sizes else {"sales": 200, "tech": 200},
                rng,
                spread if is_after else 10.0,
                version if is_after else "1",
            )
        )
    return found


@pytest.mark.parametrize(("shift", "verdict"), [(3.0, Verdict.REVIEW), (-3.0, Verdict.REVIEW), (8.0, Verdict.BLOCK)])
def test_a_silent_shift_is_found_at_its_month(shift, verdict):
    found = vendor_change(year(1, shift=shift))

    assert (found.change_at, found.is_announced, found.verdict) == ("2026-08", False, verdict)
    assert found.shift_sd == pytest.approx(shift / 10, abs=0.07)


def test_a_new_mix_of_people_is_no_change_of_the_vendor():
    """Sales, who score ten points lower, go from a tenth to nine tenths of the people."""
    found = vendor_change(
        year(2, sizes=lambda number: {"sales": 360, "tech": 40} if number >= 8 else {"sales": 40, "tech": 360})
    )

    assert (found.change_at, found.verdict) == (None, Verdict.PASS)


def test_a_rescaled_spread_is_found():
    found = vendor_change(year(3, spread=14.0))

    assert found.change_at == "2026-08"
    assert found.spread_ratio == pytest.approx(1.4, rel=0.05)


def test_an_announced_version_is_told_beside_the_change():
    found = vendor_change(year(4, shift=4.0, version="2"))

    assert found.is_announced is True
    assert "with a new version" in found.reason.en


def test_steady_vendors_hardly_ever_alarm():
    alarms = sum(vendor_change(year(seed)).verdict is not Verdict.PASS for seed in range(100, 160))

    assert alarms <= 5


def test_wavering_from_month_to_month_is_not_a_change_point():
    rng = np.random.default_rng(5)
    months = [month(number, {"all": 60 + 4 * (number % 2)}, {"all": 400}, rng) for number in range(1, 13)]

    assert vendor_change(months).change_at is None


@pytest.mark.parametrize("count", [0, 1, 3])
def test_few_periods_are_not_enough(count):
    found = vendor_change(year(6)[:count])

    assert (found.verdict, found.p_value) == (Verdict.NOT_ENOUGH_EVIDENCE, None)


def test_periods_without_a_common_segment_are_not_enough():
    rng = np.random.default_rng(7)
    months = [month(number, {f"job {number}": 50.0}, {f"job {number}": 90}, rng) for number in range(1, 7)]

    assert vendor_change(months).verdict is Verdict.NOT_ENOUGH_EVIDENCE


def test_scores_without_any_spread_have_a_defined_answer():
    cell = SegmentCell(segment="all", n=100, total=5000.0, squares=250_000.0)
    months = [PeriodScores(period=str(number), segments=(cell,)) for number in range(6)]

    found = vendor_change(months)

    assert found.verdict is Verdict.PASS
    assert found.as_json()["change_at"] is None


def test_jobs_of_few_people_do_not_outweigh_the_others():
    """Thirty jobs with some three people a month each: two who scored alike are no sure mean."""
    rng = np.random.default_rng(8)
    names = [f"job {number}" for number in range(30)]

    def months(shift):
        sizes = [dict(zip(names, rng.poisson(3, len(names)).tolist(), strict=True)) for _ in range(24)]
        return [
            month(number, dict.fromkeys(names, 60.0 + shift * (number > 12)), size, rng)
            for number, size in enumerate(sizes, start=1)
        ]

    steady = [vendor_change(months(0.0), alpha=0.01) for _ in range(15)]
    moved = vendor_change(months(3.0), alpha=0.01)

    assert sum(found.verdict is not Verdict.PASS for found in steady) <= 1
    assert moved.change_at in {"2026-12", "2026-13", "2026-14"}
    assert moved.shift_sd == pytest.approx(0.3, abs=0.12)
