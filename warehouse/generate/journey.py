"""One block of applications from arrival to leaving: who they are, what happened, and what of it is visible.

`journeys` is a pure function of the plan and the applications' numbers, so a block of any size gives the same rows.
"""

from dataclasses import dataclass

import numpy as np

from warehouse.generate.draws import Bools, Ints
from warehouse.generate.employment import Employment, employment, start_days
from warehouse.generate.interviews import AiInterviews, ai_interviews, is_sampled
from warehouse.generate.openings import DEPARTMENT_SHARES, describe, requisitions_of
from warehouse.generate.people import People, people
from warehouse.generate.plan import Plan
from warehouse.generate.re_interviews import ReInterviews, re_interviews
from warehouse.generate.stages import AI_INTERVIEW, HIRE, OFFER, RE_INTERVIEW, Stages, Way, stages, way

# Of 64 consecutive applications up to four are second ones of people who applied this share of the history before.
_CYCLE = 64
_RETURNS = ((5, 0.12), (21, 0.18), (37, 0.26), (53, 0.35))
_RETURN_SHARE = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Journeys:
    """One row an application. Later parts are filled for all, as if everybody came so far: see the `is_…` columns."""

    index: Ints
    who: People
    department: Ints
    requisition: Ints
    along: Way
    stages: Stages
    interviews: AiInterviews
    sampled: Bools
    re_interviews: ReInterviews
    started_day: Ints
    work: Employment
    close: int

    @property
    def is_first(self) -> Bools:
        """Whether the person applies for the first time."""
        return np.equal(self.who.number, self.index)

    @property
    def is_interviewed(self) -> Bools:
        """Whether the AI interview took place."""
        here = self.stages.entered[:, AI_INTERVIEW] & ~self.along.misses_ai_interview
        return np.logical_and(here, self.along.interviewed_at <= self.close)

    @property
    def is_sampled(self) -> Bools:
        """Whether the below-the-line sample sent the application on."""
        return self.is_interviewed & self.sampled

    @property
    def is_rated(self) -> Bools:
        """Whether the re-interview took place."""
        here = self.stages.entered[:, RE_INTERVIEW] & ~self.along.misses_re_interview
        return np.logical_and(here, self.along.rated_at <= self.close)

    @property
    def is_offered(self) -> Bools:
        """Whether an offer was made."""
        here = self.stages.entered[:, OFFER] & self.along.has_opening
        return np.logical_and(here, self.along.offered_at <= self.close)

    @property
    def is_hired(self) -> Bools:
        """Whether the person started."""
        return np.logical_and(self.stages.entered[:, HIRE], self.stages.left_at[:, HIRE] <= self.close)


def journeys(plan: Plan, index: Ints) -> Journeys:
    """What happens to these applications."""
    return _journeys(plan, index, _applicants(plan, index))


def _applicants(plan: Plan, index: Ints) -> Ints:
    """The person of each application: mostly new, sometimes somebody who applied before and was not hired."""
    first = _earlier(plan, index)
    back = np.flatnonzero(first >= 0)
    before = _journeys(plan, first[back], first[back])
    first[back[before.stages.entered[:, HIRE]]] = -1
    return np.where(first >= 0, first, index)


def _earlier(plan: Plan, index: Ints) -> Ints:
    """The earlier application of those who come back, else -1; each earlier one is met at most once."""
    first = np.full(len(index), -1, dtype=np.int64)
    for residue, share in _RETURNS:
        gap = max(1, round(plan.applications * share / _CYCLE)) * _CYCLE - 1
        here = (index % _CYCLE == residue) & (index >= gap)
        first[here] = index[here] - gap
    return np.where(plan.draws.below("comes back", index, _RETURN_SHARE), first, -1)


def _journeys(plan: Plan, index: Ints, person: Ints) -> Journeys:
    who, along = people(plan, person), way(plan, index)
    department = plan.draws.choice("department", index, DEPARTMENT_SHARES)
    requisition = requisitions_of(plan, index, department, who.region, along.applied_at, campus=who.is_graduate)
    interviews = ai_interviews(plan, index, who, along.interviewed_at)
    sampled = is_sampled(plan, index, interviews.overall)
    rated = re_interviews(plan, index, who, interviews, department, sampled)
    started_day = start_days(plan, index, along.answered_at, who.is_graduate)
    return Journeys(
        index=index,
        who=who,
        department=department,
        requisition=requisition,
        along=along,
        stages=stages(
            plan,
            index,
            along,
            overall=interviews.overall,
            sampled=sampled,
            passed=rated.passed,
            started_day=started_day,
        ),
        interviews=interviews,
        sampled=sampled,
        re_interviews=rated,
        started_day=started_day,
        work=employment(plan, index, who, department, describe(plan, requisition).level, started_day),
        close=plan.close,
    )
