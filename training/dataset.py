"""The rows of a training as they were known at one snapshot: inputs up to the AI interview, labels once matured.

Columns of `Dataset.frame`: `application_key`, `candidate_key`, `department_id`, `job_family`, `applied_at`,
`ai_interviewed_at`, `ai_score`, the spec's sources, `label` (0, 1, or NaN where there is none), `label_on`.
Every row that is left out is counted by its reason.
"""

import hashlib
from dataclasses import dataclass

import pandas as pd

from models.features import FeatureSpec
from training.configuration import Target
from training.labels import is_matured, target_kind
from validation.outcome import Text

KEPT = (
    "application_key", "candidate_key", "department_id", "job_family", "applied_at", "ai_interviewed_at", "ai_score",
)  # fmt: skip


class NothingToLearn(ValueError):
    """No interviewed application, or none with a matured label."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dataset:
    """Rows, how many were left out and why, what to beware of, and the fingerprint of question and rows."""

    frame: pd.DataFrame
    excluded: dict[str, int]
    warnings: tuple[Text, ...]
    fingerprint: str
    as_of: pd.Timestamp

    @property
    def labelled_n(self) -> int:
        """Rows with a matured label."""
        return int(self.frame["label"].notna().sum())


def dataset(rows: pd.DataFrame, sql: str, spec: FeatureSpec, target: Target, as_of: pd.Timestamp) -> Dataset:
    """The dataset of interviewed applications (columns as `warehouse.queries.training.interviewed` gives them).

    Raises NothingToLearn where no row, or no label, is left.
    """
    kind = target_kind(target)
    frame, excluded = _usable(rows, spec, as_of)
    labels = kind.labels(frame, target)
    matured = is_matured(labels, target, as_of)
    is_earlier = labels.known_on < frame["ai_interviewed_at"]
    excluded["label_not_matured"] = int((labels.label.notna() & ~matured).sum())
    excluded["label_before_interview"] = int((labels.label.notna() & matured & is_earlier).sum())
    excluded["no_label"] = int(labels.label.isna().sum())
    kept = frame[[*KEPT, *(source for source in spec.sources if source not in KEPT)]].copy()
    kept["label"] = labels.label.where(matured & ~is_earlier)
    kept["label_on"] = labels.known_on
    if not kept["label"].notna().any():
        raise NothingToLearn(_nothing(target, excluded))
    return Dataset(
        frame=kept,
        excluded=excluded,
        warnings=_warnings(kept, kind.who),
        fingerprint=fingerprint(sql, kept),
        as_of=as_of,
    )


def fingerprint(sql: str, frame: pd.DataFrame) -> str:
    """The sha256 of the query and of every row, whatever order the rows came in."""
    digest = hashlib.sha256(sql.encode())
    ordered = frame.sort_values("application_key", kind="stable")
    digest.update("\x1f".join(ordered.columns).encode())
    digest.update(pd.util.hash_pandas_object(ordered, index=False).to_numpy().tobytes())
    return digest.hexdigest()


def _usable(rows: pd.DataFrame, spec: FeatureSpec, as_of: pd.Timestamp) -> tuple[pd.DataFrame, dict[str, int]]:
    is_later = rows["ai_interviewed_at"] > as_of
    known = rows[~is_later]
    incomplete = spec.incomplete(known)
    excluded = {"interview_after_snapshot": int(is_later.sum()), "required_input_absent": int(incomplete.sum())}
    frame = known[~incomplete].sort_values("application_key", kind="stable", ignore_index=True)
    if frame.empty:
        raise NothingToLearn("No application with an AI interview is in the snapshot; load interviews and refresh")
    return frame, excluded


def _nothing(target: Target, excluded: dict[str, int]) -> str:
    counts = ", ".join(f"{name} {count}" for name, count in excluded.items() if count)
    return f"No matured label for the target {target.name!r} ({counts}); wait for labels, or load them"


def _warnings(frame: pd.DataFrame, who: Text) -> tuple[Text, ...]:
    labelled, total = int(frame["label"].notna().sum()), len(frame)
    if labelled == total:
        return ()
    return (
        Text(
            en=f"Labels exist only for {who.en}: {labelled:,} of {total:,} interviewed applications. "
            "Figures on labelled rows do not speak for those who never got that far.",
            zh=f"只有{who.zh}才有标签：{total:,} 份面试申请中的 {labelled:,} 份。"
            "基于有标签数据的统计不能代表未走到该阶段的人。",
        ),
    )
