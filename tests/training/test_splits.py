"""Splits: nobody stands on both sides, later rows are held out, and late labels fit nothing."""

import numpy as np
import pandas as pd
import pytest

from training.configuration import Holdout, HoldoutKind
from training.splits import TooFewRows, folds, split


def _frame() -> pd.DataFrame:
    """Ten interviews on ten days; the first person comes back on the last day, one label arrives late."""
    days = pd.date_range("2026-01-01", periods=10, tz="UTC")
    frame = pd.DataFrame({"ai_interviewed_at": days, "label_on": days + pd.Timedelta(hours=12)})
    frame["candidate_key"] = [f"c{number}" for number in (*range(9), 0)]
    frame["label"] = [0.0, 1.0] * 5
    frame.loc[5, "label_on"] = days[9]
    return frame


def test_the_holdout_is_the_last_period_and_the_fit_ends_before_it() -> None:
    made = split(_frame(), Holdout(share=0.2), 1)

    assert np.flatnonzero(made.holdout).tolist() == [8, 9]
    assert made.rule()["holdout_begins"] == "2026-01-09T00:00:00+00:00"


def test_a_person_of_the_holdout_fits_nothing() -> None:
    made = split(_frame(), Holdout(share=0.2), 1)

    assert not made.fit[0]
    assert made.shared_person_rows == 1


def test_a_label_known_only_after_the_holdout_began_fits_nothing() -> None:
    made = split(_frame(), Holdout(share=0.2), 1)

    assert not made.fit[5]
    assert made.late_label_rows == 1


def test_without_dates_a_share_of_the_people_is_held_out_and_nobody_stands_on_both_sides() -> None:
    frame = pd.DataFrame({"candidate_key": [f"c{n % 700}" for n in range(1400)], "label": 1.0})

    made = split(frame, Holdout(kind=HoldoutKind.PEOPLE, share=0.2), 1)

    assert made.holdout.mean() == pytest.approx(0.2, abs=0.02)
    assert not set(frame["candidate_key"][made.fit]) & set(frame["candidate_key"][made.holdout])


def test_rows_of_one_person_share_a_fold_and_folds_hold_equally_many_people() -> None:
    people = pd.Series([f"c{n % 50}" for n in range(200)])

    found = folds(people, 5, 1)

    assert pd.Series(found).groupby(people).nunique().max() == 1
    assert np.bincount(found).tolist() == [40] * 5


def test_folds_do_not_depend_on_the_key_of_a_person() -> None:
    """Pseudonyms differ from home to home: the same people in the same order must fall into the same folds."""
    here = pd.Series([f"c{n % 50:02d}" for n in range(200)])
    there = here.map({key: f"x{99 - number}" for number, key in enumerate(dict.fromkeys(here))})

    assert folds(here, 5, 1).tolist() == folds(there, 5, 1).tolist()


def test_the_held_out_share_of_the_people_does_not_depend_on_their_keys() -> None:
    frame = pd.DataFrame({"candidate_key": [f"c{n:03d}" for n in range(100)], "label": 1.0})
    renamed = frame.assign(candidate_key=frame["candidate_key"].map(lambda key: key[::-1]))
    people = Holdout(kind=HoldoutKind.PEOPLE, share=0.2)

    assert split(frame, people, 1).holdout.tolist() == split(renamed, people, 1).holdout.tolist()


def test_without_labels_there_is_no_split() -> None:
    frame = _frame().assign(label=np.nan)

    with pytest.raises(TooFewRows):
        split(frame, Holdout(), 1)
    with pytest.raises(TooFewRows):
        split(frame, Holdout(kind=HoldoutKind.PEOPLE), 1)


def test_keys_that_come_in_pieces_give_the_same_folds() -> None:
    """A read of the lake gives texts in pieces, and rows that stand in their order already are not copied."""
    keys = [f"c{number % 7}" for number in range(20)]
    pieces = pd.concat([pd.Series(keys[:9], dtype="str"), pd.Series(keys[9:], dtype="str")], ignore_index=True)

    np.testing.assert_array_equal(folds(pieces, 3, 1), folds(pd.Series(keys, dtype="str"), 3, 1))
