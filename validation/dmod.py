"""dMod: how far the referent group's line mispredicts the focal group, in standard deviations of the criterion.

Nye & Sackett (2017), for a normal predictor in the focal group. The signed form lets crossing lines cancel, the
unsigned form does not; both are shown.
"""

import math
from dataclasses import dataclass

from scipy import stats

from validation.differential_prediction import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class DMod:
    """Signed (positive: the referent line over-predicts the focal group) and unsigned effect size."""

    signed: float
    unsigned: float


def dmod(
    *, referent: Line, focal: Line, focal_mean: float, focal_sd: float, referent_criterion_sd: float
) -> DMod | None:
    """E[(referent line - focal line)(x)]/SDy and E|...|/SDy over the focal group; None where SDy is not positive."""
    if referent_criterion_sd <= 0 or focal_sd < 0:
        return None
    gap = referent.at(focal_mean) - focal.at(focal_mean)
    spread = abs(focal.slope - referent.slope) * focal_sd
    return DMod(signed=gap / referent_criterion_sd, unsigned=_folded_mean(gap, spread) / referent_criterion_sd)


def _folded_mean(mean: float, sd: float) -> float:
    """Mean of |Z| for a normal Z."""
    if sd == 0:
        return abs(mean)
    ratio = mean / sd
    return sd * math.sqrt(2 / math.pi) * math.exp(-ratio * ratio / 2) + mean * float(1 - 2 * stats.norm.cdf(-ratio))
