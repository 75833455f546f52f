"""Fairness of an ordered list: how groups share its top, its attention, and pairs of people.

A ranking is a sequence of group labels, best first. `ndkl` is symmetric and never 0 even for the fairest list: it does
not say who is favoured, so read it beside the exposure ratio.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.stats import mannwhitneyu

# Longer lists take the normal approximation, which by then agrees to three digits.
_EXACT = 60


def ndkl(ranking: Sequence[str], target: Mapping[str, float]) -> float | None:
    """Normalised discounted KL divergence to the target shares (Geyik, Ambler & Kenthapadi 2019).

    Natural logarithm in the divergence, log2(i+1) as discount; None for an empty list, infinite when a group appears
    that the target gives no share.
    """
    if not ranking:
        return None
    seen: dict[str, int] = {}
    total = weights = 0.0
    for position, group in enumerate(ranking, start=1):
        seen[group] = seen.get(group, 0) + 1
        weight = 1 / math.log2(position + 1)
        weights += weight
        total += weight * _divergence(seen, position, target)
    return total / weights


def mean_exposure(ranking: Sequence[str]) -> dict[str, float]:
    """Mean attention 1/log2(1+rank) of each group (Singh & Joachims 2018)."""
    sums: dict[str, list[float]] = {}
    for rank, group in enumerate(ranking, start=1):
        sums.setdefault(group, []).append(1 / math.log2(1 + rank))
    return {group: math.fsum(values) / len(values) for group, values in sums.items()}


def exposure_ratio(ranking: Sequence[str], group: str, reference: str) -> float | None:
    """Mean exposure of one group over another's; None when either is not on the list."""
    exposure = mean_exposure(ranking)
    return exposure[group] / exposure[reference] if group in exposure and reference in exposure else None


def skew(ranking: Sequence[str], group: str, k: int, target: Mapping[str, float]) -> float | None:
    """Skew@k: natural logarithm of the group's share among the first k over its target; None where a share is zero."""
    top = ranking[:k]
    share = sum(label == group for label in top) / len(top) if top else 0.0
    wanted = target.get(group, 0.0)
    return math.log(share / wanted) if share > 0 and wanted > 0 else None


def skews(ranking: Sequence[str], k: int, target: Mapping[str, float]) -> dict[str, float | None]:
    """Skew@k of every group of the target."""
    return {group: skew(ranking, group, k, target) for group in target}


def infeasible_index(ranking: Sequence[str], target: Mapping[str, float]) -> int:
    """Number of prefixes in which some group has fewer than floor(target · length) people."""
    seen = dict.fromkeys(target, 0)
    broken = 0
    for length, group in enumerate(ranking, start=1):
        if group in seen:
            seen[group] += 1
        # A share such as 0.3 of ten people is three, whatever a float makes of it.
        broken += any(seen[name] < math.floor(share * length + 1e-9) for name, share in target.items())
    return broken


def outranks(ranking: Sequence[str], group: str, reference: str) -> float | None:
    """Chance that a random member of `group` stands above a random member of `reference`; no cut score needed."""
    above = pairs = references_below = 0
    for label in reversed(ranking):
        if label == reference:
            references_below += 1
        elif label == group:
            above += references_below
    pairs = sum(label == group for label in ranking) * references_below
    return above / pairs if pairs else None


def outranks_p(ranking: Sequence[str], group: str, reference: str) -> float | None:
    """Two-sided Mann-Whitney p of that chance, exact for short lists."""
    places = {name: [-rank for rank, label in enumerate(ranking) if label == name] for name in (group, reference)}
    if not places[group] or not places[reference]:
        return None
    first, second = np.array(places[group], dtype=float), np.array(places[reference], dtype=float)
    if len(ranking) <= _EXACT:
        return float(mannwhitneyu(first, second, alternative="two-sided", method="exact").pvalue)
    return float(mannwhitneyu(first, second, alternative="two-sided", method="asymptotic").pvalue)


def _divergence(seen: Mapping[str, int], length: int, target: Mapping[str, float]) -> float:
    total = 0.0
    for group, count in seen.items():
        wanted = target.get(group, 0.0)
        if wanted <= 0:
            return math.inf
        total += count / length * math.log(count / length / wanted)
    return total
