"""Who is decided otherwise by another model: flips at each model's own cut, fixes and breaks, and where they fall.

A fix advances someone who proved good, or stops someone who did not, where the first model did the opposite; a break is
the reverse. Small departments and families are left out of a list, and with them whatever would give them away; so are
groups, for a reader who may not read demographics. People appear by pseudonymous key only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binomtest

from training import compare_words
from training.compare_shape import (
    AttributeFlips,
    ChangeTest,
    DepartmentFlips,
    FamilyFlips,
    FlipCounts,
    FlippedApplication,
    FlipsJson,
    GroupFlips,
    SideVerdict,
)
from training.compare_small import UNKNOWN, telling, too_small
from training.metrics import LEVEL
from warehouse.queries.suppression import hidden

Mask = NDArray[np.bool_]

MOST_KEYS = 100
"""Keys of flipped applications that a comparison lists, the largest change of rank first."""

COUNTS = ("flipped", "newly_advanced", "no_longer_advanced", "judged", "fixes", "breaks")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decided:
    """Two models' decisions on the same rows; `rows` has application_key, job_family and label (NaN: none).

    `departments` is the name of each row's department beside its `department_id` in `rows`; `groups` holds the label of
    each row's group by attribute (None: not known). `shows_small_groups`: whether the reader sees all groups.
    """

    rows: pd.DataFrame
    first: NDArray[np.float64]
    second: NDArray[np.float64]
    first_selects: Mask
    second_selects: Mask
    departments: Mapping[str, str] | None = None
    groups: "Mapping[str, pd.Series[str]] | None" = None
    shows_small_groups: bool = False


def flips(decided: Decided) -> FlipsJson:
    """Plain JSON values: counts over all rows that both scored, fixes and breaks over the labelled ones.

    Who has no score from one of them is decided by it neither way, and so is no flip.
    """
    decided = _scored(decided)
    cases = _cases(decided)
    totals = {name: int(cases[name].sum()) for name in COUNTS}
    return {
        "n": len(cases),
        "flipped": totals["flipped"],
        "newly_advanced": totals["newly_advanced"],
        "no_longer_advanced": totals["no_longer_advanced"],
        "judged": totals["judged"],
        "fixes": totals["fixes"],
        "breaks": totals["breaks"],
        "test": change_test(totals["fixes"], totals["breaks"]),
        "by_job_family": _by_job_family(decided.rows, cases),
        "by_department": _by_department(decided, cases),
        "by_group": [_by_attribute(decided, cases, name) for name in decided.groups or ()],
        "applications": _applications(decided, cases["flipped"].to_numpy()),
    }


def change_test(fixes: int, breaks: int) -> ChangeTest:
    """McNemar's exact test: the two-sided binomial test of fixes among the judged flips against one half."""
    if not fixes + breaks:
        reason = compare_words.REASONS["no_judged_flip"]
        nothing = compare_words.flips(0, 0, None, "undefined")
        return {
            "p": None, "share": None, "ci": [None, None], "level": LEVEL,
            "verdict": "undefined", "sentence": nothing, "reason": reason,
        }  # fmt: skip
    found = binomtest(fixes, fixes + breaks, 0.5)
    within = found.proportion_ci(LEVEL, method="exact")
    verdict = _verdict(fixes, breaks, float(found.pvalue))
    return {
        "p": float(found.pvalue),
        "share": fixes / (fixes + breaks),
        "ci": [float(within.low), float(within.high)],
        "level": LEVEL,
        "verdict": verdict,
        "sentence": compare_words.flips(fixes, breaks, float(found.pvalue), verdict),
        "reason": None,
    }


def _scored(decided: Decided) -> Decided:
    """The rows that both scored."""
    both = np.isfinite(decided.first) & np.isfinite(decided.second)
    return replace(
        decided,
        rows=decided.rows[both],
        first=decided.first[both],
        second=decided.second[both],
        first_selects=decided.first_selects[both],
        second_selects=decided.second_selects[both],
        groups=None if decided.groups is None else {name: one[both] for name, one in decided.groups.items()},
    )


def _verdict(fixes: int, breaks: int, p: float) -> SideVerdict:
    if p >= 1 - LEVEL:
        return "not_told_apart"
    return "better" if fixes > breaks else "worse"


