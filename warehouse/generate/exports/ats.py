"""The applicant tracking system's four files: requisitions, candidates, applications, stages."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.generate import names
from warehouse.generate.draws import Ints
from warehouse.generate.exports.columns import dates, ids, times, words
from warehouse.generate.journey import Journeys
from warehouse.generate.openings import CHINA, DEPARTMENTS, EU, LEVELS, PLACES, REGIONS, requisitions
from warehouse.generate.people import EU_COUNTRIES, LANGUAGES, people
from warehouse.generate.plan import DAY, REGULAR, SEASONS, Plan, season_numbers
from warehouse.generate.stages import ADVANCED, AI_INTERVIEW, NOT_ADVANCED, PENDING, WITHDRAWN
from warehouse.tables.hiring import OUTCOMES, STAGES

CHANNELS = ("campus", "linkedin", "liepin", "referral", "site")
_CHANNEL_SHARES = ((0.0, 0.10, 0.45, 0.15, 0.30), (0.0, 0.50, 0.0, 0.15, 0.35), (0.0, 0.45, 0.0, 0.15, 0.40))

# Who decided, by stage and outcome in the order of OUTCOMES; a pending stage has no decision.
_DECIDERS = ("rule", "recruiter", "interviewer", "hiring_manager", "candidate", "below_the_line_sample", "hr")
_DECIDED_BY = np.array([[0, 1, 4], [0, 0, 4], [2, 2, 4], [4, 3, 4], [6, 6, 4]])
_BY_SAMPLE = _DECIDERS.index("below_the_line_sample")


def requisition_rows(plan: Plan) -> pa.Table:
    """All requisitions with their department, one row each."""
    openings = requisitions(plan)
    last_day = plan.close // DAY
    families = [f"{entry.code}/{family}" for entry in DEPARTMENTS for family in entry.families]
    places = [place for region in PLACES for place in region]
    family = _starts([len(entry.families) for entry in DEPARTMENTS])[openings.department] + openings.family
    place = _starts([len(region) for region in PLACES])[openings.region] + openings.place
    family_names = words([entry.split("/")[1] for entry in families], family)
    return pa.table(
        {
            "requisition_id": ids("R", openings.number),
            "department_code": words([entry.code for entry in DEPARTMENTS], openings.department),
            "department_name": words([entry.name for entry in DEPARTMENTS], openings.department),
            "department_name_zh": words([entry.name_zh for entry in DEPARTMENTS], openings.department),
            "job_family": family_names,
            "title": pc.binary_join_element_wise(family_names, words(LEVELS, openings.level), " "),
            "job_level": words(LEVELS, openings.level),
            "region": words(REGIONS, openings.region),
            "location": words(places, place),
            "opened_on": dates(openings.opened_day),
            "closed_on": dates(openings.closed_day, openings.closed_day <= last_day),
        }
    )


def candidate_rows(plan: Plan, block: Journeys) -> pa.Table:
    """The people who apply for the first time in this block."""
    who = people(plan, block.index[block.is_first])
    countries = ("CN", "US", *EU_COUNTRIES)
    country = np.where(who.region == EU, EU + who.country, who.region)
    return pa.table(
        {
            "candidate_id": ids("C", who.number),
            "full_name": names.full_names(plan.draws, who),
            "full_name_local": names.local_names(plan.draws, who),
            "email": names.emails(who),
            "phone": names.phones(plan.draws, who),
            "language": words(LANGUAGES, who.language),
            "country": words(countries, country),
        }
    )


def application_rows(plan: Plan, block: Journeys) -> pa.Table:
    """One row an application, with the moment it ended where it ended without a hire."""
    stages, graduate = block.stages, block.who.is_graduate
    shares = [plan.draws.choice(f"channel {region}", block.index, _CHANNEL_SHARES[region]) for region in range(EU + 1)]
    channel = np.where(graduate, CHANNELS.index("campus"), np.choose(block.who.region - CHINA, shares))
    season = np.where(graduate, season_numbers(block.along.applied_at), 0)
    ended = {outcome: (stages.entered & (stages.outcome == outcome)) for outcome in (WITHDRAWN, NOT_ADVANCED)}
    ended_at = {outcome: (stages.left_at * where).max(axis=1) for outcome, where in ended.items()}
    return pa.table(
        {
            "application_id": ids("A", block.index),
            "candidate_id": ids("C", block.who.number),
            "requisition_id": ids("R", block.requisition),
            "department_code": words([entry.code for entry in DEPARTMENTS], block.department),
            "applied_at": times(block.along.applied_at),
            "channel": words(CHANNELS, channel),
            "season": words([REGULAR, *(entry[0] for entry in SEASONS)], season),
            "withdrawn_at": times(ended_at[WITHDRAWN], ended[WITHDRAWN].any(axis=1)),
            "rejected_at": times(ended_at[NOT_ADVANCED], ended[NOT_ADVANCED].any(axis=1)),
        }
    )


def stage_rows(_: Plan, block: Journeys) -> pa.Table:
    """One row for each stage that an application entered, in order."""
    row, stage = np.nonzero(block.stages.entered)
    outcome = block.stages.outcome[row, stage]
    is_left = outcome != PENDING
    decider = _DECIDED_BY[stage, np.minimum(outcome, WITHDRAWN)]
    by_sample = block.is_sampled[row] & (stage == AI_INTERVIEW) & (outcome == ADVANCED)
    return pa.table(
        {
            "stage_event_id": ids("S", block.index[row] * 10 + stage),
            "application_id": ids("A", block.index[row]),
            "stage": words(STAGES, stage),
            "entered_at": times(block.stages.entered_at[row, stage]),
            "left_at": times(block.stages.left_at[row, stage], is_left),
            "outcome": words(OUTCOMES, outcome),
            "decided_by": words(_DECIDERS, np.where(by_sample, _BY_SAMPLE, decider), is_left),
        }
    )


def _starts(lengths: list[int]) -> Ints:
    ends = np.cumsum(np.array(lengths, dtype=np.int64))
    return ends - np.array(lengths, dtype=np.int64)
