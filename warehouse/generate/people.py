"""The people who apply: where they live, what they can do, what they say of themselves.

A person has the number of their first application. Attributes are independent of ability and of each other, except
that graduates are younger and know less of the job, so that every gap found later was made by the process.
"""

from dataclasses import dataclass

import numpy as np

from warehouse.generate import planted
from warehouse.generate.draws import Bools, Draws, Floats, Ints
from warehouse.generate.openings import CHINA, REGION_SHARES, US
from warehouse.generate.plan import Plan, campus_shares, years

SEXES = ("F", "M", "X")
_SEX_SHARES = (planted.SHARE_OF_WOMEN, 0.993 - planted.SHARE_OF_WOMEN, 0.007)
FEMALE = SEXES.index("F")

# The categories of the EEO-1 report; asked in the United States only.
RACES = (
    "White",
    "Asian",
    "Hispanic or Latino",
    "Black or African American",
    "Two or More Races",
    "American Indian or Alaska Native",
    "Native Hawaiian or Other Pacific Islander",
)
_RACE_SHARES = (0.47, 0.21, 0.17, 0.13, 0.012, 0.005, 0.003)
DISABILITIES = ("no", "yes")
_SHARE_WITH_DISABILITY = 0.05
_SHARE_WHO_DECLINE = 0.03

EU_COUNTRIES = ("DE", "FR", "IE")
_EU_SHARES = (0.5, 0.25, 0.25)
LANGUAGES = ("en", "zh")
_SHARE_OF_CHINA_IN_CHINESE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """One row a person; `talents` are standardised true skills, `unseen` what the job rewards and no skill shows."""

    number: Ints
    region: Ints
    country: Ints  # position in EU_COUNTRIES where the region is the EU
    language: Ints
    is_graduate: Bools
    sex: Ints
    race: Ints
    birth_year: Ints
    disability: Ints
    declines: Bools
    talents: Floats
    unseen: Floats

    @property
    def is_woman(self) -> Bools:
        """Whether the person belongs to the group that the skewed skill puts lower."""
        return np.equal(self.sex, FEMALE)


def people(plan: Plan, number: Ints) -> People:
    """The people with these numbers."""
    draws = plan.draws
    first_applied = plan.moments(number)
    region = draws.choice("region", number, REGION_SHARES)
    is_graduate = draws.below("graduate", number, campus_shares(first_applied))
    speaks_chinese = (region == CHINA) & draws.below("language", number, _SHARE_OF_CHINA_IN_CHINESE)
    return People(
        number=number,
        region=region,
        country=draws.choice("country", number, _EU_SHARES),
        language=speaks_chinese.astype(np.int64),
        is_graduate=is_graduate,
        sex=draws.choice("sex", number, _SEX_SHARES),
        race=draws.choice("race", number, _RACE_SHARES),
        birth_year=years(first_applied) - _ages(draws, number, is_graduate),
        disability=draws.below("disability", number, _SHARE_WITH_DISABILITY).astype(np.int64),
        declines=draws.below("declines", number, _SHARE_WHO_DECLINE),
        talents=_talents(draws, number, is_graduate),
        unseen=draws.normal("unseen", number),
    )


def is_asked_race(who: People) -> Bools:
    """Race, ethnicity and disability are asked in the United States only."""
    return np.equal(who.region, US)


def _ages(draws: Draws, number: Ints, is_graduate: Bools) -> Ints:
    share = draws.uniform("age", number)
    experienced = 23 + np.floor(38 * share**1.7)
    return np.where(is_graduate, 21 + np.floor(5 * share), experienced).astype(np.int64)


def _talents(draws: Draws, number: Ints, is_graduate: Bools) -> Floats:
    general = draws.normal("general factor", number)
    talents = np.empty((len(number), len(planted.SKILLS)))
    for position, skill in enumerate(planted.SKILLS):
        own = draws.normal(f"talent {skill.name}", number)
        talents[:, position] = skill.loading * general + np.sqrt(1 - skill.loading**2) * own
    talents[:, planted.JOB_KNOWLEDGE] += planted.CAMPUS_JOB_KNOWLEDGE * is_graduate
    return talents
