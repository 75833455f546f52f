"""What candidates say of themselves on a voluntary form; race, ethnicity and disability are asked in the US only.

Not asked is an empty field of a form that was filled in; declined is a form that says so and is empty throughout.
"""

import pyarrow as pa

from warehouse.generate.exports.columns import ids, numbers, words
from warehouse.generate.journey import Journeys
from warehouse.generate.people import DISABILITIES, RACES, SEXES, is_asked_race, people
from warehouse.generate.plan import Plan


def demographic_rows(plan: Plan, block: Journeys) -> pa.Table:
    """One form a person, in the block of the first application."""
    who = people(plan, block.index[block.is_first])
    told = ~who.declines
    told_in_us = told & is_asked_race(who)
    return pa.table(
        {
            "candidate_id": ids("C", who.number),
            "sex": words(SEXES, who.sex, told),
            "race_ethnicity": words(RACES, who.race, told_in_us),
            "birth_year": numbers(who.birth_year, told),
            "disability": words(DISABILITIES, who.disability, told_in_us),
            "declined": words(("no", "yes"), who.declines.astype("int64")),
        }
    )
