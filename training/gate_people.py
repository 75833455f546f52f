"""The people that a gate looks at: who would advance at which cut, what the champion says of them, and the latest ones.

Everybody interviewed in the holdout period counts, labelled or not: labels exist only for those who got that far, but
the cut decides about all.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from models.features import FeatureSpec
from models.scorer import Scorer
from training.cut import at_share
from validation.bins import ColumnProfile, FrozenBins, profile
from validation.gate_evidence import CutCounts, FeatureProfiles, LabelledCount, PairedCount, Selection
from validation.group_count import GroupCount, group_count
from warehouse.lake.door import Lake
from warehouse.queries.gate import NOT_ASKED, group_cells


def selection(
    lake: Lake,
    held: pd.DataFrame,
    *,
    attributes: Sequence[str],
    cut: float,
    step: float,
    champion: "pd.Series[bool] | None",
    period: str,
    asked: Mapping[str, Sequence[str]] | None = None,
) -> Selection:
    """Counts by group at the cut and one step (in share of people) to either side; `champion` says whom it advances.

    `held` has `application_key`, `candidate_key` and `score`; people without a score are counted as such. `asked` has
    the countries in which an attribute is asked for.
    """
    is_scored = held["score"].notna()
    scored = held[is_scored]
    cuts = _cuts(scored["score"].to_numpy(dtype=np.float64), cut, step)
    keys = ("application_key", "candidate_key")
    people = pd.DataFrame({name: scored[name].astype(str) for name in keys})
    for name, value in cuts.items():
        people[name] = scored["score"] >= value
    middle = float(scored["score"].median())
    people["above_median"] = scored["score"] > middle
    if champion is not None:
        people["champion"] = champion[is_scored].astype(bool)
    cells = group_cells(lake, people, attributes, asked)
    counts = {name: CutCounts(cut=value, counts=_counts(cells, attributes, name)) for name, value in cuts.items()}
    return Selection(
        deployed=counts["deployed"],
        lower=counts.get("lower"),
        higher=counts.get("higher"),
        period=period,
        unscored=int((~is_scored).sum()),
        paired=() if champion is None else _paired(cells, attributes),
        above_median=CutCounts(cut=middle, counts=_counts(cells, attributes, "above_median")) if len(scored) else None,
    )


def labelled(lake: Lake, held: pd.DataFrame, *, attributes: Sequence[str], cut: float) -> tuple[LabelledCount, ...]:
    """Counts by group, label and side of the cut, of the people with a matured yes-or-no label and a score."""
    known = held[held["score"].notna() & held["label"].notna()]
    if not set(known["label"].unique()) <= {0.0, 1.0} or known.empty:
        return ()
    people = pd.DataFrame(
        {
            "candidate_key": known["candidate_key"].astype(str),
            "positive": known["label"] > 0.5,
            "selected": known["score"] >= cut,
        }
    )
    return tuple(
        LabelledCount(
            group=tuple((name, None if pd.isna(row[name]) else str(row[name])) for name in attributes),
            is_positive=bool(row["positive"]),
            is_selected=bool(row["selected"]),
            n=int(row["n"]),
        )
        for row in group_cells(lake, people, attributes).to_dict("records")
    )


def champion_scores(scorer: Scorer, rows: pd.DataFrame, held: pd.DataFrame) -> "pd.Series[float]":
    """The champion's score of each row of `held` (in its order), NaN where it cannot score or the row is unknown."""
    known = rows.set_index("application_key").reindex(held["application_key"])
    can = known["candidate_key"].notna().to_numpy() & ~scorer.spec.incomplete(known)
    scores = np.full(len(held), np.nan)
    if can.any():
        scores[can] = scorer.score(scorer.spec.matrix(known[can]))
    return pd.Series(scores, index=held.index)


def feature_profiles(
    spec: FeatureSpec,
    stored: Mapping[str, Any],
    *,
    before: pd.DataFrame,
    now: pd.DataFrame,
    held: pd.DataFrame,
    days: int,
    begins: str | None,
) -> FeatureProfiles:
    """Everybody interviewed before the holdout against those of the last `days` days, on the bins frozen at training.

    Like is held against like: the rows that were fitted have labels, and whoever has one was selected. Where the run
    was split by people (`begins` is None), for nothing has a usable date, the held-out people are the latest.
    """
    if begins is None:
        is_held = before["application_key"].isin(held["application_key"])
        reference, latest = before[~is_held], before[is_held]
    else:
        when = pd.to_datetime(now["ai_interviewed_at"], utc=True)
        latest = now[when > when.max() - pd.Timedelta(days=days)]
        reference = before[pd.to_datetime(before["ai_interviewed_at"], utc=True) < pd.Timestamp(begins)]
    bins = {name: FrozenBins.from_json(json.dumps(one["bins"])) for name, one in stored["features"].items()}
    seen = pd.to_datetime(latest["ai_interviewed_at"], utc=True)
    return FeatureProfiles(
        reference=_profiles(spec, bins, reference),
        current=_profiles(spec, bins, latest),
        period=f"{seen.min():%Y-%m-%d}/{seen.max():%Y-%m-%d}" if len(latest) else "",
    )


def _profiles(spec: FeatureSpec, bins: Mapping[str, FrozenBins], rows: pd.DataFrame) -> dict[str, ColumnProfile]:
    usable = rows[~spec.incomplete(rows)]
    matrix = spec.matrix(usable)
    return {
        name: profile(matrix[:, index].astype(np.float64), bins[name])
        for index, name in enumerate(spec.names)
        if name in bins
    }


def _cuts(scores: "np.ndarray[Any, np.dtype[np.float64]]", cut: float, step: float) -> dict[str, float]:
    """The deployed cut, and those at which one step more or fewer people advance, where such cuts exist."""
    if not scores.size:
        return {"deployed": cut}
    share = float((scores >= cut).mean())
    beside = {
        "lower": at_share(scores, share + step) if share + step < 1 else cut,
        "higher": at_share(scores, share - step) if share - step > 0 else cut,
    }
    return {"deployed": cut} | {name: value for name, value in beside.items() if value != cut}


def _counts(cells: pd.DataFrame, attributes: Sequence[str], side: str) -> tuple[GroupCount, ...]:
    return tuple(
        group_count({name: group[name] for name in attributes}, n=group["n"], selected=group["selected"])
        for group in _groups(cells, attributes, {"selected": cells[side]})
    )


def _paired(cells: pd.DataFrame, attributes: Sequence[str]) -> tuple[PairedCount, ...]:
    sides = {
        "selected": cells["deployed"],
        "champion": cells["champion"],
        "both": cells["deployed"] & cells["champion"],
    }
    return tuple(
        PairedCount(
            group=tuple((name, None if group[name] == NOT_ASKED else group[name]) for name in attributes),
            n=group["n"],
            champion=group["champion"],
            selected=group["selected"],
            both=float(group["both"]),
        )
        for group in _groups(cells, attributes, sides)
    )


def _groups(
    cells: pd.DataFrame, attributes: Sequence[str], sides: "Mapping[str, pd.Series[bool]]"
) -> list[dict[str, Any]]:
    """Each group's attributes (None: not known), its people `n`, and how many of them fall on each side."""
    table = cells[[*attributes, "n"]].copy()
    for name, side in sides.items():
        table[name] = cells["n"].where(side.astype(bool), 0)
    summed = table.groupby(list(attributes), dropna=False, sort=True)[["n", *sides]].sum().reset_index()
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        | {name: int(row[name]) for name in ("n", *sides)}
        for row in summed.to_dict("records")
    ]
