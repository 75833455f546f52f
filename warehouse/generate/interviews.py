"""The AI interview: what the vendor's model makes of a person's talents, and what its export says.

Each skill is measured with noise, the skewed one puts one group lower, and the overall score is a weighted sum with
tone mixed in. From the silent change on every score is higher while the version string stays the same.
"""

from dataclasses import dataclass

import numpy as np

from warehouse.generate import planted
from warehouse.generate.draws import Bools, Draws, Floats, Ints, rounded
from warehouse.generate.people import People
from warehouse.generate.plan import DAY, Plan

VENDOR = "demo_voice_interview"
RUBRIC = "rubric-3"
VERSIONS = ("4.1.0", "4.2.0")  # announced versions; the second does not change any score
_SECOND_VERSION_DAYS = 300  # days after the opening


@dataclass(frozen=True, slots=True, kw_only=True)
class AiInterviews:
    """One row an application, also where no interview took place; `standing` is the overall score in SD."""

    interviewed_at: Ints
    skills: Floats
    overall: Floats
    standing: Floats
    language: Ints
    minutes: Floats
    version: Ints


def ai_interviews(plan: Plan, index: Ints, who: People, interviewed_at: Ints) -> AiInterviews:
    """The AI interviews of these applications at these moments."""
    changed = interviewed_at >= plan.silent_change
    measured = _measured(plan.draws, index, who)
    standing = _standing(plan.draws, index, measured)
    return AiInterviews(
        interviewed_at=interviewed_at,
        skills=_points(planted.SKILL_MEAN, planted.SKILL_SD, measured, planted.SILENT_SHIFT_SKILLS, changed[:, None]),
        overall=_points(planted.OVERALL_MEAN, planted.OVERALL_SD, standing, planted.SILENT_SHIFT_OVERALL, changed),
        standing=standing,
        language=who.language,
        minutes=rounded(18 + 5 * np.abs(plan.draws.normal("minutes", index)), 1),
        version=(interviewed_at >= plan.opening + _SECOND_VERSION_DAYS * DAY).astype(np.int64),
    )


def is_sampled(plan: Plan, index: Ints, overall: Floats) -> Bools:
    """Whether the below-the-line sample sends an application on although its score is below the company's line."""
    below = (overall < planted.COMPANY_LINE) & (overall >= planted.COMPANY_LINE - planted.SAMPLE_DEPTH)
    return np.logical_and(below, plan.draws.below("below-the-line sample", index, planted.SAMPLE_SHARE))


def _measured(draws: Draws, index: Ints, who: People) -> Floats:
    measured: Floats = np.sqrt(planted.SKILL_RELIABILITY) * who.talents
    for position, skill in enumerate(planted.SKILLS):
        noise = draws.normal(f"measurement {skill.name}", index)
        measured[:, position] += np.sqrt(1 - planted.SKILL_RELIABILITY) * noise
    measured[:, planted.SKEWED] -= planted.SKEWED_D * who.is_woman
    return measured


def _standing(draws: Draws, index: Ints, measured: Floats) -> Floats:
    skills = measured @ planted.weights("vendor_weight") / planted.overall_scale()
    tone = draws.normal("tone", index)
    return np.asarray(np.sqrt(1 - planted.TONE_WEIGHT**2) * skills + planted.TONE_WEIGHT * tone, dtype=np.float64)


def _points(mean: float, sd: float, standing: Floats, shift: float, changed: Bools) -> Floats:
    return rounded(np.clip(mean + sd * standing + shift * changed, 0.0, 100.0), 1)
