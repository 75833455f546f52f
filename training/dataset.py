"""The rows of a training as they were known at one snapshot: inputs up to the AI interview, labels once matured.

Columns of `Dataset.frame`: `application_key`, `candidate_key`, `department_id`, `job_family`, `applied_at`,
`ai_interviewed_at`, `ai_score`, the spec's sources, `label` (0, 1, or NaN where there is none), `label_on`.
Every row that is left out is counted by its reason. Rows come in the order of their interviews.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from models.features import FeatureSpec
from training import composite
from training.label_warnings import selective_labels, shifted_share
from training.labels import is_matured, labels, target_kind
from training.target import COMPOSITE, Target
from validation.outcome import Text

KEPT = (
    "application_key", "candidate_key", "department_id", "job_family", "applied_at", "ai_interviewed_at", "ai_score",
)  # fmt: skip

_AT_ONCE = 50_000


FitPeriod = Callable[[pd.DataFrame], NDArray[np.bool_]]
"""Which rows of a dataset's frame may be fitted; it looks at who has a label, never at which."""


class NothingToLearn(ValueError):
    """No interviewed application, or none with a matured label."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dataset:
    """Rows, how many were left out and why, what to beware of, and the question that gave the rows.

    `target_cut` is the composite from which on a row counts as good; None for a target of one outcome.
    """

    frame: pd.DataFrame
    excluded: dict[str, int]
    warnings: tuple[Text, ...]
    sql: str
    as_of: pd.Timestamp
    target_cut: float | None = None

    @property
    def labelled_n(self) -> int:
        """Rows with a matured label."""
        return int(self.frame["label"].notna().sum())

    def fingerprint(self) -> str:
        """The fingerprint of question and rows."""
        return fingerprint(self.sql, self.frame)


def dataset(
    rows: pd.DataFrame,
    sql: str,
    spec: FeatureSpec,
    target: Target,
    as_of: pd.Timestamp,
    fit_period: FitPeriod | None = None,
) -> Dataset:
    """The dataset of interviewed applications (columns as `warehouse.queries.training.interviewed` gives them).

    `fit_period` says which rows of a dataset's frame are fitted; a target that is cut at a top share needs it.
    Raises NothingToLearn where no row, or no label, is left.
    """
    kind = target_kind(target)
    frame, excluded = _usable(rows, spec, as_of)
    read = composite.parts(frame, target) if target.name == COMPOSITE else None
    found = composite.labels(read, target) if read else labels(frame, target)
    matured = is_matured(found, target, as_of)
    is_earlier = found.first_on < frame["ai_interviewed_at"]
    excluded["label_not_matured"] = int((found.label.notna() & ~matured).sum())
    excluded["label_before_interview"] = int((found.label.notna() & matured & is_earlier).sum())
    excluded["no_label"] = int(found.label.isna().sum())
    kept = frame[[*KEPT, *(source for source in spec.sources if source not in KEPT)]]
    kept["label"] = found.label.where(matured & ~is_earlier)
    kept["label_on"] = found.known_on
    if not kept["label"].notna().any():
        raise NothingToLearn(_nothing(target, excluded))
    more: tuple[Text, ...] = ()
    target_cut = None
    if read:
        kept["label"], target_cut, more = _cut(read, kept, target, fit_period)
        excluded |= {f"part_absent.{name}": count for name, count in composite.absent(read).items()}
    return Dataset(
        frame=kept,
        excluded=excluded,
        warnings=(selective_labels(len(kept), excluded, kind.who), *more),
        sql=sql,
        as_of=as_of,
        target_cut=target_cut,
    )


def _cut(
    read: composite.Parts, kept: pd.DataFrame, target: Target, fit_period: FitPeriod | None
) -> tuple["pd.Series[float]", float, tuple[Text, ...]]:
    known = kept["label"].notna().to_numpy()
    if target.top_share is None:
        cut, least = composite.cut(read, known, known, target)
        return cut, least, ()
    if fit_period is None:
        raise ValueError("a target that is cut at a top share needs to know which rows are fitted")
    fitted = fit_period(kept)
    cut, least = composite.cut(read, known, fitted, target)
    return cut, least, shifted_share(target.top_share, float(cut[known & fitted].mean()))


def fingerprint(sql: str, frame: pd.DataFrame) -> str:
    """The sha256 of the query and of every row, whatever order the rows came in."""
    digest = hashlib.sha256(sql.encode())
    digest.update("\x1f".join(frame.columns).encode())
    # A text is hashed alike with and without a table of the different ones, and faster without; an absent one needs it.
    # Some rows at once: a fit beside waits for the interpreter after each tree.
    tabled = bool(frame.select_dtypes(exclude="number").isna().any(axis=None))
    parts = [frame.iloc[start : start + _AT_ONCE] for start in range(0, len(frame), _AT_ONCE)]
    hashed = [pd.util.hash_pandas_object(part, index=False, categorize=tabled).to_numpy() for part in parts]
    digest.update(np.sort(np.concatenate(hashed) if hashed else np.empty(0, dtype=np.uint64)).tobytes())
    return digest.hexdigest()


def _usable(rows: pd.DataFrame, spec: FeatureSpec, as_of: pd.Timestamp) -> tuple[pd.DataFrame, dict[str, int]]:
    is_later = (rows["ai_interviewed_at"] > as_of).to_numpy()
    incomplete = spec.incomplete(rows) & ~is_later
    excluded = {"interview_after_snapshot": int(is_later.sum()), "required_input_absent": int(incomplete.sum())}
    left_out = is_later | incomplete
    usable = rows[~left_out] if left_out.any() else rows
    if not is_ordered(usable, spec):
        usable = usable.iloc[order(usable, spec)]
    frame = usable.reset_index(drop=True)
    if frame.empty:
        raise NothingToLearn("No application with an AI interview is in the snapshot; load interviews and refresh")
    return frame, excluded


def order(rows: pd.DataFrame, spec: FeatureSpec) -> NDArray[np.intp]:
    """The places of the rows by time of interview and application, then by score and inputs.

    Folds, draws and trees follow the order of rows. Keys are pseudonyms, which differ from home to home, so a key
    decides only between rows that are alike in all of this.
    """
    by_key = np.argsort(rows["application_key"].to_numpy(dtype=str), kind="stable")
    keys = list(_keys(rows, spec))
    return by_key[np.lexsort([key[by_key] for key in reversed(keys)])].astype(np.intp)


def is_ordered(rows: pd.DataFrame, spec: FeatureSpec) -> bool:
    """Whether the rows stand in their order already, as the lake gives them; to look takes less than to sort."""
    tied = np.ones(max(len(rows) - 1, 0), dtype=np.bool_)
    for key in _keys(rows, spec):
        earlier, later = key[:-1], key[1:]
        if (tied & (earlier > later)).any():
            return False
        tied &= earlier == later
    pairs = np.flatnonzero(tied)
    former, latter = (rows["application_key"].iloc[at].to_numpy(dtype=str) for at in (pairs, pairs + 1))
    return bool((former <= latter).all())


def _keys(rows: pd.DataFrame, spec: FeatureSpec) -> Iterator[NDArray[Any]]:
    """What orders rows before their keys do; an absent score comes last, an absent input counts as nothing."""
    for name in ("ai_interviewed_at", "applied_at"):
        yield pd.to_datetime(rows[name], utc=True).to_numpy(dtype="datetime64[ns]").astype(np.int64)
    yield rows["ai_score"].to_numpy(dtype=np.float64, na_value=np.inf)
    sums = np.zeros(len(rows))
    for source in spec.sources:
        if is_numeric_dtype(rows[source]):
            sums += np.nan_to_num(rows[source].to_numpy(dtype=np.float64, na_value=0.0), nan=0.0)
    yield sums


def _nothing(target: Target, excluded: dict[str, int]) -> str:
    counts = ", ".join(f"{name} {count}" for name, count in excluded.items() if count)
    return f"No matured label for the target {target.name!r} ({counts}); wait for labels, or load them"
