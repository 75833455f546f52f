"""The dataset: nothing after the interview, matured labels only, and every row left out is counted."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from models.features import Feature, FeatureSpec, Missing
from training.configuration import ConfigurationError
from training.dataset import NothingToLearn, dataset, fingerprint, is_ordered, order
from training.labels import target_kind
from training.target import Target

AS_OF = pd.Timestamp("2026-06-30", tz="UTC")
SPEC = FeatureSpec(features=(Feature(name="logic", source="skill:logic"),))


def rows(count: int = 4, **columns: object) -> pd.DataFrame:
    """Interviews on the first days of 2026, re-interviewed three days later, passed by turns."""
    days = pd.date_range("2026-01-01", periods=count, tz="UTC")
    keys = [f"a{number}" for number in range(count)]
    frame = pd.DataFrame(
        {
            "application_key": keys,
            "candidate_key": [f"c{key}" for key in keys],
            "department_id": "d",
            "job_family": "sales",
            "applied_at": days,
            "ai_interviewed_at": days,
            "ai_score": 70.0,
            "skill:logic": np.linspace(40, 80, count),
            "re_interviewed_at": days + pd.Timedelta(days=3),
            "re_interview_passed": [number % 2 == 0 for number in range(count)],
            "hired_on": [dt.date(2025, 1, 1)] * count,
            "left_on": [None] * count,
            "performance_6m": 0.8,
            "performance_6m_on": [dt.date(2026, 3, 1)] * count,
            "criterion": 1.0,
            "criterion_on": [None] * count,
        }
    )
    return frame.assign(**columns)


def test_a_label_counts_only_after_it_has_matured() -> None:
    made = dataset(rows(), "q", SPEC, Target(name="re_interview_pass", matured_after_days=176), AS_OF)

    assert made.labelled_n == 2
    assert made.excluded["label_not_matured"] == 2


def test_an_interview_after_the_snapshot_is_left_out_and_counted() -> None:
    later = pd.Timestamp("2026-07-01", tz="UTC")
    frame = rows()
    frame.loc[3, "ai_interviewed_at"] = later

    made = dataset(frame, "q", SPEC, Target(name="re_interview_pass"), AS_OF)

    assert len(made.frame) == 3
    assert made.excluded["interview_after_snapshot"] == 1


def test_an_outcome_dated_before_the_interview_is_no_label() -> None:
    frame = rows()
    frame.loc[0, "re_interviewed_at"] = pd.Timestamp("2025-12-01", tz="UTC")

    made = dataset(frame, "q", SPEC, Target(name="re_interview_pass"), AS_OF)

    assert (made.labelled_n, made.excluded["label_before_interview"]) == (3, 1)


def test_who_has_no_label_is_counted_and_the_reader_is_warned_in_both_languages() -> None:
    frame = rows(re_interview_passed=[True, None, False, None])

    made = dataset(frame, "q", SPEC, Target(name="re_interview_pass"), AS_OF)

    assert (made.labelled_n, made.excluded["no_label"]) == (2, 2)
    assert "2 of 4" in made.warnings[0].en
    assert "2" in made.warnings[0].zh


def test_where_all_rows_have_labels_the_rows_themselves_are_those_who_got_that_far() -> None:
    (warning,) = dataset(rows(), "q", SPEC, Target(name="re_interview_pass"), AS_OF).warnings

    assert "All 4" in warning.en
    assert "those who were re-interviewed" in warning.en
    assert "从未获得标签的为 0 份" in warning.zh


def test_no_later_column_reaches_the_frame() -> None:
    made = dataset(rows(), "q", SPEC, Target(name="re_interview_pass"), AS_OF)

    assert set(made.frame.columns) == {
        "application_key", "candidate_key", "department_id", "job_family", "applied_at", "ai_interviewed_at",
        "ai_score", "skill:logic", "label", "label_on",
    }  # fmt: skip


def test_rows_without_a_required_input_are_left_out_and_counted() -> None:
    required = FeatureSpec(features=(Feature(name="logic", source="skill:logic", missing=Missing.REFUSE),))
    frame = rows(**{"skill:logic": [1.0, np.nan, 2.0, 3.0]})

    made = dataset(frame, "q", required, Target(name="re_interview_pass"), AS_OF)

    assert (len(made.frame), made.excluded["required_input_absent"]) == (3, 1)


def test_without_interviews_or_labels_there_is_nothing_to_learn() -> None:
    with pytest.raises(NothingToLearn, match="No application"):
        dataset(rows().iloc[:0], "q", SPEC, Target(name="re_interview_pass"), AS_OF)
    with pytest.raises(NothingToLearn, match="label_not_matured 4"):
        dataset(rows(), "q", SPEC, Target(name="re_interview_pass", matured_after_days=999), AS_OF)


def test_a_rating_is_cut_where_the_target_says() -> None:
    frame = rows(performance_6m=[0.4, 0.6, np.nan, 0.9])

    made = dataset(frame, "q", SPEC, Target(name="performance_6m", at_least=0.6), AS_OF)

    np.testing.assert_array_equal(made.frame["label"], [0.0, 1.0, np.nan, 1.0])


def test_retention_is_known_a_year_after_the_start_for_leavers_and_stayers_alike() -> None:
    """Someone who left early is known earlier, and would stand for a year of leavers only."""
    hired = [dt.date(2025, 6, 1), dt.date(2025, 6, 1), dt.date(2025, 12, 1), None]
    left = [None, dt.date(2025, 8, 1), dt.date(2026, 1, 15), None]
    early = [pd.Timestamp("2025-05-01", tz="UTC")] * 4
    frame = rows(hired_on=hired, left_on=left, ai_interviewed_at=early)

    made = dataset(frame, "q", SPEC, Target(name="retention_12m"), AS_OF)

    np.testing.assert_array_equal(made.frame["label"], [1.0, 0.0, np.nan, np.nan])


def test_labels_without_a_date_count_only_where_the_target_says_so() -> None:
    with pytest.raises(NothingToLearn):
        dataset(rows(), "q", SPEC, Target(name="high_performer"), AS_OF)

    accepted = dataset(rows(), "q", SPEC, Target(name="high_performer", undated_is_matured=True), AS_OF)

    assert accepted.labelled_n == 4


def test_the_fingerprint_ignores_the_order_of_rows_and_sees_every_value_and_the_query() -> None:
    frame = rows()
    changed = rows(**{"skill:logic": [40.0, 53.0, 66.0, 80.0]})

    assert fingerprint("q", frame) == fingerprint("q", frame.iloc[::-1])
    assert len({fingerprint("q", frame), fingerprint("r", frame), fingerprint("q", changed)}) == 3


def test_an_unknown_target_and_a_rating_without_its_least_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="not known"):
        target_kind(Target(name="charm"))
    with pytest.raises(ConfigurationError, match="at_least"):
        target_kind(Target(name="performance_6m"))


def test_the_order_of_rows_depends_neither_on_their_keys_nor_on_the_order_they_came_in() -> None:
    """Folds and trees follow the order; pseudonyms are other ones in every home. Two rows share day and score."""
    frame = rows(count=6)
    frame.loc[3, "ai_interviewed_at"] = frame.loc[3, "applied_at"] = frame.loc[2, "ai_interviewed_at"]
    frame.loc[2, "applied_at"] = frame.loc[3, "applied_at"]
    renamed = frame.assign(application_key=[f"z{9 - number}" for number in range(6)]).sample(frac=1, random_state=3)

    here, there = (dataset(one, "q", SPEC, Target(name="re_interview_pass"), AS_OF).frame for one in (frame, renamed))

    assert here["skill:logic"].tolist() == there["skill:logic"].tolist()
    assert here["ai_interviewed_at"].is_monotonic_increasing


def test_rows_are_known_to_be_in_order_exactly_where_sorting_would_leave_them() -> None:
    """Few days, scores and inputs, so that rows are alike in all but their keys, some scores absent."""
    draw = np.random.default_rng(5)
    for count in (0, 1, 2, 40, 40, 40):
        days = [
            pd.Timestamp("2025-01-01", tz="UTC") + pd.Timedelta(days=int(day)) for day in draw.integers(0, 2, count)
        ]
        frame = rows(count=4).iloc[np.zeros(count, dtype=int)].reset_index(drop=True)
        frame = frame.assign(
            application_key=[f"a{number:02}" for number in draw.permutation(count)],
            ai_interviewed_at=days,
            ai_score=draw.choice([1.0, 2.0, np.nan], count),
            **{"skill:logic": draw.choice([1.0, 2.0, np.nan], count)},
        )
        sorted_once = frame.iloc[order(frame, SPEC)]

        assert is_ordered(sorted_once, SPEC)
        for place in range(count - 1):
            swapped = np.arange(count)
            swapped[[place, place + 1]] = place + 1, place
            assert not is_ordered(sorted_once.iloc[swapped], SPEC)
