"""What the gate knows of the process around the model: the period's funnel by stage, and the decision by job family."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from validation.group_count import Group, GroupCount, merged
from warehouse.lake.door import Lake
from warehouse.queries.gate import funnel_cells, group_cells
from warehouse.queries.stages import ADVANCED, NOT_ADVANCED, STAGES, outcome

UNNAMED = "(none)"
"""The stratum of applications without a job family."""

Counts = Mapping[str, tuple[GroupCount, ...]]


def funnel(
    lake: Lake, held: pd.DataFrame, *, attributes: Sequence[str], asked: Mapping[str, Sequence[str]]
) -> dict[str, tuple[GroupCount, ...]]:
    """By stage, the finished considerations and who advanced, of all who applied while the held-out people did.

    Who withdrew or is still in process is in no rate. Empty where nothing held out has a date.
    """
    when = pd.to_datetime(held["applied_at"], utc=True).dropna()
    if when.empty:
        return {}
    begins, ends = when.min().to_pydatetime(), when.max().to_pydatetime()
    cells = funnel_cells(lake, attributes, begins=begins, ends=ends, asked=asked)
    counts: dict[str, list[GroupCount]] = {stage: [] for stage in STAGES}
    for cell in cells.to_dict("records"):
        for stage in STAGES:
            ended = outcome(stage, str(cell["stage_reached"]), str(cell["status"]))
            if ended in (ADVANCED, NOT_ADVANCED):
                counts[stage].append(_count(cell, attributes, advanced=ended == ADVANCED))
    return {stage: merged(found) for stage, found in counts.items()}


def strata(
    lake: Lake, held: pd.DataFrame, *, attributes: Sequence[str], cut: float, asked: Mapping[str, Sequence[str]]
) -> dict[str, tuple[GroupCount, ...]]:
    """By job family, the scored people and whom the model would advance at the cut."""
    scored = held[held["score"].notna()]
    people = pd.DataFrame({name: scored[name].astype(str) for name in ("application_key", "candidate_key")})
    people["stratum"] = scored["job_family"].astype(object).where(scored["job_family"].notna(), UNNAMED).astype(str)
    people["selected"] = scored["score"] >= cut
    by_stratum: dict[str, list[GroupCount]] = defaultdict(list)
    for cell in group_cells(lake, people, attributes, asked).to_dict("records"):
        by_stratum[str(cell["stratum"])].append(_count(cell, attributes, advanced=bool(cell["selected"])))
    return {stratum: merged(counts) for stratum, counts in sorted(by_stratum.items())}


def _count(cell: Mapping[Any, Any], attributes: Sequence[str], *, advanced: bool) -> GroupCount:
    group: Group = tuple((name, None if pd.isna(cell[name]) else str(cell[name])) for name in attributes)
    n = int(str(cell["n"]))
    return GroupCount(group=group, n=n, selected=n if advanced else 0)
