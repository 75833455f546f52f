"""Where the cut score lies: as many people advance as at the vendor's cut, counted over everybody interviewed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.configuration import ConfigurationError, Cut

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutScore:
    """The cut score and the least score of the middle band; the shares wanted and reached over `n` people."""

    score: float
    middle: float
    wanted_share: float
    reached_share: float
    n: int

    def as_json(self, rule: Cut) -> dict[str, object]:
        """Plain JSON values with the rule that led here."""
        return {
            "match_vendor_cut": rule.match_vendor_cut,
            "share": rule.share,
            "wanted_share": self.wanted_share,
            "reached_share": self.reached_share,
            "n": self.n,
        }


def cut_score(scores: Array, vendor: Array, rule: Cut) -> CutScore:
    """The cut over the people of the fit period, labelled or not. Raises ConfigurationError without a vendor's score
    where the rule needs one."""
    share = wanted_share(vendor, rule)
    cut = at_share(scores, share)
    return CutScore(
        score=cut,
        middle=min(cut, at_share(scores, min(1.0, share + rule.middle_share))),
        wanted_share=share,
        reached_share=float((scores >= cut).mean()),
        n=scores.size,
    )


def at_share(scores: Array, share: float) -> float:
    """The score from which on about this share of people stand; ties are never torn apart."""
    levels, counts = np.unique(scores[np.isfinite(scores)], return_counts=True)
    above = counts[::-1].cumsum()[::-1] / counts.sum()
    return float(levels[np.argmin(np.abs(above - share))])


def wanted_share(vendor: Array, rule: Cut) -> float:
    """The share that is to advance: the rule's own, or the vendor's at its cut. Raises ConfigurationError."""
    if rule.share is not None:
        return rule.share
    scored = vendor[np.isfinite(vendor)]
    if not scored.size:
        raise ConfigurationError("cut.match_vendor_cut needs the vendor's score, and no row has one; give cut.share")
    return float((scored >= (rule.match_vendor_cut or 0.0)).mean())
