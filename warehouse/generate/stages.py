"""The way of an application through the five stages: how long each takes, how it ends, and what is visible by the end.

Everything is worked out to its end first; a stage is entered only after the one before was left with success, and what
happens after the last day of the history is hidden: the stage is then pending.
"""

from dataclasses import dataclass

import numpy as np

from warehouse.generate import planted
from warehouse.generate.draws import Bools, Floats, Ints
from warehouse.generate.plan import DAY, Plan
from warehouse.tables.hiring import OUTCOMES, STAGES

ADVANCED, NOT_ADVANCED, WITHDRAWN, PENDING = range(len(OUTCOMES))
APPLIED, AI_INTERVIEW, RE_INTERVIEW, OFFER, HIRE = range(len(STAGES))

_WITHDRAWS_EARLY, _IS_NOT_ELIGIBLE = 0.02, 0.015
_MISSES_AI_INTERVIEW = 0.02
_MISSES_RE_INTERVIEW = 0.05
_NO_OPENING_LEFT = 0.20
_DECLINES_OFFER = 0.22


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """When things happen if an application comes so far, and the chances that it does not."""

    applied_at: Ints
    screened_at: Ints
    interviewed_at: Ints
    decided_at: Ints
    rated_at: Ints
    panel_at: Ints
    offered_at: Ints
    answered_at: Ints
    misses_ai_interview: Bools
    misses_re_interview: Bools
    has_opening: Bools
    declines: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """Entering, leaving and outcome of the five stages, a column each; `left_at` counts where the outcome is known."""

    entered: Bools
    entered_at: Ints
    left_at: Ints
    outcome: Ints

    def is_left(self, stage: int, outcome: int) -> Bools:
        """Whether the stage was entered and left with this outcome."""
        is_left: Bools = self.entered[:, stage] & (self.outcome[:, stage] == outcome)
        return is_left


def way(plan: Plan, index: Ints) -> Way:
    """The moments and chances of these applications."""
    applied_at = plan.moments(index)
    screened_at = _later(plan, "screening", index, applied_at, 0.1, 2.0)
    interviewed_at = _later(plan, "ai interview", index, screened_at, 0.3, 5.0)
    decided_at = _later(plan, "decision", index, interviewed_at, 0.05, 2.0)
    rated_at = _later(plan, "re-interview", index, decided_at, 3.0, 18.0)
    panel_at = _later(plan, "panel", index, rated_at, 0.1, 3.0)
    offered_at = _later(plan, "offer", index, panel_at, 1.0, 10.0)
    return Way(
        applied_at=applied_at,
        screened_at=screened_at,
        interviewed_at=interviewed_at,
        decided_at=decided_at,
        rated_at=rated_at,
        panel_at=panel_at,
        offered_at=offered_at,
        answered_at=_later(plan, "answer", index, offered_at, 1.0, 9.0),
        misses_ai_interview=plan.draws.below("misses ai interview", index, _MISSES_AI_INTERVIEW),
        misses_re_interview=plan.draws.below("misses re-interview", index, _MISSES_RE_INTERVIEW),
        has_opening=~plan.draws.below("no opening left", index, _NO_OPENING_LEFT),
        declines=plan.draws.below("declines offer", index, _DECLINES_OFFER),
    )


def stages(
    plan: Plan, index: Ints, along: Way, *, overall: Floats, sampled: Bools, passed: Bools, started_day: Ints
) -> Stages:
    """The stages of these applications, as visible on the last day of the history."""
    left_at = np.stack(
        [along.screened_at, along.decided_at, along.panel_at, along.answered_at, started_day * DAY], axis=1
    )
    return _visible(
        plan,
        outcome=_outcomes(plan, index, along, invited=(overall >= planted.COMPANY_LINE) | sampled, passed=passed),
        entered_at=np.concatenate([along.applied_at[:, None], left_at[:, :-1]], axis=1),
        left_at=left_at,
    )


def _outcomes(plan: Plan, index: Ints, along: Way, *, invited: Bools, passed: Bools) -> Ints:
    first_look = plan.draws.uniform("first look", index)
    unfit = first_look < _WITHDRAWS_EARLY + _IS_NOT_ELIGIBLE
    return np.stack(
        [
            np.select([first_look < _WITHDRAWS_EARLY, unfit], [WITHDRAWN, NOT_ADVANCED], ADVANCED),
            np.select([along.misses_ai_interview, invited], [WITHDRAWN, ADVANCED], NOT_ADVANCED),
            np.select([along.misses_re_interview, passed], [WITHDRAWN, ADVANCED], NOT_ADVANCED),
            np.select([~along.has_opening, along.declines], [NOT_ADVANCED, WITHDRAWN], ADVANCED),
            np.full(len(index), ADVANCED),
        ],
        axis=1,
    )


def _visible(plan: Plan, *, outcome: Ints, entered_at: Ints, left_at: Ints) -> Stages:
    known = left_at <= plan.close
    advanced = known & (outcome == ADVANCED)
    before = np.concatenate([np.ones((len(outcome), 1), dtype=np.bool_), advanced[:, :-1]], axis=1)
    return Stages(
        entered=np.logical_and.accumulate(before, axis=1),
        entered_at=entered_at,
        left_at=left_at,
        outcome=np.where(known, outcome, PENDING),
    )


def _later(plan: Plan, name: str, index: Ints, moment: Ints, least_days: float, most_days: float) -> Ints:
    days = least_days + (most_days - least_days) * plan.draws.uniform(f"days to {name}", index)
    return np.add(moment, (days * DAY).astype(np.int64))
