"""After the hire: true performance, ratings at 3, 6 and 12 months, leaving, and pay.

Performance follows the skills as the job rewards them, not as interviewers do. People who perform worse leave sooner,
and a rating exists only for those who are still there, so ratings are missing where they would have been low.
"""

from dataclasses import dataclass

import numpy as np

from warehouse.generate import planted
from warehouse.generate.draws import Bools, Floats, Ints, rounded
from warehouse.generate.openings import LEVELS
from warehouse.generate.people import People
from warehouse.generate.plan import DAY, Plan

REASONS = ("resigned", "dismissed", "end of contract", "personal")
_REASON_SHARES = (0.62, 0.14, 0.14, 0.10)
_MEAN_TENURE_DAYS = 1600.0
_TENURE_PER_SD = 0.45

CURRENCIES = ("CNY", "USD", "EUR")
_FIRST_LEVEL_PAY = np.array([150_000.0, 62_000.0, 45_000.0])
_LEVEL_STEP = 1.32
_PAY_SPREAD = 0.10
RAISE_AFTER_DAYS = 365

_REVIEWER_STRIDE = 1_000
_REVIEWERS = 40
_RATING_MEAN, _RATING_SD = 3.2, 0.65
_REVIEW_DAYS = {3: 91, 6: 182, 12: 365}


@dataclass(frozen=True, slots=True, kw_only=True)
class Employment:
    """One row an application, as if each were hired; days count from 1970, `performance` is the true one in SD."""

    performance: Floats
    left_day: Ints
    reason: Ints
    starting_pay: Floats
    later_pay: Floats
    reviewer: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviews:
    """The performance ratings at one tenure, as if each person stayed so long."""

    reviewed_day: Ints
    rating: Floats


def employment(plan: Plan, index: Ints, who: People, department: Ints, level: Ints, started_day: Ints) -> Employment:
    """What becomes of these people if they are hired and start on these days."""
    draws = plan.draws
    performance = _performance(plan, index, who)
    tenure = -np.log(draws.uniform("tenure", index)) * _MEAN_TENURE_DAYS * np.exp(_TENURE_PER_SD * performance)
    pay = _starting_pay(plan, index, who.region, level)
    merit = 1.03 + 0.02 * np.clip(performance, -1, 2)
    return Employment(
        performance=performance,
        left_day=started_day + 20 + np.minimum(tenure, 20_000).astype(np.int64),
        reason=draws.choice("leaving reason", index, _REASON_SHARES),
        starting_pay=pay,
        later_pay=rounded(pay * merit, -2),
        reviewer=department * _REVIEWER_STRIDE + draws.whole("reviewer", index, _REVIEWERS),
    )


def reviews(plan: Plan, index: Ints, performance: Floats, reviewer: Ints, started_day: Ints, months: int) -> Reviews:
    """The ratings at `months` of tenure: true performance, the occasion's noise and the reviewer's leniency."""
    reliability = planted.RATING_RELIABILITY[months]
    seen = np.sqrt(reliability) * performance
    seen += np.sqrt(1 - reliability) * plan.draws.normal(f"review {months}", index)
    seen += planted.REVIEWER_LENIENCY_SD * plan.draws.normal("leniency", reviewer)
    return Reviews(
        reviewed_day=started_day + _REVIEW_DAYS[months] + plan.draws.whole(f"review day {months}", index, 15),
        rating=rounded(np.clip(_RATING_MEAN + _RATING_SD * seen, 1.0, 5.0), 1),
    )


def start_days(plan: Plan, index: Ints, accepted_at: Ints, is_graduate: Bools) -> Ints:
    """The first day of work: some weeks after acceptance, for graduates the first of July that follows."""
    accepted_day = accepted_at // DAY
    usual = accepted_day + 14 + plan.draws.whole("notice", index, 47)
    year = accepted_day.astype("datetime64[D]").astype("datetime64[Y]")
    july = (year.astype("datetime64[M]") + 6).astype("datetime64[D]").astype(np.int64)
    next_july = ((year + 1).astype("datetime64[M]") + 6).astype("datetime64[D]").astype(np.int64)
    return np.where(is_graduate, np.where(july > accepted_day + 14, july, next_july), usual).astype(np.int64)


def _performance(plan: Plan, index: Ints, who: People) -> Floats:
    noise = planted.unexplained("performance_weight", planted.PERFORMANCE_UNSEEN_WEIGHT)
    return np.asarray(
        who.talents @ planted.weights("performance_weight")
        + planted.PERFORMANCE_UNSEEN_WEIGHT * who.unseen
        + noise * plan.draws.normal("performance", index),
        dtype=np.float64,
    )


def _starting_pay(plan: Plan, index: Ints, region: Ints, level: Ints) -> Floats:
    steps = _LEVEL_STEP ** np.arange(len(LEVELS))
    spread = np.exp(_PAY_SPREAD * plan.draws.normal("pay", index))
    return rounded(_FIRST_LEVEL_PAY[region] * steps[level] * spread, -2)