def _cases(decided: Decided) -> pd.DataFrame:
    """Which of the counts each row is counted in."""
    label = decided.rows["label"].to_numpy(dtype=np.float64)
    is_flipped = decided.first_selects != decided.second_selects
    judged = is_flipped & np.isfinite(label)
    is_right = decided.second_selects == (label > 0.5)
    return pd.DataFrame(
        {
            "flipped": is_flipped,
            "newly_advanced": is_flipped & decided.second_selects,
            "no_longer_advanced": is_flipped & decided.first_selects,
            "judged": judged,
            "fixes": judged & is_right,
            "breaks": judged & ~is_right,
        }
    )


def _by_job_family(rows: pd.DataFrame, cases: pd.DataFrame) -> list[FamilyFlips]:
    table = _counted(cases, _named(rows["job_family"]))
    withheld = hidden(table["n"].tolist())
    return [
        {"job_family": str(family), **_line(counts, place not in withheld)}
        for place, (family, counts) in enumerate(table.iterrows())
    ]


def _by_department(decided: Decided, cases: pd.DataFrame) -> list[DepartmentFlips]:
    if "department_id" not in decided.rows.columns:
        return []
    table = _counted(cases, _named(decided.rows["department_id"]))
    withheld, names = hidden(table["n"].tolist()), decided.departments or {}
    return [
        {
            "department": names.get(str(one), str(one)),
            "department_id": str(one),
            **_line(counts, place not in withheld),
        }
        for place, (one, counts) in enumerate(table.iterrows())
    ]


def _by_attribute(decided: Decided, cases: pd.DataFrame, attribute: str) -> AttributeFlips:
    table = _counted(cases, _named((decided.groups or {})[attribute]))
    withheld = frozenset[str]() if decided.shows_small_groups else _withheld(table)
    groups: list[GroupFlips] = [
        {"group": str(group), **_line(counts, str(group) not in withheld)} for group, counts in table.iterrows()
    ]
    return {"attribute": attribute, "groups": groups}


def _withheld(table: pd.DataFrame) -> frozenset[str]:
    """The groups of which a reader without the right sees nothing.

    The reader knows each total and the keys of the flipped. So a group is shown only where each of its counts is 0 or
    large, nothing hidden can be found by subtraction, and no count falls on one group alone, which would tell the group
    of every person counted.
    """
    names = [str(name) for name in table.index]
    chosen: set[str] = set()
    for column in ("n", *COUNTS):
        counts = dict(zip(names, table[column].tolist(), strict=True))
        if column != "n" and telling(counts):
            return frozenset(names)
        chosen |= too_small(counts)
    return frozenset(chosen)


def _counted(cases: pd.DataFrame, names: "pd.Series[str]") -> pd.DataFrame:
    """A line a name in order, with `n` and every count."""
    table = cases.groupby(names.to_numpy(), sort=True)[list(COUNTS)].sum().astype(int)
    table.insert(0, "n", names.value_counts().reindex(table.index).to_numpy())
    return table


def _named(values: "pd.Series[str]") -> "pd.Series[str]":
    return values.astype(object).where(values.notna(), UNKNOWN).astype(str)


def _line(counts: "pd.Series[int]", is_shown: bool) -> FlipCounts:
    told: dict[str, int | None] = {name: int(counts[name]) if is_shown else None for name in ("n", *COUNTS)}
    return {
        "n": told["n"],
        "flipped": told["flipped"],
        "newly_advanced": told["newly_advanced"],
        "no_longer_advanced": told["no_longer_advanced"],
        "judged": told["judged"],
        "fixes": told["fixes"],
        "breaks": told["breaks"],
        "test": change_test(int(counts["fixes"]), int(counts["breaks"])) if is_shown else None,
        "reason": None if is_shown else compare_words.REASONS["too_small_to_show"],
    }


def _applications(decided: Decided, is_flipped: Mask) -> list[FlippedApplication]:
    places = np.flatnonzero(is_flipped)
    moved = np.abs(_shares(decided.first) - _shares(decided.second))
    order = places[np.argsort(-moved[places], kind="stable")][:MOST_KEYS]
    keys = decided.rows["application_key"].to_numpy()
    return [
        {
            "application_key": str(keys[place]),
            "first": float(decided.first[place]),
            "second": float(decided.second[place]),
            "advances": bool(decided.second_selects[place]),
        }
        for place in order
    ]


def _shares(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(pd.Series(scores).rank(pct=True), dtype=np.float64)
