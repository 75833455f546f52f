"""Training on few rows: fewer folds where one would lack an outcome, and warnings that say how little there is.

A small company can train and see its figures; whether they are enough to release on is for the gate to say.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from training.configuration import Configuration
from training.dataset import Dataset
from training.splits import folds, split
from validation.outcome import Text

LEAST_FITTED, LEAST_HELD = 500, 200
"""Labelled rows below which figures are too uncertain to act on: what the default policy asks for."""

MANY = 10_000
"""Labelled rows from which on a fold lacks an outcome only where the outcome hardly exists."""


def fitting(rows: Dataset, configuration: Configuration) -> tuple[Dataset, Configuration]:
    """The rows and the configuration with as many folds as leave both outcomes in each, and a warning where fewer.

    Unchanged where two folds are too many as well: the training then says why it cannot go on.
    """
    if not configuration.folds or rows.labelled_n >= MANY:
        return rows, configuration
    count = _folds(rows, configuration)
    if count == configuration.folds:
        return rows, configuration
    warned = replace(rows, warnings=(*rows.warnings, _fewer(configuration.folds, count)))
    return warned, replace(configuration, folds=count)


def warnings(counts: Mapping[str, int]) -> tuple[Text, ...]:
    """That few labelled rows were fitted or held out; `counts` are those of the training's record."""
    fitted, held = counts["fit"], counts["holdout_labelled"]
    if fitted >= LEAST_FITTED and held >= LEAST_HELD:
        return ()
    return (
        Text(
            en=f"Few rows: {fitted:,} labelled ones were fitted and {held:,} held out; below {LEAST_FITTED} and "
            f"{LEAST_HELD} the figures are uncertain, and the gate may find that there is not enough evidence.",
            zh=f"数据行数较少：用于拟合的有标签数据 {fitted:,} 行，留出 {held:,} 行；少于 {LEAST_FITTED} 行和 "
            f"{LEAST_HELD} 行时统计结果不确定，门禁可能判定证据不足。",
        ),
    )


def _folds(rows: Dataset, configuration: Configuration) -> int:
    """The largest number of folds up to the configured one that leaves both outcomes in each, or the configured."""
    parted = split(rows.frame, configuration.holdout, configuration.seed)
    fitted = rows.frame[parted.fit & rows.frame["label"].notna().to_numpy()]
    labels = fitted["label"].to_numpy(dtype=np.float64)
    for count in range(configuration.folds, 1, -1):
        by_person = folds(fitted["candidate_key"], count, configuration.seed)
        if all(len(np.unique(labels[by_person == fold])) == 2 for fold in range(count)):
            return count
    return configuration.folds


def _fewer(asked: int, count: int) -> Text:
    return Text(
        en=f"Cross-validation took {count} folds and not the configured {asked}: with so few labelled rows "
        "one of them would have lacked an outcome.",
        zh=f"交叉验证采用 {count} 折而非配置的 {asked} 折：有标签的数据太少，否则某一折会缺少一种结果。",
    )
