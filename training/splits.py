"""Who is fitted and who is held out: split by person and by time, the same for the same rows, order and seed.

The holdout is the last period (or a share of the people where nothing has a date). Nobody stands on both sides, and a
label that became known only after the holdout began fits nothing, for on that day nobody could have used it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from training.configuration import Holdout, HoldoutKind

Mask = NDArray[np.bool_]


class TooFewRows(ValueError):
    """A split would leave one side without rows."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Split:
    """Masks over the dataset's rows. `fit` and `holdout` are labelled and unlabelled rows; labels decide what is used.

    `begins` is the first moment of the holdout (None: split by people). The counts say who was left out of the fit.
    """

    fit: Mask
    holdout: Mask
    begins: pd.Timestamp | None
    shared_person_rows: int
    late_label_rows: int

    def rule(self) -> dict[str, object]:
        """Plain JSON values: the rule and what it left out."""
        return {
            "kind": (HoldoutKind.PEOPLE if self.begins is None else HoldoutKind.LAST_PERIOD).value,
            "holdout_begins": None if self.begins is None else self.begins.isoformat(),
            "left_out_same_person": self.shared_person_rows,
            "left_out_label_after_begin": self.late_label_rows,
        }


def split(frame: pd.DataFrame, holdout: Holdout, seed: int) -> Split:
    """The split of a dataset's frame. Raises TooFewRows where a side has no labelled row."""
    made = _by_people(frame, holdout, seed) if holdout.kind is HoldoutKind.PEOPLE else _by_time(frame, holdout)
    labelled = frame["label"].notna().to_numpy()
    if not (made.fit & labelled).any() or not (made.holdout & labelled).any():
        raise TooFewRows("The split leaves one side without a labelled row; take another share, or wait for labels")
    return made


def folds(candidates: "pd.Series[str]", count: int, seed: int) -> NDArray[np.intp]:
    """A fold for each row, from 0; rows of one candidate share it, and folds hold equally many people.

    People are told apart by their keys and ordered by where they first stand among the rows, never by the key itself:
    pseudonyms differ from home to home, and the same company must give the same model in each.
    """
    order, places, _ = _shuffled(candidates, seed)
    return (order % count)[places].astype(np.intp)


def _people(candidates: "pd.Series[str]") -> tuple[NDArray[np.intp], int]:
    """The person of each row, counted from 0 in the order of their first rows, and how many there are."""
    keys = pa.array(candidates, type=pa.string())
    whole = keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys  # as the lake gives them
    coded = whole.dictionary_encode()
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.intp), len(coded.dictionary)


def _shuffled(candidates: "pd.Series[str]", seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
    """The place of each person in a seeded order, the person of each row, and how many people there are."""
    places, count = _people(candidates)
    return np.random.default_rng(seed).permutation(count), places, count


def _by_time(frame: pd.DataFrame, holdout: Holdout) -> Split:
    when = frame["ai_interviewed_at"]
    labelled_when = when[frame["label"].notna()].sort_values()
    if labelled_when.empty:
        raise TooFewRows("No row has a matured label; wait for labels, or load them")
    begins = labelled_when.iloc[int(len(labelled_when) * (1 - holdout.share))]
    is_late = (when >= begins).to_numpy()
    people, count = _people(frame["candidate_key"])
    comes_late = np.zeros(count, dtype=bool)
    comes_late[people[is_late]] = True
    is_shared = ~is_late & comes_late[people]
    knows_too_late = ~is_late & ~is_shared & (frame["label_on"] >= begins).to_numpy()
    return Split(
        fit=~is_late & ~is_shared & ~knows_too_late,
        holdout=is_late,
        begins=begins,
        shared_person_rows=int(is_shared.sum()),
        late_label_rows=int(knows_too_late.sum()),
    )


def _by_people(frame: pd.DataFrame, holdout: Holdout, seed: int) -> Split:
    order, places, people = _shuffled(frame["candidate_key"], seed)
    is_held = (order < round(holdout.share * people))[places]
    return Split(fit=~is_held, holdout=is_held, begins=None, shared_person_rows=0, late_label_rows=0)
