"""The verdict of a column and of the whole: each of the four, and the reasons in both languages."""

import json

import numpy as np
import pytest

from tests.validation.drift_cases import compared, counted
from validation.bins import freeze, profile, reference_profile
from validation.drift import DriftThresholds, assess, compare
from validation.outcome import Verdict

RNG = np.random.default_rng(11)
REFERENCE = RNG.normal(size=5000)


def assessed(reference, current, **options):
    """Two dictionaries of values, column by column."""
    bins = {name: freeze(values) for name, values in reference.items()}
    return assess(
        {name: profile(values, bins[name]) for name, values in reference.items()},
        {name: profile(values, bins.get(name, freeze(values))) for name, values in current.items()},
        **options,
    )


@pytest.mark.parametrize(
    ("shift", "verdict"), [(0.0, Verdict.PASS), (0.2, Verdict.REVIEW), (0.4, Verdict.REVIEW), (1.0, Verdict.BLOCK)]
)
def test_a_shift_is_judged_by_its_size(shift, verdict):
    assert compared(REFERENCE, np.random.default_rng(12).normal(shift, 1, 4000)).verdict is verdict


def test_a_million_rows_do_not_turn_a_trifle_into_an_alarm():
    reference = counted({"a": 500_000, "b": 500_000})

    drift = compare("source", reference, counted({"a": 505_000, "b": 495_000}, reference))

    assert drift.tests["chi_square_p"] < 1e-9
    assert drift.verdict is Verdict.PASS


@pytest.mark.parametrize("n", [1, 3, 99])
def test_few_rows_are_not_enough_whatever_they_show(n):
    drift = compared(REFERENCE, REFERENCE[:n] + 5)

    assert drift.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert f"{n} current values are too few" in drift.reason.en


def test_a_large_effect_within_chance_is_not_enough_evidence():
    """Ten bins of 120 rows have a PSI above .10 more often than not without any change."""
    reference = counted({str(bin_): 12 for bin_ in range(10)})
    current = {str(bin_): 12 + (4 if bin_ % 2 else -4) for bin_ in range(10)}

    drift = compare("grade", reference, counted(current, reference))

    assert drift.psi == pytest.approx(5 / 30 * np.log(2), abs=1e-9)
    assert drift.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert "chance alone" in drift.reason.en


def test_one_emptied_bin_is_a_review_although_psi_knows_no_limit():
    reference = counted({"a": 9500, "b": 500})

    drift = compare("source", reference, counted({"a": 10_000}, reference))

    assert drift.psi > 0.25
    assert drift.verdict is Verdict.REVIEW


def test_one_outlier_alone_does_not_block():
    drift = compared(REFERENCE, np.append(REFERENCE[:-1], 1e6))

    assert drift.wasserstein_normed > 0.5
    assert drift.verdict is Verdict.REVIEW


@pytest.mark.parametrize(("missing", "verdict"), [(20, Verdict.PASS), (100, Verdict.REVIEW), (400, Verdict.BLOCK)])
def test_a_rise_of_missing_values_is_judged_by_its_size(missing, verdict):
    current = [*["a", "b"] * 500][: 1000 - missing] + [None] * missing

    drift = compared(["a", "b"] * 500, current)

    assert drift.missing_change == pytest.approx(missing / 1000)
    assert drift.verdict is verdict


def test_a_column_that_went_blank_blocks():
    drift = compared(REFERENCE, [None] * 500)

    assert drift.missing_change == 1.0
    assert (drift.psi, drift.verdict) == (None, Verdict.BLOCK)


def test_a_reference_of_one_value_that_changes_does_not_pass():
    assert compared([5.0] * 500, [7.0] * 500).verdict is Verdict.BLOCK


def test_the_whole_is_as_grave_as_its_gravest_column():
    drift = assessed({"x": REFERENCE, "y": REFERENCE}, {"x": REFERENCE, "y": REFERENCE + 2})

    assert drift.verdict is Verdict.BLOCK
    assert drift.reason.en == "1 of 2 columns drifted far enough to block: y."
    assert drift.reason.zh == "2 列中有 1 列的漂移已达到阻断程度：y。"


@pytest.mark.parametrize(("reference", "current"), [(("x", "y"), ("x",)), (("x",), ("x", "y"))])
def test_a_column_on_one_side_only_never_passes(reference, current):
    drift = assessed(dict.fromkeys(reference, REFERENCE), dict.fromkeys(current, REFERENCE))

    by_name = {column.column: column.verdict for column in drift.columns}
    assert by_name == {"x": Verdict.PASS, "y": Verdict.REVIEW}


def test_without_columns_nothing_is_concluded():
    drift = assess({}, {})

    assert drift.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert drift.reason.en == "No column was compared."


def test_more_columns_ask_for_more_than_chance():
    """A PSI of .17 at 300 rows is beyond chance for one column, not for one of two million."""
    reference = counted({str(bin_): 30 for bin_ in range(10)})
    current = {str(bin_): 30 + (12 if bin_ % 2 else -12) for bin_ in range(10)}
    sides = {"x": reference}, {"x": counted(current, reference)}

    assert assess(*sides).verdict is Verdict.REVIEW
    assert assess(*sides, tests=2_000_000).verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert assess(*sides, thresholds=DriftThresholds(psi_review=0.2, jensen_shannon_review=0.2)).verdict is Verdict.PASS


def test_the_answer_is_plain_json_with_both_languages():
    drift = assessed({"x": REFERENCE, "c": ["a", "b"] * 100}, {"x": REFERENCE, "c": ["a", "n"] * 100})

    document = json.loads(json.dumps(drift.as_json(), allow_nan=False))

    assert document["reference_n"] == 5000
    assert document["columns"][1]["new_values"] == ["n"]
    assert {"en", "zh"} == set(document["columns"][1]["reason"])


def test_profiles_may_be_merged_before_they_are_compared():
    bins = freeze(REFERENCE)
    chunks = [profile(part, bins) for part in np.array_split(REFERENCE + 0.3, 7)]
    merged = chunks[0]
    for chunk in chunks[1:]:
        merged = merged.merge(chunk)

    whole = compare("x", reference_profile(REFERENCE), profile(REFERENCE + 0.3, bins))

    assert compare("x", reference_profile(REFERENCE), merged).as_json() == whole.as_json()
