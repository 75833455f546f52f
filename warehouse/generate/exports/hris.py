"""The HR system's files: offers with hires, performance reviews, pay and courses."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.generate import planted
from warehouse.generate.draws import Bools, Ints, rounded
from warehouse.generate.employment import CURRENCIES, RAISE_AFTER_DAYS, REASONS, Reviews, reviews
from warehouse.generate.exports.columns import dates, ids, numbers, times, words
from warehouse.generate.journey import Journeys
from warehouse.generate.plan import DAY, Plan
from warehouse.generate.stages import ADVANCED, OFFER, WITHDRAWN

# Name, the skill it is about, and its length in days. No course changes performance: there is no effect to find.
COURSES = (
    ("Structured thinking", "content_logic", 14),
    ("Root-cause analysis", "problem_solving", 21),
    ("Clear writing", "communication", 10),
    ("Product knowledge", "job_knowledge", 30),
    ("Calm under pressure", "stress_handling", 7),
    ("Speaking in public", "speech_fluency", 7),
    ("Information security", None, 2),
)
_MOST_COURSES = 3


def offer_rows(plan: Plan, block: Journeys) -> pa.Table:
    """One row an offer, with the employment that followed it, if it did."""
    rows = np.flatnonzero(block.is_offered)
    hired = block.is_hired[rows]
    left = hired & has_left(plan, block)[rows]
    accepted = block.stages.is_left(OFFER, ADVANCED)[rows]
    declined = block.stages.is_left(OFFER, WITHDRAWN)[rows]
    return pa.table(
        {
            "offer_id": ids("O", block.index[rows]),
            "application_id": ids("A", block.index[rows]),
            "offered_at": times(block.along.offered_at[rows]),
            "accepted_at": times(block.along.answered_at[rows], accepted),
            "declined_at": times(block.along.answered_at[rows], declined),
            "employee_number": pc.if_else(pa.array(hired), ids("E", block.index[rows]), None),
            "started_on": dates(block.started_day[rows], hired),
            "left_on": dates(block.work.left_day[rows], left),
            "leaving_reason": words(REASONS, block.work.reason[rows], left),
        }
    )


def review_rows(plan: Plan, block: Journeys) -> pa.Table:
    """The ratings given so far to people who were still there, person by person."""
    rows = np.flatnonzero(block.is_hired)
    given = [_reviews(plan, block, rows, months) for months in planted.RATING_RELIABILITY]
    return pa.concat_tables(given).sort_by([("employee_number", "ascending"), ("months", "ascending")])


def pay_rows(plan: Plan, block: Journeys) -> pa.Table:
    """Annual base pay at the start and after the first year, for those still there."""
    rows = np.flatnonzero(block.is_hired)
    started = block.started_day[rows]
    raised = rows[is_there(plan, block, rows, started + RAISE_AFTER_DAYS)]
    day = np.concatenate([started, block.started_day[raised] + RAISE_AFTER_DAYS])
    pay = np.concatenate([block.work.starting_pay[rows], block.work.later_pay[raised]])
    whose = np.concatenate([rows, raised])
    order = np.lexsort((day, whose))
    return pa.table(
        {
            "employee_number": ids("E", block.index[whose[order]]),
            "effective_on": dates(day[order]),
            "currency": words(CURRENCIES, block.who.region[whose[order]]),
            "annual_base": pay[order],
        }
    )


def course_rows(plan: Plan, block: Journeys) -> pa.Table:
    """The courses that employees began, up to three each, with a result once completed."""
    rows = np.flatnonzero(block.is_hired)
    taken = plan.draws.whole("courses", block.index[rows], _MOST_COURSES + 1)
    whose = np.repeat(rows, taken)
    number = block.index[whose] * 10 + np.arange(len(whose)) - np.repeat(np.cumsum(taken) - taken, taken)
    course = plan.draws.whole("course", number, len(COURSES))
    started = block.started_day[whose] + 20 + plan.draws.whole("course day", number, 400)
    completed = started + np.array([length for _, _, length in COURSES])[course]
    began = is_there(plan, block, whose, started)
    done = is_there(plan, block, whose, completed)
    result = rounded(np.clip(78 + 10 * plan.draws.normal("course result", number), 0, 100), 0)
    table = pa.table(
        {
            "course_id": ids("K", number),
            "employee_number": ids("E", block.index[whose]),
            "course": words([name for name, _, _ in COURSES], course),
            "skill": words([skill or "" for _, skill, _ in COURSES], course),
            "started_on": dates(started),
            "completed_on": dates(completed, done),
            "result": numbers(result, done),
        }
    )
    return table.filter(pa.array(began))


def has_left(plan: Plan, block: Journeys) -> Bools:
    """Whether the person, if hired, had left by the end of the history."""
    return block.work.left_day <= plan.close // DAY


def is_there(plan: Plan, block: Journeys, rows: Ints, day: Ints) -> Bools:
    """Whether the day lies within the history and before the person left."""
    return (day <= plan.close // DAY) & (day < block.work.left_day[rows])


def _reviews(plan: Plan, block: Journeys, rows: Ints, months: int) -> pa.Table:
    work = block.work
    given: Reviews = reviews(
        plan, block.index[rows], work.performance[rows], work.reviewer[rows], block.started_day[rows], months
    )
    table = pa.table(
        {
            "review_id": ids("W", block.index[rows] * 100 + months),
            "employee_number": ids("E", block.index[rows]),
            "months": pa.array(np.full(len(rows), months)),
            "reviewed_on": dates(given.reviewed_day),
            "reviewer": ids("M", work.reviewer[rows]),
            "rating": given.rating,
        }
    )
    return table.filter(pa.array(is_there(plan, block, rows, given.reviewed_day)))
