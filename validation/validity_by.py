"""Validity by stratum: competency, job family, language, vendor version, requisition, and all of them together.

Pooling people of jobs that differ in level makes a correlation that holds in none of them, so the figure for all is
the one within strata. It is shown as one number only where the strata agree.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scipy import stats

from validation.cells import Cells, merged_cells
from validation.correlation import Correlation, fisher_interval, pearson, pearson_of
from validation.outcome import Interval

HOMOGENEITY_ALPHA = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class StratifiedValidity:
    """Each stratum's validity, the naive one of all people, the mean within strata, and whether the strata agree.

    `mean_r` is the mean on Fisher's z scale, each stratum by n - 3; `q` its homogeneity chi-square on `df`.
    """

    strata: Mapping[str, Correlation]
    naive: Correlation
    mean_r: float | None
    interval: Interval
    q: float | None
    df: int
    p: float | None

    @property
    def is_homogeneous(self) -> bool | None:
        """Whether the strata agree at .10; None where fewer than two of them could be compared."""
        return None if self.p is None else self.p >= HOMOGENEITY_ALPHA


def validity_by(strata: Mapping[str, Cells], level: float = 0.95) -> StratifiedValidity:
    """Validity of each stratum and within all; strata of fewer than four people or without spread carry no weight."""
    found = {name: pearson_of(block, level) for name, block in strata.items()}
    usable = [(one.n - 3, math.atanh(one.r)) for one in found.values() if one.r is not None and _has_weight(one)]
    total = sum(weight for weight, _ in usable)
    centre = sum(weight * z for weight, z in usable) / total if usable else None
    mean_r = None if centre is None else math.tanh(centre)
    q = sum(weight * (z - centre) ** 2 for weight, z in usable) if centre is not None and len(usable) > 1 else None
    everybody = merged_cells(list(strata.values()))
    return StratifiedValidity(
        strata=found,
        naive=pearson(everybody.moments().r("x", "y"), everybody.n, level),
        mean_r=mean_r,
        interval=fisher_interval(mean_r, total + 3, level),
        q=q,
        df=max(0, len(usable) - 1),
        p=None if q is None else float(stats.chi2.sf(q, len(usable) - 1)),
    )


def _has_weight(one: Correlation) -> bool:
    return one.n > 3 and one.r is not None and abs(one.r) < 1
