"""Corrections of a validity for criterion unreliability and range restriction, point and interval alike.

Criterion unreliability, estimated on incumbents, is corrected first, range restriction second; predictor unreliability
is never corrected, for the predictor is used as it is. u is the standard deviation among the hired over the one among
applicants, from this very data: a borrowed u overcorrects (Sackett et al. 2022). None means not correctable.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from validation.correlation import fisher_interval
from validation.outcome import Interval

Correction = Callable[[float], float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A corrected validity with the interval whose endpoints went through the same correction."""

    value: float | None
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseIV:
    """Steps of the correction for indirect range restriction (Hunter, Schmidt & Le 2006)."""

    u_true: float
    predictor_reliability_restricted: float
    r_true_restricted: float
    rho_true_score: float
    operational_validity: float


def range_ratio(restricted_sd: float | None, applicant_sd: float | None) -> float | None:
    """u, restricted over applicant standard deviation; None where either is missing or not positive."""
    if restricted_sd is None or applicant_sd is None or min(restricted_sd, applicant_sd) <= 0:
        return None
    return restricted_sd / applicant_sd


def criterion_unreliability(r: float, reliability: float) -> float | None:
    """r / sqrt(ryy); None for a reliability outside (0, 1] and where the result would leave [-1, 1]."""
    if not 0 < reliability <= 1:
        return None
    value = r / math.sqrt(reliability)
    return value if abs(value) <= 1 else None


def case_ii(r: float, u: float) -> float | None:
    """Direct range restriction (Thorndike 1949, Case II): r / (u sqrt((1/u^2 - 1) r^2 + 1)).

    Right only where hiring was strictly on the predictor itself. u above 1 (the hired vary more) lowers r.
    """
    if not (u > 0 and abs(r) <= 1):
        return None
    inside = (1 / u**2 - 1) * r * r + 1
    return r / (u * math.sqrt(inside)) if inside > 0 else None


def case_ii_attenuated(rho: float, u: float) -> float | None:
    """The r to expect among the hired when it is rho among applicants: Case II backwards, that is with 1/u."""
    return case_ii(rho, 1 / u) if u > 0 else None


def case_iv(
    r: float, u: float, predictor_reliability: float, criterion_reliability_restricted: float = 1.0
) -> CaseIV | None:
    """Indirect range restriction (Case IV); None where u^2 <= 1 - rxx, or any step leaves its range.

    `predictor_reliability` (rxx) holds among applicants, the criterion's among the hired.
    """
    if not (u > 0 and 0 < predictor_reliability <= 1 and 0 < criterion_reliability_restricted <= 1):
        return None
    true_variance = u * u - (1 - predictor_reliability)
    if true_variance <= 0:
        return None
    u_true = math.sqrt(true_variance / predictor_reliability)
    restricted = 1 - (1 - predictor_reliability) / (u * u)
    r_true = r / math.sqrt(restricted * criterion_reliability_restricted)
    rho = case_ii(r_true, u_true)
    if rho is None:
        return None
    return CaseIV(
        u_true=u_true,
        predictor_reliability_restricted=restricted,
        r_true_restricted=r_true,
        rho_true_score=rho,
        operational_validity=rho * math.sqrt(predictor_reliability),
    )


def corrected(r: float | None, interval: Interval, correction: Correction) -> Corrected:
    """Applies a monotone correction to the point and to both ends; an end that cannot be corrected is None."""
    low = None if interval.low is None else correction(interval.low)
    high = None if interval.high is None else correction(interval.high)
    method = f"{interval.method}, endpoints corrected"
    return Corrected(
        value=None if r is None else correction(r),
        interval=Interval(low=low, high=high, level=interval.level, method=method),
    )


def unreliability_then_range(r: float, *, u: float, criterion_reliability: float) -> float | None:
    """Both corrections in the right order: the criterion's unreliability first, then Case II."""
    reliable = criterion_unreliability(r, criterion_reliability)
    return None if reliable is None else case_ii(reliable, u)


def indirect(u: float, predictor_reliability: float, criterion_reliability: float) -> Correction:
    """Case IV as a correction of r to the operational validity."""

    def operational(r: float) -> float | None:
        steps = case_iv(r, u, predictor_reliability, criterion_reliability)
        return None if steps is None else steps.operational_validity

    return operational


def corrected_validity(
    r: float, n: float, *, u: float = 1.0, criterion_reliability: float = 1.0, level: float = 0.95
) -> Corrected:
    """A raw r of n hires corrected for both, with Fisher's interval transformed at its ends."""

    def both(value: float) -> float | None:
        return unreliability_then_range(value, u=u, criterion_reliability=criterion_reliability)

    return corrected(r, fisher_interval(r, n, level), both)
