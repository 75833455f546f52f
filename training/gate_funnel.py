"""What the gate knows of the process around the model: the period's funnel by stage, and the decision within strata."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from validation.gate_evidence import Outside
from validation.group_count import Group, GroupCount, merged
from warehouse.lake.door import Lake
from warehouse.queries.gate import funnel_cells, group_cells
from warehouse.queries.stages import ADVANCED, IN_PROCESS, NOT_ADVANCED, STAGES, WITHDRAWN, outcome

UNNAMED = "(none)"
"""The stratum of applications without a job family, a place or a date."""

PERIOD = "period"
"""The way to divide people by the quarter in which they applied; the others are columns of the applications."""

_HELD = ("job_family", PERIOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """By stage, the finished considerations and who advanced, and the people who are in no rate of the stage."""

    counts: Mapping[str, tuple[GroupCount, ...]] = field(default_factory=dict)
    outside: Mapping[str, tuple[Outside, ...]] = field(default_factory=dict)


def funnel(lake: Lake, held: pd.DataFrame, *, attributes: Sequence[str], asked: Mapping[str, Sequence[str]]) -> Funnel:
    """The stages of all who applied while the held-out people did.

    Who withdrew or is still in process is in no rate, and counted beside. Empty where nothing held out has a date.
    """
    when = pd.to_datetime(held["applied_at"], utc=True).dropna()
    if when.empty:
        return Funnel()
    begins, ends = when.min().to_pydatetime(), when.max().to_pydatetime()
    cells = funnel_cells(lake, attributes, begins=begins, ends=ends, asked=asked).to_dict("records")
    by_stage = {stage: list(_at(stage, cells, attributes)) for stage in STAGES}
    return Funnel(
        counts={stage: _finished(found) for stage, found in by_stage.items()},
        outside={stage: _outside(found) for stage, found in by_stage.items()},
    )


def strata(
    lake: Lake,
    held: pd.DataFrame,
    *,
    attributes: Sequence[str],
    cut: float,
    asked: Mapping[str, Sequence[str]],
    by: Sequence[str],
) -> dict[str, dict[str, tuple[GroupCount, ...]]]:
    """By way to divide the people and stratum, the scored people and whom the model would advance at the cut."""
    scored = held[held["score"].notna()]
    people = pd.DataFrame({name: scored[name].astype(str) for name in ("application_key", "candidate_key")})
    if "job_family" in by:
        people["job_family"] = _named(scored["job_family"])
    if PERIOD in by:
        people[PERIOD] = _quarter(scored["applied_at"])
    people["selected"] = scored["score"] >= cut
    cells = group_cells(lake, people, attributes, asked, by=[name for name in by if name not in _HELD])
    return {way: _divided(cells, way, attributes) for way in by}


def _divided(cells: pd.DataFrame, way: str, attributes: Sequence[str]) -> dict[str, tuple[GroupCount, ...]]:
    found: dict[str, list[GroupCount]] = defaultdict(list)
    named = cells.assign(**{way: _named(cells[way])})
    sums = named.groupby([*attributes, way, "selected"], dropna=False, observed=True)["n"].sum().reset_index()
    for cell in sums.to_dict("records"):
        n, is_selected = int(cell["n"]), bool(cell["selected"])
        found[str(cell[way])].append(GroupCount(group=_group(cell, attributes), n=n, selected=n if is_selected else 0))
    return {stratum: merged(counts) for stratum, counts in sorted(found.items())}


def _named(values: "pd.Series[Any]") -> "pd.Series[Any]":
    texts = values.astype(object)
    return texts.where(texts.notna(), UNNAMED).astype(str)


def _quarter(moments: "pd.Series[Any]") -> "pd.Series[Any]":
    """The calendar quarter in UTC, such as `2026-Q1`."""
    when = pd.to_datetime(moments, utc=True)
    quarters = when.dt.tz_localize(None).dt.to_period("Q").astype(str).str.replace("Q", "-Q")
    return _named(quarters.where(when.notna()))


def _at(stage: str, cells: Iterable[Mapping[Any, Any]], attributes: Sequence[str]) -> Iterable[tuple[Group, int, str]]:
    """Group, number and outcome of everybody who came to the stage."""
    for cell in cells:
        ended = outcome(stage, str(cell["stage_reached"]), str(cell["status"]))
        if ended is not None:
            yield _group(cell, attributes), int(str(cell["n"])), ended


def _finished(found: Iterable[tuple[Group, int, str]]) -> tuple[GroupCount, ...]:
    return merged(
        GroupCount(group=group, n=n, selected=n if ended == ADVANCED else 0)
        for group, n, ended in found
        if ended in (ADVANCED, NOT_ADVANCED)
    )


def _outside(found: Iterable[tuple[Group, int, str]]) -> tuple[Outside, ...]:
    sums: dict[Group, dict[str, int]] = {}
    for group, n, ended in found:
        if ended in (IN_PROCESS, WITHDRAWN):
            entry = sums.setdefault(group, {IN_PROCESS: 0, WITHDRAWN: 0})
            entry[ended] += n
    return tuple(
        Outside(group=group, in_process=entry[IN_PROCESS], withdrawn=entry[WITHDRAWN]) for group, entry in sums.items()
    )


def _group(cell: Mapping[Any, Any], attributes: Sequence[str]) -> Group:
    return tuple((name, None if pd.isna(cell[name]) else str(cell[name])) for name in attributes)
