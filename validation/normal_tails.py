"""Upper tails of the bivariate and trivariate normal by quadrature, the ground under Taylor-Russell and expectancy."""

import math

import numpy as np
from scipy import integrate, stats

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(160)
_FAR = 9.0


def upper_tail(x_cut: float, y_cut: float, rho: float) -> float:
    """P(X > x_cut, Y > y_cut) of two standard normals with correlation rho in [-1, 1]; infinite cuts are allowed."""
    if math.inf in (x_cut, y_cut):
        return 0.0
    if x_cut == -math.inf or y_cut == -math.inf:
        return float(stats.norm.sf(max(x_cut, y_cut)))
    if rho >= 1:
        return float(stats.norm.sf(max(x_cut, y_cut)))
    if rho <= -1:
        return max(0.0, float(stats.norm.sf(x_cut) - stats.norm.cdf(y_cut)))
    value = integrate.quad(_plackett, 0.0, math.asin(rho), args=(x_cut, y_cut), epsabs=1e-13, epsrel=1e-12)[0]
    return float(stats.norm.sf(x_cut) * stats.norm.sf(y_cut) + value / (2 * math.pi))


def _plackett(angle: float, x_cut: float, y_cut: float) -> float:
    """d/d(rho) of the tail in the angle whose sine is rho (Plackett 1954)."""
    sine, cosine = math.sin(angle), math.cos(angle)
    return math.exp(-(x_cut**2 + y_cut**2 - 2 * x_cut * y_cut * sine) / (2 * cosine**2))


def upper_tail_of_three(cut: tuple[float, float, float], r12: float, r1y: float, r2y: float) -> float:
    """P(X1 > a, X2 > b, Y > c) for standard normals; the three correlations must be possible together."""
    determinant = 1 + 2 * r12 * r1y * r2y - r12**2 - r1y**2 - r2y**2
    if determinant <= 0 or max(abs(r1y), abs(r2y)) >= 1:
        raise ValueError(f"correlations {r12}, {r1y} and {r2y} are not possible together")
    partial = (r12 - r1y * r2y) / math.sqrt((1 - r1y**2) * (1 - r2y**2))
    start = max(cut[2], -_FAR)
    half = (_FAR - start) / 2
    y = start + half * (_NODES + 1)
    first, second = ((limit - r * y) / math.sqrt(1 - r * r) for limit, r in ((cut[0], r1y), (cut[1], r2y)))
    inner = np.array([upper_tail(float(a), float(b), partial) for a, b in zip(first, second, strict=True)])
    return float(half * (_WEIGHTS * stats.norm.pdf(y)) @ inner)
