"""The re-interview: a human's rating of the same application, blind to the AI score or pulled towards it.

Interviewers respond to the skills, to something no skill shows, and too much to fluent speech. Each has a severity of
their own, and one department asks for much more than the others before a candidate passes.
"""

from dataclasses import dataclass

import numpy as np

from warehouse.generate import planted
from warehouse.generate.draws import Bools, Floats, Ints, rounded
from warehouse.generate.interviews import AiInterviews
from warehouse.generate.openings import DEPARTMENT_SHARES, DEPARTMENTS
from warehouse.generate.people import People
from warehouse.generate.plan import Plan

_RE_INTERVIEWS_PER_RATER = 120
_RATERS_STRIDE = 100_000
_BARS = np.array(
    [
        planted.OTHER_STANDARD_BAR if entry.name == planted.OTHER_STANDARD_DEPARTMENT else planted.PASS_BAR
        for entry in DEPARTMENTS
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReInterviews:
    """One row an application, as if each were re-interviewed; `impression` is a blind one before severity, in SD."""

    rater: Ints
    is_blind: Bools
    rating: Floats
    passed: Bools
    impression: Floats
    alignment: Floats


def re_interviews(
    plan: Plan, index: Ints, who: People, interviews: AiInterviews, department: Ints, sampled: Bools
) -> ReInterviews:
    """The re-interviews of these applications; a member of the below-the-line sample is always rated blind."""
    draws = plan.draws
    rater = department * _RATERS_STRIDE + draws.whole("rater", index, _raters(plan)[department])
    is_blind = sampled | draws.below("blind", index, planted.BLIND_SHARE)
    impression = _impressions(plan, index, who)
    pulled = (1 - planted.INFORMED_PULL) * impression + planted.INFORMED_PULL * interviews.standing
    severity = planted.RATER_SEVERITY_SD * draws.normal("severity", rater)
    rated = np.where(is_blind, impression, pulled) - severity
    rating = rounded(np.clip(planted.RATING_MEAN + planted.RATING_SD * rated, 1.0, 5.0), 1)
    return ReInterviews(
        rater=rater,
        is_blind=is_blind,
        rating=rating,
        passed=rating >= _BARS[department],
        impression=impression,
        alignment=_alignment(plan, index, rating),
    )


def _impressions(plan: Plan, index: Ints, who: People) -> Floats:
    noise = planted.unexplained("rating_weight", planted.RATING_UNSEEN_WEIGHT)
    return np.asarray(
        who.talents @ planted.weights("rating_weight")
        + planted.RATING_UNSEEN_WEIGHT * who.unseen
        + noise * plan.draws.normal("impression", index),
        dtype=np.float64,
    )


def _alignment(plan: Plan, index: Ints, rating: Floats) -> Floats:
    """The leaky column: the panel's rating on a 0-100 scale with a little noise, known only after the re-interview."""
    noise = planted.LEAK_NOISE_SD * plan.draws.normal("alignment", index)
    return rounded(np.clip((rating - 1) * 25 + noise, 0.0, 100.0), 1)


def _raters(plan: Plan) -> Ints:
    shares = np.array(DEPARTMENT_SHARES) / sum(DEPARTMENT_SHARES)
    return np.clip(np.rint(plan.applications * shares / 2 / _RE_INTERVIEWS_PER_RATER), 3, 9999).astype(np.int64)
