"""The tables of an evidence bundle, computed again from their counts with Python alone: a part of its verifier.

`models.evidence` puts this text into the bundle's `verify.py`, in the place of the verifier's own import.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

Z95 = 1.959963984540054
"""The normal distribution's 97.5 % point, for two-sided intervals of 95 %."""

TOLERANCE = 1e-9
"""How far a recomputed figure may lie from the stored one: they are the same formula over the same counts."""


def tables(detail: Any) -> "Iterator[Mapping[str, Any]]":  # noqa: ANN401 - any part of a JSON document
    """Every table of groups, however deep."""
    if isinstance(detail, dict):
        if isinstance(detail.get("groups"), list):
            yield detail
        for part in detail.values():
            yield from tables(part)
    elif isinstance(detail, list):
        for part in detail:
            yield from tables(part)


def wrong(table: "Mapping[str, Any]") -> Iterator[str]:
    """What does not follow from the table's counts, in words."""
    best = [line for line in table["groups"] if line.get("is_comparator")]
    for line in table["groups"]:
        found = dict(_again(line, best[0] if best else None))
        for name, value in found.items():
            if name in line and not same(line[name], value):
                yield f"the {name} of {_label(line['group'])} is {line[name]}, its counts say {value}"


def _again(line: "Mapping[str, Any]", best: "Mapping[str, Any] | None") -> "Iterator[tuple[str, Any]]":
    """The figures of a group that follow from its counts, those without a value left out."""
    n, selected = line.get("n"), line.get("selected")
    if n and selected is not None:
        yield "rate", selected / n
        yield "rate_ci", list(wilson(selected, n))
        if best and best.get("selected") and best.get("n") and line.get("impact_ratio") is not None:
            yield "impact_ratio", (selected / n) / (best["selected"] / best["n"])
            if line.get("impact_ratio_ci_method") == "katz" and selected:
                yield "impact_ratio_ci", list(katz(selected, n, best["selected"], best["n"]))
    if all(isinstance(line.get(name), (int, float)) for name in ("tp", "fn", "fp", "tn")):
        for name, part, other in (("tpr", "tp", "fn"), ("fpr", "fp", "tn"), ("fnr", "fn", "tp"), ("tnr", "tn", "fp"),
                                  ("ppv", "tp", "fp"), ("npv", "tn", "fn")):  # fmt: skip
            if line[part] + line[other]:
                yield name, line[part] / (line[part] + line[other])


def wilson(selected: float, n: float) -> "tuple[float, float]":
    """The interval of a share at 95 % (Wilson 1927)."""
    share, spread = selected / n, Z95 * Z95 / n
    half = Z95 * math.sqrt((share * (1 - share) + spread / 4) / n)
    return max(0.0, (share + spread / 2 - half) / (1 + spread)), min(1.0, (share + spread / 2 + half) / (1 + spread))


def katz(selected: float, n: float, best: float, best_n: float) -> "tuple[float, float]":
    """The interval of a ratio of two shares at 95 % (Katz et al. 1978)."""
    ratio = math.log((selected / n) / (best / best_n))
    half = Z95 * math.sqrt(1 / selected - 1 / n + 1 / best - 1 / best_n)
    return math.exp(ratio - half), math.exp(ratio + half)


def _label(group: Any) -> str:  # noqa: ANN401 - a mapping or a name
    return ", ".join(str(value) for value in group.values()) if isinstance(group, dict) else str(group)


def auc(cells: "list[dict[str, Any]]") -> "float | None":
    """How often a good outcome is scored above a bad one, ties counting half (Mann & Whitney 1947)."""
    below, twice, good_n = 0, 0, 0
    for cell in sorted(cells, key=lambda one: one["score"]):
        twice += cell["good"] * (2 * below + cell["bad"])
        below, good_n = below + cell["bad"], good_n + cell["good"]
    return twice / (2 * good_n * below) if good_n and below else None


def same(stored: Any, found: Any) -> bool:  # noqa: ANN401 - a number, an interval or nothing
    if isinstance(found, list):
        return isinstance(stored, list) and len(stored) == len(found) and all(map(same, stored, found))
    if stored is None or found is None:
        return stored is None and found is None
    return bool(abs(float(stored) - found) <= TOLERANCE)
